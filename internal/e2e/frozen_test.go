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
	"fmt"
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

func TestFrozenKeysAreTakenOffWithTheVerbDeclassify(t *testing.T) {
	ns := namespace(t)
	const customers, orders, payroll = "frozen-customers", "frozen-orders", "frozen-payroll"
	writer := withRules(t, writeCarriers(), declassify(payroll))
	may := withRules(t, writeCarriers(), declassify(customers, orders))
	for kind, carrier := range carriers() {
		for _, way := range waysToWrite(kind) {
			t.Run(kind+"/"+way, func(t *testing.T) {
				object := carrier(ns.Name, "")
				setKeys(object, customers, orders)
				create(t, object)
				for what, l := range losses(customers, orders) {
					err := written(t, writer, object, way, l.act)
					if err := refusedWith(err, "domicile-frozen-keys", "taking a name off "+kind+" ", object.GetName(), `"`+l.name+`"`,
						"kubectl auth can-i declassify datasets.residency.domicile.dev/"+l.name); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
				for _, step := range []struct {
					what string
					act  func(client.Object)
				}{
					{"another label goes", func(o client.Object) { setLabel(o, otherLabel) }},
					{"a name comes", func(o client.Object) { setNames(o, orders, payroll) }},
					{"names move", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, orders); setNames(o, payroll, customers) }},
					{"a name goes on which the user has the verb", func(o client.Object) { setNames(o, customers) }},
				} {
					if err := written(t, writer, object, way, step.act); err != nil {
						t.Errorf("%s: %v", step.what, err)
					}
				}
				if err := written(t, may, object, way, losses(customers, orders)["neither"].act); err != nil {
					t.Errorf("with the verb: %v", err)
				}
			})
		}
	}
}

// By server-side apply a key goes by being left out of what is applied.
func TestFrozenKeysAndServerSideApply(t *testing.T) {
	ns := namespace(t)
	const customers = "frozen-customers"
	writer, may := withRules(t, writeCarriers()), withRules(t, writeCarriers(), declassify(customers))
	for kind, carrier := range carriers() {
		t.Run(kind, func(t *testing.T) {
			object := carrier(ns.Name, name(t, "applied"))
			setLabel(object, residencyv1.DatasetLabel, customers)
			setLabel(object, otherLabel, customers)
			without := copied(t, object)
			setLabel(without, residencyv1.DatasetLabel)
			apply := func(c client.Client, o client.Object) error {
				return c.Apply(t.Context(), configurationOf(t, kind, o), client.FieldOwner("e2e"), client.ForceOwnership)
			}
			if err := apply(writer, object); err != nil {
				t.Fatal(err)
			}
			remove(t, object)
			err := apply(writer, without)
			expectRefusal(t, err, "domicile-frozen-keys", "also in what you apply", customers)
			t.Log(err)
			setLabel(object, otherLabel)
			if err := apply(writer, object); err != nil {
				t.Errorf("another label is left out: %v", err)
			}
			if err := apply(may, without); err != nil {
				t.Errorf("with the verb: %v", err)
			}
		})
	}
}

// A name that no Dataset can have governs nothing, and an administrator's mistake can be undone.
func TestFrozenNamesAreThoseOfDatasets(t *testing.T) {
	ns := namespace(t)
	writer := withRules(t, writeCarriers())
	for what, change := range map[string]func(client.Object){
		"empty label":      func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "") },
		"empty annotation": func(o client.Object) { setNames(o, "") },
		"upper case":       func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, "Customers") },
		"a dot":            func(o client.Object) { setNames(o, "crm.customers") },
		"too long":         func(o client.Object) { setNames(o, strings.Repeat("a", 64)) },
	} {
		t.Run(what, func(t *testing.T) {
			object := carriers()["secret"](ns.Name, "")
			change(object)
			create(t, object)
			err := written(t, writer, object, "update", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel); setNames(o) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("63 characters are a name", func(t *testing.T) {
		object := carriers()["secret"](ns.Name, "")
		setNames(object, strings.Repeat("a", 63))
		create(t, object)
		expectRefusal(t, written(t, writer, object, "update", func(o client.Object) { setNames(o) }), "domicile-frozen-keys")
	})
}

// The API server bounds what a policy may ask. Beyond that it takes the right on all
// Datasets, and never an answer of the API server that nobody understands.
func TestFrozenManyNames(t *testing.T) {
	ns := namespace(t)
	many := func(n int, text string) []string {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf("%s-%d", text, i)
		}
		return names
	}
	long := strings.Repeat("a", 50)
	five := many(5, "frozen")
	writer, named, all := withRules(t, writeCarriers()), withRules(t, writeCarriers(), declassify(five...)), withRules(t, writeCarriers(), declassify())
	fresh := func(t *testing.T, names ...string) client.Object {
		t.Helper()
		object := carriers()["configmap"](ns.Name, "")
		setNames(object, names...)
		create(t, object)
		return object
	}
	none := func(o client.Object) { setNames(o) }
	t.Run("four at a time by name", func(t *testing.T) {
		object := fresh(t, five...)
		err := written(t, named, object, "update", none)
		expectRefusal(t, err, "more than four datasets at a time", "configmap "+ns.Name+"/"+object.GetName())
		expectRefusal(t, named.Delete(t.Context(), object), "more than four datasets at a time")
		for i := range five[:4] {
			expectRefusal(t, written(t, withRules(t, writeCarriers(), declassify(append(five[:i:i], five[i+1:]...)...)), object, "update",
				func(o client.Object) { setNames(o, five[4]) }), "taking a name off", five[i])
		}
		if err := written(t, named, object, "update", func(o client.Object) { setNames(o, five[4]) }); err != nil {
			t.Errorf("four names: %v", err)
		}
		if err := named.Delete(t.Context(), object); err != nil {
			t.Errorf("the last: %v", err)
		}
	})
	t.Run("all at once by the right on all", func(t *testing.T) {
		for _, n := range []int{5, 64, 65, 4000} {
			object := fresh(t, many(n, long)...)
			if err := written(t, all, object, "update", none); err != nil {
				t.Errorf("%d names: %v", n, err)
			}
		}
	})
	t.Run("64 names can be compared", func(t *testing.T) {
		names := many(64, long)
		object := fresh(t, names[:63]...)
		expectRefusal(t, written(t, writer, object, "update", func(o client.Object) { setNames(o, names[1:63]...) }), "taking a name off", names[0])
		if err := written(t, writer, object, "update", func(o client.Object) { setNames(o, names...) }); err != nil {
			t.Errorf("a 64th name: %v", err)
		}
		expectRefusal(t, written(t, writer, object, "update", func(o client.Object) { setNames(o, append(names, "more")...) }), "more than 64 datasets")
	})
	t.Run("more than that", func(t *testing.T) {
		for _, n := range []int{65, 4000} {
			object := fresh(t, many(n, long)...)
			expectRefusal(t, written(t, named, object, "update", none), "more than 64 datasets", "kubectl auth can-i declassify datasets.residency.domicile.dev)")
			expectRefusal(t, named.Delete(t.Context(), object), "more than 64 datasets")
			if err := written(t, writer, object, "update", func(o client.Object) { setLabel(o, otherLabel, "x") }); err != nil {
				t.Errorf("%d names, another label: %v", n, err)
			}
		}
	})
}
