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

package processor

import (
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/utils/clock"

	"github.com/domicile-dev/domicile/internal/rulebook"
)

// collector counts in the rulebook whenever it is asked.
type collector struct {
	rulebook *rulebook.Holder
	clock    clock.PassiveClock
	ending   *prometheus.Desc
}

// RegisterMetrics registers the metrics of Processors. Every replica has its rulebook, and reports them.
func RegisterMetrics(registry prometheus.Registerer, holder *rulebook.Holder, now clock.PassiveClock) error {
	c := &collector{rulebook: holder, clock: now, ending: prometheus.NewDesc("domicile_attestations_ending",
		"Attestations of Processors that are to end within so many days.", []string{"days"}, nil)}
	if err := registry.Register(c); err != nil {
		return fmt.Errorf("registering the metrics of processors: %w", err)
	}
	return nil
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) { out <- c.ending }

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	rb := c.rulebook.Current()
	if rb == nil {
		return
	}
	now := c.clock.Now()
	ends := rb.AttestationEnds()
	for _, days := range noticeDays() {
		count := 0
		for _, end := range ends {
			if end.After(now) && !end.After(now.Add(time.Duration(days)*24*time.Hour)) {
				count++
			}
		}
		out <- prometheus.MustNewConstMetric(c.ending, prometheus.GaugeValue, float64(count), strconv.Itoa(int(days)))
	}
}
