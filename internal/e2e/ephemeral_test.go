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

// An ephemeral container that brings a dataset is refused where the dataset may not be; one
// that brings nothing new is not.
func TestEphemeralContainers(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	who := withRules(t, append(mayDo("update", "pods/ephemeralcontainers"), mayDo("get", "pods")...)...)
	for kind, object := range map[string]client.Object{
		"Secret":    &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "keyed"}},
		"ConfigMap": &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "keyed"}},
	} {
		setLabel(object, residencyv1.DatasetLabel, d.Name)
		create(t, object)
		t.Log(kind, "is there")
	}
	governedNamespace(t, ns)
	abroad, home := pod(ns, "abroad", "", "ldn-aws-1"), pod(ns, "home", "", "fra-aws-1")
	create(t, abroad)
	create(t, home)
	environments := map[string]func(*corev1.EphemeralContainer, string){
		"secret": func(c *corev1.EphemeralContainer, name string) {
			c.EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}}
		},
		"configmap": func(c *corev1.EphemeralContainer, name string) {
			c.Env = []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: name}, Key: "a",
			}}}}
		},
		"nothing": func(*corev1.EphemeralContainer, string) {},
	}
	add := func(p *corev1.Pod, kind, name string) error {
		c := corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug-" + kind + "-" + name, Image: "example/debug:1"}}
		environments[kind](&c, name)
		if err := admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil {
			t.Fatal(err)
		}
		after := p.DeepCopy()
		after.Spec.EphemeralContainers = append(after.Spec.EphemeralContainers, c)
		// Whatever the kubelet writes meanwhile, the containers are added.
		after.ResourceVersion = ""
		return who.SubResource("ephemeralcontainers").Update(t.Context(), after)
	}
	for _, kind := range []string{"secret", "configmap"} {
		expectRefusal(t, add(abroad, kind, "keyed"), "governed-pod-updates.residency.domicile.dev", d.Name, "keyed, to which it refers", "London, GB")
		if err := add(abroad, kind, "plain"); err != nil {
			t.Errorf("a %s without a key: %v", kind, err)
		}
		if err := add(home, kind, "keyed"); err != nil {
			t.Errorf("a %s, where it may be: %v", kind, err)
		}
	}
	if err := add(abroad, "nothing", "plain"); err != nil {
		t.Errorf("one that refers to nothing: %v", err)
	}
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
}
