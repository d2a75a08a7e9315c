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

package webhook

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

func (w *world) Places(_ context.Context, live bool) ([]residencyv1.Site, []residencyv1.Jurisdiction, error) {
	if !live {
		return w.sites, w.jurisdictions, nil
	}
	w.listed++
	return slices.Concat(w.sites, w.liveSites), slices.Concat(w.jurisdictions, w.liveJurisdictions), w.list
}

func site(name string, country residencyv1.CountryCode, nodes ...residencyv1.NodeName) residencyv1.Site {
	return residencyv1.Site{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: residencyv1.SiteSpec{
			NodeNames: nodes, Country: country, Basis: residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"},
		},
	}
}

func jurisdiction(name string, countries []residencyv1.CountryCode, includes ...residencyv1.JurisdictionName) residencyv1.Jurisdiction {
	return residencyv1.Jurisdiction{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       residencyv1.JurisdictionSpec{Title: name, Countries: countries, Includes: includes},
	}
}

// naming is a policy that allows these places besides the EEA.
func naming(places ...residencyv1.Place) residencyv1.ResidencyPolicy {
	p := policy("gdpr", "personal", residencyv1.EnforcementDeny)
	p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, places...)
	return p
}

func inSite(name residencyv1.ObjectName) residencyv1.Place { return residencyv1.Place{Site: &name} }

func inJurisdiction(name residencyv1.JurisdictionName) residencyv1.Place {
	return residencyv1.Place{Jurisdiction: &name}
}

func deletion(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Delete }

func TestWhatNoCacheHasSeenYetIsReadLive(t *testing.T) {
	dach := jurisdiction("dach", []residencyv1.CountryCode{"DE", "AT", "CH"})
	for name, tc := range map[string]struct {
		object residencyv1.ResidencyPolicy
		world  func(*world)
		code   int32
		says   string // of the refusal
		warns  string
		listed int
	}{
		"nothing besides the catalogue": {object: naming()},
		"a Jurisdiction in the cache": {
			object: naming(inJurisdiction("dach")), world: func(w *world) { w.jurisdictions = append(w.jurisdictions, dach) },
		},
		"a Jurisdiction of a moment ago": {
			object: naming(inJurisdiction("dach")), world: func(w *world) { w.liveJurisdictions = append(w.jurisdictions, dach) }, listed: 1,
		},
		"a Jurisdiction that does not exist": {object: naming(inJurisdiction("dach")), code: 422, says: "no jurisdiction dach", listed: 1},
		"a Site in the cache": {
			object: naming(inSite("paris-room")), world: func(w *world) { w.sites = append(w.sites, site("paris-room", "FR", "room-1")) },
			warns: "-",
		},
		"a Site of a moment ago": {
			object: naming(inSite("london-room")), world: func(w *world) { w.liveSites = append(w.sites, site("london-room", "GB", "room-1")) }, listed: 1,
		},
		"a Site that does not exist": {object: naming(inSite("paris-room")), warns: "no Site paris-room", listed: 1},
		"a Site that does not exist, and something else that is wrong": {
			object: naming(inSite("paris-room"), residencyv1.Place{Country: new(residencyv1.CountryCode("UK"))}), code: 422, says: "UK", listed: 1,
		},
		"a list that fails, and was not needed": {object: naming(), world: func(w *world) { w.list = errors.New("gone away") }},
		"a list that fails": {
			object: naming(inSite("paris-room")), world: func(w *world) { w.list = errors.New("gone away") }, code: 503, says: "gone away", listed: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.world != nil {
				tc.world(w)
			}
			_, got := w.post(t, PathPolicies, reviewOf(t, "residencypolicies", "", tc.object, nil, named("gdpr")))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
			if tc.warns != "-" {
				warned := strings.Join(got.Warnings, "\n")
				if tc.warns == "" && warned != "" || !strings.Contains(warned, tc.warns) {
					t.Errorf("warns %q, want %q", warned, tc.warns)
				}
			}
			if w.listed != tc.listed {
				t.Errorf("listed live %d times, want %d", w.listed, tc.listed)
			}
		})
	}
}

func TestAMissingSiteSaysWhatItMeans(t *testing.T) {
	_, got := newWorld(t).post(t, PathPolicies, reviewOf(t, "residencypolicies", "", naming(inSite("paris-room")), nil, named("gdpr")))
	want := "until there is, the policy is not accepted (UnknownSite), and what it governs is Undetermined"
	if !got.Allowed || len(got.Warnings) != 2 || got.Warnings[1] != want {
		t.Errorf("answered %+v", got)
	}
}

func TestSites(t *testing.T) {
	labelled := site("paris-room", "XX", "room-1")
	labelled.Labels = map[string]string{"team": "dc"}
	for name, tc := range map[string]struct {
		object, old any
		code        int32
		says        string
	}{
		"valid":                           {object: site("paris-room", "FR", "room-1")},
		"in no country":                   {object: site("paris-room", "UK", "room-1"), code: 422, says: "GB"},
		"made invalid":                    {object: site("paris-room", "UK", "room-1"), old: site("paris-room", "GB", "room-1"), code: 422, says: "spec.country"},
		"invalid before, only its labels": {object: labelled, old: site("paris-room", "XX", "room-1")},
		"with a field that nobody honours": {
			object: `{"metadata":{"name":"a"},"spec":{"nodeNames":["a"],"country":"FR","rack":"7","basis":{"reference":"r","verifiedAt":"2026-10-01"}}}`, code: 422, says: "rack",
		},
		"without a spec": {object: `{"metadata":{"name":"a"}}`, code: 400, says: "no spec"},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := newWorld(t).post(t, PathSites, reviewOf(t, "sites", "", tc.object, tc.old, named("paris-room")))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
		})
	}
}

