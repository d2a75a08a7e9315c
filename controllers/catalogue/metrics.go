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

package catalogue

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics say whether the overlay can be used.
type Metrics struct {
	valid prometheus.Gauge
}

// NewMetrics returns metrics that are registered.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{valid: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "domicile_catalogue_overlay_valid",
		Help: "1 if the overlay of the catalogue is in force, or there is none; 0 if it cannot be used, or nothing is read yet.",
	})}
	if err := registry.Register(m.valid); err != nil {
		return nil, fmt.Errorf("registering the metrics of the catalogue: %w", err)
	}
	return m, nil
}

func (m *Metrics) observe(valid bool) {
	if valid {
		m.valid.Set(1)
		return
	}
	m.valid.Set(0)
}
