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

package site

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const restricted = "rooms.node-restriction.kubernetes.io/room"

// room is a Site in Paris.
func room(name string, change ...func(*residencyv1.SiteSpec)) residencyv1.Site {
	s := residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: name, UID: "u", Generation: 3}}
	s.Spec.City, s.Spec.Country = "Paris", "FR"
	s.Spec.Basis = residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"}
	for _, c := range change {
		c(&s.Spec)
	}
	return s
}

func names(nodes ...residencyv1.NodeName) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) { s.NodeNames = nodes }
}

func selects(label string) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) {
		s.NodeSelector = &metav1.LabelSelector{MatchLabels: map[string]string{label: "7"}}
	}
}

func until(end time.Time) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) { s.ValidUntil = new(metav1.NewTime(end)) }
}

func inLondon(s *residencyv1.SiteSpec) { s.City, s.Country = "London", "GB" }

// bare is a node that says nothing of its place, but for its labels.
func bare(name string, label ...string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{}}}
	for _, l := range label {
		n.Labels[l] = "7"
	}
	return n
}

// frankfurt is a node whose providerID says so.
func frankfurt(name string) *corev1.Node {
	n := bare(name)
	n.Spec.ProviderID = "aws:///eu-central-1a/i-0123456789abcdef0"
	return n
}

func labelled(n *corev1.Node, label string) *corev1.Node {
	n.Labels[label] = "7"
	return n
}

// statusOf returns the first Site with the status that it has among the other Sites and the nodes.
func statusOf(t *testing.T, sites []residencyv1.Site, nodes ...*corev1.Node) *residencyv1.Site {
	t.Helper()
	return statusWith(t, sites, nil, nodes...)
}

// statusWith is statusOf among volumes, too.
func statusWith(t *testing.T, sites []residencyv1.Site, volumes []corev1.PersistentVolume, nodes ...*corev1.Node) *residencyv1.Site {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := residency.World{Catalogue: cat, Sites: sites}
	known := facts.NewNodes(location.Locator{Catalogue: cat, Sites: residency.LocationSites(w), Now: now})
	for _, n := range nodes {
		known.Set(n)
	}
	s := sites[0].DeepCopy()
	info, ok := residency.Compile(w, nil, nil, residency.Options{}).Site(s.Name)
	if !ok {
		t.Fatal("the rulebook does not hold the Site")
	}
	f := look(s.Name, known.OfSite(s.Name))
	f.lookAt(s.Name, matching(known, s.Name, volumes))
	update(s, info.Fault, f, now)
	return s
}

