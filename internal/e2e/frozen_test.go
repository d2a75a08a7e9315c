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
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestFrozenKeysAreTakenOffWithTheVerbDeclassify(t *testing.T) {
	ns := namespace(t)
	const customers, orders, payroll = "frozen-customers", "frozen-orders", "frozen-payroll"
	declared(t, customers, orders, payroll)
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
	declared(t, customers)
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
