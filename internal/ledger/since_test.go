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
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestSinceIsWhenTheVerdictWasFirstSeen(t *testing.T) {
	since := func(l *Ledger) time.Time { return l.Dataset("d").Violations[0].Since.Time }
	later := start.Add(time.Hour)
	for name, tc := range map[string]struct {
		before, after residency.Finding
		pod           Thing
		want          time.Time
	}{
		"the same verdict again":  {finding("d", "p", residency.Prohibited), finding("d", "p", residency.Prohibited), podNamed("a"), start},
		"another outcome":         {finding("d", "p", residency.Undetermined), finding("d", "p", residency.Prohibited), podNamed("a"), later},
		"another policy":          {finding("d", "p", residency.Prohibited), finding("d", "q", residency.Prohibited), podNamed("a"), later},
		"it was permitted before": {finding("d", "p", residency.Permitted), finding("d", "p", residency.Prohibited), podNamed("a"), later},
		"another pod of the name": {finding("d", "p", residency.Prohibited), finding("d", "p", residency.Prohibited), Thing{Ref: Ref{KindPod, "crm", "a"}, UID: "new"}, later},
		"the pod has moved":       {finding("d", "p", residency.Prohibited), finding("d", "p", residency.Prohibited), podOn("a", "n2"), start},
	} {
		t.Run(name, func(t *testing.T) {
			l := New()
			record(t, l, podNamed("a"), start, tc.before)
			record(t, l, tc.pod, later, tc.after)
			if got := since(l); !got.Equal(tc.want) {
				t.Errorf("since %v, want %v", got, tc.want)
			}
		})
	}
}

func TestARestartKeepsWhatTheStatusHasStored(t *testing.T) {
	stored := residencyv1.Violation{
		Since: metav1.NewTime(start), Outcome: residencyv1.OutcomeProhibited, Namespace: "crm", Kind: "Pod", Name: "a",
		Policy: "p", Reason: string(residency.ReasonPlaceNotAllowed), Aspect: residencyv1.AspectProcessing,
	}
	other := stored
	other.Reason = string(residency.ReasonPlaceDenied)
	full := slices.Repeat([]residencyv1.Violation{other}, residencyv1.MaxViolations)
	later := start.Add(time.Hour)
	for name, tc := range map[string]struct {
		stored    []residencyv1.Violation
		primed    bool
		since     time.Time
		wantKnown bool
	}{
		"stored":                            {stored: []residencyv1.Violation{stored}, since: start, wantKnown: true},
		"nothing stored":                    {since: later},
		"stored with another reason":        {stored: []residencyv1.Violation{other}, since: later},
		"the stored list was cut off":       {stored: full, since: later, wantKnown: true},
		"what was stored is forgotten then": {stored: []residencyv1.Violation{stored}, primed: true, since: later},
	} {
		t.Run(name, func(t *testing.T) {
			l := New()
			l.Recall("d", tc.stored)
			if tc.primed {
				l.Prime(Pods)
				l.Prime(Stores)
			}
			c := record(t, l, podNamed("a"), later, finding("d", "p", residency.Prohibited))
			if got := l.Dataset("d").Violations[0].Since.Time; !got.Equal(tc.since) {
				t.Errorf("since %v, want %v", got, tc.since)
			}
			if c.Known != tc.wantKnown {
				t.Errorf("known is %v", c.Known)
			}
		})
	}
}
