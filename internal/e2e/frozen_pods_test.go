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
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Nobody takes a dataset off a pod that has a node: not who may declassify, and no
// administrator.
func TestFrozenPodsWithANode(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	other := dataset(t, "other")
	p := policyFor(t, other, jurisdiction("EEA"))
	create(t, p)
	accepted(t, p)
	ns := namespace(t)
	writer := withRules(t, writeCarriers(), declassify())
	for _, way := range waysToWrite("pod") {
		t.Run(way, func(t *testing.T) {
			running := pod(ns, strings.ReplaceAll(strings.ToLower(way), " ", "-"), "", "fra-aws-1")
			setKeys(running, d.Name, other.Name)
			create(t, running)
			for who, c := range map[string]client.Client{"who may declassify": writer, "an administrator": admin} {
				for what, l := range losses(d.Name, other.Name) {
					err := written(t, c, running, way, l.act)
					if err := refusedWith(err, "domicile-frozen-pods", "pod "+ns.Name+"/"+running.Name, "fra-aws-1", `"`+l.name+`"`,
						"kubectl delete pod "+running.Name+" -n "+ns.Name); err != nil {
						t.Errorf("%s, %s: %v", who, what, err)
					}
				}
			}
			for _, step := range []struct {
				what string
				act  func(client.Object)
			}{
				{"another label goes", func(o client.Object) { setLabel(o, otherLabel) }},
				{"a name comes", func(o client.Object) { setNames(o, other.Name, "frozen-payroll") }},
				{"names move", func(o client.Object) {
					setLabel(o, residencyv1.DatasetLabel, other.Name)
					setNames(o, "frozen-payroll", d.Name)
				}},
			} {
				if err := written(t, writer, running, way, step.act); err != nil {
					t.Errorf("%s: %v", step.what, err)
				}
			}
			waiting := unscheduled(ns, running.Name+"-waiting", "")
			setKeys(waiting, d.Name, other.Name)
			create(t, waiting)
			if err := written(t, writer, waiting, way, losses(d.Name, other.Name)["neither"].act); err != nil {
				t.Errorf("of a pod without a node: %v", err)
			}
		})
	}
	t.Run("more names than can be compared", func(t *testing.T) {
		running := pod(ns, "many", d.Name, "fra-aws-1")
		create(t, running)
		names := strings.Split(strings.Repeat(other.Name+",", 64)+other.Name, ",")
		err := written(t, writer, running, "update", func(o client.Object) { setNames(o, names...) })
		expectRefusal(t, err, "domicile-frozen-pods", "names more than 64 datasets")
	})
}

// Ephemeral containers and a resize are written to doors of their own, which take a whole pod.
func TestFrozenPodsByTheirOtherDoors(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	writer := withRules(t, writeCarriers(), declassify())
	for door, change := range map[string]func(*corev1.Pod){
		"ephemeralcontainers": func(p *corev1.Pod) {
			p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
				EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: "example/debug:1"},
			}}
		},
		"resize": func(p *corev1.Pod) {
			p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2")}
		},
	} {
		t.Run(door, func(t *testing.T) {
			running := pod(ns, door, d.Name, "fra-aws-1")
			running.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")}
			create(t, running)
			sized(t, running)
			eventually(t, "a write without a conflict", func(ctx context.Context) error {
				if err := admin.Get(ctx, client.ObjectKeyFromObject(running), running); err != nil {
					return err
				}
				after := running.DeepCopy()
				change(after)
				setLabel(after, residencyv1.DatasetLabel)
				return writer.SubResource(door).Update(ctx, after)
			})
			if err := admin.Get(t.Context(), client.ObjectKeyFromObject(running), running); err != nil {
				t.Fatal(err)
			}
			if got := running.Labels[residencyv1.DatasetLabel]; got != d.Name {
				t.Errorf("it handles %q now", got)
			}
		})
	}
}

// sized waits until a pod runs, and says of it what a kubelet says that can resize it.
func sized(t *testing.T, p *corev1.Pod) {
	t.Helper()
	eventually(t, "pod "+p.Name+" to run", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if p.Status.Phase != corev1.PodRunning || len(p.Status.ContainerStatuses) != 1 {
			return fmt.Errorf("it is %s", p.Status.Phase)
		}
		before := p.DeepCopy()
		p.Status.ContainerStatuses[0].Resources = &p.Spec.Containers[0].Resources
		return admin.Status().Patch(ctx, p, client.MergeFrom(before))
	})
}

// A Binding's labels and annotations replace those of the pod.
func TestFrozenBindings(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	for door, bind := range bindingDoors(t) {
		for what, change := range map[string]func(client.Object){
			"another dataset":     func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "public") },
			"an empty label":      func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "") },
			"the same dataset":    func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, d.Name) },
			"other names":         func(o client.Object) { setNames(o, "public") },
			"an empty annotation": func(o client.Object) { setNames(o, "") },
			"both":                func(o client.Object) { setKeys(o, "public", "public") },
		} {
			t.Run(door+"/"+what, func(t *testing.T) {
				waiting := unscheduled(ns, name(t, "waiting"), d.Name)
				setNames(waiting, d.Name)
				create(t, waiting)
				b := binding(waiting, "fra-aws-1")
				change(b)
				err := bind(t.Context(), b)
				expectRefusal(t, err, "domicile-frozen-bindings", "pod "+ns.Name+"/"+waiting.Name)
				b.Labels, b.Annotations = map[string]string{otherLabel: "x"}, map[string]string{otherLabel: "x"}
				if err := bind(t.Context(), b); err != nil {
					t.Fatalf("with a label that is none of ours: %v", err)
				}
				if err := admin.Get(t.Context(), client.ObjectKeyFromObject(waiting), waiting); err != nil {
					t.Fatal(err)
				}
				if waiting.Spec.NodeName != "fra-aws-1" || waiting.Annotations[otherLabel] != "x" ||
					waiting.Labels[residencyv1.DatasetLabel] != d.Name || waiting.Annotations[residencyv1.DatasetsAnnotation] != d.Name {
					t.Errorf("it is on %q with %v and %v", waiting.Spec.NodeName, waiting.Labels, waiting.Annotations)
				}
			})
		}
	}
}
