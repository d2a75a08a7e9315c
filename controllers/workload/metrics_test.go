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
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestMetrics(t *testing.T) {
	w := newWorld(t)
	registry := prometheus.NewRegistry()
	if err := RegisterMetrics(registry, w.Ledger); err != nil {
		t.Fatal(err)
	}
	w.permit("DE")
	w.see(t, handling("a", "fra-1", "customers"), handling("b", "ldn-1", "customers"),
		handling("c", "fra-1", "custmers"), handling("d", "fra-1", "kustomers"))
	claim := ledger.Thing{Ref: ledger.Ref{Kind: ledger.KindClaim, Namespace: "crm", Name: "data"}}
	_, err := w.Ledger.Judge(claim, w.clock.Now(), func(*residency.Rulebook) (*residency.Input, error) {
		return &residency.Input{Handles: []residency.Handling{{Dataset: "custmers"}}, OnlyStores: true}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := testutil.GatherAndCompare(registry, strings.NewReader("")); err != nil {
		t.Errorf("before every pod is judged: %v", err)
	}
	w.Ledger.Prime(ledger.Pods)
	if err := testutil.GatherAndCompare(registry, strings.NewReader("")); err != nil {
		t.Errorf("before every volume is judged: %v", err)
	}
	w.Ledger.Prime(ledger.Stores)
	want := `
# HELP domicile_workloads Pods that handle a dataset and have not ended, by dataset and by the outcome of their verdict. Pods that name a dataset that does not exist are counted under the dataset "(unknown)". Reported by the leader.
# TYPE domicile_workloads gauge
domicile_workloads{dataset="(unknown)",outcome="NotGoverned"} 0
domicile_workloads{dataset="(unknown)",outcome="Permitted"} 0
domicile_workloads{dataset="(unknown)",outcome="Prohibited"} 0
domicile_workloads{dataset="(unknown)",outcome="Undetermined"} 2
domicile_workloads{dataset="customers",outcome="NotGoverned"} 0
domicile_workloads{dataset="customers",outcome="Permitted"} 1
domicile_workloads{dataset="customers",outcome="Prohibited"} 1
domicile_workloads{dataset="customers",outcome="Undetermined"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "domicile_workloads"); err != nil {
		t.Error(err)
	}
	volumes := `
# HELP domicile_volumes Volume claims that hold a dataset, and persistent volumes that hold what no claim of theirs does, by dataset and by the outcome of their verdict. Those that name a dataset that does not exist are counted under the dataset "(unknown)". Reported by the leader.
# TYPE domicile_volumes gauge
domicile_volumes{dataset="(unknown)",outcome="NotGoverned"} 0
domicile_volumes{dataset="(unknown)",outcome="Permitted"} 0
domicile_volumes{dataset="(unknown)",outcome="Prohibited"} 0
domicile_volumes{dataset="(unknown)",outcome="Undetermined"} 1
domicile_volumes{dataset="customers",outcome="NotGoverned"} 0
domicile_volumes{dataset="customers",outcome="Permitted"} 0
domicile_volumes{dataset="customers",outcome="Prohibited"} 0
domicile_volumes{dataset="customers",outcome="Undetermined"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(volumes), "domicile_volumes"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}
