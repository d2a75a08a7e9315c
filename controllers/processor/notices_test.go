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

package processor

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Of each end is told 30 days, 7 days and 1 day before it, once, also by another replica or after a
// restart, which begin with what the status says.
func TestNotices(t *testing.T) {
	end := time.Date(2027, 7, 1, 0, 0, 0, 0, time.UTC)
	p := &residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "studio", UID: "u"}}
	p.Spec.Attestations = []residencyv1.Attestation{
		{Scheme: "CoC", ID: "7", ValidUntil: new(metav1.NewTime(end))},
		{Scheme: "Endless"},
		{Scheme: "Old", ValidUntil: new(metav1.NewTime(end.AddDate(-2, 0, 0)))},
	}
	const day = 24 * time.Hour
	for _, step := range []struct {
		before time.Duration // the end
		says   string        // empty: nothing
		wait   time.Duration
	}{
		{31 * day, "", time.Hour},
		{30*day + time.Minute, "", time.Minute},
		{30 * day, "The attestation CoC 7 of Processor studio ends at 2027-07-01T00:00:00Z, in less than 30 days.", time.Hour},
		{29 * day, "", time.Hour},
		{7 * day, "in less than 7 days", time.Hour},
		{7*day - time.Second, "", time.Hour},
		{time.Minute, "in less than a day", 0},
		{time.Second, "", 0},
		{0, "", 0},
		{-day, "", 0},
	} {
		before := p.DeepCopy()
		wait := notify(p, end.Add(-step.before))
		var notes []string
		for _, e := range ending(before, p) {
			notes = append(notes, e.Note)
		}
		got := strings.Join(notes, " ")
		if (step.says == "") != (got == "") || !strings.Contains(got, step.says) || len(notes) > 1 {
			t.Errorf("%v before: it says %q, want %q", step.before, got, step.says)
		}
		if wait != step.wait {
			t.Errorf("%v before: it waits %v, want %v", step.before, wait, step.wait)
		}
	}
	if len(p.Status.Notices) > 0 {
		t.Errorf("it keeps %v of what has ended", p.Status.Notices)
	}
	t.Run("a longer one is told of anew", func(t *testing.T) {
		p := p.DeepCopy()
		notify(p, end.Add(-day))
		before := p.DeepCopy()
		p.Spec.Attestations[0].ValidUntil = new(metav1.NewTime(end.AddDate(0, 0, 5)))
		notify(p, end.Add(-day))
		if got := ending(before, p); len(got) != 1 || !strings.Contains(got[0].Note, "2027-07-06") {
			t.Errorf("it says %v", got)
		}
	})
	t.Run("nobody looked for weeks", func(t *testing.T) {
		p := p.DeepCopy()
		p.Status.Notices = nil
		notify(p, end.Add(-2*day))
		if got := ending(&residencyv1.Processor{}, p); len(got) != 1 || !strings.Contains(got[0].Note, "7 days") {
			t.Errorf("it says %v", got)
		}
	})
}
