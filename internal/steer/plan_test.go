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

package steer_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/steer"
)

func eea() residencyv1.Place {
	return residencyv1.Place{Jurisdiction: new(residencyv1.JurisdictionName("EEA"))}
}

func country(code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{Country: &code}
}

func city(name residencyv1.CityName, code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{City: &residencyv1.CityPlace{Name: name, Country: code}}
}

func region(provider residencyv1.ProviderName, name residencyv1.RegionName) residencyv1.Place {
	return residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: provider, Name: name}}
}

func inSite(name residencyv1.ObjectName) residencyv1.Place { return residencyv1.Place{Site: &name} }

// rule is a policy that governs customers.
func rule(name string, allowed []residencyv1.Place, denied ...residencyv1.Place) residencyv1.ResidencyPolicy {
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Processing = residencyv1.PlacesRule{Allowed: allowed, Denied: denied}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	return p
}

func places(list ...residencyv1.Place) []residencyv1.Place { return list }

// halls are two Sites in Paris, and one in Germany.
func halls(cat *catalogue.Catalogue) residency.World {
	site := func(name string, spec residencyv1.SiteSpec) residencyv1.Site {
		spec.NodeNames = []residencyv1.NodeName{"a"}
		spec.Basis = residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"}
		return residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec}
	}
	return residency.World{Catalogue: cat, Sites: []residencyv1.Site{
		site("hall", residencyv1.SiteSpec{Country: "FR", City: "Paris"}),
		site("cellar", residencyv1.SiteSpec{Country: "FR", City: "Paris"}),
		site("barn", residencyv1.SiteSpec{Country: "DE"}),
	}}
}

func planOf(cat *catalogue.Catalogue, o steer.Options, policies ...residencyv1.ResidencyPolicy) (*steer.Plan, error) {
	d := residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers"}}
	rb := residency.Compile(halls(cat), []residencyv1.Dataset{d}, policies, residency.Options{})
	o.Catalogue = cat
	return steer.PlanFor(rb.Constraints([]string{"customers", "nobody's", "customers"}, false, time.Time{}), o)
}

// short writes terms in short: one line a term.
func short(terms []corev1.NodeSelectorTerm) []string {
	var lines []string
	for _, t := range terms {
		var words []string
		for _, e := range t.MatchExpressions {
			key := strings.Replace(e.Key, residencyv1.StampPrefix, "", 1)
			words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s %s", key, e.Operator, strings.Join(e.Values, ","))))
		}
		lines = append(lines, strings.Join(words, "; "))
	}
	return lines
}

const members = "AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK"

