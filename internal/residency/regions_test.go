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

package residency

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

// Two providers write one code in two ways (ovh SGP, vultr sgp), and a label alone does not say whose
// it is. The country is known all the same; a rule about one of the two regions is not met and
// not missed.
func TestACodeThatTwoProvidersWriteInTwoWays(t *testing.T) {
	cat := load(t)
	n := NewNode("n", location.OfNode(cat, location.Node{Labels: map[string]string{corev1.LabelTopologyRegion: "sgp"}}))
	vultr := residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: "vultr", Name: "sgp"}}
	ovh := residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: "ovh", Name: "SGP"}}
	for name, tc := range map[string]struct {
		allowed []residencyv1.Place
		denied  []residencyv1.Place
		want    Outcome
	}{
		"the country":                         {[]residencyv1.Place{country("SG")}, nil, Permitted},
		"the country, but for one of the two": {[]residencyv1.Place{country("SG")}, []residencyv1.Place{vultr}, Undetermined},
		"the country, but for both":           {[]residencyv1.Place{country("SG")}, []residencyv1.Place{vultr, ovh}, Prohibited},
		"one of the two":                      {[]residencyv1.Place{vultr}, nil, Undetermined},
		"both":                                {[]residencyv1.Place{vultr, ovh}, nil, Permitted},
	} {
		t.Run(name, func(t *testing.T) {
			p := personal("p", tc.allowed, tc.denied...)
			rb := Compile(World{Catalogue: cat}, []residencyv1.Dataset{customers()}, []residencyv1.ResidencyPolicy{p}, Options{})
			v := Evaluate(rb, &Input{Handles: []Handling{{Dataset: "customers"}}, Node: n})
			if v.Outcome != tc.want {
				t.Errorf("it is %s, want %s: %v", v.Outcome, tc.want, v.Sentences(Allow))
			}
		})
	}
}
