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
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// A kubelet shows a static pod, which runs already: to refuse it would hide it. From anybody
// else the same pod is one like any other.
func TestMirrorPods(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	mirror := func(name, node string) *corev1.Pod {
		self := &corev1.Node{}
		if err := admin.Get(t.Context(), client.ObjectKey{Name: node}, self); err != nil {
			t.Fatal(err)
		}
		p := pod(ns, name, d.Name, node)
		p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "1", "kubernetes.io/config.source": "file"}
		p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node, UID: self.UID, Controller: new(true)}}
		return p
	}
	// In a namespace without the mark, and in one with it.
	for i, name := range []string{"first", "second"} {
		c, warned := warningUser(t, "system:node:ldn-aws-1", "system:nodes")
		abroad := mirror(name, "ldn-aws-1")
		if err := c.Create(t.Context(), abroad); err != nil {
			t.Fatalf("the kubelet of a prohibited node: %v", err)
		}
		remove(t, abroad)
		if !warned.contain("is a static pod, which runs whatever admission says") || !warned.contain("London, GB") {
			t.Errorf("the warnings are %q", warned.all())
		}
		counts(t, d, residencyv1.OutcomeCounts{Prohibited: int32(i + 1)})
		eventOn(t, ns.Name, name, "London, GB")
		governedNamespace(t, ns)
	}
	c, warned := warningUser(t, "system:node:fra-aws-1", "system:nodes")
	home := mirror("home", "fra-aws-1")
	if err := c.Create(t.Context(), home); err != nil {
		t.Fatalf("the kubelet of a permitted node: %v", err)
	}
	remove(t, home)
	if len(warned.all()) > 0 {
		t.Errorf("the warnings are %q", warned.all())
	}
	who := withRules(t, mayDo("create", "pods")...)
	for what, c := range map[string]client.Client{"a user": who, "an administrator": admin} {
		expectRefusal(t, c.Create(t.Context(), mirror("forged", "ldn-aws-1")), d.Name, "London, GB")
		t.Log(what, "is refused")
	}
	forged := mirror("forged", "fra-aws-1")
	if err := who.Create(t.Context(), forged); err != nil {
		t.Errorf("a user, where it may be: %v", err)
	}
	remove(t, forged)
}
