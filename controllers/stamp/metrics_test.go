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
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
)

func TestNodesAreCounted(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	nodes := facts.NewNodes(location.Locator{Catalogue: cat})
	registry := prometheus.NewPedanticRegistry()
	if err := RegisterMetrics(registry, nodes); err != nil {
		t.Fatal(err)
	}
	for name, region := range map[string]string{"a": "westeurope", "b": "uksouth", "c": "nowhere", "d": ""} {
		nodes.Set(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: region}}})
	}
	want := `
# HELP domicile_nodes Nodes by the assurance of their place, and by the reason why they have none ("" where they have one).
# TYPE domicile_nodes gauge
domicile_nodes{assurance="Claimed",reason=""} 2
domicile_nodes{assurance="None",reason="NoWitness"} 1
domicile_nodes{assurance="None",reason="UnknownRegion"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "domicile_nodes"); err != nil {
		t.Error(err)
	}
}
