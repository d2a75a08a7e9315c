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
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// governedNamespace waits until a namespace carries the mark.
func governedNamespace(t *testing.T, ns *corev1.Namespace) {
	t.Helper()
	eventually(t, "namespace "+ns.Name+" to be governed", func(ctx context.Context) error {
		now := &corev1.Namespace{}
		if err := admin.Get(ctx, client.ObjectKeyFromObject(ns), now); err != nil {
			return err
		}
		if now.Labels[residencyv1.GovernedLabel] != residencyv1.GovernedValue {
			return errors.New("it has no mark")
		}
		return nil
	})
}

// referred are objects that pods can refer to, each with a change that makes a pod refer to it.
func referred(ns *corev1.Namespace) map[string]struct {
	object client.Object
	refer  func(*corev1.Pod)
} {
	meta := metav1.ObjectMeta{Namespace: ns.Name, Name: "carrier"}
	name := corev1.LocalObjectReference{Name: "carrier"}
	volume := func(p *corev1.Pod, s corev1.VolumeSource) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "data", VolumeSource: s})
	}
	return map[string]struct {
		object client.Object
		refer  func(*corev1.Pod)
	}{
		"a claim": {
			&corev1.PersistentVolumeClaim{ObjectMeta: meta, Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
			}},
			func(p *corev1.Pod) {
				volume(p, corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "carrier"}})
			},
		},
		"a Secret in the environment": {
			&corev1.Secret{ObjectMeta: meta, StringData: map[string]string{"password": "x"}},
			func(p *corev1.Pod) {
				p.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{
					SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: name, Key: "password"},
				}}}
			},
		},
		"a ConfigMap in a projected volume": {
			&corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"a": "b"}},
			func(p *corev1.Pod) {
				volume(p, corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
					{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: name}},
				}}})
			},
		},
	}
}

func TestAPodHandlesWhatItRefersTo(t *testing.T) {
	d, _ := governed(t, country("DE"))
	for kind := range referred(&corev1.Namespace{}) {
		t.Run(kind, func(t *testing.T) {
			ns := namespace(t)
			c := referred(ns)[kind]
			c.object.SetLabels(map[string]string{residencyv1.DatasetLabel: d.Name})
			create(t, c.object)
			governedNamespace(t, ns)
			referring := func(name, node string) *corev1.Pod {
				p := pod(ns, name, "", node)
				c.refer(p)
				return p
			}
			expectRefusal(t, admin.Create(t.Context(), referring("abroad", "ldn-aws-1")), d.Name, "carrier, to which it refers", "London, GB")
			create(t, referring("home", "fra-aws-1"))
			create(t, pod(ns, "bystander", "", "ldn-aws-1"))
			counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
		})
	}
}

func TestAKeyOnWhatPodsAlreadyUseFlagsThem(t *testing.T) {
	d, _ := governed(t, country("DE"))
	for kind := range referred(&corev1.Namespace{}) {
		t.Run(kind, func(t *testing.T) {
			ns := namespace(t)
			c := referred(ns)[kind]
			create(t, c.object)
			p := pod(ns, "abroad", "", "ldn-aws-1")
			c.refer(p)
			create(t, p)
			patch := client.MergeFrom(c.object.DeepCopyObject().(client.Object))
			c.object.SetLabels(map[string]string{residencyv1.DatasetLabel: d.Name})
			if err := admin.Patch(t.Context(), c.object, patch); err != nil {
				t.Fatal(err)
			}
			counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
			eventOn(t, ns.Name, p.Name, "carrier, to which it refers")
		})
	}
}

func TestADatasetSelectsWhoHandlesIt(t *testing.T) {
	d, _ := governed(t, country("DE"))
	team := name(t, "team")
	before := namespace(t, func(ns *corev1.Namespace) { ns.Labels = map[string]string{"team": team} })
	old := pod(before, "old", "", "ldn-aws-1")
	old.Labels = map[string]string{"app": "profiles"}
	create(t, old)

	changed := d.DeepCopy()
	changed.Spec.HandledBy = []residencyv1.PodsSelector{{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": team}},
		PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": "profiles"}},
	}}
	if err := admin.Patch(t.Context(), changed, client.MergeFrom(d)); err != nil {
		t.Fatal(err)
	}
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
	governedNamespace(t, before)

	t.Run("a namespace made later is governed in the request that makes it", func(t *testing.T) {
		later := namespace(t, func(ns *corev1.Namespace) { ns.Labels = map[string]string{"team": team} })
		if later.Labels[residencyv1.GovernedLabel] != residencyv1.GovernedValue {
			t.Error("it has no mark")
		}
		abroad := pod(later, "abroad", "", "ldn-aws-1")
		abroad.Labels = map[string]string{"app": "profiles"}
		expectRefusal(t, admin.Create(t.Context(), abroad), d.Name, "spec.handledBy", "London, GB")
		create(t, pod(later, "bystander", "", "ldn-aws-1"))
	})
	t.Run("a label that a pod gets later", func(t *testing.T) {
		p := pod(before, "late", "", "ldn-aws-1")
		create(t, p)
		labelled := p.DeepCopy()
		labelled.Labels = map[string]string{"app": "profiles"}
		if err := admin.Patch(t.Context(), labelled, client.MergeFrom(p)); err != nil {
			t.Fatal(err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Prohibited: 2})
	})
}
