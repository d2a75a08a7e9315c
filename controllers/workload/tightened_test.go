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
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// cached lists the same pods for whatever is asked, and has one object that they refer to, or
// are in.
type cached struct {
	client.Reader
	pods   []*corev1.Pod
	object metav1.Object // nil: it is gone
	err    error
}

func (c *cached) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	for _, p := range c.pods {
		list.(*corev1.PodList).Items = append(list.(*corev1.PodList).Items, *p)
	}
	return nil
}

func (c *cached) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch {
	case c.err != nil:
		return c.err
	case c.object == nil:
		return apierrors.NewNotFound(corev1.Resource("things"), key.Name)
	}
	into.SetUID(c.object.GetUID())
	return nil
}

// carrying is a source of facts in which one object carries the key of customers.
type carrying struct {
	unkeyed
	way  residency.Way
	name string
}

func (k carrying) Namespace(context.Context, string) (facts.Keys, error) {
	if k.way == residency.ByNamespaceLabel {
		return facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}, nil
	}
	return facts.Keys{}, nil
}

func (carrying) ExternalNames(context.Context, string) ([]facts.ExternalName, error) { return nil, nil }

func (k carrying) Carrier(_ context.Context, way residency.Way, _, name string) (facts.Keys, error) {
	if way == k.way && name == k.name {
		return facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}, nil
	}
	return facts.Keys{}, nil
}

// A key on what pods use already flags them, and an Event on it says how many.
func TestAKeyThatFlagsPods(t *testing.T) {
	refers := func(name, node, secret string) *corev1.Pod {
		p := handling(name, node)
		p.Spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}}}}
		return p
	}
	pods := func() []*corev1.Pod {
		named := refers("named", "ldn-1", "db")
		named.Labels = map[string]string{residencyv1.DatasetLabel: "customers"}
		return []*corev1.Pod{refers("a", "ldn-1", "db"), refers("b", "ldn-1", "db"), refers("home", "fra-1", "db"), refers("other", "ldn-1", "tls"), named}
	}
	secret := Request{Kind: podsOfSecret, Namespace: "crm", Name: "db"}
	for name, tc := range map[string]struct {
		req    Request
		source facts.Source
		cached cached
		says   []string // nil: no Event
		kind   string
		failed bool
	}{
		"a Secret": {
			req: secret, source: carrying{way: residency.BySecret, name: "db"}, cached: cached{pods: pods(), object: &metav1.ObjectMeta{UID: "7"}},
			kind: "Secret", says: []string{`Secret crm/db makes pods that refer to it handle dataset "customers", and 2 of them are flagged`},
		},
		"a namespace": {
			req: Request{Kind: podsInNamespace, Name: "crm"}, source: carrying{way: residency.ByNamespaceLabel}, cached: cached{pods: pods(), object: &metav1.ObjectMeta{UID: "7"}},
			kind: "Namespace", says: []string{`Namespace crm makes pods in it handle dataset "customers", and 3 of them are flagged`},
		},
		"a Secret that flags nobody": {
			req: secret, source: carrying{way: residency.BySecret, name: "db"}, cached: cached{pods: pods()[2:3], object: &metav1.ObjectMeta{UID: "7"}},
		},
		"a Secret that is not the reason": {req: secret, source: carrying{way: residency.BySecret, name: "tls"}, cached: cached{pods: pods(), object: &metav1.ObjectMeta{UID: "7"}}},
		"a ConfigMap of the same name": {
			req: Request{Kind: podsOfConfigMap, Namespace: "crm", Name: "db"}, source: carrying{way: residency.BySecret, name: "db"},
			cached: cached{pods: pods(), object: &metav1.ObjectMeta{UID: "7"}},
		},
		"a Secret that is gone by now": {req: secret, source: carrying{way: residency.BySecret, name: "db"}, cached: cached{pods: pods()}},
		"a Secret that cannot be read": {req: secret, source: carrying{way: residency.BySecret, name: "db"}, cached: cached{pods: pods(), err: errors.New("no")}, failed: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.begun()
			w.permit("DE")
			w.Gatherer.Source, w.Reader = tc.source, &tc.cached
			if err := w.judgeAll(t.Context(), tc.req); (err != nil) != tc.failed {
				t.Fatalf("error %v", err)
			}
			if tc.says == nil {
				if len(w.onOwners) > 0 {
					t.Errorf("told %+v", w.onOwners)
				}
				return
			}
			if len(w.onOwners) != 1 {
				t.Fatalf("told %+v", w.onOwners)
			}
			e := w.onOwners[0]
			if e.Regarding.Kind != tc.kind || e.Regarding.Name != tc.req.Name || e.Regarding.Namespace != tc.req.Namespace || e.Regarding.UID != "7" ||
				e.Type != corev1.EventTypeWarning || e.Reason != reasonPodsFlagged {
				t.Errorf("the Event is %+v", e)
			}
			for _, words := range tc.says {
				if !strings.Contains(e.Note, words) {
					t.Errorf("it does not say %q: %s", words, e.Note)
				}
			}
			// Nothing changes: nothing is told again.
			if err := w.judgeAll(t.Context(), tc.req); err != nil || len(w.onOwners) != 1 {
				t.Errorf("told again %+v, %v", w.onOwners, err)
			}
		})
	}
}
