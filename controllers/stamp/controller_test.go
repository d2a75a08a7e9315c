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

package stamp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/util/workqueue"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
)

// world is one node, what has been written to it, and the Events that were sent.
type world struct {
	*Reconciler
	t      *testing.T
	node   *corev1.Node
	writes []string
	events []event.Event
	// fail is what the writes come back with.
	fail error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, node: &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "ldn-1", UID: "n1"},
		Spec:       corev1.NodeSpec{ProviderID: "aws:///eu-west-2a/i-0b2c3d4e5f6071829"},
	}}
	w.Reconciler = &Reconciler{
		Client: w, Events: w, Nodes: facts.NewNodes(location.Locator{Catalogue: cat}),
		Clock: clocktesting.NewFakePassiveClock(time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)),
	}
	return w
}

func (w *world) Send(e event.Event) { w.events = append(w.events, e) }

// Patch merges labels.
func (w *world) Patch(_ context.Context, object client.Object, patch client.Patch, _ ...client.PatchOption) error {
	if w.fail != nil {
		return w.fail
	}
	data, err := patch.Data(object)
	if err != nil {
		return err
	}
	w.writes = append(w.writes, string(data))
	var merge struct {
		Metadata struct {
			UID    types.UID
			Labels map[string]*string
		}
	}
	if err := json.Unmarshal(data, &merge); err != nil {
		return err
	}
	for key, value := range merge.Metadata.Labels {
		if value != nil {
			return fmt.Errorf("label %s is given a value by a patch", key)
		}
		delete(w.node.Labels, key)
	}
	return nil
}

// Apply takes over labels and annotations, as if nobody else had any.
func (w *world) Apply(_ context.Context, object runtime.ApplyConfiguration, _ ...client.ApplyOption) error {
	if w.fail != nil {
		return w.fail
	}
	data, err := json.Marshal(object)
	if err != nil {
		return err
	}
	w.writes = append(w.writes, string(data))
	node := object.(*applycorev1.NodeApplyConfiguration)
	w.node.Labels = maps.Clone(node.Labels)
	w.node.Annotations = maps.Clone(node.Annotations)
	return nil
}

// reconcile shows the node to the manager and reconciles it; it returns what was written.
func (w *world) reconcile() []string {
	w.t.Helper()
	w.Nodes.Set(w.node.DeepCopy())
	w.writes = nil
	if _, err := w.Reconcile(w.t.Context(), request("ldn-1")); err != nil {
		w.t.Fatal(err)
	}
	return w.writes
}

func request(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Name: name}}
}

func TestANodeIsStampedOnce(t *testing.T) {
	w := newWorld(t)
	writes := w.reconcile()
	if len(writes) != 1 || !strings.HasPrefix(writes[0], `{"kind":"Node","apiVersion":"v1","metadata":{"name":"ldn-1","uid":"n1","labels":{`) {
		t.Fatalf("written is %q", writes)
	}
	want := map[string]string{
		residencyv1.StampProvider: "aws", residencyv1.StampRegion: "aws.eu-west-2", residencyv1.StampZone: "aws.eu-west-2a",
		residencyv1.StampCity: "gb.london", residencyv1.StampCountry: "GB", residencyv1.StampAssurance: "claimed",
	}
	if diff := cmp.Diff(want, w.node.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if a := w.node.Annotations[residencyv1.LocationAnnotation]; len(w.node.Annotations) != 1 || !strings.Contains(a, `"time":"2026-10-01T12:00:00Z"`) {
		t.Errorf("annotations are %v", w.node.Annotations)
	}
	if writes := w.reconcile(); writes != nil {
		t.Errorf("a stamp as it should be is written again: %q", writes)
	}
	if len(w.events) > 0 {
		t.Errorf("told is %+v", w.events)
	}
}

func TestWhatIsNotOfTheStampIsRemovedFirst(t *testing.T) {
	w := newWorld(t)
	w.node.Labels = map[string]string{
		residencyv1.StampPrefix + "colour": "blue", residencyv1.StampSite: "hall", residencyv1.StampCountry: "US", "pool": "x",
	}
	writes := w.reconcile()
	const patch = `{"metadata":{"labels":{"domicile.node-restriction.kubernetes.io/colour":null,"domicile.node-restriction.kubernetes.io/site":null},"uid":"n1"}}`
	if len(writes) != 2 || writes[0] != patch {
		t.Errorf("written is %q, want first %s", writes, patch)
	}
	if strings.Contains(writes[1], "pool") || strings.Contains(writes[1], "colour") {
		t.Errorf("applied is what is not ours: %s", writes[1])
	}
}

func TestAMoveIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.reconcile()
	w.node.Spec.ProviderID = ""
	w.node.Labels[corev1.LabelTopologyRegion] = "us-west-2"
	w.fail = errors.New("no answer")
	w.Nodes.Set(w.node.DeepCopy())
	if _, err := w.Reconcile(t.Context(), request("ldn-1")); err == nil || len(w.events) > 0 {
		t.Fatalf("the error is %v, told is %+v", err, w.events)
	}
	w.fail = nil
	w.reconcile()
	w.node.Labels[corev1.LabelTopologyRegion] = "us-west-2"
	w.reconcile()
	w.node.Labels["pool"] = "x"
	w.reconcile()
	if len(w.events) != 1 {
		t.Fatalf("told is %+v", w.events)
	}
	e := w.events[0]
	if e.Type != corev1.EventTypeWarning || e.Reason != "MovedNode" || e.Regarding.Kind != "Node" || e.Regarding.Name != "ldn-1" || e.Regarding.UID != "n1" || !strings.Contains(e.Note, "London, GB") {
		t.Errorf("the Event is %+v", e)
	}
	if w.node.Labels[residencyv1.StampCountry] != "GB" || w.node.Labels[residencyv1.StampAssurance] != "undetermined" {
		t.Errorf("labels are %v", w.node.Labels)
	}
}

