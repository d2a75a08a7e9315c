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

package manifest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// builtin is a kind that is not our own and that a verdict may rest on.
type builtin struct {
	version   string
	cluster   bool // has no namespace
	nameRules validation.ValidateNameFunc
	empty     func() metav1.Object
}

// builtinOf returns the built-in kind of a group, if it is one that is read.
func builtinOf(gk schema.GroupKind) (builtin, bool) {
	b := builtin{version: "v1", nameRules: validation.NameIsDNSSubdomain}
	switch gk {
	case schema.GroupKind{Kind: "Node"}:
		b.cluster, b.empty = true, func() metav1.Object { return &corev1.Node{} }
	case schema.GroupKind{Kind: "Namespace"}:
		b.cluster, b.nameRules = true, validation.NameIsDNSLabel
		b.empty = func() metav1.Object { return &corev1.Namespace{} }
	case schema.GroupKind{Kind: "Secret"}:
		b.empty = func() metav1.Object { return &corev1.Secret{} }
	case schema.GroupKind{Kind: "ConfigMap"}:
		b.empty = func() metav1.Object { return &corev1.ConfigMap{} }
	case schema.GroupKind{Kind: "Service"}:
		b.nameRules, b.empty = validation.NameIsDNSLabel, func() metav1.Object { return &corev1.Service{} }
	case schema.GroupKind{Kind: "Pod"}:
		b.empty = func() metav1.Object { return &corev1.Pod{} }
	case schema.GroupKind{Kind: "PodTemplate"}:
		b.empty = func() metav1.Object { return &corev1.PodTemplate{} }
	case schema.GroupKind{Kind: "ReplicationController"}:
		b.empty = func() metav1.Object { return &corev1.ReplicationController{} }
	case schema.GroupKind{Group: "apps", Kind: "Deployment"}:
		b.empty = func() metav1.Object { return &appsv1.Deployment{} }
	case schema.GroupKind{Group: "apps", Kind: "StatefulSet"}:
		b.empty = func() metav1.Object { return &appsv1.StatefulSet{} }
	case schema.GroupKind{Group: "apps", Kind: "DaemonSet"}:
		b.empty = func() metav1.Object { return &appsv1.DaemonSet{} }
	case schema.GroupKind{Group: "apps", Kind: "ReplicaSet"}:
		b.empty = func() metav1.Object { return &appsv1.ReplicaSet{} }
	case schema.GroupKind{Group: "batch", Kind: "Job"}:
		b.empty = func() metav1.Object { return &batchv1.Job{} }
	case schema.GroupKind{Group: "batch", Kind: "CronJob"}:
		b.empty = func() metav1.Object { return &batchv1.CronJob{} }
	default:
		return storageOf(gk, b)
	}
	return b, true
}

// templateOf returns the pod template of an object, its path, and the metadata around
// it, the object's own first. It returns nil if the object has none.
func templateOf(o metav1.Object) (*corev1.PodTemplateSpec, *field.Path, []*metav1.ObjectMeta) {
	path := field.NewPath("spec", "template")
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *appsv1.StatefulSet:
		return &o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *appsv1.DaemonSet:
		return &o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *appsv1.ReplicaSet:
		return &o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *batchv1.Job:
		return &o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *batchv1.CronJob:
		job := &o.Spec.JobTemplate
		return &job.Spec.Template, field.NewPath("spec", "jobTemplate", "spec", "template"), []*metav1.ObjectMeta{&o.ObjectMeta, &job.ObjectMeta}
	case *corev1.ReplicationController:
		if o.Spec.Template == nil {
			return &corev1.PodTemplateSpec{}, path, []*metav1.ObjectMeta{&o.ObjectMeta}
		}
		return o.Spec.Template, path, []*metav1.ObjectMeta{&o.ObjectMeta}
	case *corev1.PodTemplate:
		return &o.Template, field.NewPath("template"), []*metav1.ObjectMeta{&o.ObjectMeta}
	default:
		return nil, nil, nil
	}
}

// retiredGroup returns where the workload kinds of a group have moved to.
func retiredGroup(group string) (string, bool) {
	if group == "extensions" {
		return "apps", true
	}
	return "", false
}

// kind reads an object as what its kind says it is.
func (r *reader) kind(ctx context.Context, at Origin, data []byte, gvk schema.GroupVersionKind, h header) error {
	gk := gvk.GroupKind()
	if gk.Group == residencyv1.GroupVersion.Group {
		return r.custom(ctx, at, data, gvk, h)
	}
	if moved, ok := retiredGroup(gk.Group); ok {
		gk.Group = moved
	}
	b, ok := builtinOf(gk)
	switch {
	case ok && (gk.Group != gvk.Group || b.version != gvk.Version):
		// Passing over it would leave a workload unjudged.
		r.in.Add(Problem{
			Origin: at, Object: h.ref(), Field: "apiVersion",
			Message: fmt.Sprintf("%s is served by no API server that is supported: use %s", gvk.GroupVersion(), schema.GroupVersion{Group: gk.Group, Version: b.version}),
		})
	case ok:
		r.builtin(at, data, b, h)
	default:
		if near, ok := nearKind(gk); ok {
			r.in.Add(Problem{Origin: at, Object: h.ref(), Field: "kind", Message: fmt.Sprintf("there is no kind %s; did you mean %s?", gk.Kind, near)})
			return nil
		}
		r.in.Others[gk.String()]++
	}
	return nil
}

// nearKind returns the kind that differs from what was written only in case.
func nearKind(gk schema.GroupKind) (string, bool) {
	for _, kind := range slices.Concat([]string{
		"Node", "Namespace", "Secret", "ConfigMap", "Service", "Pod", "PodTemplate", "ReplicationController",
		"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob",
	}, storageKinds()) {
		if _, ok := builtinOf(schema.GroupKind{Group: gk.Group, Kind: kind}); ok && strings.EqualFold(kind, gk.Kind) {
			return kind, true
		}
	}
	return "", false
}
