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
	"fmt"
	"maps"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// The API server evaluates the policies itself: with the operator down every key is as
// frozen as before, and what touches no key goes on.
func TestFrozenWithTheManagerKilled(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	writer, may := withRules(t, writeCarriers()), withRules(t, writeCarriers(), declassify(d.Name))
	running, waiting := pod(ns, "running", d.Name, "fra-aws-1"), unscheduled(ns, "waiting", d.Name)
	create(t, running)
	create(t, waiting)
	var objects []client.Object
	for _, carrier := range carriers() {
		object := carrier(ns.Name, "")
		setLabel(object, residencyv1.DatasetLabel, d.Name)
		create(t, object)
		objects = append(objects, object)
	}

	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.StartManager(context.Background()); err != nil {
			t.Errorf("starting the manager: %v", err)
		}
	})
	unlabel := func(o client.Object) { setLabel(o, residencyv1.DatasetLabel) }
	other := func(o client.Object) {
		annotations := maps.Clone(o.GetAnnotations())
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[otherLabel] = "x"
		o.SetAnnotations(annotations)
	}
	expectRefusal(t, written(t, admin, running, "update", unlabel), "domicile-frozen-pods")
	if err := written(t, writer, running, "update of the status", other); err != nil {
		t.Errorf("another annotation of a pod: %v", err)
	}
	for door, bind := range bindingDoors(t) {
		b := binding(waiting, "fra-aws-1")
		setLabel(b, residencyv1.DatasetLabel, "public")
		expectRefusal(t, bind(t.Context(), b), "domicile-frozen-bindings")
		t.Log(door, "is shut")
	}
	for _, object := range objects {
		expectRefusal(t, written(t, writer, object, "update", unlabel), "domicile-frozen-keys")
		if err := written(t, writer, object, "update", other); err != nil {
			t.Errorf("another annotation of a %s: %v", kindOf(object), err)
		}
		err := written(t, may, object, "update", unlabel)
		if _, ok := object.(*corev1.Namespace); ok && gateIsDown(err) {
			continue // A Dataset may select by any label of a Namespace, which the gate has to be asked about.
		}
		if err != nil {
			t.Errorf("a %s, with the verb: %v", kindOf(object), err)
		}
	}
}

// The command that a refusal gives answers as the policy does, and no role but the one made
// for it holds the verb.
func TestFrozenRoles(t *testing.T) {
	for role, may := range map[string]bool{
		"domicile-dataset-declassifier": true, "domicile-editor": false, "domicile-viewer": false, "admin": false, "cluster-admin": true,
	} {
		t.Run(role, func(t *testing.T) {
			who := name(t, "user")
			create(t, &rbacv1.ClusterRoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: name(t, "binding")},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
				Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: who}},
			})
			for _, what := range []string{
				"datasets.residency.domicile.dev/customers", "datasets.residency.domicile.dev",
				"processors.residency.domicile.dev/model-studio", "processors.residency.domicile.dev",
			} {
				eventually(t, fmt.Sprintf("%s to be answered with %v", what, may), func(context.Context) error {
					out, err := tryKubectl(t, "auth", "can-i", "declassify", what, "--as", who)
					if yes := err == nil && strings.Contains(out, "yes"); yes != may {
						return fmt.Errorf("it says %s (%w)", out, err)
					}
					return nil
				})
			}
		})
	}
	t.Run("one dataset", func(t *testing.T) {
		who, c := account(t, writeCarriers(), declassify("frozen-customers"))
		for dataset, want := range map[string]string{"frozen-customers": "yes", "frozen-orders": "no"} {
			out, _ := tryKubectl(t, "auth", "can-i", "declassify", "datasets.residency.domicile.dev/"+dataset, "--as", who)
			if !strings.Contains(out, want) {
				t.Errorf("of %s it says %s", dataset, out)
			}
		}
		// A RoleBinding grants nothing here, even where kubectl auth can-i asks about a namespace.
		ns := namespace(t)
		create(t, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "declassifier"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "domicile-dataset-declassifier"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: who}},
		})
		eventually(t, "the RoleBinding to be known", func(context.Context) error {
			out, err := tryKubectl(t, "auth", "can-i", "declassify", "datasets.residency.domicile.dev/frozen-orders", "-n", ns.Name, "--as", who)
			if err != nil {
				return fmt.Errorf("%s: %w", out, err)
			}
			return nil
		})
		object := carriers()["secret"](ns.Name, "credentials")
		setLabel(object, residencyv1.DatasetLabel, "frozen-orders")
		create(t, object)
		expectRefusal(t, c.Delete(t.Context(), object), "domicile-frozen-keys")
	})
}

// The API server checks the types of what a policy says against each kind that it is about.
func TestAdmissionPoliciesHaveTheirTypesRight(t *testing.T) {
	policies := &admissionregistrationv1.ValidatingAdmissionPolicyList{}
	eventually(t, "all policies to be checked", func(ctx context.Context) error {
		if err := admin.List(ctx, policies, client.HasLabels{"app.kubernetes.io/part-of"}); err != nil {
			return err
		}
		for _, p := range policies.Items {
			if p.Status.ObservedGeneration != p.Generation || p.Status.TypeChecking == nil {
				return fmt.Errorf("%s is not", p.Name)
			}
		}
		return nil
	})
	if len(policies.Items) < 5 {
		t.Errorf("there are only %d policies", len(policies.Items))
	}
	for _, p := range policies.Items {
		for _, w := range p.Status.TypeChecking.ExpressionWarnings {
			t.Errorf("%s: %s: %s", p.Name, w.FieldRef, w.Warning)
		}
	}
}
