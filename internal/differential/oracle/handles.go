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

package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// handles returns the datasets that a pod handles, by any way.
func (w *World) handles(pod *corev1.Pod) []string {
	found := map[string]bool{}
	add := func(labels, annotations map[string]string) {
		for _, name := range keysIn(labels, annotations) {
			found[name] = true
		}
	}
	add(pod.Labels, pod.Annotations)
	var namespace map[string]string
	for _, ns := range w.Namespaces {
		if ns.Name == pod.Namespace {
			add(ns.Labels, ns.Annotations)
			namespace = ns.Labels
		}
	}
	for _, d := range w.Datasets {
		for _, s := range d.Spec.HandledBy {
			if (s.NamespaceSelector == nil || selects(s.NamespaceSelector, namespace)) &&
				(s.PodSelector == nil || selects(s.PodSelector, pod.Labels)) {
				found[d.Name] = true
			}
		}
	}
	for _, r := range referencesOf(pod) {
		if r.made != nil {
			for _, name := range w.held(pod.Namespace, r.made) {
				found[name] = true
			}
		}
		if r.kind == "PersistentVolumeClaim" {
			if c := w.claim(pod.Namespace, r.name); c != nil {
				for _, name := range w.held(pod.Namespace, c) {
					found[name] = true
				}
			}
		}
		for _, c := range w.Carriers {
			if c.Kind == r.kind && c.Namespace == pod.Namespace && c.Name == r.name {
				add(c.Labels, c.Annotations)
			}
		}
	}
	var out []string
	for name := range found {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// keysIn returns the datasets that an object names.
func keysIn(labels, annotations map[string]string) []string {
	var out []string
	if name, ok := labels[residencyv1.DatasetLabel]; ok {
		out = append(out, name)
	}
	list, ok := annotations[residencyv1.DatasetsAnnotation]
	if !ok {
		return out
	}
	named := 0
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
			named++
		}
	}
	if named == 0 {
		out = append(out, "")
	}
	return out
}

// reference is an object to which a pod refers, or the claim that is made for it.
type reference struct {
	kind, name string
	made       *corev1.PersistentVolumeClaim
}

// referencesOf reads the pod as the text that it is: wherever a field of that name stands, it
// names an object.
func referencesOf(pod *corev1.Pod) []reference {
	spec := pod.Spec.DeepCopy()
	spec.ImagePullSecrets = nil
	text, err := json.Marshal(spec)
	var tree any
	if err == nil {
		err = json.Unmarshal(text, &tree)
	}
	if err != nil {
		panic(fmt.Sprintf("a pod that is no text: %v", err))
	}
	var out []reference
	walk(tree, func(key string, value any) {
		named := func(kind, field string) {
			if fields, ok := value.(map[string]any); ok {
				if name, ok := fields[field].(string); ok {
					out = append(out, reference{kind: kind, name: name})
				}
			}
		}
		switch key {
		case "persistentVolumeClaim":
			named("PersistentVolumeClaim", "claimName")
		case "secret":
			named("Secret", "secretName") // of a volume
			named("Secret", "name")       // of a projected one
		case "secretKeyRef", "secretRef", "nodePublishSecretRef":
			named("Secret", "name")
		case "configMap", "configMapKeyRef", "configMapRef":
			named("ConfigMap", "name")
		}
	})
	for _, v := range spec.Volumes {
		if v.Ephemeral == nil {
			continue
		}
		r := reference{kind: "PersistentVolumeClaim", name: v.Name}
		if pod.Name != "" {
			r.name = pod.Name + "-" + v.Name
		}
		if t := v.Ephemeral.VolumeClaimTemplate; t != nil {
			r.made = &corev1.PersistentVolumeClaim{ObjectMeta: t.ObjectMeta, Spec: t.Spec}
		}
		out = append(out, r)
	}
	return out
}

// walk visits every field of a tree.
func walk(tree any, visit func(key string, value any)) {
	switch t := tree.(type) {
	case map[string]any:
		for key, value := range t {
			visit(key, value)
			walk(value, visit)
		}
	case []any:
		for _, value := range t {
			walk(value, visit)
		}
	}
}

// governing returns the policies of a dataset.
func (w *World) governing(name string) (policies []*residencyv1.ResidencyPolicy, exists bool) {
	for _, d := range w.Datasets {
		if d.Name != name {
			continue
		}
		for i := range w.Policies {
			spec := &w.Policies[i].Spec
			if slices.Contains(spec.Datasets, residencyv1.ObjectName(name)) || selectsDataset(spec.DatasetSelector, &d.ObjectMeta) {
				policies = append(policies, &w.Policies[i])
			}
		}
		return policies, true
	}
	return nil, false
}

func selectsDataset(s *metav1.LabelSelector, d *metav1.ObjectMeta) bool {
	return s != nil && selects(s, d.Labels)
}
