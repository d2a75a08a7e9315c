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
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// otherLabel says nothing to Domicile: what is done with it shows what RBAC and the API
// server allow without Domicile.
const otherLabel = "e2e.example.com/dataset"

// writeCarriers lets a user do everything with what passes its datasets on to pods, and
// with pods.
func writeCarriers() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{""},
		Resources: []string{
			"nodes", "namespaces", "namespaces/status", "namespaces/finalize",
			"persistentvolumeclaims", "persistentvolumeclaims/status", "secrets", "configmaps",
			"pods", "pods/status", "pods/ephemeralcontainers", "pods/resize", "pods/binding", "bindings",
		},
		Verbs: []string{"get", "list", "create", "update", "patch", "delete", "deletecollection"},
	}
}

// declassify lets a user take datasets off what carries them: those that are named, or all.
func declassify(datasets ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{group}, Resources: []string{"datasets"},
		ResourceNames: datasets, Verbs: []string{residencyv1.DeclassifyVerb},
	}
}

// carriers make one object of each kind that passes its datasets on to pods. Without a name
// it gets one of its own.
func carriers() map[string]func(namespace, name string) client.Object {
	meta := func(namespace, name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: namespace, Name: name, GenerateName: "e2e-"}
	}
	return map[string]func(namespace, name string) client.Object{
		"namespace": func(_, name string) client.Object {
			return &corev1.Namespace{ObjectMeta: meta("", name)}
		},
		"secret": func(namespace, name string) client.Object {
			return &corev1.Secret{ObjectMeta: meta(namespace, name)}
		},
		"configmap": func(namespace, name string) client.Object {
			return &corev1.ConfigMap{ObjectMeta: meta(namespace, name)}
		},
		"persistentvolumeclaim": func(namespace, name string) client.Object {
			return &corev1.PersistentVolumeClaim{
				ObjectMeta: meta(namespace, name),
				Spec:       claimSpec(),
			}
		},
	}
}

// declared makes Datasets of these names, which no policy governs, and waits until the gate knows
// them: a claim that names one which does not exist is refused.
func declared(t *testing.T, names ...string) {
	t.Helper()
	for _, n := range names {
		knownDataset(t, n)
	}
}

func claimSpec() corev1.PersistentVolumeClaimSpec {
	return corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		Resources: corev1.VolumeResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")},
		},
	}
}

// waysToWrite are the ways to write the metadata of an object of a kind.
func waysToWrite(kind string) []string {
	ways := []string{"merge patch", "strategic merge patch", "JSON patch", "update"}
	switch kind {
	case "namespace":
		return append(ways, "patch of the status", "update of the status", "finalize")
	case "persistentvolumeclaim", "pod":
		return append(ways, "patch of the status", "update of the status")
	}
	return ways
}

// written writes a change of an object's metadata in one of the ways that there are, until
// it meets nobody else's write.
func written(t *testing.T, c client.Client, object client.Object, way string, change func(client.Object)) error {
	t.Helper()
	var err error
	eventually(t, "a write without a conflict", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		before, after := copied(t, object), copied(t, object)
		change(after)
		switch way {
		case "merge patch":
			err = c.Patch(ctx, after, client.MergeFrom(before))
		case "strategic merge patch":
			err = c.Patch(ctx, after, client.StrategicMergeFrom(before))
		case "JSON patch":
			err = c.Patch(ctx, after, jsonPatch(t, after))
		case "update":
			err = c.Update(ctx, after)
		case "patch of the status":
			err = c.Status().Patch(ctx, after, client.MergeFrom(before))
		case "update of the status":
			err = c.Status().Update(ctx, after)
		case "finalize":
			err = c.SubResource("finalize").Update(ctx, after)
		default:
			t.Fatalf("there is no way %q", way)
		}
		if apierrors.IsConflict(err) {
			return err
		}
		return nil
	})
	return err
}

func copied(t *testing.T, object client.Object) client.Object {
	t.Helper()
	c, ok := object.DeepCopyObject().(client.Object)
	if !ok {
		t.Fatalf("the copy of %s %s is no object", kindOf(object), object.GetName())
	}
	return c
}

// configurationOf is what an apply of an object says: its kind, name and metadata.
func configurationOf(t *testing.T, kind string, object client.Object) runtime.ApplyConfiguration {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatalf("converting %s %s: %v", kind, object.GetName(), err)
	}
	u := &unstructured.Unstructured{Object: content}
	gvk, err := admin.GroupVersionKindFor(object)
	if err != nil {
		t.Fatalf("the kind of %s %s: %v", kind, object.GetName(), err)
	}
	u.SetGroupVersionKind(gvk)
	return client.ApplyConfigurationFromUnstructured(u)
}

// jsonPatch replaces all labels and annotations by those of the object.
func jsonPatch(t *testing.T, object client.Object) client.Patch {
	t.Helper()
	type operation struct {
		Op    string            `json:"op"`
		Path  string            `json:"path"`
		Value map[string]string `json:"value"`
	}
	patch, err := json.Marshal([]operation{
		{"add", "/metadata/labels", object.GetLabels()},
		{"add", "/metadata/annotations", object.GetAnnotations()},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client.RawPatch(types.JSONPatchType, patch)
}

// setLabel sets a label of an object; with no value it takes the label off.
func setLabel(o client.Object, key string, value ...string) {
	labels := o.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	delete(labels, key)
	for _, v := range value {
		labels[key] = v
	}
	o.SetLabels(labels)
}

// setNames names datasets in the annotation of an object; with no name it takes it off.
func setNames(o client.Object, names ...string) {
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	delete(annotations, residencyv1.DatasetsAnnotation)
	if len(names) > 0 {
		annotations[residencyv1.DatasetsAnnotation] = strings.Join(names, ",")
	}
	o.SetAnnotations(annotations)
}

// setKeys gives an object one dataset by its label and one by its annotation, and a label that
// is none of ours.
func setKeys(o client.Object, label, annotation string) {
	setLabel(o, residencyv1.DatasetLabel, label)
	setLabel(o, otherLabel, "customers")
	setNames(o, " "+annotation+" ", "", annotation)
}

// loss is an act that takes a name off an object to which setKeys gave two.
type loss struct {
	name string
	act  func(client.Object)
}

func losses(label, annotation string) map[string]loss {
	return map[string]loss{
		"no label":            {label, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel) }},
		"an empty label":      {label, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "") }},
		"another dataset":     {label, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "public") }},
		"a longer name":       {label, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, label+"-2") }},
		"no annotation":       {annotation, func(o client.Object) { setNames(o) }},
		"an empty annotation": {annotation, func(o client.Object) { setNames(o, "") }},
		"other names":         {annotation, func(o client.Object) { setNames(o, "public", annotation+"-2", "x"+annotation) }},
		"neither":             {label, func(o client.Object) { setLabel(o, residencyv1.DatasetLabel); setNames(o) }},
	}
}
