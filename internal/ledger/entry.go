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
	"strings"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// maxLocation is how long the API lets a violation's location be.
const maxLocation = 300

// entry is one thing's contribution. It keeps words only: a verdict would keep the
// rulebook alive that gave it.
type entry struct {
	thing   Thing
	outcome residency.Outcome
	// stores is whether it was judged where its bytes rest.
	stores     bool
	datasets   []share // sorted by name
	policies   []share
	violations []violation // by dataset, then policy
	// stale is whether a rulebook that may say something else has come into force since.
	stale bool
}

// share is the thing's outcome in one dataset, or under one policy alone.
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

func newEntry(thing Thing, in *residency.Input, v *residency.Verdict) *entry {
	e := &entry{thing: thing, outcome: v.Outcome, stores: len(in.Volumes) > 0}
	for _, h := range in.Handles {
		e.datasets = append(e.datasets, share{name: h.Dataset, outcome: v.OfDataset(h.Dataset)})
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Policy != "" {
			e.policies = gravest(e.policies, f.Policy, f.Outcome)
		}
		if !f.Outcome.Flagged() {
			continue
		}
		found := violation{
			dataset: f.Dataset, policy: f.Policy, outcome: f.Outcome, reason: string(f.Reason),
			aspect: f.Aspect, location: where(in, f),
		}
		// Two volumes of a pod may be wrong in the same way.
		if !slices.Contains(e.violations, found) {
			e.violations = append(e.violations, found)
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

// where says for people where a subject is, or where its bytes rest: all places of them.
func where(in *residency.Input, f *residency.Finding) string {
	v := f.Volume()
	if v == nil || f.Node() != nil {
		if in.Node == nil {
			return ""
		}
		return cut(words(&in.Node.Location), maxLocation)
	}
	var places []string
	for _, spot := range v.Spots() {
		places = append(places, words(&spot.Location))
	}
	text := strings.Join(places, "; ")
	if v.Name != "" && text != "" {
		text = "volume " + v.Name + ": " + text
	}
	return cut(text, maxLocation)
}

// words says where something is.
func words(l *location.Location) string {
	if !l.Known() {
		return "unknown: " + l.Detail
	}
	where := l.Place()
	if code := l.Code(); code != "" {
		where += " (" + code + ")"
	}
	return where
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
	return e.thing == o.thing && e.outcome == o.outcome && e.stores == o.stores && e.stale == o.stale &&
		slices.Equal(e.datasets, o.datasets) && slices.Equal(e.policies, o.policies) &&
		slices.Equal(e.violations, o.violations)
}

// api returns the violation as a status shows it.
func (e *entry) api(v *violation) residencyv1.Violation {
	return residencyv1.Violation{
		Since:     metav1.NewTime(v.since),
		Outcome:   v.outcome.API(),
		Namespace: e.thing.Namespace,
		Kind:      string(e.thing.Kind),
		Name:      e.thing.Name,
		Node:      e.thing.Node,
		Location:  v.location,
		Aspect:    v.aspect,
		Policy:    v.policy,
		Reason:    v.reason,
	}
}