func TestConditions(t *testing.T) {
	good := map[string]string{
		"Accepted": "True Valid", "Matched": "True NodesMatched", "Authoritative": "True NodesNamed", "Current": "True Valid",
		"Contradicted": "False NoContradiction", "Conflicting": "False NoConflict",
	}
	for name, tc := range map[string]struct {
		sites     []residencyv1.Site
		nodes     []*corev1.Node
		otherwise map[string]string // than good
		assurance residencyv1.Assurance
		matches   []string
		says      map[string]string
	}{
		"a room whose nodes are named": {
			sites: []residencyv1.Site{room("paris", names("room-2", "room-1"))}, nodes: []*corev1.Node{bare("room-1"), bare("room-2"), bare("other")},
			assurance: "Declared", matches: []string{"room-1", "room-2"},
			says: map[string]string{"Matched": "The Site matches 2 nodes: room-1, room-2."},
		},
		"nodes of labels that kubelets cannot write": {
			sites: []residencyv1.Site{room("paris", selects(restricted))}, nodes: []*corev1.Node{bare("room-1", restricted)},
			otherwise: map[string]string{"Authoritative": "True RestrictedLabels"}, assurance: "Declared", matches: []string{"room-1"},
			says: map[string]string{"Matched": "The Site matches 1 node: room-1."},
		},
		"nodes of labels that kubelets can write": {
			sites: []residencyv1.Site{room("paris", selects("room"))}, nodes: []*corev1.Node{bare("room-1", "room")},
			otherwise: map[string]string{"Authoritative": "False KubeletWritableLabels"}, assurance: "Claimed", matches: []string{"room-1"},
			says: map[string]string{"Authoritative": "*.node-restriction.kubernetes.io"},
		},
		"names, and labels that kubelets can write": {
			sites: []residencyv1.Site{room("paris", names("room-1"), selects("room"))}, nodes: []*corev1.Node{bare("room-1"), bare("room-2", "room")},
			otherwise: map[string]string{"Authoritative": "False KubeletWritableLabels"}, assurance: "Claimed", matches: []string{"room-1", "room-2"},
			says: map[string]string{"Authoritative": "It wins for the nodes that it names."},
		},
		"no such node": {
			sites: []residencyv1.Site{room("paris", names("room-1"))}, nodes: []*corev1.Node{bare("other")},
			otherwise: map[string]string{"Matched": "False NoNodes"}, assurance: "Declared",
		},
		"a selector that selects nothing": {
			sites: []residencyv1.Site{room("paris", selects(restricted))}, nodes: []*corev1.Node{bare("other")},
			otherwise: map[string]string{"Matched": "False NoNodes", "Authoritative": "True RestrictedLabels"}, assurance: "Declared",
		},
		"a country that there is not": {
			sites: []residencyv1.Site{room("paris", names("room-1"), func(s *residencyv1.SiteSpec) { s.Country = "UK" })}, nodes: []*corev1.Node{bare("room-1")},
			otherwise: map[string]string{"Accepted": "False UnknownCountry"}, assurance: "Declared", matches: []string{"room-1"},
			says: map[string]string{"Accepted": "did you mean GB"},
		},
		"a word that will end": {
			sites: []residencyv1.Site{room("paris", names("room-1"), until(now.Add(time.Hour)))}, nodes: []*corev1.Node{bare("room-1")},
			assurance: "Declared", matches: []string{"room-1"}, says: map[string]string{"Current": "The word holds until 2026-11-01T13:00:00Z."},
		},
		"a word that has just ended": {
			sites: []residencyv1.Site{room("paris", names("room-1"), until(now))}, nodes: []*corev1.Node{bare("room-1")},
			otherwise: map[string]string{"Current": "False DeclarationExpired"}, assurance: "Declared", matches: []string{"room-1"},
			says: map[string]string{"Current": "The word ended 2026-11-01T12:00:00Z"},
		},
		"a providerID that says otherwise": {
			sites: []residencyv1.Site{room("paris", names("room-1", "room-2"))}, nodes: []*corev1.Node{bare("room-1"), frankfurt("room-2")},
			otherwise: map[string]string{"Contradicted": "True ProviderIDDisagrees"}, assurance: "Declared", matches: []string{"room-1", "room-2"},
			says: map[string]string{"Contradicted": "The Site wins, but the providerID of 1 node says otherwise: room-2: "},
		},
		"a providerID against a claim": {
			sites: []residencyv1.Site{room("paris", selects("room"))}, nodes: []*corev1.Node{bare("room-1", "room"), labelled(frankfurt("room-2"), "room")},
			otherwise: map[string]string{"Authoritative": "False KubeletWritableLabels", "Contradicted": "True ProviderIDDisagrees"},
			assurance: "Claimed", matches: []string{"room-1", "room-2"},
			says: map[string]string{"Contradicted": "The providerID of 1 node says otherwise, and the Site only claims, so that neither is believed (ConflictingWitnesses): room-2: "},
		},
		"another Site that says another place": {
			sites: []residencyv1.Site{room("paris", names("room-1", "room-2")), room("london", names("room-2"), inLondon)}, nodes: []*corev1.Node{bare("room-1"), bare("room-2")},
			otherwise: map[string]string{"Conflicting": "True SitesDisagree"}, assurance: "Declared", matches: []string{"room-1", "room-2"},
			says: map[string]string{"Conflicting": "another place of 1 node, so that none of them is believed (ConflictingWitnesses): room-2 (Site london)."},
		},
		"another Site that says the same": {
			sites: []residencyv1.Site{room("paris", names("room-1")), room("paris-too", names("room-1"))}, nodes: []*corev1.Node{bare("room-1")},
			assurance: "Declared", matches: []string{"room-1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := statusOf(t, tc.sites, tc.nodes...)
			got, want := map[string]string{}, map[string]string{}
			for _, c := range s.Status.Conditions {
				got[c.Type] = string(c.Status) + " " + c.Reason
				if c.ObservedGeneration != 3 || c.Message == "" {
					t.Errorf("%s is %+v", c.Type, c)
				}
			}
			for kind, words := range good {
				want[kind] = words
				if w, ok := tc.otherwise[kind]; ok {
					want[kind] = w
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("conditions (-want +got):\n%s", diff)
			}
			for kind, words := range tc.says {
				if c := apimeta.FindStatusCondition(s.Status.Conditions, kind); !strings.Contains(c.Message, words) {
					t.Errorf("%s says %q, want %q", kind, c.Message, words)
				}
			}
			if s.Status.Assurance != tc.assurance || s.Status.Nodes == nil || int(*s.Status.Nodes) != len(tc.matches) {
				t.Errorf("the status is %+v", s.Status)
			}
			if diff := cmp.Diff(tc.matches, s.Status.NodeNames); diff != "" {
				t.Errorf("nodes (-want +got):\n%s", diff)
			}
		})
	}
}

// volumes makes the Site one of volumes by each of the ways.
func volumes(s *residencyv1.SiteSpec) {
	s.VolumeNames, s.StorageClassNames = []residencyv1.NodeName{"pv-1", "pv-9"}, []residencyv1.NodeName{"pool"}
	s.VolumeSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"rack": "7"}}
}

