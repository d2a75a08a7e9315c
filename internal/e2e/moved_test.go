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
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// inRegion is what a kubelet writes that says that its node is in a region; "" says nothing.
func inRegion(region string) func(*corev1.Node) {
	return func(n *corev1.Node) {
		delete(n.Labels, corev1.LabelTopologyRegion)
		if region != "" {
			n.Labels[corev1.LabelTopologyRegion] = region
		}
	}
}

// says has a kubelet say that its node is in a region, and waits until the stamp has heard it.
func says(t *testing.T, node *corev1.Node, way, region, reason string) {
	t.Helper()
	if err := changed(t, kubelet(t, node.Name), node.Name, way, inRegion(region)); err != nil {
		t.Fatalf("labelling a node: %v", err)
	}
	heard(t, node, region, reason)
}

// heard waits until the stamp of a node holds what its kubelet says, and with which reason.
func heard(t *testing.T, node *corev1.Node, region, reason string) {
	t.Helper()
	eventually(t, fmt.Sprintf("the stamp to say %q of %q", reason, region), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(node), node); err != nil {
			return err
		}
		r := recordOf(t, node)
		said := slices.Contains(r.Witnesses, location.Witness{Kind: location.WitnessRegionLabel, Value: region})
		if said != (region != "") || r.Reason != reason {
			return fmt.Errorf("it says %+v", r)
		}
		return nil
	})
}

func TestStampRemembersWhereANodeWas(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"), country("US"))
	ns := namespace(t)
	node := registered(t, "europe-west3", "DE")
	admitted(t, pod(ns, "early", d.Name, node.Name))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	labels := map[string]string{
		residencyv1.StampCountry: "DE", residencyv1.StampCity: "de.frankfurt", residencyv1.StampRegion: "gcp.europe-west3",
		residencyv1.StampAssurance: "undetermined",
	}

	// By way of saying nothing, and through the status, which a kubelet writes all the time.
	says(t, node, "patch", "", string(location.ReasonNoWitness))
	stamped(t, node, labels)
	says(t, node, "patch of the status", "us-west4", string(location.ReasonMovedNode))
	stamped(t, node, labels)
	// Both places are permitted, and yet nobody knows where it is.
	counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
	refused(t, pod(ns, "late", d.Name, node.Name), "MovedNode", "Frankfurt, DE", "Las Vegas, US", "kubectl annotate node "+node.Name)
	waiting := unscheduled(ns, "waiting", d.Name)
	create(t, waiting)
	for resource, bind := range binders(t) {
		if err := refusedWith(bind(t.Context(), waiting, node.Name), "MovedNode"); err != nil {
			t.Errorf("%s: %v", resource, err)
		}
	}
	eventOn(t, metav1.NamespaceDefault, node.Name, "Las Vegas, US")

	// Going back is no way out, and neither is a restart of the manager.
	says(t, node, "update", "europe-west3", string(location.ReasonMovedNode))
	restartManager(t, func() {})
	refused(t, pod(ns, "later", d.Name, node.Name), "MovedNode")

	// Whoever has the verb lets it have its place again.
	if err := changed(t, admin, node.Name, "patch", func(n *corev1.Node) { delete(n.Annotations, residencyv1.LocationAnnotation) }); err != nil {
		t.Fatal(err)
	}
	stamped(t, node, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "claimed"})
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2}) // the one that waits could go there
}

// restartManager kills the manager and starts it again.
func restartManager(t *testing.T, meanwhile func()) {
	t.Helper()
	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	meanwhile()
	if err := cluster.StartManager(t.Context()); err != nil {
		t.Fatalf("starting the manager: %v", err)
	}
}

func TestStampOutlivesTheManager(t *testing.T) {
	moved, silent, stays := registered(t, "europe-west3", "DE"), newNode(t, "silent", "", nil), newNode(t, "stays", "aws:///eu-west-1a/i-0a1b2c3d4e5f60719", nil)
	stamped(t, silent, map[string]string{residencyv1.StampAssurance: "undetermined"})
	stamped(t, stays, map[string]string{residencyv1.StampCountry: "IE"})
	before := stampOf(stays)
	restartManager(t, func() {
		for node, c := range map[string]client.Client{moved.Name: kubelet(t, moved.Name), silent.Name: admin} {
			if err := changed(t, c, node, "patch", inRegion("us-west4")); err != nil {
				t.Fatal(err)
			}
		}
		// Nobody writes the stamp while nobody is there to write it.
		expectRefusal(t, changed(t, admin, moved.Name, "patch", func(n *corev1.Node) { n.Labels[residencyv1.StampCountry] = "US" }), "domicile-node-stamp")
	})
	heard(t, moved, "us-west4", string(location.ReasonMovedNode))
	stamped(t, moved, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "undetermined"})
	// The first place after never having had one is no move.
	stamped(t, silent, map[string]string{residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed"})
	// All nodes are looked at in their order at the start; this one comes after both.
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(stays), stays); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, stampOf(stays)); diff != "" {
		t.Errorf("a stamp that was right was written again (-before +after):\n%s", diff)
	}
}

// The memory is in etcd, and nowhere else that a restart would empty.
func TestStampOutlivesTheAPIServer(t *testing.T) {
	moved, stays := registered(t, "europe-west3", "DE"), newNode(t, "stays", "aws:///eu-west-1a/i-0a1b2c3d4e5f60719", nil)
	stamped(t, stays, map[string]string{residencyv1.StampCountry: "IE"})
	before := stampOf(stays)
	restartManager(t, func() {
		if err := cluster.RestartAPIServer(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := changed(t, kubelet(t, moved.Name), moved.Name, "patch", inRegion("us-west4")); err != nil {
			t.Fatal(err)
		}
	})
	heard(t, moved, "us-west4", string(location.ReasonMovedNode))
	stamped(t, moved, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "undetermined"})
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(stays), stays); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, stampOf(stays)); diff != "" {
		t.Errorf("a stamp that was right was written again (-before +after):\n%s", diff)
	}
}

func TestStampOfANodeThatIsMadeAgain(t *testing.T) {
	node := registered(t, "europe-west3", "DE")
	says(t, node, "patch", "us-west4", string(location.ReasonMovedNode))
	if err := admin.Delete(t.Context(), node); err != nil {
		t.Fatal(err)
	}
	again := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: node.Name, Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
		Labels: map[string]string{corev1.LabelTopologyRegion: "us-west4"},
	}}
	eventually(t, "the kubelet to register again", func(ctx context.Context) error { return kubelet(t, node.Name).Create(ctx, again) })
	stamped(t, again, map[string]string{residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed"})
}
