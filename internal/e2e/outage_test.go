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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// An outage of the operator must not open the gate, and must not be an outage of others.
func TestTheManagerKilled(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	marked, other := namespace(t), namespace(t)
	create(t, pod(marked, "home", d.Name, "fra-aws-1"))
	waiting := unscheduled(marked, "waiting", d.Name)
	create(t, waiting)

	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.StartManager(context.Background()); err != nil {
			t.Errorf("starting the manager: %v", err)
		}
	})

	for what, p := range map[string]*corev1.Pod{
		"a labelled pod":                         pod(other, "labelled", d.Name, "fra-aws-1"),
		"any pod of a namespace with the mark":   pod(marked, "unlabelled", "", "fra-aws-1"),
		"a labelled pod of the marked namespace": pod(marked, "labelled", d.Name, "fra-aws-1"),
	} {
		if err := admin.Create(t.Context(), p); !gateIsDown(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for resource, bind := range binders(t) {
		if err := bind(t.Context(), waiting, "fra-aws-1"); !gateIsDown(err) {
			t.Errorf("%s in a namespace with the mark: %v", resource, err)
		}
		elsewhere := unscheduled(other, "bound-by-"+resource, "")
		create(t, elsewhere)
		if err := bind(t.Context(), elsewhere, "fra-aws-1"); err != nil {
			t.Errorf("%s in another namespace: %v", resource, err)
		}
	}
	free := pod(other, "unlabelled", "", "")
	create(t, free)
	eventually(t, "a pod that handles nothing to be scheduled", scheduled(free))
	changed := marked.DeepCopy()
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(marked), changed); err != nil {
		t.Fatal(err)
	}
	before := changed.DeepCopy()
	changed.Annotations = map[string]string{"note": "still writable"}
	if err := admin.Patch(t.Context(), changed, client.MergeFrom(before)); err != nil {
		t.Errorf("a marked namespace cannot be written: %v", err)
	}

	if err := cluster.StartManager(t.Context()); err != nil {
		t.Fatalf("starting the manager again: %v", err)
	}
	expectRefusal(t, admin.Create(t.Context(), pod(other, "abroad", d.Name, "iad-aws-1")), "N. Virginia, US")
	create(t, pod(other, "home", d.Name, "fra-aws-1"))
	again := pod(other, "unlabelled-again", "", "")
	create(t, again)
	eventually(t, "a pod that handles nothing to be scheduled", scheduled(again))
}

// gateIsDown reports whether the API server refused because it could not ask the gate.
func gateIsDown(err error) bool {
	return err != nil && strings.Contains(err.Error(), "failed calling webhook")
}

func scheduled(p *corev1.Pod) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if p.Spec.NodeName == "" {
			return errors.New("it has no node")
		}
		return nil
	}
}

// A certificate that is renewed takes effect without a restart.
func TestACertificateIsRenewed(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	before := servedCertificate(t)
	if err := cluster.RenewWebhookCertificate(); err != nil {
		t.Fatalf("renewing the certificate: %v", err)
	}
	eventually(t, "the new certificate to be served", func(context.Context) error {
		if servedCertificate(t) == before {
			return errors.New("the old one is")
		}
		return nil
	})
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "abroad", d.Name, "iad-aws-1")), "N. Virginia, US")
}

// A pod can outlive its namespace, when the namespace is finalized by hand. It must not
// keep the manager from counting all the others after a restart.
func TestAPodThatOutlivesItsNamespace(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	doomed := namespace(t)
	orphan := pod(doomed, "orphan", d.Name, "fra-aws-1")
	// Nothing in a namespace that is gone can be written: it stays until the cluster ends.
	orphan.Finalizers = []string{"e2e.residency.domicile.dev/stay"}
	create(t, orphan)
	other := namespace(t)
	create(t, pod(other, "home", d.Name, "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})

	if err := admin.Delete(t.Context(), doomed); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the namespace to be gone", func(ctx context.Context) error {
		err := admin.Get(ctx, client.ObjectKeyFromObject(doomed), doomed)
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		doomed.Spec.Finalizers = nil
		return errors.Join(errors.New("it is there"), admin.SubResource("finalize").Update(ctx, doomed))
	})
	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	if err := cluster.StartManager(t.Context()); err != nil {
		t.Fatalf("starting the manager: %v", err)
	}
	create(t, pod(other, "second", d.Name, "fra-ali-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 3})
}
