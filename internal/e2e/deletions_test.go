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

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// eventAbout waits for an Event on an object that has the words in it. Those on what is in no
// namespace are in the namespace default.
func eventAbout(t *testing.T, kind string, object client.Object, words ...string) {
	t.Helper()
	uid := object.GetUID()
	eventually(t, "an Event on "+kind+" "+object.GetName(), func(ctx context.Context) error {
		list := &eventsv1.EventList{}
		if err := admin.List(ctx, list); err != nil {
			return err
		}
		var notes []string
	events:
		for _, e := range list.Items {
			if e.Regarding.Kind != kind || e.Regarding.Name != object.GetName() || e.Regarding.UID != uid {
				continue
			}
			notes = append(notes, e.Note)
			for _, w := range words {
				if !strings.Contains(e.Note, w) {
					continue events
				}
			}
			return nil
		}
		return fmt.Errorf("there are %q", notes)
	})
}

// Whoever may delete what governs deletes it; the answer and an Event say what that frees.
func TestDeletingWhatGoverns(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"))
	ns := ofTeam(t, selecting(t, d))
	create(t, pod(ns, "named", d.Name, "fra-aws-1"))
	create(t, profiles(ns, "selected", "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	node := newNode(t, "node", "", nil)
	site := siteOf(t, "site", "DE", node)
	create(t, site)
	eventually(t, "the Site to match its node", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(site), site); err != nil {
			return err
		}
		if site.Status.Nodes == nil || *site.Status.Nodes != 1 {
			return fmt.Errorf("it matches %v", site.Status.Nodes)
		}
		return nil
	})
	who, _ := account(t, append(mayDo("get", "nodes"), rbacv1.PolicyRule{
		APIGroups: []string{group}, Resources: []string{"datasets", "residencypolicies", "sites"}, Verbs: []string{"delete"},
	})...)
	for _, tc := range []struct {
		kind   string
		object client.Object
		warns  []string
		note   []string
	}{
		{"ResidencyPolicy", p, []string{"governs datasets (1): " + d.Name, "handle them (2)", "that no other policy governs (1)"}, []string{"datasets (1)", "(2)"}},
		{"Site", site, []string{"matches nodes (1)"}, []string{"matched nodes (1)"}},
	} {
		deletedWith(t, who, tc.kind, tc.object, tc.warns, tc.note)
	}
	// What is deleted while nothing governs it says nothing; so the policy comes back first.
	again := policyFor(t, d, jurisdiction("EEA"))
	create(t, again)
	accepted(t, again)
	eventually(t, "the dataset to be governed again", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if len(d.Status.Policies) != 1 || d.Status.Workloads == nil || d.Status.Workloads.Total != 2 {
			return fmt.Errorf("its status is %+v", d.Status)
		}
		return nil
	})
	deletedWith(t, who, "Dataset", d, []string{"governed by policy " + again.Name, "spec.handledBy alone (1)", "by a key (1)"}, []string{"policies (1): " + again.Name, "handled it (2)"})
	t.Run("what governs nothing is deleted in silence", func(t *testing.T) {
		idle := dataset(t, "idle")
		c, warned := warningUser(t, who)
		if err := c.Delete(t.Context(), idle); err != nil || len(warned.all()) > 0 {
			t.Errorf("%v, %q", err, warned.all())
		}
	})
}

// deletedWith deletes an object as a user, and expects warnings and an Event.
func deletedWith(t *testing.T, who, kind string, object client.Object, warns, note []string) {
	t.Helper()
	c, warned := warningUser(t, who)
	if err := c.Delete(t.Context(), object); err != nil {
		t.Fatalf("deleting %s: %v", kind, err)
	}
	for _, words := range warns {
		if !strings.Contains(strings.Join(warned.all(), " "), words) {
			t.Errorf("deleting %s: the warnings do not say %q: %q", kind, words, warned.all())
		}
	}
	eventAbout(t, kind, object, note...)
}

// Whoever looks at what made pods handle a dataset sees how many it has flagged. The pods handle
// another dataset too, by which the test sees that they were judged before: of pods that come to
// detect after the key it is their own Events that tell.
func TestAnEventOnWhatFlagsPods(t *testing.T) {
	d, _ := governed(t, country("DE"))
	for kind := range referred(&corev1.Namespace{}) {
		t.Run(kind, func(t *testing.T) {
			ns := namespace(t)
			seen, _ := governed(t, country("DE"), country("GB"), country("US"))
			c := referred(ns)[kind]
			create(t, c.object)
			for i, node := range []string{"ldn-aws-1", "iad-aws-1", "fra-aws-1"} {
				p := pod(ns, fmt.Sprint("pod-", i), seen.Name, node)
				c.refer(p)
				create(t, p)
			}
			counts(t, seen, residencyv1.OutcomeCounts{Permitted: 3})
			if err := written(t, admin, c.object, "merge patch", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) }); err != nil {
				t.Fatal(err)
			}
			eventAbout(t, strings.TrimPrefix(kindOf(c.object), "v1."), c.object, d.Name, "2 of them are flagged")
		})
	}
	t.Run("a Namespace", func(t *testing.T) {
		ns := namespace(t)
		seen, _ := governed(t, country("DE"), country("GB"))
		create(t, pod(ns, "abroad", seen.Name, "ldn-aws-1"))
		create(t, pod(ns, "home", seen.Name, "fra-aws-1"))
		counts(t, seen, residencyv1.OutcomeCounts{Permitted: 2})
		if err := written(t, admin, ns, "merge patch", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) }); err != nil {
			t.Fatal(err)
		}
		eventAbout(t, "Namespace", ns, d.Name, "pods in it", "1 of them are flagged")
	})
}
