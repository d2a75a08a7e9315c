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
	"slices"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// kindPod is the kind of everything in the ledger.
const kindPod = "Pod"

// maxLocation is how long the API lets a violation's location be.
const maxLocation = 300

// entry is one pod's contribution. It keeps words only: a verdict would keep the
// rulebook alive that gave it.
type entry struct {
	pod        Pod
	outcome    residency.Outcome
	datasets   []share // sorted by name
	policies   []share
	violations []violation // by dataset, then policy
	// stale is whether a rulebook that may say something else has come into force since.
	stale bool
}

// share is the pod's outcome in one dataset, or under one policy alone.
type share struct {
	name    string
	outcome residency.Outcome
}

// violation is one flagged finding.
type violation struct {
	dataset, policy string
	outcome         residency.Outcome
	reason          string
	aspect          residencyv1.Aspect
	location        string
	since           time.Time
}

func newEntry(pod Pod, in *residency.Input, v *residency.Verdict) *entry {
	e := &entry{pod: pod, outcome: v.Outcome}
	for _, h := range in.Handles {
		e.datasets = append(e.datasets, share{name: h.Dataset, outcome: v.OfDataset(h.Dataset)})
	}
	where := ""
	if in.Node != nil && v.Outcome.Flagged() {
		where = words(&in.Node.Location)
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Policy != "" {
			e.policies = gravest(e.policies, f.Policy, f.Outcome)
		}
		if f.Outcome.Flagged() {
			e.violations = append(e.violations, violation{
				dataset: f.Dataset, policy: f.Policy, outcome: f.Outcome, reason: string(f.Reason),
				aspect: f.Aspect, location: where,
			})
		}
	}
	return e
}

// gravest notes an outcome under a policy, unless a graver one is noted.
func gravest(shares []share, policy string, o residency.Outcome) []share {
	for i := range shares {
		if shares[i].name == policy {
			shares[i].outcome = max(shares[i].outcome, o)
			return shares
		}
	}
	return append(shares, share{name: policy, outcome: o})
}

// words says where a node is, for people.
func words(l *location.Location) string {
	if !l.Known() {
		return cut("unknown: "+l.Detail, maxLocation)
	}
	where := l.Place()
	if code := l.Code(); code != "" {
		where += " (" + code + ")"
	}
	return cut(where, maxLocation)
}

// cut shortens a text to a number of bytes without breaking a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// same reports whether two entries show the same to everybody who reads the ledger.
func (e *entry) same(o *entry) bool {
	return e.pod == o.pod && e.outcome == o.outcome && e.stale == o.stale &&
		slices.Equal(e.datasets, o.datasets) && slices.Equal(e.policies, o.policies) &&
		slices.Equal(e.violations, o.violations)
}

// api returns the violation as a status shows it.
func (e *entry) api(v *violation) residencyv1.Violation {
	return residencyv1.Violation{
		Since:     metav1.NewTime(v.since),
		Outcome:   v.outcome.API(),
		Namespace: e.pod.Namespace,
		Kind:      kindPod,
		Name:      e.pod.Name,
		Node:      e.pod.Node,
		Location:  v.location,
		Aspect:    v.aspect,
		Policy:    v.policy,
		Reason:    v.reason,
	}
}
