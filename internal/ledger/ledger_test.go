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

package ledger

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// finding is one finding in short: dataset, policy, outcome.
func finding(dataset, policy string, o residency.Outcome) residency.Finding {
	f := residency.Finding{Handling: residency.Handling{Dataset: dataset}, Policy: policy, Outcome: o, Aspect: residencyv1.AspectProcessing, Reason: residency.ReasonPlacePermitted}
	if o.Flagged() {
		f.Reason = residency.ReasonPlaceNotAllowed
	}
	return f
}

// judged returns what would be recorded about a pod with these findings.
func judged(node string, findings ...residency.Finding) (*residency.Input, *residency.Verdict) {
	in, v := &residency.Input{}, &residency.Verdict{Findings: findings}
	for _, f := range findings {
		if !slices.ContainsFunc(in.Handles, func(h residency.Handling) bool { return h.Dataset == f.Dataset }) {
			in.Handles = append(in.Handles, residency.Handling{Dataset: f.Dataset})
		}
		v.Outcome = max(v.Outcome, f.Outcome)
	}
	if node != "" {
		in.Node = residency.NewNode(node, location.Location{City: "London", Country: "GB", Provider: "aws", Region: "eu-west-2"})
	}
	return in, v
}

// record records and fails the test if the ledger does not take it.
func record(t *testing.T, l *Ledger, pod Thing, now time.Time, findings ...residency.Finding) Change {
	t.Helper()
	in, v := judged(pod.Node, findings...)
	c, ok := l.Record(pod, in, v, l.Rulebook(), now)
	if !ok {
		t.Fatalf("the ledger did not take %+v", pod)
	}
	return c
}

func podNamed(name string) Thing { return podOn(name, "ldn-1") }

func podOn(name, node string) Thing {
	return Thing{Ref: Ref{KindPod, "crm", name}, UID: types.UID("uid of " + name), Node: node, Open: node == ""}
}

// whole returns a ledger of which all parts are primed.
func whole() *Ledger {
	l := New()
	l.Prime(Pods)
	l.Prime(Stores)
	return l
}

// state is what a thing of TestSumsEqualARecount was recorded with.
type state struct {
	findings []residency.Finding
	kind     Kind
	node     string
	stale    bool
}

func (s *state) thing(name string) Thing {
	return Thing{Ref: Ref{s.kind, "crm", name}, UID: types.UID(name), Node: s.node, Open: s.node == ""}
}

