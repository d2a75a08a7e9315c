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
	ledger                        *ledger.Ledger
	workloads, volumes, snapshots *prometheus.Desc
}

// RegisterMetrics registers the metrics of the ledger. A replica that does not lead has
// an empty one and reports nothing.
func RegisterMetrics(registry prometheus.Registerer, l *ledger.Ledger) error {
	labels := []string{"dataset", "outcome"}
	c := &collector{
		ledger: l,
		workloads: prometheus.NewDesc("domicile_workloads",
			"Pods that handle a dataset and have not ended, by dataset and by the outcome of their verdict. "+
				"Pods that name a dataset that does not exist are counted under the dataset \"(unknown)\". Reported by the leader.", labels, nil),
		volumes: prometheus.NewDesc("domicile_volumes",
			"Volume claims that hold a dataset, and persistent volumes that hold what no claim of theirs does, by dataset and by the outcome of their verdict. "+
				"Those that name a dataset that does not exist are counted under the dataset \"(unknown)\". Reported by the leader.", labels, nil),
		snapshots: prometheus.NewDesc("domicile_snapshots",
			"Volume snapshots that hold a dataset, and contents that hold what no snapshot of theirs does, by dataset and by the outcome of their verdict. "+
				"Those that name a dataset that does not exist are counted under the dataset \"(unknown)\". Reported by the leader.", labels, nil),
	}
	if err := registry.Register(c); err != nil {
		return fmt.Errorf("registering the metrics of workloads: %w", err)
	}
	return nil
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	out <- c.workloads
	out <- c.volumes
	out <- c.snapshots
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	rb := c.ledger.Rulebook()
	if rb == nil || !c.ledger.Whole() {
		return
	}
	tallies := c.ledger.Tallies()
	for _, dataset := range rb.Datasets() {
		c.send(out, dataset, tallies[dataset])
		delete(tallies, dataset)
	}
	var unknown ledger.Tally
	for _, dataset := range slices.Sorted(maps.Keys(tallies)) {
		tally := tallies[dataset]
		unknown.Workloads.Undetermined += tally.Workloads.Total()
		unknown.Volumes.Undetermined += tally.Volumes.Total()
		unknown.Snapshots.Undetermined += tally.Snapshots.Total()
	}
	c.send(out, unknownDataset, unknown)
}

func (c *collector) send(out chan<- prometheus.Metric, dataset string, tally ledger.Tally) {
	for _, kind := range []struct {
		desc   *prometheus.Desc
		counts ledger.Counts
	}{{c.workloads, tally.Workloads}, {c.volumes, tally.Volumes}, {c.snapshots, tally.Snapshots}} {
		for _, s := range []struct {
			outcome residencyv1.Outcome
			count   int
		}{
			{residencyv1.OutcomeNotGoverned, kind.counts.NotGoverned},
			{residencyv1.OutcomePermitted, kind.counts.Permitted},
			{residencyv1.OutcomeProhibited, kind.counts.Prohibited},
			{residencyv1.OutcomeUndetermined, kind.counts.Undetermined},
		} {
			out <- prometheus.MustNewConstMetric(kind.desc, prometheus.GaugeValue, float64(s.count), dataset, string(s.outcome))
		}
	}
}
