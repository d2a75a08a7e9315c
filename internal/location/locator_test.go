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

package location_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/location"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// restrictedRoom is a label that a kubelet cannot write, room one that it can.
const restrictedRoom, room = "room.node-restriction.kubernetes.io/name", "room"

// in is the node with one more label.
func in(n location.Node, label, value string) location.Node {
	n.Name = "node-1"
	n.Labels = maps.Clone(n.Labels)
	n.Labels[label] = value
	return n
}

// declaring is a Site that declares the nodes with restrictedRoom=a, claiming one that
// claims those with room=a.
func declaring(tb testing.TB, s location.Site) location.Site {
	s.Selector = selector(tb, restrictedRoom+"=a")
	s.Source = "contract of " + s.Name
	return s
}

func claiming(tb testing.TB, s location.Site) location.Site {
	s.Selector = selector(tb, room+"=a")
	s.Source = "contract of " + s.Name
	return s
}

// said is what an Answer says of the place.
type said struct {
	Place, Code, Word, Contradiction, Source string
	Assurance                                location.Assurance
	Sites                                    []string
}

func TestLocateBySites(t *testing.T) {
	t.Parallel()
	onPremises := in(node("vsphere://4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5f", "", "", ""), restrictedRoom, "a")
	oneOfTwo := in(node("aws:///eu-west-2a/"+outscaleID, "eu-west-2a", "eu-west-2", "m4.large"), restrictedRoom, "a")
	london := in(node("aws:///eu-west-2a/"+awsID, "eu-west-2a", "eu-west-2", ""), restrictedRoom, "a")
	claimed := func(n location.Node) location.Node {
		n = in(n, room, "a")
		delete(n.Labels, restrictedRoom)
		return n
	}
	paris := location.Site{Name: "paris", City: "Paris", Country: "FR"}
	outscale := location.Site{Name: "osc", Provider: "outscale", Region: "eu-west-2", City: "Paris", Country: "FR"}
	tests := map[string]struct {
		node  location.Node
		sites []location.Site
		want  said
	}{
		"declared on premises": {onPremises, []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared, by name": {onPremises, []location.Site{{Name: "named", NodeNames: []string{"node-1"}, Country: "FR", Source: "x"}},
			said{"FR", "", "Site named", "", "x", location.Declared, []string{"named"}}},
		"declared, no witness at all": {in(node("", "", "", ""), restrictedRoom, "a"), []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared, a malformed ID": {in(node("aws://x", "", "", ""), restrictedRoom, "a"), []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared of one of two providers": {oneOfTwo, []location.Site{declaring(t, outscale)},
			said{"Paris, FR", "outscale eu-west-2", "Site osc", "", "contract of osc", location.Declared, []string{"osc"}}},
		"declared, two Sites that agree": {oneOfTwo, []location.Site{declaring(t, outscale), declaring(t, paris)},
			said{"Paris, FR", "outscale eu-west-2", "Sites osc and paris", "", "contract of osc; contract of paris", location.Declared, []string{"osc", "paris"}}},
		"declared against the providerID's provider": {london, []location.Site{declaring(t, outscale)},
			said{"Paris, FR", "outscale eu-west-2", "Site osc", "the providerID says aws", "contract of osc", location.Declared, []string{"osc"}}},
		"declared against the providerID's place": {london, []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "the providerID says eu-west-2a (aws: London, GB)", "contract of paris", location.Declared, []string{"paris"}}},
		"declared against the code of another provider": {in(node("aws:///cloudgouv-eu-west-1a/"+outscaleID, "", "", ""), restrictedRoom, "a"),
			[]location.Site{declaring(t, location.Site{Name: "us", Provider: "aws", Country: "US"})},
			said{"US", "aws", "Site us", "the providerID says cloudgouv-eu-west-1a (outscale: Paris, FR)", "contract of us", location.Declared, []string{"us"}}},
		"declared, the providerID says what nobody knows": {in(node("aws:///eu-central-1-xyz-1a/"+awsID, "", "", ""), restrictedRoom, "a"), []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared, and the providerID agrees": {london, []location.Site{declaring(t, location.Site{Name: "thames", Provider: "aws", Zone: "eu-west-2a", Country: "GB"})},
			said{"GB", "aws eu-west-2a", "Site thames", "", "contract of thames", location.Declared, []string{"thames"}}},
		"declared, the labels say otherwise": {in(node(azureVM, "", "westeurope", ""), restrictedRoom, "a"), []location.Site{declaring(t, paris)},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared against a providerID of one provider": {in(node(azureVM, "", "westeurope", ""), restrictedRoom, "a"), []location.Site{declaring(t, outscale)},
			said{"Paris, FR", "outscale eu-west-2", "Site osc", "the providerID says azure", "contract of osc", location.Declared, []string{"osc"}}},
		"declared, a cloud that runs on OpenStack": {in(node("openstack:///4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5f", "nova", "RegionOne", ""), restrictedRoom, "a"),
			[]location.Site{declaring(t, location.Site{Name: "own", Provider: "acme", Region: "RegionOne", Country: "FR"})},
			said{"FR", "acme RegionOne", "Site own", "", "contract of own", location.Declared, []string{"own"}}},
		"declared, an expired Site besides": {onPremises, []location.Site{declaring(t, paris),
			declaring(t, location.Site{Name: "old", Country: "GB", ValidUntil: noon})},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		"declared, not expired yet": {onPremises, []location.Site{declaring(t, location.Site{Name: "last", Country: "FR", ValidUntil: noon.Add(1)})},
			said{"FR", "", "Site last", "", "contract of last", location.Declared, []string{"last"}}},
		"declared against a claim": {in(claimed(onPremises), restrictedRoom, "a"), []location.Site{declaring(t, paris),
			claiming(t, location.Site{Name: "claim", Country: "GB"})},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},
		// A kubelet can choose the second Site: a place that is Declared must not gain it.
		"declared, a claim that agrees": {in(claimed(onPremises), restrictedRoom, "a"), []location.Site{declaring(t, paris),
			claiming(t, location.Site{Name: "claim", Country: "FR"})},
			said{"Paris, FR", "", "Site paris", "", "contract of paris", location.Declared, []string{"paris"}}},

		"claimed on premises": {claimed(onPremises), []location.Site{claiming(t, paris)},
			said{"Paris, FR", "", "a claim of Site paris", "", "contract of paris", location.Claimed, []string{"paris"}}},
		"claimed, no provider known": {claimed(node("mars://1", "", "mars-1", "")), []location.Site{claiming(t, paris)},
			said{"Paris, FR", "", "a claim of Site paris", "", "contract of paris", location.Claimed, []string{"paris"}}},
		"claimed of an ID that names no place": {claimed(node(azureVM, "0", "", "")), []location.Site{claiming(t, location.Site{Name: "az", Provider: "azure", Region: "westeurope", Country: "NL"})},
			said{"NL", "azure westeurope", "a claim of Site az", "", "contract of az", location.Claimed, []string{"az"}}},
		"claimed and agreed by two words": {claimed(london), []location.Site{claiming(t, location.Site{Name: "thames", City: "london", Country: "GB"})},
			said{"London, GB", "aws eu-west-2", "providerID and labels", "", "", location.Consistent, []string{"thames"}}},
		"claimed provider of one of two": {claimed(oneOfTwo), []location.Site{claiming(t, location.Site{Name: "osc", Provider: "outscale", Country: "FR"})},
			said{"Paris, FR", "outscale eu-west-2", "a claim of Site osc", "", "", location.Claimed, []string{"osc"}}},
		"claimed provider of a code of many": {claimed(node("", "", "eu-west-1", "")), []location.Site{claiming(t, location.Site{Name: "ali", Provider: "alibabacloud", Country: "GB"})},
			said{"London, GB", "alibabacloud eu-west-1", "a claim of Site ali", "", "", location.Claimed, []string{"ali"}}},
		"claimed, an alias of the region": {claimed(node("", "", "iad", "")), []location.Site{claiming(t, location.Site{Name: "oci", Provider: "oci", Region: "iad", Country: "US"})},
			said{"Ashburn, US", "oci us-ashburn-1", "labels", "", "", location.Claimed, []string{"oci"}}},
		"claimed one of several providers": {claimed(node("", "", "eu-central-1", "")), []location.Site{claiming(t, location.Site{Name: "de", Provider: "aws", Country: "DE"})},
			said{"Frankfurt, DE", "eu-central-1", "labels", "", "", location.Claimed, []string{"de"}}},
		"claimed, an expired Site besides": {claimed(onPremises), []location.Site{claiming(t, paris),
			claiming(t, location.Site{Name: "old", Country: "GB", ValidUntil: noon})},
			said{"Paris, FR", "", "a claim of Site paris", "", "contract of paris", location.Claimed, []string{"paris"}}},
		"an expired claim of a node that has its own word": {claimed(london), []location.Site{claiming(t, location.Site{Name: "old", Country: "FR", ValidUntil: noon})},
			said{"London, GB", "aws eu-west-2", "providerID and labels", "", "", location.Consistent, nil}},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.Locator{Catalogue: cat, Sites: location.NewSites(tt.sites), Now: noon}
			a := l.Locate(tt.node, nil)
			loc := &a.Location
			if !loc.Known() {
				t.Fatalf("%s: %s", loc.Reason, loc.Detail)
			}
			got := said{loc.Place(), loc.Code(), loc.Word(), loc.Contradiction, loc.Source, loc.Assurance, loc.Sites}
			if tt.want.Source == "" {
				got.Source = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if a.Disagree != nil {
				t.Errorf("disagree: %v", a.Disagree)
			}
		})
	}
}

