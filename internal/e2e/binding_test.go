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
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// binders are the two resources that bind a pod.
func binders(t *testing.T) map[string]func(ctx context.Context, pod *corev1.Pod, node string) error {
	t.Helper()
	out := map[string]func(ctx context.Context, pod *corev1.Pod, node string) error{}
	for resource, bind := range bindingDoors(t) {
		out[resource] = func(ctx context.Context, pod *corev1.Pod, node string) error { return bind(ctx, binding(pod, node)) }
	}
	return out
}

// binding is a Binding that brings the pod nothing but a node.
func binding(pod *corev1.Pod, node string) *corev1.Binding {
	return &corev1.Binding{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name},
		Target:     corev1.ObjectReference{Kind: "Node", Name: node},
	}
}

// bindingDoors are the two resources that take a Binding.
func bindingDoors(t *testing.T) map[string]func(ctx context.Context, binding *corev1.Binding) error {
	t.Helper()
	clients, err := kubernetes.NewForConfig(cluster.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func(ctx context.Context, binding *corev1.Binding) error{
		"pods-binding": func(ctx context.Context, binding *corev1.Binding) error {
			return clients.CoreV1().Pods(binding.Namespace).Bind(ctx, binding, metav1.CreateOptions{})
		},
		"bindings": func(ctx context.Context, binding *corev1.Binding) error {
			return clients.CoreV1().RESTClient().Post().Namespace(binding.Namespace).Resource("bindings").Body(binding).Do(ctx).Error()
		},
	}
}

// unscheduled is a pod that waits for a scheduler that does not exist, so that only the
// test binds it.
func unscheduled(ns *corev1.Namespace, name, dataset string) *corev1.Pod {
	p := pod(ns, name, dataset, "")
	p.Spec.SchedulerName = "nobody"
	return p
}

func TestBindings(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	for resource, bind := range binders(t) {
		t.Run(resource, func(t *testing.T) {
			abroad, home := unscheduled(ns, resource+"-abroad", d.Name), unscheduled(ns, resource+"-home", d.Name)
			create(t, abroad)
			create(t, home)
			expectRefusal(t, bind(t.Context(), abroad, "ldn-ali-1"), "London, GB", `pod `+ns.Name+`/`+abroad.Name, `policy "`+d.Name+`"`)
			expectRefusal(t, bind(t.Context(), abroad, "lost-1"), "NoWitness")
			if err := bind(t.Context(), home, "fra-ali-1"); err != nil {
				t.Errorf("binding to a permitted node: %v", err)
			}
			gone := unscheduled(ns, "gone", d.Name)
			if err := bind(t.Context(), gone, "fra-ali-1"); !apierrors.IsNotFound(err) {
				t.Errorf("binding a pod that is gone: got %v, want NotFound", err)
			}
			free := unscheduled(ns, resource+"-free", "")
			create(t, free)
			if err := bind(t.Context(), free, "iad-aws-1"); err != nil {
				t.Errorf("binding a pod that handles nothing: %v", err)
			}
		})
	}
}

// The real scheduler does not know about places. Not steered, it chooses any node, and only its
// binding to a permitted one goes through.
func TestTheSchedulerBindsOnlyWhereItIsPermitted(t *testing.T) {
	d := dataset(t, "data")
	policy := policyFor(t, d, jurisdiction("EEA"))
	policy.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	create(t, policy)
	accepted(t, policy)
	ns := namespace(t)
	for name, node := range map[string]string{"dublin": "dub-aws-1", "london": "ldn-ali-1"} {
		p := pod(ns, name, d.Name, "")
		p.Spec.NodeSelector = map[string]string{corev1.LabelTopologyRegion: "eu-west-1"} // both of them
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{
				Weight: 100,
				Preference: corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{
					Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{node},
				}}},
			}},
		}}
		create(t, p)
		if name == "dublin" {
			eventually(t, "the pod to run in Dublin", func(ctx context.Context) error {
				if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
					return err
				}
				if p.Status.Phase != corev1.PodRunning || p.Spec.NodeName != node {
					return fmt.Errorf("it is %s on %q", p.Status.Phase, p.Spec.NodeName)
				}
				return nil
			})
			continue
		}
		eventOn(t, ns.Name, name, "London, GB")
		if err := admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil {
			t.Fatal(err)
		}
		if p.Spec.NodeName != "" {
			t.Errorf("it is bound to %s", p.Spec.NodeName)
		}
	}
}
