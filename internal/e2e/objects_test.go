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
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// patience is how long a condition is waited for. It is long because a machine that runs
// all tests is slow; nothing here measures speed.
const patience = 30 * time.Second

// eventually waits until check returns no error.
func eventually(t *testing.T, what string, check func(ctx context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		now := check(ctx)
		if ctx.Err() == nil || last == nil {
			last = now // An answer that the end cut off says nothing: the one before does.
		}
		return now == nil, nil
	})
	if err != nil {
		t.Fatalf("waiting for %s: %v: %v", what, err, last)
	}
}

// create creates an object and deletes it when the test ends.
func create(t *testing.T, object client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), object); err != nil {
		t.Fatalf("creating %s %s: %v", kindOf(object), object.GetName(), err)
	}
	remove(t, object)
}

// remove deletes an object when the test ends.
func remove(t *testing.T, object client.Object) {
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		err := admin.Delete(context.Background(), object, client.GracePeriodSeconds(0))
		if client.IgnoreNotFound(err) != nil {
			t.Errorf("deleting %s %s: %v", kindOf(object), object.GetName(), err)
		}
	})
}

func kindOf(object client.Object) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", object), "*")
}

// name makes a name of its own for an object of a test.
func name(t *testing.T, suffix string) string {
	t.Helper()
	base := strings.ToLower(strings.NewReplacer("/", "-", "_", "-", ",", "", "'", "").Replace(strings.TrimPrefix(t.Name(), "Test")))
	if len(base) > 40 {
		base = base[:40]
	}
	return strings.Trim(base, "-") + "-" + suffix
}

func namespace(t *testing.T, change ...func(*corev1.Namespace)) *corev1.Namespace {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-"}}
	for _, c := range change {
		c(ns)
	}
	create(t, ns)
	eventually(t, "the default service account of "+ns.Name, func(ctx context.Context) error {
		return admin.Get(ctx, client.ObjectKey{Namespace: ns.Name, Name: "default"}, &corev1.ServiceAccount{})
	})
	return ns
}

// dataset makes a Dataset, and waits until the gate knows it: that a policy which was made
// later is accepted does not say so, since each kind reaches the manager by a watch of its own.
func dataset(t *testing.T, suffix string) *residencyv1.Dataset {
	t.Helper()
	return knownDataset(t, name(t, suffix))
}

// knownDataset is dataset with a name.
func knownDataset(t *testing.T, name string) *residencyv1.Dataset {
	t.Helper()
	d := &residencyv1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: residencyv1.DatasetSpec{
			Title:      "Customer profiles",
			Controller: &residencyv1.DatasetController{Name: "Example GmbH", Contact: "privacy@example.com"},
		},
	}
	create(t, d)
	eventually(t, "the manager to know dataset "+d.Name, func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
			return err
		}
		if condition(d, residencyv1.ConditionGoverned) == nil {
			return errors.New("it has no status")
		}
		return nil
	})
	return d
}

func jurisdiction(name residencyv1.JurisdictionName) residencyv1.Place {
	return residencyv1.Place{Jurisdiction: &name}
}

func country(code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{Country: &code}
}

// policyFor is a policy for one dataset that denies what is outside the places.
func policyFor(t *testing.T, d *residencyv1.Dataset, allowed ...residencyv1.Place) *residencyv1.ResidencyPolicy {
	t.Helper()
	return &residencyv1.ResidencyPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: d.Name},
		Spec: residencyv1.ResidencyPolicySpec{
			Datasets:    []residencyv1.ObjectName{residencyv1.ObjectName(d.Name)},
			Processing:  residencyv1.PlacesRule{Allowed: allowed},
			Enforcement: residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		},
	}
}

// governed makes a dataset and a policy for it, and waits until the gate knows them.
func governed(t *testing.T, allowed ...residencyv1.Place) (*residencyv1.Dataset, *residencyv1.ResidencyPolicy) {
	t.Helper()
	d := dataset(t, "data")
	p := policyFor(t, d, allowed...)
	create(t, p)
	accepted(t, p)
	return d, p
}

// accepted waits until the generation of the policy is in force.
func accepted(t *testing.T, p *residencyv1.ResidencyPolicy) {
	t.Helper()
	waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionTrue, residencyv1.ReasonValid)
}

// waitCondition waits for a condition of the object's generation as it is now.
func waitCondition(t *testing.T, object client.Object, kind string, status metav1.ConditionStatus, reason string) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s %s to be %s=%s", kindOf(object), object.GetName(), kind, status), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		c := condition(object, kind)
		if c == nil || c.Status != status || c.Reason != reason || c.ObservedGeneration != object.GetGeneration() {
			return fmt.Errorf("it is %+v at generation %d", c, object.GetGeneration())
		}
		return nil
	})
}

func condition(object client.Object, kind string) *metav1.Condition {
	var conditions []metav1.Condition
	switch o := object.(type) {
	case *residencyv1.Dataset:
		conditions = o.Status.Conditions
	case *residencyv1.ResidencyPolicy:
		conditions = o.Status.Conditions
	case *residencyv1.Site:
		conditions = o.Status.Conditions
	case *residencyv1.Jurisdiction:
		conditions = o.Status.Conditions
	case *residencyv1.Processor:
		conditions = o.Status.Conditions
	}
	for i := range conditions {
		if conditions[i].Type == kind {
			return &conditions[i]
		}
	}
	return nil
}

// pod is a pod that handles a dataset by its label and asks for a node by name.
func pod(ns *corev1.Namespace, name, dataset, node string) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: name},
		Spec: corev1.PodSpec{
			NodeName:                      node,
			TerminationGracePeriodSeconds: new(int64(0)),
			Containers:                    []corev1.Container{{Name: "main", Image: "example/app:1"}},
		},
	}
	if dataset != "" {
		p.Labels = map[string]string{residencyv1.DatasetLabel: dataset}
	}
	return p
}

// expectRefusal checks that the request was refused by Domicile for the reason meant.
func expectRefusal(t *testing.T, err error, words ...string) {
	t.Helper()
	if err := refusedWith(err, words...); err != nil {
		t.Fatal(err)
	}
}

// refusedWith reports no error if the request was refused by Domicile with all the words.
func refusedWith(err error, words ...string) error {
	if err == nil {
		return fmt.Errorf("it was admitted; it should be refused with %q", words)
	}
	if !apierrors.IsForbidden(err) {
		return fmt.Errorf("it was refused with another reason than Forbidden: %w", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			return fmt.Errorf("the refusal does not say %q: %w", w, err)
		}
	}
	return nil
}
