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

package rulebook

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics times the compiling.
type Metrics struct {
	seconds prometheus.Histogram
}

// NewMetrics returns metrics that are registered.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "domicile_rulebook_compile_seconds",
		Help:    "Time to compile all Datasets, ResidencyPolicies, Sites, Jurisdictions and Processors into the rulebook that is in force, in seconds.",
		Buckets: prometheus.ExponentialBuckets(.0001, 4, 9),
	})}
	if err := registry.Register(m.seconds); err != nil {
		return nil, fmt.Errorf("registering the metrics of the rulebook: %w", err)
	}
	return m, nil
}

func (m *Metrics) observe(took time.Duration) { m.seconds.Observe(took.Seconds()) }