func pv(name, class string, label ...string) corev1.PersistentVolume {
	v := corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{}}, Spec: corev1.PersistentVolumeSpec{StorageClassName: class}}
	for _, l := range label {
		v.Labels[l] = "7"
	}
	return v
}

func TestVolumesOfASite(t *testing.T) {
	all := []corev1.PersistentVolume{pv("pv-3", "", "rack"), pv("pv-2", "pool"), pv("pv-1", "pool", "rack"), pv("pv-4", "other")}
	ended := room("paris", volumes, until(now))
	for name, tc := range map[string]struct {
		sites   []residencyv1.Site
		volumes []corev1.PersistentVolume
		nodes   []*corev1.Node
		want    map[string]string
		says    map[string]string
		count   int32
	}{
		"by name, by label and by class": {
			sites: []residencyv1.Site{room("paris", volumes)}, volumes: all, count: 3,
			want: map[string]string{"Matched": "True VolumesMatched", "Authoritative": "True VolumesOnly", "Contradicted": "Unknown VolumesOnly", "Conflicting": "False NoConflict"},
			says: map[string]string{
				"Matched": "The Site matches 3 volumes: pv-1, pv-2, pv-3.", "Accepted": "Volumes are located by this Site.",
				"Conflicting": "No other Site says another place of a volume.",
			},
		},
		"none": {
			sites: []residencyv1.Site{room("paris", volumes)}, volumes: all[3:],
			want: map[string]string{"Matched": "False NoVolumes"}, says: map[string]string{"Matched": "No volume has one of the names, the labels or the classes."},
		},
		"nodes and volumes": {
			sites: []residencyv1.Site{room("paris", volumes, names("room-1"))}, volumes: all, nodes: []*corev1.Node{bare("room-1")}, count: 3,
			want: map[string]string{"Matched": "True NodesMatched", "Authoritative": "True NodesNamed", "Contradicted": "False NoContradiction"},
			says: map[string]string{"Matched": "The Site matches 1 node: room-1. The Site matches 3 volumes: pv-1, pv-2, pv-3."},
		},
		"volumes, and a node that is not there": {
			sites: []residencyv1.Site{room("paris", volumes, names("room-1"))}, volumes: all[:1], count: 1,
			want: map[string]string{"Matched": "True VolumesMatched"},
			says: map[string]string{"Matched": "The Site matches 1 volume: pv-3. No node has one of the names or the labels."},
		},
		"a node, and no volume": {
			sites: []residencyv1.Site{room("paris", volumes, names("room-1"))}, nodes: []*corev1.Node{bare("room-1")},
			want: map[string]string{"Matched": "True NodesMatched"},
			says: map[string]string{"Matched": "The Site matches 1 node: room-1. No volume has one of the names, the labels or the classes."},
		},
		"neither": {
			sites: []residencyv1.Site{room("paris", volumes, names("room-1"))},
			want:  map[string]string{"Matched": "False NoNodes"},
		},
		"another Site that says another place of one": {
			sites:   []residencyv1.Site{room("paris", volumes), room("london", func(s *residencyv1.SiteSpec) { s.VolumeNames = []residencyv1.NodeName{"pv-3"} }, inLondon)},
			volumes: all, count: 3, want: map[string]string{"Conflicting": "True SitesDisagree"},
			says: map[string]string{"Conflicting": "another place of 1 volume, so that none of them is believed (ConflictingWitnesses): pv-3 (Site london)."},
		},
		"a word that has ended": {
			sites: []residencyv1.Site{ended}, volumes: all, count: 3, want: map[string]string{"Current": "False DeclarationExpired"},
			says: map[string]string{"Current": "volumes that no other Site declares are Undetermined"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := statusWith(t, tc.sites, tc.volumes, tc.nodes...)
			if s.Status.Volumes == nil || *s.Status.Volumes != tc.count {
				t.Errorf("the status is %+v", s.Status)
			}
			for kind, want := range tc.want {
				if c := apimeta.FindStatusCondition(s.Status.Conditions, kind); string(c.Status)+" "+c.Reason != want {
					t.Errorf("%s is %s %s, want %s", kind, c.Status, c.Reason, want)
				}
			}
			for kind, words := range tc.says {
				if c := apimeta.FindStatusCondition(s.Status.Conditions, kind); !strings.Contains(c.Message, words) {
					t.Errorf("%s says %q, want %q", kind, c.Message, words)
				}
			}
		})
	}
}

