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
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// newNode makes a node that kwok keeps ready, of a name of its own.
func newNode(t *testing.T, suffix, providerID string, labels map[string]string) *corev1.Node {
	t.Helper()
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        name(t, suffix),
			Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
			Labels:      labels,
		},
		Spec: corev1.NodeSpec{ProviderID: providerID},
	}
	create(t, n)
	return n
}

// siteOf is a Site of the test in a country that names nodes.
func siteOf(t *testing.T, suffix string, country residencyv1.CountryCode, nodes ...*corev1.Node) *residencyv1.Site {
	t.Helper()
	s := &residencyv1.Site{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, suffix)},
		Spec: residencyv1.SiteSpec{
			Country: country,
			Basis:   residencyv1.Basis{Reference: "inspection report 2026-114", VerifiedAt: "2026-10-01"},
		},
	}
	for _, n := range nodes {
		s.Spec.NodeNames = append(s.Spec.NodeNames, residencyv1.NodeName(n.Name))
	}
	return s
}

func inSite(s *residencyv1.Site) residencyv1.Place {
	return residencyv1.Place{Site: new(residencyv1.ObjectName(s.Name))}
}

// changeSite changes what a Site says.
func changeSite(t *testing.T, s *residencyv1.Site, change func(*residencyv1.SiteSpec)) {
	t.Helper()
	before := s.DeepCopy()
	change(&s.Spec)
	if err := admin.Patch(t.Context(), s, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing the site: %v", err)
	}
}

// admitted creates a pod as soon as the gate has seen what permits it.
func admitted(t *testing.T, p *corev1.Pod) {
	t.Helper()
	eventually(t, "pod "+p.Name+" to be admitted", func(ctx context.Context) error { return admin.Create(ctx, p) })
	remove(t, p)
}

// refused waits until a pod would be refused with the words.
func refused(t *testing.T, p *corev1.Pod, words ...string) {
	t.Helper()
	eventually(t, fmt.Sprintf("pod %s to be refused with %q", p.Name, words), func(ctx context.Context) error {
		return refusedWith(admin.Create(ctx, p.DeepCopy(), client.DryRunAll), words...)
	})
}

func TestASiteDeclaresANode(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	node := newNode(t, "node", "", nil)
	refused(t, pod(ns, "early", d.Name, node.Name), "NoWitness")

	s := siteOf(t, "room", "DE", node)
	s.Spec.City = "Berlin"
	create(t, s)
	for kind, want := range map[string]struct {
		status metav1.ConditionStatus
		reason string
	}{
		residencyv1.ConditionAccepted:      {metav1.ConditionTrue, residencyv1.ReasonValid},
		residencyv1.ConditionMatched:       {metav1.ConditionTrue, residencyv1.ReasonNodesMatched},
		residencyv1.ConditionAuthoritative: {metav1.ConditionTrue, residencyv1.ReasonNodesNamed},
		residencyv1.ConditionCurrent:       {metav1.ConditionTrue, residencyv1.ReasonValid},
		residencyv1.ConditionContradicted:  {metav1.ConditionFalse, residencyv1.ReasonNoContradiction},
		residencyv1.ConditionConflicting:   {metav1.ConditionFalse, residencyv1.ReasonNoConflict},
	} {
		waitCondition(t, s, kind, want.status, want.reason)
	}
	if n := s.Status.Nodes; n == nil || *n != 1 || !slices.Equal(s.Status.NodeNames, []string{node.Name}) || s.Status.Assurance != residencyv1.AssuranceDeclared {
		t.Errorf("the status is %+v", s.Status)
	}
	admitted(t, pod(ns, "home", d.Name, node.Name))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	stamped(t, node, map[string]string{
		residencyv1.StampCountry: "DE", residencyv1.StampCity: "de.berlin", residencyv1.StampSite: s.Name, residencyv1.StampAssurance: "declared",
	})

	t.Run("a Site that an administrator changes is no move", func(t *testing.T) {
		changeSite(t, s, func(spec *residencyv1.SiteSpec) { spec.City, spec.Country = "", "CH" })
		counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
		refused(t, pod(ns, "abroad", d.Name, node.Name), "CH", s.Name)
		stamped(t, node, map[string]string{residencyv1.StampCountry: "CH", residencyv1.StampCity: "", residencyv1.StampAssurance: "declared"})
	})
	t.Run("and neither is one that is deleted", func(t *testing.T) {
		if err := admin.Delete(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
		refused(t, pod(ns, "lost", d.Name, node.Name), "NoWitness")
	})
}

// stamped waits until a node has the labels of the stamp; an empty value is one that must be absent.
func stamped(t *testing.T, node *corev1.Node, want map[string]string) {
	t.Helper()
	eventually(t, "node "+node.Name+" to be stamped", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(node), node); err != nil {
			return err
		}
		for key, value := range want {
			if got, ok := node.Labels[key]; got != value || ok != (value != "") {
				return fmt.Errorf("%s is %q, want %q", key, got, value)
			}
		}
		return nil
	})
}