// TestSumsEqualARecount changes entries at random and counts anew each time.
func TestSumsEqualARecount(t *testing.T) {
	outcomes := []residency.Outcome{residency.NotGoverned, residency.Permitted, residency.Undetermined, residency.Prohibited}
	kinds := []Kind{KindPod, KindClaim, KindVolume, KindSnapshot, KindContent}
	rapid.Check(t, func(t *rapid.T) {
		l := whole()
		rb := &residency.Rulebook{}
		l.Turnover(rb, nil)
		pods := map[string]state{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "pod")
			switch rapid.IntRange(0, 4).Draw(t, "action") {
			case 0:
				for _, kind := range kinds {
					l.Remove(Ref{kind, "crm", name})
				}
				delete(pods, name)
			case 1:
				changed := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"d0", "d1", "d2"}), rapid.ID[string]).Draw(t, "changed")
				rb = &residency.Rulebook{}
				l.Turnover(rb, changed)
				for n, s := range pods {
					s.stale = s.stale || slices.ContainsFunc(s.findings, func(f residency.Finding) bool { return slices.Contains(changed, f.Dataset) })
					pods[n] = s
				}
			default:
				s := state{kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
				if old, ok := pods[name]; ok {
					s.kind = old.kind
				}
				s.node = rapid.SampledFrom([]string{"", "n1", "n2"}).Draw(t, "node")
				for d := range 3 {
					for p := range 2 {
						if rapid.Bool().Draw(t, "governed") {
							s.findings = append(s.findings, finding(fmt.Sprint("d", d), fmt.Sprint("p", p), rapid.SampledFrom(outcomes[1:]).Draw(t, "outcome")))
						}
					}
				}
				in, v := judged(s.node, s.findings...)
				if _, ok := l.Record(s.thing(name), in, v, rb, start); !ok {
					t.Fatal("not taken")
				}
				delete(pods, name)
				if len(s.findings) > 0 {
					pods[name] = s
				}
			}
			datasets, policies := map[string]Tally{}, map[string]Tally{}
			stale, open, count := map[string]bool{}, map[Part]int{}, map[Part]int{}
			for _, s := range pods {
				count[s.kind.Part()]++
				if s.node == "" {
					open[s.kind.Part()]++
				}
				gravestOf := func(by func(residency.Finding) string) map[string]residency.Outcome {
					out := map[string]residency.Outcome{}
					for _, f := range s.findings {
						out[by(f)] = max(out[by(f)], f.Outcome)
						stale[by(f)] = stale[by(f)] || s.stale
					}
					return out
				}
				for _, into := range []struct {
					tallies map[string]Tally
					by      func(residency.Finding) string
				}{
					{datasets, func(f residency.Finding) string { return f.Dataset }},
					{policies, func(f residency.Finding) string { return f.Policy }},
				} {
					for n, o := range gravestOf(into.by) {
						tally := into.tallies[n]
						counts := map[Kind]*Counts{
							KindPod: &tally.Workloads, KindClaim: &tally.Volumes, KindVolume: &tally.Volumes,
							KindSnapshot: &tally.Snapshots, KindContent: &tally.Snapshots,
						}
						counts[s.kind].add(o, 1)
						into.tallies[n] = tally
					}
				}
			}
			if diff := gocmp.Diff(datasets, l.Tallies()); diff != "" {
				t.Fatalf("counts by dataset (-recount +ledger):\n%s", diff)
			}
			for _, p := range []string{"p0", "p1"} {
				view := l.Policy(p)
				if view.Tally != policies[p] || view.Settled == stale[p] {
					t.Fatalf("policy %s is %+v, the recount %+v, stale %v", p, view, policies[p], stale[p])
				}
			}
			for _, d := range []string{"d0", "d1", "d2"} {
				if view := l.Dataset(d); view.Settled == stale[d] {
					t.Fatalf("dataset %s is settled: %v, stale: %v", d, view.Settled, stale[d])
				}
			}
			for part := range parts {
				if got := len(l.Open(part)); got != open[part] || l.Len(part) != count[part] {
					t.Fatalf("part %d has %d things of which %d are open, want %d and %d", part, l.Len(part), got, count[part], open[part])
				}
			}
		}
		for name, s := range pods {
			l.Remove(s.thing(name).Ref)
		}
		if len(l.datasets)+len(l.policies)+l.Len(Pods)+l.Len(Stores)+len(l.Open(Pods))+len(l.Open(Stores)) != 0 {
			t.Fatal("an empty ledger keeps something")
		}
	})
}

// TestFirstViolationsAreTheFirst compares with sorting all of them.
func TestFirstViolationsAreTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := New()
		var all []placed
		for i := range rapid.IntRange(0, 60).Draw(t, "pods") {
			o := rapid.SampledFrom([]residency.Outcome{residency.Undetermined, residency.Prohibited}).Draw(t, "outcome")
			age := rapid.IntRange(0, 5).Draw(t, "age")
			in, v := judged("n", finding("d", "p", o), finding("d", "q", residency.Prohibited))
			pod := podOn(fmt.Sprint("pod-", i), "n")
			if _, ok := l.Record(pod, in, v, nil, start.Add(time.Duration(age)*time.Second)); !ok {
				t.Fatal("not taken")
			}
		}
		for _, e := range l.entries[Pods] {
			for i := range e.violations {
				all = append(all, placed{e, &e.violations[i]})
			}
		}
		slices.SortFunc(all, compare)
		var want []residencyv1.Violation
		for _, p := range all[:min(len(all), residencyv1.MaxViolations)] {
			want = append(want, p.entry.api(p.violation))
		}
		if diff := gocmp.Diff(want, l.Dataset("d").Violations); diff != "" {
			t.Fatalf("violations (-want +got):\n%s", diff)
		}
	})
}