func TestJurisdictions(t *testing.T) {
	for name, tc := range map[string]struct {
		object residencyv1.Jurisdiction
		others []residencyv1.Jurisdiction
		code   int32
		says   string
	}{
		"valid":             {object: jurisdiction("dach", []residencyv1.CountryCode{"DE", "AT", "CH"})},
		"of others":         {object: jurisdiction("wider", []residencyv1.CountryCode{"CH"}, "EEA")},
		"in no country":     {object: jurisdiction("dach", []residencyv1.CountryCode{"DE", "XX"}), code: 422, says: "spec.countries[1]"},
		"of an unknown one": {object: jurisdiction("wider", nil, "benelux"), code: 422, says: "no jurisdiction benelux"},
		"of itself":         {object: jurisdiction("wider", nil, "wider"), code: 422, says: "includes itself"},
		"of one of which it is": {
			object: jurisdiction("wider", nil, "dach"), others: []residencyv1.Jurisdiction{jurisdiction("dach", nil, "wider")}, code: 422, says: "includes itself",
		},
		"a name that is taken":   {object: jurisdiction("eea", []residencyv1.CountryCode{"DE"}), code: 422, says: "EEA"},
		"an adequacy decision's": {object: jurisdiction("adequate", []residencyv1.CountryCode{"JP"}), code: 422, says: "adequacy"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.jurisdictions = tc.others
			_, got := w.post(t, PathJurisdictions, reviewOf(t, "jurisdictions", "", tc.object, nil, named(tc.object.Name)))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
		})
	}
}

// A deletion is never held up, and says who will miss what is deleted.
func TestDeletions(t *testing.T) {
	room := site("paris-room", "FR", "lost-1")
	dach := jurisdiction("dach", []residencyv1.CountryCode{"DE", "AT", "CH"})
	alps := jurisdiction("alps", nil, "dach")
	strict := naming(inSite("paris-room"))
	strict.Name = "strict"
	alpine := naming(inJurisdiction("alps"))
	alpine.Name = "alpine"
	world := func(t *testing.T) *world {
		w := newWorld(t)
		all := residency.World{Catalogue: w.catalogue, Sites: []residencyv1.Site{room}, Jurisdictions: []residencyv1.Jurisdiction{dach, alps}}
		w.options.Rulebook.Swap(residency.Compile(all, nil, []residencyv1.ResidencyPolicy{strict, naming(inSite("paris-room")), alpine}, residency.Options{}))
		w.nodes.SetLocator(location.Locator{Catalogue: w.catalogue, Sites: residency.LocationSites(all)})
		return w
	}
	for name, tc := range map[string]struct {
		path, resource string
		old            any
		compiled       bool
		code           int32
		want           []string
	}{
		"a Site that policies name": {
			path: PathSites, resource: "sites", old: room, compiled: true,
			want: []string{
				"Site paris-room is named by policies gdpr, strict: without it they are not accepted, and what they govern is Undetermined",
				"Site paris-room matches nodes (1): where they are is said by other Sites or by themselves, or is Undetermined",
			},
		},
		"a Site that nobody names": {path: PathSites, resource: "sites", old: site("london-room", "GB", "room-9"), compiled: true},
		"a Jurisdiction that a policy names through another": {
			path: PathJurisdictions, resource: "jurisdictions", old: dach, compiled: true,
			want: []string{"Jurisdiction dach is named by policy alpine: without it the policy is not accepted, and what the policy governs is Undetermined"},
		},
		"a Jurisdiction that nobody names": {path: PathJurisdictions, resource: "jurisdictions", old: jurisdiction("gcc", nil), compiled: true},
		"a Site, before there is a rulebook": {
			path: PathSites, resource: "sites", old: room,
			want: []string{"what goes with it cannot be said: the rulebook is not compiled yet"},
		},
		"without the object that it was": {path: PathSites, resource: "sites", code: 400},
	} {
		t.Run(name, func(t *testing.T) {
			w := world(t)
			if !tc.compiled {
				w.options.Rulebook = &rulebook.Holder{}
			}
			_, got := w.post(t, tc.path, reviewOf(t, tc.resource, "", nil, tc.old, named("x"), deletion))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if diff := cmp.Diff(tc.want, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingIsCheckedWithoutACatalogue(t *testing.T) {
	w := newWorld(t)
	w.options.Catalogue.Swap(nil)
	_, got := w.post(t, PathSites, reviewOf(t, "sites", "", site("paris-room", "FR", "room-1"), nil, named("paris-room")))
	if code(got) != 503 || !strings.Contains(got.Result.Message, "the catalogue is not loaded yet") {
		t.Errorf("answered %+v", got)
	}
}
