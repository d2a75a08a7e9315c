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
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// deletable are the kinds of which an object can be deleted and made again without its key.
func deletable() map[string]func(namespace, name string) client.Object {
	kinds := carriers()
	delete(kinds, "namespace")
	return kinds
}

// gone waits until an object is not there any more.
func gone(t *testing.T, object client.Object) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s %s to be gone", kindOf(object), object.GetName()), func(ctx context.Context) error {
		err := admin.Get(ctx, client.ObjectKeyFromObject(object), object)
		if err == nil {
			return errors.New("it is there")
		}
		return client.IgnoreNotFound(err)
	})
}

func TestFrozenCarriersAreDeletedWithTheVerbDeclassify(t *testing.T) {
	const customers, orders = "frozen-customers", "frozen-orders"
	declared(t, customers, orders)
	writer := withRules(t, writeCarriers(), declassify(customers))
	may := withRules(t, writeCarriers(), declassify(customers, orders))
	for kind, carrier := range deletable() {
		ns := namespace(t)
		acts := map[string]func(client.Client, client.Object) error{
			"delete": func(c client.Client, o client.Object) error { return c.Delete(t.Context(), o) },
			"delete in the foreground": func(c client.Client, o client.Object) error {
				return c.Delete(t.Context(), o, client.PropagationPolicy(metav1.DeletePropagationForeground))
			},
			"delete at once, orphaning": func(c client.Client, o client.Object) error {
				return c.Delete(t.Context(), o, client.GracePeriodSeconds(0), client.PropagationPolicy(metav1.DeletePropagationOrphan))
			},
			"delete the collection": func(c client.Client, o client.Object) error {
				return c.DeleteAllOf(t.Context(), o, client.InNamespace(ns.Name), client.HasLabels{otherLabel})
			},
		}
		for what, act := range acts {
			t.Run(kind+"/"+what, func(t *testing.T) {
				object := carrier(ns.Name, "")
				setKeys(object, customers, orders)
				create(t, object)
				err := act(writer, copied(t, object))
				expectRefusal(t, err, "domicile-frozen-keys", "deleting "+kind+" "+ns.Name+"/"+object.GetName(), "made again without its key",
					"kubectl auth can-i declassify datasets.residency.domicile.dev/"+orders)
				if err := admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil || object.GetDeletionTimestamp() != nil {
					t.Errorf("it is being deleted since %v (%v)", object.GetDeletionTimestamp(), err)
				}
				if err := act(may, copied(t, object)); err != nil {
					t.Errorf("with the verb: %v", err)
				}
				gone(t, object)
				free := carrier(ns.Name, "")
				setLabel(free, otherLabel, customers)
				create(t, free)
				if err := act(writer, copied(t, free)); err != nil {
					t.Errorf("without a key: %v", err)
				}
				gone(t, free)
			})
		}
	}
}

// kubectl replace leaves the key out; with --force it deletes and makes again.
func TestFrozenKeysAndKubectlReplace(t *testing.T) {
	ns := namespace(t)
	const customers = "frozen-customers"
	writer, _ := account(t, writeCarriers())
	may, _ := account(t, writeCarriers(), declassify(customers))
	file := filepath.Join(t.TempDir(), "secret.yaml")
	manifest := "{apiVersion: v1, kind: Secret, metadata: {namespace: " + ns.Name + ", name: credentials}}"
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	object := carriers()["secret"](ns.Name, "credentials")
	setLabel(object, residencyv1.DatasetLabel, customers)
	create(t, object)
	ways := [][]string{{"replace", "-f", file}, {"replace", "--force", "-f", file}}
	for _, way := range ways {
		out, err := tryKubectl(t, append([]string{"--as", writer}, way...)...)
		if err == nil || !strings.Contains(out, "domicile-frozen-keys") || !strings.Contains(out, "datasets.residency.domicile.dev/"+customers) {
			t.Errorf("kubectl %s: %v\n%s", strings.Join(way, " "), err, out)
		}
	}
	kubectl(t, "--as", may, "replace", "--force", "-f", file)
	for _, way := range ways {
		kubectl(t, append([]string{"--as", writer}, way...)...)
	}
}

// A namespace can be deleted with all that is in it, by whoever may delete namespaces: its
// pods go too. That alone does not let its objects be deleted one by one.
func TestFrozenKeysDoNotHoldANamespace(t *testing.T) {
	const customers = "frozen-customers"
	declared(t, customers)
	writer := withRules(t, writeCarriers())
	ns := namespace(t)
	held := carriers()["secret"](ns.Name, "held")
	setLabel(held, residencyv1.DatasetLabel, customers)
	held.SetFinalizers([]string{"e2e.residency.domicile.dev/stay"})
	create(t, held)
	for kind, carrier := range deletable() {
		object := carrier(ns.Name, kind)
		setLabel(object, residencyv1.DatasetLabel, customers)
		create(t, object)
	}
	if err := written(t, writer, ns, "update", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel, customers) }); err != nil {
		t.Fatal(err)
	}
	if err := writer.Delete(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	for kind, carrier := range deletable() {
		gone(t, carrier(ns.Name, kind))
	}
	// What is held by a finalizer has its key to the end.
	expectRefusal(t, written(t, writer, held, "update", func(o client.Object) { setLabel(o, residencyv1.DatasetLabel) }), "domicile-frozen-keys")
	expectRefusal(t, writer.Delete(t.Context(), held), "domicile-frozen-keys")
	if err := written(t, writer, held, "update", func(o client.Object) { o.SetFinalizers(nil) }); err != nil {
		t.Errorf("removing a finalizer: %v", err)
	}
	gone(t, ns)
}