func TestLocateUndeterminedBySites(t *testing.T) {
	t.Parallel()
	// both matches what declares and what claims.
	both := func(n location.Node) location.Node { return in(in(n, restrictedRoom, "a"), room, "a") }
	onPremises := both(node("vsphere://4213f8a1-2b3c-4d5e-8f90-0a1b2c3d4e5f", "", "", ""))
	london := both(node("aws:///eu-west-2a/"+awsID, "eu-west-2a", "eu-west-2", ""))
	tests := map[string]struct {
		node     location.Node
		sites    []location.Site
		reason   location.Reason
		detail   string
		disagree []string
	}{
		"two that declare disagree": {onPremises, []location.Site{
			declaring(t, location.Site{Name: "b", Country: "FR", City: "Paris"}),
			declaring(t, location.Site{Name: "a", Country: "GB", Provider: "acme", Region: "r1"}),
			declaring(t, location.Site{Name: "c", Country: "FR"}),
		}, location.ReasonConflictingWitnesses, "Site a says GB (acme r1) and Site b says Paris, FR", []string{"a", "b", "c"}},
		"two that declare agree on the country only": {onPremises, []location.Site{
			declaring(t, location.Site{Name: "a", Country: "FR", City: "Paris"}),
			declaring(t, location.Site{Name: "b", Country: "FR", City: "Lyon"}),
			declaring(t, location.Site{Name: "c", Country: "FR"}),
		}, location.ReasonConflictingWitnesses, "Site a says Paris, FR and Site b says Lyon, FR", []string{"a", "b"}},
		"two that claim disagree, whatever the node says": {london, []location.Site{
			claiming(t, location.Site{Name: "a", Country: "GB"}),
			claiming(t, location.Site{Name: "b", Country: "FR"}),
		}, location.ReasonConflictingWitnesses, "Site a says GB and Site b says FR", []string{"a", "b"}},
		"a claim against the node's own word": {london, []location.Site{claiming(t, location.Site{Name: "a", Country: "FR", City: "Paris"})},
			location.ReasonConflictingWitnesses, "the providerID and labels say London, GB (aws eu-west-2a) and Site a says Paris, FR", nil},
		"a claim of another zone": {london, []location.Site{claiming(t, location.Site{Name: "a", Country: "GB", Provider: "aws", Zone: "eu-west-2b"})},
			location.ReasonConflictingWitnesses, "the providerID and labels say London, GB (aws eu-west-2a) and Site a says GB (aws eu-west-2b)", nil},
		"a claim of another provider than the ID's": {both(node(azureVM, "", "", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "FR", Provider: "outscale"})},
			location.ReasonConflictingWitnesses, "the providerID says azure and Site a says FR (outscale)", nil},
		"a claim of a provider that does not write such IDs": {both(node("aws:///eu-west-2a/"+outscaleID, "", "", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "DE", Provider: "gcp"})},
			location.ReasonConflictingWitnesses, "the providerID says aws or outscale and Site a says DE (gcp)", nil},
		"a claim that settles a provider in another place": {both(node("aws:///eu-west-2a/"+outscaleID, "", "", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "FR", Provider: "aws"})},
			location.ReasonConflictingWitnesses, "the providerID says London, GB (aws eu-west-2a) and Site a says FR (aws)", nil},
		"a claim of a provider that has no such code": {both(node("", "", "eu-west-1", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "DE", Provider: "gcp"})},
			location.ReasonUnknownRegion, `the region label says "eu-west-1", which is no known region of gcp`, nil},
		"a claim without a provider settles none": {both(node("", "", "eu-west-1", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "GB"})},
			location.ReasonAmbiguousRegion, "", nil},
		"a claim does not make a code known": {both(node("aws:////"+awsID, "eu-central-1-xyz-1a", "", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "DE"})},
			location.ReasonUnknownZone, "", nil},
		"a claim does not mend an ID": {both(node("aws://x", "", "", "")), []location.Site{claiming(t, location.Site{Name: "a", Country: "DE"})},
			location.ReasonMalformedProviderID, "", nil},
		"a deprecated label against a claim": {beta(both(node(azureVM, "", "", "")), "", "northeurope"), []location.Site{claiming(t, location.Site{Name: "a", Country: "NL", Provider: "azure"})},
			location.ReasonConflictingWitnesses, "the beta region label says northeurope (azure: IE) and Site a says NL (azure)", nil},

		"an expired declaration": {london, []location.Site{declaring(t, location.Site{Name: "a", Country: "GB", ValidUntil: noon})},
			location.ReasonDeclarationExpired, "Site a said where the node is until 2026-11-23T12:00:00Z, and has not been renewed", nil},
		"an expired claim of a node without a word": {onPremises, []location.Site{claiming(t, location.Site{Name: "a", Country: "GB", ValidUntil: noon.Add(-1)})},
			location.ReasonDeclarationExpired, "Site a said where the node is until 2026-11-23T11:59:59Z, and has not been renewed", nil},
		"a faulty declaration": {london, []location.Site{declaring(t, location.Site{Name: "a", Country: "UK", Fault: `country "UK" is not known, did you mean GB?`}), declaring(t, location.Site{Name: "b", Country: "GB"})},
			location.ReasonInvalidDeclaration, `Site a says where the node is and cannot be used as it is written: country "UK" is not known, did you mean GB?`, nil},
		"a faulty claim of a node without a word": {onPremises, []location.Site{claiming(t, location.Site{Name: "a", Country: "UK", Fault: "no such country"})},
			location.ReasonInvalidDeclaration, "Site a says where the node is and cannot be used as it is written: no such country", nil},
	}
	cat := load(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := location.Locator{Catalogue: cat, Sites: location.NewSites(tt.sites), Now: noon}
			a := l.Locate(tt.node, nil)
			if a.Location.Reason != tt.reason {
				t.Fatalf("reason %q (%s at %s), want %q", a.Location.Reason, a.Location.Detail, a.Location.Place(), tt.reason)
			}
			if tt.detail != "" && a.Location.Detail != tt.detail {
				t.Errorf("detail\n got %s\nwant %s", a.Location.Detail, tt.detail)
			}
			if diff := cmp.Diff(tt.disagree, a.Disagree); diff != "" {
				t.Errorf("disagree (-want +got):\n%s", diff)
			}
			rest := a.Location
			rest.Reason, rest.Detail, rest.Witnesses, rest.Contradiction = "", "", nil, ""
			if diff := cmp.Diff(location.Location{}, rest); diff != "" {
				t.Errorf("an undetermined location names a place: %s", diff)
			}
		})
	}
}

