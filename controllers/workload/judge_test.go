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
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/ledger"
)

func (w *world) counts() ledger.Counts { return w.Ledger.Tallies()["customers"].Workloads }

func TestOneEventForEachTurn(t *testing.T) {
	w := newWorld(t)
	w.begun()
	pod := handling("profiles", "ldn-1", "customers")
	w.permit("DE", "GB")
	w.see(t, pod, pod)
	if len(w.onPods) > 0 {
		t.Fatalf("a pod where it may be has Events %+v", w.onPods)
	}
	w.permit("DE")
	w.see(t, pod, pod)
	w.permit("DE", "GB")
	w.see(t, pod, pod)
	if len(w.onPods) != 2 {
		t.Fatalf("Events are %+v", w.onPods)
	}
	flagged, back := w.onPods[0], w.onPods[1]
	want := event.Event{
		Regarding: corev1.ObjectReference{APIVersion: "v1", Kind: "Pod", Namespace: "crm", Name: "profiles", UID: "profiles", ResourceVersion: "1"},
		Related:   &corev1.ObjectReference{APIVersion: "residency.domicile.dev/v1alpha1", Kind: "ResidencyPolicy", Name: "gdpr"},
		Type:      corev1.EventTypeWarning, Reason: "Prohibited", Action: event.ActionJudge, Note: flagged.Note,
	}
	if diff := cmp.Diff(want, flagged); diff != "" {
		t.Errorf("the Event of the turn (-want +got):\n%s", diff)
	}
	for _, words := range []string{"crm/profiles", "London, GB", `"gdpr"`, "permits DE"} {
		if !strings.Contains(flagged.Note, words) {
			t.Errorf("the note does not say %q: %s", words, flagged.Note)
		}
	}
	if back.Type != corev1.EventTypeNormal || back.Reason != "Permitted" || !strings.Contains(back.Note, "no longer flagged") {
		t.Errorf("the Event of the turn back is %+v", back)
	}
}

func TestADatasetThatDoesNotExistIsRelated(t *testing.T) {
	w := newWorld(t)
	w.begun()
	w.permit("DE")
	w.see(t, handling("profiles", "fra-1", "custmers"))
	if len(w.onPods) != 1 || w.onPods[0].Related.Kind != "Dataset" || w.onPods[0].Related.Name != "custmers" || w.onPods[0].Reason != "Undetermined" {
		t.Errorf("Events are %+v", w.onPods)
	}
}

func TestNoEventForWhatTheStatusKnew(t *testing.T) {
	w := newWorld(t)
	w.permit("DE")
	w.Ledger.Recall("customers", []residencyv1.Violation{{
		Namespace: "crm", Kind: "Pod", Name: "known", Policy: "gdpr", Reason: "PlaceNotAllowed", Aspect: residencyv1.AspectProcessing,
		Outcome: residencyv1.OutcomeProhibited, Since: metav1.NewTime(w.clock.Now().Add(-time.Hour)),
	}})
	w.see(t, handling("known", "ldn-1", "customers"), handling("new", "ldn-1", "customers"))
	if len(w.onPods) > 0 {
		t.Errorf("Events of a beginning that may have to begin again: %+v", w.onPods)
	}
	w.begun()
	if len(w.onPods) != 1 || w.onPods[0].Regarding.Name != "new" {
		t.Errorf("Events are %+v", w.onPods)
	}
}

func TestAnOwnerOfManyIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.begun()
	w.permit("DE")
	for i := range 30 {
		w.see(t, ownedBy("profiles", handling(fmt.Sprint("profiles-", i), "ldn-1", "customers")))
	}
	w.see(t, ownedBy("other", handling("other-0", "ldn-1", "customers")), handling("bare", "ldn-1", "customers"))
	if len(w.onPods) != maxTurns+2 {
		t.Errorf("%d Events on pods", len(w.onPods))
	}
	if len(w.onOwners) != 1 {
		t.Fatalf("Events on owners are %+v", w.onOwners)
	}
	if e := w.onOwners[0]; e.Regarding.Kind != "ReplicaSet" || e.Regarding.Name != "profiles" || e.Regarding.Namespace != "crm" || e.Type != corev1.EventTypeWarning {
		t.Errorf("the Event is %+v", e)
	}
	if got := w.counts(); got.Prohibited != 32 {
		t.Errorf("counts are %+v", got)
	}
	w.clock.SetTime(w.clock.Now().Add(window))
	w.see(t, ownedBy("profiles", handling("profiles-30", "ldn-1", "customers")))
	if len(w.onPods) != maxTurns+3 {
		t.Error("a minute later the pods still have no Events")
	}
}

