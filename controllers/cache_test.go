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

package controllers

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

func bigNode(name, region, pool string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubelet"}},
			Labels: map[string]string{
				corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: region + "b",
				corev1.LabelInstanceTypeStable: "m7i.large", "pool": pool,
			},
			Annotations: map[string]string{"big": "text"},
		},
		Spec:   corev1.NodeSpec{ProviderID: "aws:///" + region + "b/i-0b2c3d4e5f6071829", PodCIDR: "10.0.0.0/24"},
		Status: corev1.NodeStatus{Images: []corev1.ContainerImage{{Names: []string{"image"}}}},
	}
}

func bigPod(node string) *corev1.Pod {
	in := func(key string, values ...string) []corev1.NodeSelectorTerm {
		return []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}},
		}}
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "crm", Name: "profiles-0", GenerateName: "profiles-", UID: "p1", ResourceVersion: "7",
			CreationTimestamp: metav1.NewTime(time.Unix(1, 0)), DeletionTimestamp: new(metav1.NewTime(time.Unix(2, 0))),
			Labels:          map[string]string{residencyv1.DatasetLabel: "customers", "app": "profiles"},
			Annotations:     map[string]string{residencyv1.DatasetsAnnotation: "a,b", "big": "text"},
			OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: "profiles", UID: "r1", Controller: new(true)}},
			ManagedFields:   []metav1.ManagedFieldsEntry{{Manager: "kubectl"}},
		},
		Spec: corev1.PodSpec{
			NodeName: node, NodeSelector: map[string]string{"pool": "blue"},
			Containers: []corev1.Container{{Name: "main", Image: "image"}},
			Affinity: &corev1.Affinity{
				NodeAffinity: &corev1.NodeAffinity{
					RequiredDuringSchedulingIgnoredDuringExecution:  &corev1.NodeSelector{NodeSelectorTerms: in(corev1.LabelTopologyRegion, "eu-west-2")},
					PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 1, Preference: in("x", "y")[0]}},
				},
				PodAffinity: &corev1.PodAffinity{},
			},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, Message: "long", PodIP: "10.0.0.1"},
	}
}

// namespaces is a source of facts with the keys of one namespace.
type namespaces struct {
	facts.StoredObjects
	keys facts.Keys
}

func (n namespaces) Namespace(context.Context, string) (facts.Keys, error) { return n.keys, nil }

func (namespaces) ExternalNames(context.Context, string) ([]facts.ExternalName, error) {
	return nil, nil
}

// Carrier has a key at the Secret db alone.
func (n namespaces) Carrier(_ context.Context, way residency.Way, _, name string) (facts.Keys, error) {
	if way == residency.BySecret && name == "db" {
		return facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "orders"}}, nil
	}
	return facts.Keys{}, nil
}

func (n namespaces) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

