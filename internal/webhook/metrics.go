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

package webhook

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts and times the answers. A nil one does neither.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewMetrics returns metrics that are registered.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "domicile_admission_requests_total",
			Help: "Admission reviews that were answered, by the resource that was reviewed and by what was done: Allow, Audit, Warn, Deny, Steer, or Error for those that could not be judged or steered. Dry runs are not counted.",
		}, []string{"resource", "effect"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "domicile_admission_duration_seconds",
			Help:    "Time from an admission review's arrival to the end of its answer, in seconds, by the resource that was reviewed. Dry runs are not counted.",
			Buckets: []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"resource"}),
	}
	for _, c := range []prometheus.Collector{m.requests, m.duration} {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("registering the metrics of the webhook: %w", err)
		}
	}
	return m, nil
}

func (m *Metrics) observe(resource, effect string, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(resource, effect).Inc()
	m.duration.WithLabelValues(resource).Observe(took.Seconds())
}