func TestAPodThatHasEndedIsNotCounted(t *testing.T) {
	for _, phase := range []corev1.PodPhase{corev1.PodSucceeded, corev1.PodFailed} {
		w := newWorld(t)
		w.permit("DE")
		pod := handling("job", "ldn-1", "customers")
		w.see(t, pod)
		if got := w.counts(); got.Prohibited != 1 {
			t.Fatalf("counts are %+v", got)
		}
		pod.Status.Phase = phase
		w.see(t, pod)
		if got := w.counts(); got.Total() != 0 {
			t.Errorf("%s: counts are %+v", phase, got)
		}
	}
}

func TestAPodThatIsBeingDeletedIsCounted(t *testing.T) {
	w := newWorld(t)
	w.permit("DE")
	pod := handling("going", "ldn-1", "customers")
	pod.DeletionTimestamp = new(metav1.NewTime(w.clock.Now()))
	w.see(t, pod)
	if got := w.counts(); got.Prohibited != 1 {
		t.Errorf("counts are %+v", got)
	}
}

func TestANewRulebookUnsettlesWhatItTouches(t *testing.T) {
	w := newWorld(t)
	pod := handling("profiles", "ldn-1", "customers")
	w.permit("DE")
	w.Ledger.Prime(ledger.Pods)
	w.Ledger.Prime(ledger.Stores)
	w.see(t, pod)
	if !w.Ledger.Dataset("customers").Settled || !w.Ledger.Policy("gdpr").Settled {
		t.Fatal("not settled at first")
	}
	w.permit("DE", "GB")
	if w.Ledger.Dataset("customers").Settled || w.Ledger.Policy("gdpr").Settled {
		t.Error("settled before the pod is judged again")
	}
	w.see(t, pod)
	if !w.Ledger.Dataset("customers").Settled || !w.Ledger.Policy("gdpr").Settled {
		t.Error("not settled after the pod was judged again")
	}
}

func TestPodChanges(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*corev1.Pod)
		want   bool
	}{
		"nothing":             {func(p *corev1.Pod) { p.ResourceVersion = "2" }, false},
		"its label":           {func(p *corev1.Pod) { p.Labels[residencyv1.DatasetLabel] = "other" }, true},
		"its label is gone":   {func(p *corev1.Pod) { p.Labels = nil }, true},
		"an empty annotation": {func(p *corev1.Pod) { p.Annotations = map[string]string{residencyv1.DatasetsAnnotation: ""} }, true},
		"its processors":      {func(p *corev1.Pod) { p.Annotations = map[string]string{residencyv1.ProcessorsAnnotation: "a/b"} }, true},
		"a container is added": {func(p *corev1.Pod) {
			p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Args: []string{"api.example.com"}}}}
		}, true},
		"its node":            {func(p *corev1.Pod) { p.Spec.NodeName = "fra-1" }, true},
		"its node selector":   {func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"a": "b"} }, true},
		"its affinity":        {func(p *corev1.Pod) { p.Spec.Affinity = &corev1.Affinity{} }, true},
		"it has ended":        {func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }, true},
		"it runs":             {func(p *corev1.Pod) { p.Status.Phase = corev1.PodPending }, false},
		"another of the name": {func(p *corev1.Pod) { p.UID = "other" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := handling("a", "ldn-1", "customers")
			after := before.DeepCopy()
			tc.change(after)
			if got := podsDiffer(before, after); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