func TestManyNodesAreCountedAndTheFirstNamed(t *testing.T) {
	s := room("paris")
	var nodes []*corev1.Node
	for i := range 30 {
		name := fmt.Sprintf("room-%02d", i)
		s.Spec.NodeNames = append(s.Spec.NodeNames, residencyv1.NodeName(name))
		nodes = append(nodes, frankfurt(name))
	}
	got := statusOf(t, []residencyv1.Site{s}, nodes...).Status
	if *got.Nodes != 30 || len(got.NodeNames) != residencyv1.MaxSiteNodes || got.NodeNames[0] != "room-00" || got.NodeNames[19] != "room-19" {
		t.Errorf("%d nodes, %v", got.Nodes, got.NodeNames)
	}
	c := apimeta.FindStatusCondition(got.Conditions, residencyv1.ConditionContradicted)
	if !strings.Contains(c.Message, "room-00") || !strings.HasSuffix(c.Message, "and 25 more.") {
		t.Errorf("it says %q", c.Message)
	}
}

func TestEventsTellOfWhatTurnsTrue(t *testing.T) {
	paris := room("paris", names("room-1"))
	at := func(nodes []*corev1.Node, others ...residencyv1.Site) *residencyv1.Site {
		return statusOf(t, append([]residencyv1.Site{paris}, others...), nodes...)
	}
	quiet := at([]*corev1.Node{bare("room-1")})
	contradicted := at([]*corev1.Node{frankfurt("room-1")})
	conflicting := at([]*corev1.Node{bare("room-1")}, room("london", names("room-1"), inLondon))
	for name, tc := range map[string]struct {
		before, after *residencyv1.Site
		want          []string
	}{
		"a new one, and nothing is wrong":     {&paris, quiet, nil},
		"a new one that is contradicted":      {&paris, contradicted, []string{"ProviderIDDisagrees"}},
		"one that is contradicted since":      {quiet, contradicted, []string{"ProviderIDDisagrees"}},
		"one that was contradicted before":    {contradicted, contradicted, nil},
		"one that is contradicted no longer":  {contradicted, quiet, nil},
		"one that is in conflict":             {quiet, conflicting, []string{"SitesDisagree"}},
		"one that is in conflict for a while": {conflicting, conflicting, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range turned(tc.before, tc.after) {
				got = append(got, e.Reason)
				if e.Type != corev1.EventTypeWarning || e.Regarding.Kind != "Site" || e.Regarding.Name != "paris" || e.Note == "" || e.Action == "" {
					t.Errorf("the Event is %+v", e)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhichSitesANewRulebookTouches(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	compile := func(sites ...residencyv1.Site) *residency.Rulebook {
		return residency.Compile(residency.World{Catalogue: cat, Sites: sites}, nil, nil, residency.Options{})
	}
	edited := room("edited", names("b"), inLondon)
	edited.Generation = 4
	faulty := func(s *residencyv1.SiteSpec) { s.Country = "UK" }
	old := compile(room("same", names("a"), faulty), room("edited", names("b")), room("gone", names("c")))
	current := compile(room("same", names("a"), faulty), edited, room("new", names("d")))
	if diff := cmp.Diff([]string{"edited", "new"}, changedSites(old, current)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"edited", "new", "same"}, changedSites(nil, current)); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}
}

func TestTheEndOfTheWordIsWaitedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		site residencyv1.Site
		want time.Duration
	}{
		"no end":                 {room("a"), 0},
		"an end in a minute":     {room("a", until(now.Add(time.Minute))), time.Minute},
		"an end in a year":       {room("a", until(now.AddDate(1, 0, 0))), maxWait},
		"an end at this instant": {room("a", until(now)), 0},
		"an end in the past":     {room("a", until(now.Add(-time.Minute))), 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := untilEnd(&tc.site, now); got != tc.want {
				t.Errorf("waits %s, want %s", got, tc.want)
			}
		})
	}
}