// TestTrimmingChangesNoVerdict gathers facts from whole objects and from trimmed ones.
func TestTrimmingChangesNoVerdict(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	ns := facts.NewNamespaceMetadata()
	ns.Labels = map[string]string{residencyv1.DatasetLabel: "c", "team": "crm"}
	ns.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "d"}
	gather := func(t *testing.T, object func(any) any, node string) *residency.Input {
		nodes := facts.NewNodes(location.Locator{Catalogue: cat})
		// The pod's constraints leave one of them.
		nodes.Set(object(bigNode("ldn-1", "eu-west-2", "blue")).(*corev1.Node))
		nodes.Set(object(bigNode("ldn-2", "eu-west-2", "green")).(*corev1.Node))
		nodes.Set(object(bigNode("fra-1", "eu-central-1", "blue")).(*corev1.Node))
		namespace := object(ns.DeepCopy()).(*metav1.PartialObjectMetadata)
		g := facts.Gatherer{Nodes: nodes, Source: namespaces{keys: facts.Keys{Labels: namespace.Labels, Annotations: namespace.Annotations}}}
		pod := object(bigPod(node)).(*corev1.Pod)
		in, err := g.Pod(t.Context(), nil, facts.PodSubject(pod), pod)
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	trimmed := func(o any) any {
		out, err := trim(o)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, node := range map[string]string{"on a node": "ldn-1", "without a node": ""} {
		t.Run(name, func(t *testing.T) {
			want := gather(t, func(o any) any { return o }, node)
			got := gather(t, trimmed, node)
			if len(want.Handles) != 5 || node == "" && want.Reach.Nodes != 1 {
				t.Fatalf("the facts are %+v", want)
			}
			sameNode := cmp.Comparer(func(a, b *residency.Node) bool {
				return a == b || a != nil && b != nil && a.Name == b.Name && cmp.Equal(a.Location, b.Location)
			})
			if diff := cmp.Diff(want, got, sameNode, cmp.AllowUnexported(location.Location{})); diff != "" {
				t.Errorf("facts (-whole +trimmed):\n%s", diff)
			}
		})
	}
}

func TestTrimmedPodKeepsWhatTheControllersRead(t *testing.T) {
	out, err := trim(bigPod("ldn-1"))
	if err != nil {
		t.Fatal(err)
	}
	pod := out.(*corev1.Pod)
	if pod.UID != "p1" || pod.ResourceVersion != "7" || pod.CreationTimestamp.IsZero() || pod.DeletionTimestamp == nil ||
		pod.Status.Phase != corev1.PodRunning || metav1.GetControllerOf(pod) == nil {
		t.Errorf("something is missing: %+v", pod)
	}
	if len(pod.Spec.Containers) > 0 || pod.ManagedFields != nil || pod.Status.Message != "" || len(pod.Labels) != 2 || len(pod.Annotations) != 1 ||
		pod.Spec.Affinity.PodAffinity != nil || pod.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution != nil {
		t.Errorf("something is left: %+v", pod)
	}
}

func TestTrimmedNodeKeepsItsStamp(t *testing.T) {
	whole := bigNode("ldn-1", "eu-west-2", "blue")
	whole.UID = "n1"
	whole.Labels[residencyv1.StampCountry] = "GB"
	whole.Annotations[residencyv1.LocationAnnotation] = "{}"
	out, err := trim(whole)
	if err != nil {
		t.Fatal(err)
	}
	node := out.(*corev1.Node)
	if node.UID != "n1" || node.Labels[residencyv1.StampCountry] != "GB" || node.Spec.ProviderID == "" {
		t.Errorf("something is missing: %+v", node)
	}
	if diff := cmp.Diff(map[string]string{residencyv1.LocationAnnotation: "{}"}, node.Annotations); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	if node.Spec.PodCIDR != "" || node.Status.Images != nil || node.ManagedFields != nil {
		t.Errorf("something is left: %+v", node)
	}
}

func TestTrimmedNamespaceKeepsItsLabels(t *testing.T) {
	ns := facts.NewNamespaceMetadata()
	ns.Labels = map[string]string{residencyv1.GovernedLabel: residencyv1.GovernedValue, "team": "crm"}
	ns.Annotations = map[string]string{"note": "long"}
	out, err := trim(ns)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.(*metav1.PartialObjectMetadata); len(got.Labels) != 2 || len(got.Annotations) != 0 || got.Kind != "Namespace" {
		t.Errorf("the namespace is %+v", got)
	}
}

func TestTrimmedNodeKeepsWhatItsPlaceRestsOn(t *testing.T) {
	n := bigNode("ldn-1", "eu-west-2", "blue")
	n.UID = "n1"
	n.Labels["rooms.node-restriction.kubernetes.io/room"] = "7"
	n.Annotations[residencyv1.LocationAnnotation] = "{}"
	out, err := trim(n.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}
	got := out.(*corev1.Node)
	if got.UID != "n1" || got.Spec.ProviderID != n.Spec.ProviderID || len(got.Labels) != len(n.Labels) || got.Annotations[residencyv1.LocationAnnotation] != "{}" {
		t.Errorf("something is missing: %+v", got)
	}
	if len(got.Annotations) != 1 || got.Status.Images != nil || got.Spec.PodCIDR != "" {
		t.Errorf("something is left: %+v", got)
	}
}

// Of Secrets and ConfigMaps there is only metadata in the cache, and of that only keys.
func TestOfWhatPodsReferToOnlyKeysAreCached(t *testing.T) {
	for _, way := range facts.Carriers() {
		object := facts.NewMetadata(way)
		object.Name, object.UID = "db", "u1"
		object.Labels = map[string]string{residencyv1.DatasetLabel: "customers", "app": "crm"}
		object.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "a,b", "kubectl.kubernetes.io/last-applied-configuration": `{"data":{"password":"c2VjcmV0"}}`}
		out, err := trim(object)
		if err != nil {
			t.Fatal(err)
		}
		got := out.(*metav1.PartialObjectMetadata)
		want := facts.NewMetadata(way)
		want.Name, want.UID = "db", "u1"
		want.Labels = map[string]string{residencyv1.DatasetLabel: "customers"}
		want.Annotations = map[string]string{residencyv1.DatasetsAnnotation: "a,b"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", object.Kind, diff)
		}
	}
	for object, by := range CacheOptions().ByObject {
		switch object.(type) {
		case *corev1.Secret, *corev1.ConfigMap:
			t.Errorf("%T is cached whole", object)
		}
		if by.Transform == nil {
			t.Errorf("%T is not trimmed", object)
		}
	}
}

func TestTrimLeavesAloneWhatItDoesNotKnow(t *testing.T) {
	gone := toolscache.DeletedFinalStateUnknown{Key: "crm/a"}
	out, err := trim(gone)
	if diff := cmp.Diff(any(gone), out); diff != "" || err != nil {
		t.Errorf("it became %v, %v", out, err)
	}
}
