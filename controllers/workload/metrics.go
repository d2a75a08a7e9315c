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

package workload

import (
	"fmt"
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/ledger"
)

// unknownDataset is the label value for all datasets that do not exist: what people type
// must not become a time series each. No Dataset can have it as a name.
const unknownDataset = "(unknown)"

// collector reads the ledger whenever it is asked.
type collector struct {
	ledger    *ledger.Ledger
	workloads *prometheus.Desc
}

// RegisterMetrics registers the metrics of the ledger. A replica that does not lead has
// an empty one and reports nothing.
func RegisterMetrics(registry prometheus.Registerer, l *ledger.Ledger) error {
	c := &collector{ledger: l, workloads: prometheus.NewDesc(
		"domicile_workloads",
		"Pods that handle a dataset and have not ended, by dataset and by the outcome of their verdict. "+
			"Pods that name a dataset that does not exist are counted under the dataset \"(unknown)\". Reported by the leader.",
		[]string{"dataset", "outcome"}, nil,
	)}
	if err := registry.Register(c); err != nil {
		return fmt.Errorf("registering the metrics of workloads: %w", err)
	}
	return nil
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) { out <- c.workloads }

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	rb := c.ledger.Rulebook()
	if rb == nil || !c.ledger.Primed() {
		return
	}
	counts := c.ledger.Counts()
	for _, dataset := range rb.Datasets() {
		c.send(out, dataset, counts[dataset])
		delete(counts, dataset)
	}
	var unknown ledger.Counts
	for _, dataset := range slices.Sorted(maps.Keys(counts)) {
		unknown.Undetermined += counts[dataset].Total()
	}
	c.send(out, unknownDataset, unknown)
}

func (c *collector) send(out chan<- prometheus.Metric, dataset string, counts ledger.Counts) {
	for _, s := range []struct {
		outcome residencyv1.Outcome
		count   int
	}{
		{residencyv1.OutcomeNotGoverned, counts.NotGoverned},
		{residencyv1.OutcomePermitted, counts.Permitted},
		{residencyv1.OutcomeProhibited, counts.Prohibited},
		{residencyv1.OutcomeUndetermined, counts.Undetermined},
	} {
		out <- prometheus.MustNewConstMetric(c.workloads, prometheus.GaugeValue, float64(s.count), dataset, string(s.outcome))
	}
}
