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

package deletion

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	ctrlevent "sigs.k8s.io/controller-runtime/pkg/event"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

type events []event.Event

func (e *events) Send(one event.Event) { *e = append(*e, one) }

// sentFor deletes an object and returns the Events about it.
func sentFor[O interface{ metav1.Object }](t *testing.T, of func(O) (Deletion, bool), object O) events {
	t.Helper()
	d, due := of(object)
	if !due {
		return nil
	}
	var sent events
	if _, err := (&Reconciler{Events: &sent}).Reconcile(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestWhatIsToldOfADeletion(t *testing.T) {
	meta := metav1.ObjectMeta{Name: "x", UID: "7"}
	dataset := func(s residencyv1.DatasetStatus) events {
		return sentFor(t, ofDataset, &residencyv1.Dataset{ObjectMeta: meta, Status: s})
	}
	policy := func(s residencyv1.ResidencyPolicyStatus) events {
		return sentFor(t, ofPolicy, &residencyv1.ResidencyPolicy{ObjectMeta: meta, Status: s})
	}
	site := func(s residencyv1.SiteStatus) events {
		return sentFor(t, ofSite, &residencyv1.Site{ObjectMeta: meta, Status: s})
	}
	for name, tc := range map[string]struct {
		got  events
		kind string
		says []string
	}{
		"a Dataset that was governed": {
			dataset(residencyv1.DatasetStatus{Policies: []string{"gdpr", "strict"}, Workloads: &residencyv1.WorkloadCounts{Total: 12}}), "Dataset",
			[]string{"Dataset x was deleted", "policies (2): gdpr, strict", "Pods that handled it (12)"},
		},
		"a Dataset that was not counted yet": {dataset(residencyv1.DatasetStatus{Policies: []string{"gdpr"}}), "Dataset", []string{"(0)"}},
		"a Dataset that nothing governed":    {got: dataset(residencyv1.DatasetStatus{Workloads: &residencyv1.WorkloadCounts{Total: 12}})},
		"a policy that governed": {
			policy(residencyv1.ResidencyPolicyStatus{Datasets: new(int32(3)), Workloads: &residencyv1.PolicyCounts{Permitted: 1, Prohibited: 2, Undetermined: 4}}),
			"ResidencyPolicy", []string{"ResidencyPolicy x was deleted", "datasets (3)", "handle them (7)"},
		},
		"a policy that governed nothing": {got: policy(residencyv1.ResidencyPolicyStatus{Datasets: new(int32(0))})},
		"a policy without a status":      {got: policy(residencyv1.ResidencyPolicyStatus{})},
		"a Site that matched nodes":      {site(residencyv1.SiteStatus{Nodes: new(int32(2))}), "Site", []string{"Site x was deleted", "nodes (2)"}},
		"a Site that matched none":       {got: site(residencyv1.SiteStatus{Nodes: new(int32(0))})},
		"a Site that nobody looked at":   {got: site(residencyv1.SiteStatus{})},
		"a Dataset of too many to name": {
			dataset(residencyv1.DatasetStatus{Policies: strings.Fields("a b c d e f g h i j k l")}), "Dataset", []string{"(12): a, b, c, d, e, f, g, h, i, j and 2 more"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.kind == "" {
				if len(tc.got) > 0 {
					t.Errorf("told %+v", tc.got)
				}
				return
			}
			if len(tc.got) != 1 {
				t.Fatalf("told %+v", tc.got)
			}
			want := event.Event{
				Regarding: corev1.ObjectReference{APIVersion: "residency.domicile.dev/v1alpha1", Kind: tc.kind, Name: "x", UID: "7"},
				Type:      corev1.EventTypeWarning, Reason: reasonDeleted, Action: actionDelete, Note: tc.got[0].Note,
			}
			if diff := cmp.Diff(want, tc.got[0]); diff != "" {
				t.Errorf("the Event (-want +got):\n%s", diff)
			}
			for _, words := range tc.says {
				if !strings.Contains(tc.got[0].Note, words) {
					t.Errorf("it does not say %q: %s", words, tc.got[0].Note)
				}
			}
		})
	}
}

func TestOnlyDeletionsAreAskedAbout(t *testing.T) {
	site := &residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: "x"}, Status: residencyv1.SiteStatus{Nodes: new(int32(2))}}
	q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[Deletion]())
	t.Cleanup(q.ShutDown)
	h := deleted(ofSite)
	h.Create(t.Context(), ctrlevent.TypedCreateEvent[*residencyv1.Site]{Object: site}, q)
	h.Update(t.Context(), ctrlevent.TypedUpdateEvent[*residencyv1.Site]{ObjectOld: site, ObjectNew: site}, q)
	if q.Len() > 0 {
		t.Errorf("%d are asked about that were not deleted", q.Len())
	}
	h.Delete(t.Context(), ctrlevent.TypedDeleteEvent[*residencyv1.Site]{Object: site}, q)
	h.Delete(t.Context(), ctrlevent.TypedDeleteEvent[*residencyv1.Site]{Object: &residencyv1.Site{}}, q)
	if q.Len() != 1 {
		t.Errorf("%d are asked about, want 1", q.Len())
	}
}
