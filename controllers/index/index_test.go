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

package index

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestIndexes(t *testing.T) {
	for name, tc := range map[string]struct {
		pod                     corev1.Pod
		node, keyed, references []string
	}{
		"a pod of nobody's": {},
		"on a node":         {pod: corev1.Pod{Spec: corev1.PodSpec{NodeName: "n1"}}, node: []string{"n1"}},
		"with the label": {
			pod:   corev1.Pod{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{residencyv1.DatasetLabel: "a"}}},
			keyed: []string{Keyed},
		},
		"with an empty annotation": {
			pod:   corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{residencyv1.DatasetsAnnotation: ""}}},
			keyed: []string{Keyed},
		},
		"that refers to objects": {
			pod: corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "db-0"}, Spec: corev1.PodSpec{
				Containers: []corev1.Container{{EnvFrom: []corev1.EnvFromSource{
					{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "db"}}},
					{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "db"}}},
				}}},
				Volumes: []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}}},
			}},
			references: []string{
				Reference(residency.ByClaim, "db-0-scratch"), Reference(residency.BySecret, "db"), Reference(residency.ByConfigMap, "db"),
			},
		},
		"with another label": {pod: corev1.Pod{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "a"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.node, podNode(&tc.pod)); diff != "" {
				t.Errorf("by node (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.keyed, keyed(&tc.pod)); diff != "" {
				t.Errorf("by key (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.references, podReferences(&tc.pod)); diff != "" {
				t.Errorf("by what it refers to (-want +got):\n%s", diff)
			}
		})
	}
}
