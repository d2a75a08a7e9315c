/*
Copyright 2026 The Domicile Authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package stamp

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/domicile-dev/domicile/internal/facts"
)

// collector counts the nodes whenever it is asked.
type collector struct {
	nodes   *facts.Nodes
	located *prometheus.Desc
}

// RegisterMetrics registers the metric of the nodes. Every replica reports it: every one
// locates all nodes.
func RegisterMetrics(registry prometheus.Registerer, nodes *facts.Nodes) error {
	c := &collector{nodes: nodes, located: prometheus.NewDesc(
		"domicile_nodes",
		"Nodes by the assurance of their place, and by the reason why they have none (\"\" where they have one).",
		[]string{"assurance", "reason"}, nil,
	)}
	if err := registry.Register(c); err != nil {
		return fmt.Errorf("registering the metric of nodes: %w", err)
	}
	return nil
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) { out <- c.located }

// word is how far a node's place goes, or why it has none.
type word struct{ assurance, reason string }

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	counts := map[word]int{}
	for _, s := range c.nodes.States() {
		l := &s.Answer.Location
		counts[word{l.Assurance.String(), string(l.Reason)}]++
	}
	for _, w := range slices.SortedFunc(maps.Keys(counts), func(a, b word) int {
		return cmp.Or(cmp.Compare(a.assurance, b.assurance), cmp.Compare(a.reason, b.reason))
	}) {
		out <- prometheus.MustNewConstMetric(c.located, prometheus.GaugeValue, float64(counts[w]), w.assurance, w.reason)
	}
}