func TestTermsByStamp(t *testing.T) {
	cat := load(t)
	disabled := rule("off", places(country("US")))
	disabled.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	trial := rule("trial", places(country("US")))
	trial.Spec.Enforcement.Admission = residencyv1.EnforcementAudit
	advice := rule("advice", places(country("US")))
	advice.Spec.Enforcement.Admission = residencyv1.EnforcementWarn
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		want     []string
	}{
		"one allowed set":           {[]residencyv1.ResidencyPolicy{rule("p", places(eea()))}, []string{"country In " + members}},
		"no policy":                 {nil, nil},
		"no steering":               {[]residencyv1.ResidencyPolicy{disabled}, nil},
		"what only warns or audits": {[]residencyv1.ResidencyPolicy{trial, advice}, nil},
		"one of two that steers":    {[]residencyv1.ResidencyPolicy{disabled, rule("p", places(country("DE")))}, []string{"country In DE"}},
		"a policy that is not accepted says nothing": {[]residencyv1.ResidencyPolicy{rule("bad", places(country("XX"))), rule("p", places(country("DE")))}, []string{"country In DE"}},
		"less what is denied": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), country("FR")), country("FR"), city("Berlin", "DE"), region("aws", "eu-central-1"))},
			[]string{"country In DE; city NotIn de.berlin; region NotIn aws.eu-central-1; region.aws.eu-central-1 DoesNotExist"},
		},
		"every kind of place": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), city("Paris", "FR"), region("aws", "us-east-1"), region("gcp", "us-east1"), inSite("hall"), inSite("cellar")))},
			[]string{"country In DE", "city In fr.paris", "region In aws.us-east-1,gcp.us-east1"},
		},
		"a city but for a region": {
			[]residencyv1.ResidencyPolicy{rule("p", places(city("Paris", "FR")), region("aws", "eu-west-3"))},
			[]string{"city In fr.paris; region NotIn aws.eu-west-3"},
		},
		"a code of two providers": {
			[]residencyv1.ResidencyPolicy{rule("p", places(region("aws", "eu-central-1"), region("alibabacloud", "eu-central-1")))},
			[]string{"region In alibabacloud.eu-central-1,aws.eu-central-1", "region.alibabacloud.eu-central-1 In true"},
		},
		"Sites": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), inSite("hall")), inSite("cellar"))},
			[]string{"country In DE; site.cellar DoesNotExist", "site.hall In true; site.cellar DoesNotExist"},
		},
		"a Site in part": {
			[]residencyv1.ResidencyPolicy{rule("p", places(inSite("barn")), city("Berlin", "DE"), city("Paris", "FR"))},
			[]string{"site.barn In true; city NotIn de.berlin"},
		},
		"a Site of which all is denied": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), inSite("hall")), city("Paris", "FR"))},
			[]string{"country In DE"},
		},
		"two policies meet": {
			[]residencyv1.ResidencyPolicy{rule("p", places(eea())), rule("q", places(country("GB"), country("DE"), country("FR")), city("Paris", "FR"))},
			[]string{"country In DE,FR; city NotIn fr.paris"},
		},
		"two policies meet in a Site": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), inSite("hall"))), rule("q", places(country("FR"), inSite("barn")))},
			[]string{"site.barn In true; country In DE", "site.hall In true; country In FR"},
		},
		"two policies that do not meet": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"))), rule("q", places(country("FR")))},
			[]string{"country In nowhere"},
		},
		"nothing is left": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE")), country("DE"))},
			[]string{"country In nowhere"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := planOf(cat, steer.Options{}, tc.policies...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, short(p.Required)); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTermsByTopology(t *testing.T) {
	cat := load(t)
	for name, tc := range map[string]struct {
		policies  []residencyv1.ResidencyPolicy
		providers []string
		want      []string
	}{
		"a Local Zone in another country is left out": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("DE"), country("PL")))}, []string{"aws"},
			[]string{"topology.kubernetes.io/region In eu-central-1,eusc-de-east-1; " +
				"topology.kubernetes.io/zone NotIn eu-central-1-ist-1a,eu-central-1-ist-1b,eu-central-1-ist-1c,eu-central-1-ist-1d"},
		},
		"a Local Zone is found without its region": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("PL")))}, []string{"aws"},
			[]string{"topology.kubernetes.io/zone In eu-central-1-waw-1a,eu-central-1-waw-1b,eu-central-1-waw-1c,eu-central-1-waw-1d"},
		},
		"what other providers have does not count": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("IE")))}, []string{"aws"},
			[]string{"topology.kubernetes.io/region In eu-west-1"},
		},
		"a Site is found by its stamp": {
			[]residencyv1.ResidencyPolicy{rule("p", places(country("IE"), inSite("hall")), inSite("cellar"))}, []string{"aws"},
			[]string{"topology.kubernetes.io/region In eu-west-1; site.cellar DoesNotExist", "site.hall In true; site.cellar DoesNotExist"},
		},
		"no provider is there": {[]residencyv1.ResidencyPolicy{rule("p", places(country("AQ")))}, nil, []string{"country In nowhere"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := planOf(cat, steer.Options{By: steer.ByTopology, Providers: tc.providers}, tc.policies...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, short(p.Required)); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
		})
	}
}

func TestByTopologyOfAllProviders(t *testing.T) {
	p, err := planOf(load(t), steer.Options{By: steer.ByTopology}, rule("p", places(eea())))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Required) != 1 || len(p.Required[0].MatchExpressions) != 2 {
		t.Fatalf("the terms are %v", short(p.Required))
	}
	codes := p.Required[0].MatchExpressions[0].Values
	for code, want := range map[string]bool{"eu-central-1": true, "europe-west3": true, "westeurope": true, "us-east-1": false, "uksouth": false} {
		if slices.Contains(codes, code) != want {
			t.Errorf("that %s is among the regions is %v", code, !want)
		}
	}
}