// What the providerID says against a Site that only claims is noted as well: neither is
// believed then, and whoever keeps the Site has to hear of it.
func TestLocateNotesWhatContradictsAClaim(t *testing.T) {
	both := func(n location.Node) location.Node { return in(n, room, "a") }
	cat := load(t)
	for name, tc := range map[string]struct {
		node location.Node
		site location.Site
		want string
	}{
		"another place": {both(node("aws:///eu-west-2a/"+awsID, "", "", "")), location.Site{Name: "a", Country: "FR"},
			"the providerID says eu-west-2a (aws: London, GB)"},
		"another provider": {both(node(azureVM, "", "", "")), location.Site{Name: "a", Country: "FR", Provider: "outscale"},
			"the providerID says azure"},
		"the labels alone say another place": {both(node("", "", "eu-west-3", "")), location.Site{Name: "a", Country: "GB"}, ""},
		"the same place":                     {both(node("aws:///eu-west-2a/"+awsID, "", "", "")), location.Site{Name: "a", Country: "GB"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := location.Locator{Catalogue: cat, Sites: location.NewSites([]location.Site{claiming(t, tc.site)}), Now: noon}.Locate(tc.node, nil)
			if a.Location.Contradiction != tc.want {
				t.Errorf("contradiction %q, want %q (%s: %s)", a.Location.Contradiction, tc.want, a.Location.Reason, a.Location.Detail)
			}
		})
	}
}
