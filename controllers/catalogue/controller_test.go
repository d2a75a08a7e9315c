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

package catalogue

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// reader has one ConfigMap, or none.
type reader struct {
	client.Reader
	object *corev1.ConfigMap
	err    error
}

func (r *reader) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	if r.err != nil {
		return r.err
	}
	if r.object == nil || key.Namespace != r.object.Namespace || key.Name != r.object.Name {
		return apierrors.NewNotFound(corev1.Resource("configmaps"), key.Name)
	}
	r.object.DeepCopyInto(into.(*corev1.ConfigMap))
	return nil
}

const broken = "not,the,header\n"

// added has one region more than the catalogue that is built in.
func added() map[string]string {
	return map[string]string{"regions.csv": "provider,region,city,country,aliases,source,confidence\naws,eu-test-1,London,GB,,a contract,high\n"}
}

func overlay(version string, files map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "domicile-system", Name: ConfigMap, UID: "u", ResourceVersion: version}, Data: files,
	}
}

type events []event.Event

func (e *events) Send(one event.Event) { *e = append(*e, one) }

func newReconciler(t *testing.T, r *reader) (*Reconciler, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	m, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	return &Reconciler{Reader: r, Namespace: "domicile-system", Holder: &catalogue.Holder{}, State: &State{}, Metrics: m}, registry
}

func TestTheLastGoodCatalogueStays(t *testing.T) {
	good := added()
	r := &reader{}
	loader, registry := newReconciler(t, r)
	told := 0
	loader.State.Subscribe(func() { told++ })
	ready := Ready(loader.Holder, loader.State)
	var before *catalogue.Catalogue
	for i, step := range []struct {
		name    string
		object  *corev1.ConfigMap
		swapped bool
		added   bool // whether the overlay's region is known
		valid   float64
		reason  string
	}{
		{"no overlay", nil, true, false, 1, "NoOverlay"},
		{"still none", nil, false, false, 1, "NoOverlay"},
		{"an overlay", overlay("1", good), true, true, 1, "OverlayValid"},
		{"only its annotations", overlay("2", good), false, true, 1, "OverlayValid"},
		{"a broken one", overlay("3", map[string]string{"regions.csv": broken}), false, true, 0, "OverlayInvalid"},
		{"one of no known file", overlay("4", map[string]string{"region.csv": ""}), false, true, 0, "OverlayInvalid"},
		{"the good one again", overlay("5", good), false, true, 1, "OverlayValid"},
		{"deleted", nil, true, false, 1, "NoOverlay"},
	} {
		r.object = step.object
		if _, err := loader.Reconcile(t.Context(), reconcile.Request{}); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		current := loader.Holder.Current()
		if current == nil || (current != before) != step.swapped {
			t.Errorf("%s: swapped is %v", step.name, current != before)
		}
		before = current
		if _, has := current.Region("aws", "eu-test-1"); has != step.added {
			t.Errorf("%s: the region of the overlay is there: %v", step.name, has)
		}
		if got := testutil.ToFloat64(loader.Metrics.valid); got != step.valid {
			t.Errorf("%s: the metric is %v", step.name, got)
		}
		if c := loader.State.Current().Condition(); c.Reason != step.reason || c.Message == "" {
			t.Errorf("%s: the condition is %+v", step.name, c)
		}
		if err := ready(httptest.NewRequest(http.MethodGet, "/readyz", nil)); err != nil {
			t.Errorf("%s: not ready: %v", step.name, err)
		}
		if told != i+1 {
			t.Errorf("%s: told %d times", step.name, told)
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestWithABrokenOverlayAtTheFirstStartThereIsNoCatalogue(t *testing.T) {
	r := &reader{object: overlay("1", map[string]string{"regions.csv": broken, "zones.csv": broken})}
	loader, _ := newReconciler(t, r)
	ready := func() error {
		return Ready(loader.Holder, loader.State)(httptest.NewRequest(http.MethodGet, "/readyz", nil))
	}
	if err := ready(); err == nil || !strings.Contains(err.Error(), "not loaded yet") {
		t.Errorf("before it was read: %v", err)
	}
	if _, err := loader.Reconcile(t.Context(), reconcile.Request{}); err != nil {
		t.Fatal(err)
	}
	if err := ready(); err == nil || !strings.Contains(err.Error(), "overlay/regions.csv") {
		t.Errorf("with a broken one: %v", err)
	}
	if c := loader.State.Current().Condition(); c.Status != metav1.ConditionFalse || !strings.Contains(c.Message, "there is no catalogue yet") ||
		!strings.Contains(c.Message, "; overlay/zones.csv") || strings.Contains(c.Message, "\n") {
		t.Errorf("the condition is %+v", c)
	}
	r.object = nil
	if _, err := loader.Reconcile(t.Context(), reconcile.Request{}); err != nil {
		t.Fatal(err)
	}
	if err := ready(); err != nil {
		t.Errorf("once it is deleted: %v", err)
	}
}

func TestBinaryDataIsRefusedAndNotIgnored(t *testing.T) {
	o := overlay("1", nil)
	o.BinaryData = map[string][]byte{"regions.csv": []byte(broken)}
	loader, _ := newReconciler(t, &reader{object: o})
	if err := loader.load(o); err == nil || !strings.Contains(err.Error(), "binaryData") {
		t.Errorf("error %v", err)
	}
}

func TestAnOverlayThatCannotBeReadIsTriedAgain(t *testing.T) {
	loader, _ := newReconciler(t, &reader{err: errors.New("no")})
	if _, err := loader.Reconcile(t.Context(), reconcile.Request{}); err == nil {
		t.Error("no error")
	}
	if loader.State.Current().Read || loader.Holder.Current() != nil {
		t.Error("a catalogue is in force without knowing of the overlay")
	}
}

func TestEventsTellOfProblemsOnceAndOfTheirEnd(t *testing.T) {
	object := func() *corev1.ObjectReference {
		return &corev1.ObjectReference{Kind: "ConfigMap", Namespace: "domicile-system", Name: ConfigMap}
	}
	state, sent := &State{}, &events{}
	reporter := &Reporter{State: state, Events: sent}
	for _, step := range []struct {
		name string
		o    Overlay
		want []string
	}{
		{"not read", Overlay{}, nil},
		{"no overlay", Overlay{Read: true}, nil},
		{"a good one", Overlay{Read: true, Object: object()}, nil},
		{"a broken one", Overlay{Read: true, Object: object(), Problem: "a"}, []string{"Warning OverlayInvalid"}},
		{"the same, written again", Overlay{Read: true, Object: object(), Problem: "a"}, nil},
		{"broken otherwise", Overlay{Read: true, Object: object(), Problem: "b"}, []string{"Warning OverlayInvalid"}},
		{"mended", Overlay{Read: true, Object: object()}, []string{"Normal OverlayValid"}},
		{"broken again", Overlay{Read: true, Object: object(), Problem: "a"}, []string{"Warning OverlayInvalid"}},
		{"deleted", Overlay{Read: true}, nil},
	} {
		*sent = nil
		state.set(step.o)
		if _, err := reporter.Reconcile(t.Context(), reconcile.Request{}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range *sent {
			got = append(got, e.Type+" "+e.Reason)
			if e.Regarding != *object() || e.Note == "" || e.Action == "" {
				t.Errorf("%s: the Event is %+v", step.name, e)
			}
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}
