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
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

const (
	// reasonAttestationEnds is the reason of the Event on a Processor of which an attestation
	// ends soon, and actionNotify its action.
	reasonAttestationEnds = "AttestationEnds"
	actionNotify          = "Notify"

	// maxWait bounds how long a notice is waited for at a time: timers do not see that the clock
	// was set.
	maxWait = time.Hour
)

// noticeDays are how many days before the end of an attestation is told of it, the earliest first.
func noticeDays() []int32 { return []int32{30, 7, 1} }

// notify notes in the status which notices are due, each once, and forgets those of attestations
// that are gone or have ended. It returns how long to wait for the next one, zero if none comes.
func notify(p *residencyv1.Processor, now time.Time) time.Duration {
	var notices []residencyv1.EndNotice
	var wait time.Duration
	for i := range p.Spec.Attestations {
		a := &p.Spec.Attestations[i]
		if a.ValidUntil == nil || !now.Before(a.ValidUntil.Time) {
			continue
		}
		due := int32(0)
		for _, days := range noticeDays() {
			until := a.ValidUntil.Add(-time.Duration(days) * 24 * time.Hour).Sub(now)
			if until <= 0 {
				// Of those that have passed while nobody looked, the last one tells enough.
				due = days
				continue
			}
			if wait == 0 || until < wait {
				wait = until
			}
		}
		if due > 0 {
			notices = append(notices, residencyv1.EndNotice{Scheme: a.Scheme, ID: a.ID, ValidUntil: *a.ValidUntil, Days: due})
		}
	}
	p.Status.Notices = notices
	return min(wait, maxWait)
}

// ending are the Events for the notices that were not there before.
func ending(before, after *residencyv1.Processor) []event.Event {
	var out []event.Event
	for i := range after.Status.Notices {
		n := &after.Status.Notices[i]
		if told(before.Status.Notices, n) {
			continue
		}
		out = append(out, event.Event{
			Regarding: corev1.ObjectReference{
				APIVersion: residencyv1.GroupVersion.String(), Kind: "Processor", Name: after.Name, UID: after.UID, ResourceVersion: after.ResourceVersion,
			},
			Type: corev1.EventTypeWarning, Reason: reasonAttestationEnds, Action: actionNotify,
			Note: fmt.Sprintf("The attestation %s of Processor %s ends at %s, in less than %s. Where a policy asks for it, whatever calls the processor is Prohibited from then on.",
				named(n), after.Name, n.ValidUntil.UTC().Format(time.RFC3339), inDays(n.Days)),
		})
	}
	return out
}

// told reports whether was told of the same end, as late as that.
func told(notices []residencyv1.EndNotice, n *residencyv1.EndNotice) bool {
	for i := range notices {
		o := &notices[i]
		if o.Scheme == n.Scheme && o.ID == n.ID && o.ValidUntil.Equal(&n.ValidUntil) && o.Days <= n.Days {
			return true
		}
	}
	return false
}

func named(n *residencyv1.EndNotice) string {
	if n.ID == "" {
		return string(n.Scheme)
	}
	return string(n.Scheme) + " " + n.ID
}

func inDays(days int32) string {
	if days == 1 {
		return "a day"
	}
	return fmt.Sprintf("%d days", days)
}