func TestASiteThatTheProviderIDContradicts(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	node := newNode(t, "node", "aws:///us-east-1a/i-0a9b8c7d6e5f40312", nil)
	refused(t, pod(ns, "early", d.Name, node.Name), "N. Virginia, US")

	s := siteOf(t, "room", "DE", node)
	create(t, s)
	waitCondition(t, s, residencyv1.ConditionContradicted, metav1.ConditionTrue, residencyv1.ReasonProviderIDDisagrees)
	eventOn(t, metav1.NamespaceDefault, s.Name, node.Name)
	admitted(t, pod(ns, "home", d.Name, node.Name))

	changeSite(t, s, func(spec *residencyv1.SiteSpec) { spec.Country = "US" })
	waitCondition(t, s, residencyv1.ConditionContradicted, metav1.ConditionFalse, residencyv1.ReasonNoContradiction)
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
}

func TestASiteByLabelsAndWhoCanWriteThem(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	bySelector := func(t *testing.T, suffix, key, value string) *residencyv1.Site {
		t.Helper()
		s := siteOf(t, suffix, "DE")
		s.Spec.NodeSelector = &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
		create(t, s)
		return s
	}
	virginia := "aws:///us-east-1a/i-0a9b8c7d6e5f40313"
	t.Run("only an administrator can", func(t *testing.T) {
		labels := map[string]string{"example.com.node-restriction.kubernetes.io/room": name(t, "room")}
		s := bySelector(t, "site", "example.com.node-restriction.kubernetes.io/room", name(t, "room"))
		waitCondition(t, s, residencyv1.ConditionMatched, metav1.ConditionFalse, residencyv1.ReasonNoNodes)
		admitted(t, pod(ns, "declared", d.Name, newNode(t, "node", virginia, labels).Name))
		waitCondition(t, s, residencyv1.ConditionAuthoritative, metav1.ConditionTrue, residencyv1.ReasonRestrictedLabels)
		waitCondition(t, s, residencyv1.ConditionMatched, metav1.ConditionTrue, residencyv1.ReasonNodesMatched)
	})
	t.Run("a kubelet can, too", func(t *testing.T) {
		labels := map[string]string{"example.com/room": name(t, "room")}
		s := bySelector(t, "site", "example.com/room", name(t, "room"))
		silent, loud := newNode(t, "silent", "", labels), newNode(t, "loud", virginia, labels)
		admitted(t, pod(ns, "claimed", d.Name, silent.Name))
		stamped(t, silent, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "claimed"})
		refused(t, pod(ns, "contradicted", d.Name, loud.Name), "ConflictingWitnesses", s.Name)
		waitCondition(t, s, residencyv1.ConditionAuthoritative, metav1.ConditionFalse, residencyv1.ReasonKubeletWritableLabels)
		// The gate may know of the second node before the status does.
		eventually(t, "the status to count both", func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(s), s); err != nil {
				return err
			}
			if n := s.Status.Nodes; s.Status.Assurance != residencyv1.AssuranceClaimed || n == nil || *n != 2 {
				return fmt.Errorf("it is %+v", s.Status)
			}
			return nil
		})
	})
}

func TestTwoSitesThatDisagree(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	node := newNode(t, "node", "", nil)
	one, other := siteOf(t, "one", "DE", node), siteOf(t, "other", "FR", node)
	create(t, one)
	admitted(t, pod(ns, "home", d.Name, node.Name))
	create(t, other)
	for _, s := range []*residencyv1.Site{one, other} {
		waitCondition(t, s, residencyv1.ConditionConflicting, metav1.ConditionTrue, residencyv1.ReasonSitesDisagree)
	}
	refused(t, pod(ns, "lost", d.Name, node.Name), "ConflictingWitnesses", one.Name, other.Name)
	counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})

	changeSite(t, other, func(spec *residencyv1.SiteSpec) { spec.City, spec.Country = "Berlin", "DE" })
	for _, s := range []*residencyv1.Site{one, other} {
		waitCondition(t, s, residencyv1.ConditionConflicting, metav1.ConditionFalse, residencyv1.ReasonNoConflict)
	}
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
}

func TestASiteThatEnds(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	node := newNode(t, "node", "", nil)
	s := siteOf(t, "room", "DE", node)
	s.Spec.ValidUntil = new(metav1.NewTime(time.Now().Add(time.Hour)))
	create(t, s)
	admitted(t, pod(ns, "home", d.Name, node.Name))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	// Only now, so that a slow machine is not late for what comes before the end.
	changeSite(t, s, func(spec *residencyv1.SiteSpec) {
		spec.ValidUntil = new(metav1.NewTime(time.Now().Add(3 * time.Second)))
	})
	waitCondition(t, s, residencyv1.ConditionCurrent, metav1.ConditionFalse, residencyv1.ReasonDeclarationExpired)
	counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
	refused(t, pod(ns, "late", d.Name, node.Name), "DeclarationExpired", s.Name)

	changeSite(t, s, func(spec *residencyv1.SiteSpec) { spec.ValidUntil = nil })
	waitCondition(t, s, residencyv1.ConditionCurrent, metav1.ConditionTrue, residencyv1.ReasonValid)
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
}