func TestOrderOfViolations(t *testing.T) {
	l := New()
	record(t, l, podNamed("undetermined-old"), start, finding("d", "p", residency.Undetermined))
	record(t, l, podNamed("prohibited-new"), start.Add(2*time.Minute), finding("d", "p", residency.Prohibited))
	record(t, l, podNamed("prohibited-old-b"), start.Add(time.Minute), finding("d", "p", residency.Prohibited))
	record(t, l, podNamed("prohibited-old-a"), start.Add(time.Minute), finding("d", "q", residency.Prohibited), finding("d", "p", residency.Prohibited))
	var got []string
	for _, v := range l.Dataset("d").Violations {
		got = append(got, v.Name+" "+v.Policy)
	}
	want := []string{"prohibited-old-a p", "prohibited-old-a q", "prohibited-old-b p", "prohibited-new p", "undetermined-old p"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestWhatIsATurn(t *testing.T) {
	for name, tc := range map[string]struct {
		before, after residency.Outcome
		want          bool
	}{
		"to flagged":             {residency.Permitted, residency.Prohibited, true},
		"new and flagged":        {residency.NotGoverned, residency.Undetermined, true},
		"back":                   {residency.Undetermined, residency.Permitted, true},
		"from one to the other":  {residency.Undetermined, residency.Prohibited, true},
		"flagged as before":      {residency.Prohibited, residency.Prohibited, false},
		"nothing wrong, as ever": {residency.NotGoverned, residency.Permitted, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&Change{Before: tc.before, After: tc.after}).Turned(); got != tc.want {
				t.Errorf("turned is %v", got)
			}
		})
	}
}

func TestARecordOfAnOldRulebookIsRefused(t *testing.T) {
	l := New()
	old, current := &residency.Rulebook{}, &residency.Rulebook{}
	l.Turnover(old, nil)
	in, v := judged("n", finding("d", "p", residency.Permitted))
	l.Turnover(current, []string{"d"})
	if _, ok := l.Record(podNamed("a"), in, v, old, start); ok || l.Len(Pods) != 0 {
		t.Error("what an old rulebook says was recorded")
	}
	if _, ok := l.Record(podNamed("a"), in, v, current, start); !ok {
		t.Error("what the current rulebook says was not recorded")
	}
}

func TestAChangeNamesWhatItTouches(t *testing.T) {
	l := New()
	got := []Change{
		record(t, l, podNamed("a"), start, finding("d2", "p2", residency.Permitted), finding("d1", "p1", residency.Prohibited)),
		record(t, l, podNamed("a"), start, finding("d2", "p2", residency.Permitted), finding("d1", "p1", residency.Prohibited)),
		record(t, l, podNamed("a"), start, finding("d3", "p3", residency.Permitted)),
		record(t, l, podNamed("a"), start),
		l.Remove(podNamed("a").Ref),
	}
	want := []Change{
		{Datasets: []string{"d1", "d2"}, Policies: []string{"p1", "p2"}, After: residency.Prohibited},
		{Before: residency.Prohibited, After: residency.Prohibited},
		{Datasets: []string{"d1", "d2", "d3"}, Policies: []string{"p1", "p2", "p3"}, Before: residency.Prohibited, After: residency.Permitted},
		{Datasets: []string{"d3"}, Policies: []string{"p3"}, Before: residency.Permitted},
		{},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestALocationFitsTheSchema(t *testing.T) {
	long := location.Location{Reason: location.ReasonUnknownZone, Detail: string(slices.Repeat([]rune("é"), 400))}
	in := &residency.Input{Node: residency.NewNode("n", long)}
	if got := where(in, &residency.Finding{}); len(got) > maxLocation || len(got) < maxLocation-2 {
		t.Errorf("the location has %d bytes", len(got))
	}
}

// A beginning that failed is begun again: what it had recorded may be gone by then.
func TestResetForgetsAPart(t *testing.T) {
	l := New()
	claim := Thing{Ref: Ref{KindClaim, "crm", "data"}, UID: "c"}
	record(t, l, claim, start, finding("d", "p", residency.Permitted))
	record(t, l, podNamed("gone"), start, finding("d", "p", residency.Prohibited))
	record(t, l, podOn("waiting", ""), start, finding("d", "p", residency.Undetermined))
	l.Reset(Pods)
	record(t, l, podNamed("here"), start, finding("d", "p", residency.Permitted))
	if got, want := l.Dataset("d").Tally.Workloads, (Counts{Permitted: 1}); got != want {
		t.Errorf("counts %+v, want %+v", got, want)
	}
	if got := l.Open(Pods); len(got) != 0 {
		t.Errorf("without a node: %v", got)
	}
	if got := l.Of("d", Pods); len(got) != 1 {
		t.Errorf("pods of the dataset: %v", got)
	}
	if got := l.Of("d", Stores); len(got) != 1 || got[0] != claim.Ref {
		t.Errorf("volumes of the dataset: %v", got)
	}
	if l.Len(Pods) != 1 || l.Len(Stores) != 1 {
		t.Errorf("%d pods and %d others", l.Len(Pods), l.Len(Stores))
	}
}
