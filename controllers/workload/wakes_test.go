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
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
)

// A node can be elsewhere although nothing on it has changed: by a Site, or by another
// catalogue. Pods that can reach it are touched as well as those on it.
func TestWhomAChangeOfANodeTouches(t *testing.T) {
	on, reaching := Request{Kind: podsOnNode, Name: "room-1"}, Request{Kind: podsWithoutNode}
	for name, tc := range map[string]struct {
		change facts.NodeChange
		want   []Request
	}{
		"elsewhere":           {facts.NodeChange{Name: "room-1", Location: true}, []Request{on, reaching}},
		"other labels":        {facts.NodeChange{Name: "room-1", Labels: true}, []Request{reaching}},
		"a new node":          {facts.NodeChange{Name: "room-1", Location: true, Labels: true}, []Request{on, reaching}},
		"only another stamp":  {facts.NodeChange{Name: "room-1", Stamp: true}, nil},
		"only for its Site's": {facts.NodeChange{Name: "room-1", Sites: []string{"paris-room"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Reconciler{Woken: &wake.Source[Request]{}}
			q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Request]())
			t.Cleanup(q.ShutDown)
			if err := r.Woken.Start(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			r.nodeChanged(tc.change)
			// What is asked for at last comes last.
			end := Request{Kind: everything}
			r.Woken.WakeAfter(2*wake.Batch, end)
			var got []Request
			for next, _ := q.Get(); next != end; next, _ = q.Get() {
				got = append(got, next)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// asked are the requests that a handler puts into the queue.
func asked(t *testing.T, handle func(queue)) []Request {
	t.Helper()
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Request]())
	t.Cleanup(q.ShutDown)
	handle(q)
	var got []Request
	for q.Len() > 0 {
		next, _ := q.Get()
		got = append(got, next)
	}
	return got
}

// What a namespace says of processors is no reason to say that it makes pods handle something.
func TestWhomAChangeOfANamespaceTouches(t *testing.T) {
	namespace := func(label, processors string) *metav1.PartialObjectMetadata {
		ns := facts.NewNamespaceMetadata()
		ns.Name, ns.Annotations = "crm", map[string]string{residencyv1.ProcessorsAnnotation: processors}
		ns.Labels = map[string]string{"team": label}
		return ns
	}
	handling, calling := Request{Kind: podsInNamespace, Name: "crm"}, Request{Kind: podsCalling, Name: "crm"}
	for name, tc := range map[string]struct {
		after *metav1.PartialObjectMetadata
		want  []Request
	}{
		"nothing":          {namespace("a", "model/one"), nil},
		"other labels":     {namespace("b", "model/one"), []Request{handling}},
		"other processors": {namespace("a", "model/two"), []Request{calling}},
		"both":             {namespace("b", ""), []Request{handling, calling}},
	} {
		t.Run(name, func(t *testing.T) {
			e := ctrlevent.TypedUpdateEvent[*metav1.PartialObjectMetadata]{ObjectOld: namespace("a", "model/one"), ObjectNew: tc.after}
			if passes := namespaceChanged().Update(e); passes != (tc.want != nil) {
				t.Errorf("let through is %v", passes)
			}
			if diff := cmp.Diff(tc.want, asked(t, func(q queue) { namespaceHandler().Update(t.Context(), e, q) })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhomAServiceTouches(t *testing.T) {
	service := func(kind corev1.ServiceType, host string) *corev1.Service {
		return &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "model"}, Spec: corev1.ServiceSpec{Type: kind, ExternalName: host},
		}
	}
	inside, one, two := service(corev1.ServiceTypeClusterIP, ""), service(corev1.ServiceTypeExternalName, "one.example"), service(corev1.ServiceTypeExternalName, "two.example")
	p := serviceChanged()
	for name, tc := range map[string]struct{ got, want bool }{
		"made, of the cluster":    {p.Create(ctrlevent.TypedCreateEvent[*corev1.Service]{Object: inside}), false},
		"made, for a host":        {p.Create(ctrlevent.TypedCreateEvent[*corev1.Service]{Object: one}), true},
		"deleted, of the cluster": {p.Delete(ctrlevent.TypedDeleteEvent[*corev1.Service]{Object: inside}), false},
		"deleted, for a host":     {p.Delete(ctrlevent.TypedDeleteEvent[*corev1.Service]{Object: one}), true},
		"the same":                {p.Update(ctrlevent.TypedUpdateEvent[*corev1.Service]{ObjectOld: one, ObjectNew: one.DeepCopy()}), false},
		"another host":            {p.Update(ctrlevent.TypedUpdateEvent[*corev1.Service]{ObjectOld: one, ObjectNew: two}), true},
		"for a host no longer":    {p.Update(ctrlevent.TypedUpdateEvent[*corev1.Service]{ObjectOld: one, ObjectNew: inside}), true},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: let through is %v", name, tc.got)
		}
	}
	want := []Request{{Kind: podsCalling, Name: "crm"}}
	h := serviceHandler()
	for name, handle := range map[string]func(queue){
		"made":    func(q queue) { h.Create(t.Context(), ctrlevent.TypedCreateEvent[*corev1.Service]{Object: one}, q) },
		"changed": func(q queue) { h.Update(t.Context(), ctrlevent.TypedUpdateEvent[*corev1.Service]{ObjectNew: two}, q) },
		"deleted": func(q queue) { h.Delete(t.Context(), ctrlevent.TypedDeleteEvent[*corev1.Service]{Object: one}, q) },
	} {
		if diff := cmp.Diff(want, asked(t, handle)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// All pods are judged at the start.
	if got := asked(t, func(q queue) {
		h.Create(t.Context(), ctrlevent.TypedCreateEvent[*corev1.Service]{Object: one, IsInInitialList: true}, q)
	}); got != nil {
		t.Errorf("at the start it asks for %v", got)
	}
}