// What has lost its owner is deleted by the garbage collector. That must not be a way
// around the verb, so an owner is not given to what has a key.
func TestFrozenKeysAndTheGarbageCollector(t *testing.T) {
	const customers = "frozen-customers"
	declared(t, customers)
	ns := namespace(t)
	writer := withRules(t, writeCarriers())
	may := withRules(t, writeCarriers(), declassify(customers))
	owner := func(t *testing.T, suffix string) (*corev1.ConfigMap, metav1.OwnerReference) {
		t.Helper()
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: name(t, suffix)}}
		create(t, cm)
		return cm, metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: cm.Name, UID: cm.UID}
	}
	for kind, carrier := range deletable() {
		t.Run(kind, func(t *testing.T) {
			first, byFirst := owner(t, "first")
			second, bySecond := owner(t, "second")
			owned := carrier(ns.Name, "")
			setLabel(owned, residencyv1.DatasetLabel, customers)
			owned.SetOwnerReferences([]metav1.OwnerReference{byFirst})
			create(t, owned)
			give := func(o client.Object) { o.SetOwnerReferences(append(o.GetOwnerReferences(), bySecond)) }
			for _, way := range []string{"update", "merge patch"} {
				err := written(t, writer, owned, way, give)
				expectRefusal(t, err, "domicile-frozen-keys", "giving "+kind+" "+ns.Name+"/"+owned.GetName()+" an owner", "metadata.ownerReferences", customers)
			}
			for _, rename := range map[string]func(*metav1.OwnerReference){
				"name":  func(r *metav1.OwnerReference) { r.Name += "-gone" },
				"kind":  func(r *metav1.OwnerReference) { r.Kind = "Secret" },
				"group": func(r *metav1.OwnerReference) { r.APIVersion = "apps/v1" },
			} {
				other := byFirst
				rename(&other)
				err := written(t, writer, owned, "update", func(o client.Object) { o.SetOwnerReferences([]metav1.OwnerReference{other}) })
				expectRefusal(t, err, "domicile-frozen-keys", "giving "+kind+" "+ns.Name+"/"+owned.GetName()+" an owner", customers)
			}
			byFirst.Controller = new(true)
			if err := written(t, writer, owned, "update", func(o client.Object) { o.SetOwnerReferences([]metav1.OwnerReference{byFirst}) }); err != nil {
				t.Errorf("the owner that it has becomes its controller: %v", err)
			}
			if err := written(t, may, owned, "update", give); err != nil {
				t.Errorf("with the verb: %v", err)
			}
			if err := written(t, writer, owned, "update", func(o client.Object) { o.SetOwnerReferences([]metav1.OwnerReference{bySecond}) }); err != nil {
				t.Errorf("an owner goes: %v", err)
			}
			if err := writer.Delete(t.Context(), first); err != nil {
				t.Error(err)
			}
			if err := writer.Delete(t.Context(), second); err != nil {
				t.Error(err)
			}
			gone(t, owned)

			third, byThird := owner(t, "third")
			free := carrier(ns.Name, "")
			create(t, free)
			if err := written(t, writer, free, "update", func(o client.Object) { o.SetOwnerReferences([]metav1.OwnerReference{byThird}) }); err != nil {
				t.Errorf("without a key: %v", err)
			}
			if err := writer.Delete(t.Context(), third); err != nil {
				t.Error(err)
			}
			gone(t, free)
		})
	}
}

// The StatefulSet controller makes itself the owner of claims that are to go with it.
func TestFrozenClaimsOfAStatefulSet(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	labels := map[string]string{"app": "store"}
	set := &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "store"},
		Spec: appsv1.StatefulSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{{
					Name: "main", Image: "example/app:1", VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data"}},
				}}},
			},
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{
				ObjectMeta: metav1.ObjectMeta{Name: "data", Labels: map[string]string{residencyv1.DatasetLabel: d.Name}},
				Spec:       claimSpec(),
			}},
		},
	}
	create(t, set)
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "data-store-0"}}
	owners := func(want int) func(context.Context) error {
		return func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(claim), claim); err != nil {
				return err
			}
			if got := len(claim.OwnerReferences); got != want {
				return fmt.Errorf("it has %d owners", got)
			}
			return nil
		}
	}
	eventually(t, "the claim to be there", owners(0))
	if claim.Labels[residencyv1.DatasetLabel] != d.Name {
		t.Fatalf("the claim carries %v", claim.Labels)
	}
	patch := client.RawPatch(types.MergePatchType, []byte(`{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete"}}}`))
	if err := admin.Patch(t.Context(), set, patch); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the claim to have an owner", owners(1))
	if err := withRules(t, writeCarriers()).Delete(t.Context(), copied(t, claim)); !apierrors.IsForbidden(err) {
		t.Errorf("deleting the claim by hand: %v", err)
	}
	if err := admin.Delete(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	gone(t, claim)
}
