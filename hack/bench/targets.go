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

package main

import (
	"path"
	"path/filepath"
	"time"
)

// row is one figure of the table, and what it has to be.
type row struct {
	figure  string
	measure func(results) (value, bool) // false: its benchmark did not run
	atMost  *value                      // nil: printed only
}

const (
	residency = "./internal/residency"
	location  = "./internal/location"
	catalogue = "./internal/catalogue"
	facts     = "./internal/facts"
	webhook   = "./internal/webhook"
	workload  = "./controllers/workload"
)

// suite names the benchmarks of a package that the table needs.
type suite struct {
	pkg        string
	benchmarks []string
}

// binary is where the compiled tests of the package are put.
func (s suite) binary(dir string) string {
	return filepath.Join(dir, path.Base(s.pkg)+".test")
}

// suites are run in this order.
func suites() []suite {
	return []suite{
		{catalogue, []string{"Load", "Region", "Zone"}},
		{location, []string{"OfNode", "Locate"}},
		{residency, []string{"Evaluate", "Compile"}},
		{facts, []string{"Processors"}},
		{webhook, []string{"PodHandler", "PodHandlerNodes", "PodHandlerReach"}},
		{workload, []string{"Turns"}},
	}
}

// rows are the targets. What they mean is said where each benchmark is.
func rows() []row {
	table := []row{}
	table = append(table, catalogueRows()...)
	table = append(table, locationRows()...)
	table = append(table, residencyRows()...)
	table = append(table, webhookRows()...)
	return append(table, turnRows()...)
}

// turnRows are of 10,000 pods and 500 transfers, from an instant until the last verdict that turns
// has turned, without an API server. Its benchmark fails if a pod is judged between instants.
func turnRows() []row {
	return []row{
		{"one of 500 transfers ends: its 20 pods of 10,000 are judged", timeOf(workload, "Turns/OneOfMany"), upTo(time.Second)},
		{"all 500 end at once: 10,000 pods are judged", timeOf(workload, "Turns/AllAtOnce"), upTo(time.Second)},
	}
}

func catalogueRows() []row {
	return []row{
		{"load the catalogue", timeOf(catalogue, "Load"), upTo(5 * time.Millisecond)},
		{"look up a region", timeOf(catalogue, "Region"), upTo(100 * time.Nanosecond)},
		{"look up a region, allocations", allocsOf(catalogue, "Region"), allocations(0)},
		{"look up a zone", timeOf(catalogue, "Zone"), upTo(100 * time.Nanosecond)},
		{"look up a zone, allocations", allocsOf(catalogue, "Zone"), allocations(0)},
	}
}

// locationRows are the common node, the one whose labels alone have to tell, the one that asks
// the most of the catalogue, and one of each kind among 100 Sites.
func locationRows() []row {
	var table []row
	for _, r := range []struct{ figure, benchmark string }{
		{"locate a node of AWS", "OfNode/AWS"},
		{"locate a node by labels alone", "OfNode/Labels"},
		{"locate a node that says two places", "OfNode/LabelsFight"},
		{"locate a node among 100 Sites, none", "Locate/None"},
		{"locate a node among 100 Sites, claimed", "Locate/Claimed"},
		{"locate a node among 100 Sites, declared", "Locate/Declared"},
	} {
		table = append(table,
			row{r.figure, timeOf(location, r.benchmark), upTo(2 * time.Microsecond)},
			row{r.figure + ", allocations", allocsOf(location, r.benchmark), allocations(4)})
	}
	return table
}

func residencyRows() []row {
	return []row{
		{"evaluate a permitted pod", timeOf(residency, "Evaluate/Governed"), upTo(2 * time.Microsecond)},
		{"evaluate a permitted pod, allocations", allocsOf(residency, "Evaluate/Governed"), allocations(2)},
		{"evaluate a pod that nothing governs", timeOf(residency, "Evaluate/NotGoverned"), upTo(200 * time.Nanosecond)},
		{"evaluate a pod that nothing governs, allocations", allocsOf(residency, "Evaluate/NotGoverned"), allocations(0)},
		{"evaluate a prohibited pod", timeOf(residency, "Evaluate/Prohibited"), upTo(10 * time.Microsecond)},
		{"evaluate a pod with four claims", timeOf(residency, "Evaluate/FourClaims"), upTo(5 * time.Microsecond)},
		{"evaluate a pod with two processors and a transfer", timeOf(residency, "Evaluate/Processors"), upTo(4 * time.Microsecond)},
		{"find the processors of a pod among 100,000 hosts", timeOf(facts, "Processors"), upTo(20 * time.Microsecond)},
		{"evaluate a pod that 100 policies govern", timeOf(residency, "Evaluate/AllPolicies"), upTo(50 * time.Microsecond)},
		{"compile 100 policies x 100 datasets", timeOf(residency, "Compile/100"), nil},
		{"compile 1,000 x 1,000", timeOf(residency, "Compile/1000"), upTo(time.Second)},
		{"compile 10,000 x 10,000", timeOf(residency, "Compile/10000"), nil},
		// Linear would be 10 times; caches and the collector are granted as much again.
		{"compile 1,000 over 100", ratioOf(residency, "Compile/1000", "Compile/100"), times(20)},
		{"compile 10,000 over 1,000", ratioOf(residency, "Compile/10000", "Compile/1000"), times(20)},
	}
}

func webhookRows() []row {
	return []row{
		{"decode a 5 KB review of a pod", timeOf(webhook, "PodHandler/Decode"), nil},
		{"answer it, from bytes to bytes", timeOf(webhook, "PodHandler/Handle"), nil},
		{"answer it, beyond decoding", differenceOf(webhook, "PodHandler/Handle", "PodHandler/Decode"), upTo(30 * time.Microsecond)},
		{"a pod with a node: 5,000 nodes over 10", ratioOf(webhook, "PodHandlerNodes/5000", "PodHandlerNodes/10"), times(2)},
		{"an unbound pod, seen: 5,000 nodes over 10", ratioOf(webhook, "PodHandlerReach/Seen5000", "PodHandlerReach/Seen10"), times(2)},
		{"an unbound pod, first seen, 5,000 nodes", timeOf(webhook, "PodHandlerReach/FirstSeen5000"), upTo(5 * time.Millisecond)},
	}
}
