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
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/domicile-dev/domicile/internal/facts"
)

// identity is what no two objects of the input may share.
type identity struct {
	kind, namespace, name string
}

// builtin reads an object of a built-in kind. One that the API server would refuse is
// not judged: it will never exist as it is written.
func (r *reader) builtin(at Origin, data []byte, b builtin, h header) {
	object := b.empty()
	errs := decodeStrict(data, object)
	switch {
	case b.cluster:
		object.SetNamespace("")
	case object.GetNamespace() == "":
		object.SetNamespace(r.opts.Namespace)
	}
	ref := h.ref()
	ref.Namespace = object.GetNamespace()
	if len(errs) == 0 {
		errs = append(errs, validateMetadata(object, b)...)
	}
	w := WorkloadOf(object, ref, at)
	switch {
	case len(errs) > 0:
	case w != nil:
		errs = append(errs, validateWorkload(w)...)
	default:
		errs = append(errs, validateService(object)...)
		errs = append(errs, validateStorage(object)...)
	}
	unique := r.unique(at, ref, object.GetName())
	for _, err := range errs {
		r.in.Add(FieldProblem(at, ref, err))
	}
	if len(errs) > 0 || !unique {
		return
	}
	switch o := object.(type) {
	case *corev1.Node:
		r.in.Nodes = append(r.in.Nodes, o)
	case *corev1.Namespace:
		r.in.Namespaces = append(r.in.Namespaces, o)
	case *corev1.Service:
		r.in.Services = append(r.in.Services, *o)
	case *corev1.Secret, *corev1.ConfigMap:
		// What is in them matters to nobody here.
		r.in.Carriers = append(r.in.Carriers, Carrier{Ref: ref, Labels: object.GetLabels(), Annotations: object.GetAnnotations()})
	default:
		if w != nil {
			r.in.Workloads = append(r.in.Workloads, *w)
			return
		}
		r.in.AddStorage(object, ref, at)
	}
}

// validateMetadata validates the metadata as it is when the API server does: by then it
// has generated the name, if it is to.
func validateMetadata(object metav1.Object, b builtin) field.ErrorList {
	if object.GetName() == "" && object.GetGenerateName() != "" {
		object.SetName(object.GetGenerateName() + "x")
		defer object.SetName("")
	}
	return validation.ValidateObjectMetaAccessor(object, !b.cluster, b.nameRules, field.NewPath("metadata"))
}

// unique notes an object, and reports whether it is the first of that name. An object
// that is yet to get its name is always new.
func (r *reader) unique(at Origin, ref Ref, name string) bool {
	if name == "" {
		return true
	}
	id := identity{kind: ref.Kind, namespace: ref.Namespace, name: name}
	first, seen := r.seen[id]
	if !seen {
		r.seen[id] = at
		return true
	}
	r.problem(at, ref, "is in the input twice: it is also in "+first.String())
	return false
}

// WorkloadOf returns the object as a workload, nil if it is none.
func WorkloadOf(object metav1.Object, ref Ref, at Origin) *Workload {
	if pod, ok := object.(*corev1.Pod); ok {
		return &Workload{Ref: ref, Origin: at, Pod: pod}
	}
	template, path, carriers := templateOf(object)
	if template == nil {
		return nil
	}
	w := &Workload{
		Ref: ref, Origin: at, Template: path, Carriers: carriers,
		Pod: &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: ref.Namespace, Labels: template.Labels, Annotations: template.Annotations,
			},
			Spec: template.Spec,
		},
	}
	if s, ok := object.(*appsv1.StatefulSet); ok {
		for i := range s.Spec.VolumeClaimTemplates {
			facts.AddClaim(w.Pod, &s.Spec.VolumeClaimTemplates[i])
		}
	}
	return w
}

// validateWorkload checks what a verdict about the workload rests on. All else is left
// to the API server.
func validateWorkload(w *Workload) field.ErrorList {
	var errs field.ErrorList
	spec := field.NewPath("spec")
	if w.Template != nil {
		metadata := w.Template.Child("metadata")
		spec = w.Template.Child("spec")
		errs = append(errs, metav1validation.ValidateLabels(w.Pod.Labels, metadata.Child("labels"))...)
		errs = append(errs, validation.ValidateAnnotations(w.Pod.Annotations, metadata.Child("annotations"))...)
	}
	if name := w.Pod.Spec.NodeName; name != "" {
		for _, message := range validation.NameIsDNSSubdomain(name, false) {
			errs = append(errs, field.Invalid(spec.Child("nodeName"), name, message))
		}
	}
	errs = append(errs, metav1validation.ValidateLabels(w.Pod.Spec.NodeSelector, spec.Child("nodeSelector"))...)
	return append(errs, validateNodeAffinity(w.Pod.Spec.Affinity, spec.Child("affinity", "nodeAffinity"))...)
}