func TestASiteThatAPolicyNames(t *testing.T) {
	d := dataset(t, "data")
	ns := namespace(t)
	node := newNode(t, "node", "", nil)
	s := siteOf(t, "room", "CH", node)
	p := policyFor(t, d, jurisdiction("EEA"), inSite(s))
	c, warnings := warningClient(t)
	if err := c.Create(t.Context(), p); err != nil {
		t.Fatalf("a policy that comes before its site: %v", err)
	}
	remove(t, p)
	if !warnings.contain(s.Name) {
		t.Errorf("no warning says that there is no site %s: %q", s.Name, warnings.all())
	}
	waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonUnknownSite)
	refused(t, pod(ns, "home", d.Name, "fra-aws-1"), "is not valid", s.Name)

	create(t, s)
	accepted(t, p)
	admitted(t, pod(ns, "room", d.Name, node.Name))
	admitted(t, pod(ns, "home", d.Name, "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})

	c, warnings = warningClient(t)
	if err := c.Delete(t.Context(), s.DeepCopy()); err != nil {
		t.Fatalf("deleting the site: %v", err)
	}
	if !warnings.contain(p.Name) {
		t.Errorf("no warning names the policy %s: %q", p.Name, warnings.all())
	}
	waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonUnknownSite)
	counts(t, d, residencyv1.OutcomeCounts{Undetermined: 2})
	refused(t, pod(ns, "again", d.Name, "fra-aws-1"), "is not valid", s.Name)

	s.ObjectMeta = metav1.ObjectMeta{Name: s.Name}
	if err := admin.Create(t.Context(), s); err != nil {
		t.Fatalf("making it again: %v", err)
	}
	accepted(t, p)
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
}

// countsVolumes waits until a Site counts the volumes that it matches, for the reason.
func countsVolumes(t *testing.T, s *residencyv1.Site, volumes int32, status metav1.ConditionStatus, reason string) {
	t.Helper()
	eventually(t, fmt.Sprintf("site %s to count %d volumes", s.Name, volumes), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(s), s); err != nil {
			return err
		}
		c := condition(s, residencyv1.ConditionMatched)
		if s.Status.Volumes == nil || *s.Status.Volumes != volumes || c == nil || c.Status != status || c.Reason != reason {
			return fmt.Errorf("its status is %+v", s.Status)
		}
		return nil
	})
}

func TestASiteCountsItsVolumes(t *testing.T) {
	labels, class := map[string]string{otherLabel: name(t, "rack")}, name(t, "pool")
	s := siteOf(t, "room", "DE")
	s.Spec.VolumeNames = []residencyv1.NodeName{residencyv1.NodeName(name(t, "named"))}
	s.Spec.VolumeSelector = &metav1.LabelSelector{MatchLabels: labels}
	s.Spec.StorageClassNames = []residencyv1.NodeName{residencyv1.NodeName(class)}
	volumeIn(t, "before", class, onEBS("vol-"+class, "eu-central-1a"))
	create(t, s)
	countsVolumes(t, s, 1, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	volumeIn(t, "named", "none-such", onEBS("vol-"+class+"-2", "eu-central-1a"))
	plain := volumeIn(t, "plain", "none-such", onEBS("vol-"+class+"-3", "eu-central-1a"))
	countsVolumes(t, s, 2, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	patched(t, plain, func() { plain.Labels = labels })
	countsVolumes(t, s, 3, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	patched(t, plain, func() { plain.Labels = nil })
	countsVolumes(t, s, 2, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	patched(t, plain, func() { plain.Labels = labels })
	countsVolumes(t, s, 3, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	waitCondition(t, s, residencyv1.ConditionConflicting, metav1.ConditionFalse, residencyv1.ReasonNoConflict)

	// Another Site comes to say another place of one of them.
	other := siteOf(t, "other", "GB")
	other.Spec.VolumeNames = []residencyv1.NodeName{"none-such"}
	create(t, other)
	countsVolumes(t, other, 0, metav1.ConditionFalse, residencyv1.ReasonNoVolumes)
	changeSite(t, other, func(spec *residencyv1.SiteSpec) {
		spec.VolumeNames = []residencyv1.NodeName{residencyv1.NodeName(plain.Name)}
	})
	for _, one := range []*residencyv1.Site{s, other} {
		waitCondition(t, one, residencyv1.ConditionConflicting, metav1.ConditionTrue, residencyv1.ReasonSitesDisagree)
	}
	if err := admin.Delete(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	countsVolumes(t, s, 2, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
	countsVolumes(t, other, 0, metav1.ConditionFalse, residencyv1.ReasonNoVolumes)
	waitCondition(t, s, residencyv1.ConditionConflicting, metav1.ConditionFalse, residencyv1.ReasonNoConflict)
	changeSite(t, s, func(spec *residencyv1.SiteSpec) { spec.StorageClassNames = nil })
	countsVolumes(t, s, 1, metav1.ConditionTrue, residencyv1.ReasonVolumesMatched)
}