// Assurance is no reason to keep a pod off a node, but one to prefer another.
func TestAssuranceIsOnlyPreferred(t *testing.T) {
	cat := load(t)
	for minimum, want := range map[residencyv1.Assurance][]string{
		"": nil, "Claimed": nil, "Consistent": {"assurance In consistent,declared"}, "Declared": {"assurance In declared"},
	} {
		p := rule("p", places(country("DE")))
		if minimum != "" {
			p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: minimum}
		}
		plan, err := planOf(cat, steer.Options{}, p, rule("q", places(country("DE"))))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		if plan.Preferred != nil {
			got = short([]corev1.NodeSelectorTerm{plan.Preferred.Preference})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", minimum, diff)
		}
		if diff := cmp.Diff([]string{"country In DE"}, short(plan.Required)); diff != "" {
			t.Errorf("required (-want +got):\n%s", diff)
		}
	}
}

// What is not for pods can require it.
func TestAPlanThatIsSure(t *testing.T) {
	cat := load(t)
	for name, tc := range map[string]struct {
		minimum residencyv1.Assurance
		want    []string
	}{
		"any assurance": {residencyv1.AssuranceClaimed, []string{"country In DE; assurance NotIn undetermined"}},
		"a minimum":     {residencyv1.AssuranceConsistent, []string{"country In DE; assurance In consistent,declared"}},
	} {
		p := rule("p", places(country("DE")))
		p.Spec.Assurance = &residencyv1.AssuranceRule{Minimum: tc.minimum}
		plan, err := planOf(cat, steer.Options{}, p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, short(plan.Sure().Required)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([]string{"country In DE"}, short(plan.Required)); diff != "" {
			t.Errorf("%s: the plan has changed (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff([]string{"assurance NotIn undetermined"}, short((&steer.Plan{}).Sure().Required)); diff != "" {
		t.Errorf("no places (-want +got):\n%s", diff)
	}
}

// What is too much is an error: half of it would keep pods from where they may be.
func TestTooManyTerms(t *testing.T) {
	w := residency.World{Catalogue: load(t)}
	var policies []residencyv1.ResidencyPolicy
	for i := range 5 {
		p := rule(fmt.Sprintf("p%d", i), nil)
		for j := range 8 {
			name := fmt.Sprintf("s%d-%d", i, j)
			w.Sites = append(w.Sites, residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: residencyv1.SiteSpec{
				NodeNames: []residencyv1.NodeName{"a"}, Country: "DE", Basis: residencyv1.Basis{Reference: "lease 12", VerifiedAt: "2026-10-01"},
			}})
			p.Spec.Processing.Allowed = append(p.Spec.Processing.Allowed, inSite(residencyv1.ObjectName(name)))
		}
		policies = append(policies, p)
	}
	rb := residency.Compile(w, []residencyv1.Dataset{{ObjectMeta: metav1.ObjectMeta{Name: "customers"}}}, policies, residency.Options{})
	if p, err := steer.PlanFor(rb.Constraints([]string{"customers"}, false, time.Time{}), steer.Options{Catalogue: w.Catalogue}); !errors.Is(err, steer.ErrTooManyTerms) {
		t.Errorf("got %v and %v", p, err)
	}
}

func TestYAML(t *testing.T) {
	plan, err := planOf(load(t), steer.Options{}, rule("p", places(country("NO"), country("DE"), inSite("hall")), city("Berlin", "DE"), inSite("cellar")))
	if err != nil {
		t.Fatal(err)
	}
	const want = `nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
    - matchExpressions:
      - {key: domicile.node-restriction.kubernetes.io/country, operator: In, values: [DE, "NO"]}
      - {key: domicile.node-restriction.kubernetes.io/city, operator: NotIn, values: [de.berlin]}
      - {key: site.domicile.node-restriction.kubernetes.io/cellar, operator: DoesNotExist}
    - matchExpressions:
      - {key: site.domicile.node-restriction.kubernetes.io/hall, operator: In, values: ["true"]}
      - {key: site.domicile.node-restriction.kubernetes.io/cellar, operator: DoesNotExist}`
	if diff := cmp.Diff(want, plan.YAML()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var read corev1.Affinity
	if err := yaml.UnmarshalStrict([]byte(plan.YAML()), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan.Required, read.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	fields := []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"1e3"}}}
	own := steer.NewPlan([]corev1.NodeSelectorTerm{{MatchFields: fields}, {}, {MatchFields: fields, MatchExpressions: plan.Required[0].MatchExpressions}}, nil)
	read = corev1.Affinity{}
	if err := yaml.UnmarshalStrict([]byte(own.YAML()), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(own.Required, read.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms); diff != "" {
		t.Errorf("a pod's own terms (-written +read):\n%s", diff)
	}
	if text := (&steer.Plan{}).YAML(); text != "" {
		t.Errorf("nothing is %q", text)
	}
}