func TestErrorsOfWriting(t *testing.T) {
	nodes := schema.GroupResource{Resource: "nodes"}
	kind := schema.GroupKind{Kind: "Node"}
	for name, tc := range map[string]struct {
		err error
		// again is whether it is no error, and looked at again.
		again bool
	}{
		"the node is gone":                    {apierrors.NewNotFound(nodes, "ldn-1"), true},
		"the node is gone and cannot be made": {apierrors.NewConflict(nodes, "ldn-1", errors.New("uid mismatch")), true},
		"another node has its name": {apierrors.NewInvalid(kind, "ldn-1", field.ErrorList{
			field.Invalid(field.NewPath("metadata", "uid"), "n1", "field is immutable"),
		}), true},
		"the stamp is no good":  {apierrors.NewInvalid(kind, "ldn-1", field.ErrorList{field.Invalid(field.NewPath("metadata", "labels"), "", "no")}), false},
		"nobody answers":        {errors.New("no answer"), false},
		"it may not be written": {apierrors.NewForbidden(nodes, "ldn-1", errors.New("no")), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail = tc.err
			w.Nodes.Set(w.node)
			result, err := w.Reconcile(t.Context(), request("ldn-1"))
			if tc.again != (err == nil) || tc.again != (result.RequeueAfter > 0) {
				t.Errorf("got %+v, %v", result, err)
			}
			if err != nil && (!errors.Is(err, tc.err) || !strings.Contains(err.Error(), "writing the stamp on node ldn-1")) {
				t.Errorf("the error says %v", err)
			}
		})
	}
}

func TestNothingIsWrittenToWhatIsNotLocated(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Reconcile(t.Context(), request("nobody")); err != nil || w.writes != nil {
		t.Errorf("a node that is not there: %v, %q", err, w.writes)
	}
	w.Nodes = facts.NewNodes(location.Locator{})
	if writes := w.reconcile(); writes != nil {
		t.Errorf("before there is a catalogue: %q", writes)
	}
}

func TestWhoIsWoken(t *testing.T) {
	w := newWorld(t)
	w.Nodes.Set(w.node.DeepCopy())
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	defer queue.ShutDown()
	if err := w.start(t.Context(), queue); err != nil {
		t.Fatal(err)
	}
	next := func() string {
		if queue.Len() == 0 {
			return ""
		}
		item, _ := queue.Get()
		queue.Done(item)
		return item.Name
	}
	if got := next(); got != "ldn-1" {
		t.Errorf("at the start %q is asked for", got)
	}
	w.nodeChanged(facts.NodeChange{Name: "a", Location: true, Labels: true, Sites: []string{"hall"}})
	if got := next(); got != "" {
		t.Errorf("a change that is not of the stamp asks for %q", got)
	}
	w.nodeChanged(facts.NodeChange{Name: "a", Stamp: true})
	if got := next(); got != "a" {
		t.Errorf("a change of the stamp asks for %q", got)
	}
}
