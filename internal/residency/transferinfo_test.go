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
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestTransferStates(t *testing.T) {
	p := fromEEA(
		transfer(country("GB"), residencyv1.MechanismAdequacyDecision),
		transfer(country("US"), residencyv1.MechanismStandardContractualClauses, between(t, "2027-01-01", "2028-01-01")),
		transfer(country("TR"), residencyv1.MechanismDerogation),
	)
	rb := compiled(t, day(t, "2026-11-27"), p)
	origin, transfers := rb.Transfers("gdpr")
	if origin != "EEA" {
		t.Errorf("the origin is %q", origin)
	}
	for _, tc := range []struct {
		at   string
		want []string
	}{
		{"2021-06-27", []string{"GB NotYetValid", "US NotYetValid", "TR Valid"}},
		{"2021-06-28", []string{"GB Valid", "US NotYetValid", "TR Valid"}},
		{"2027-01-01", []string{"GB Valid", "US Valid", "TR Valid"}},
		{"2028-01-01", []string{"GB Valid", "US Expired", "TR Valid"}},
		{"2031-12-28", []string{"GB Expired", "US Expired", "TR Valid"}},
	} {
		var got []string
		for _, one := range transfers {
			got = append(got, fmt.Sprint(one.To, " ", one.State(day(t, tc.at))))
		}
		if diff := gocmp.Diff(tc.want, got); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", tc.at, diff)
		}
	}
	var endings []string
	for _, one := range transfers {
		endings = append(endings, one.Ending())
	}
	if diff := gocmp.Diff([]string{"the end of 2031-12-27", "the end of 2027-12-31", ""}, endings); diff != "" {
		t.Errorf("they end (-want +got):\n%s", diff)
	}
	if origin, transfers := compiled(t, day(t, "2026-11-27"), fromEEA(transfer(country("CN"), residencyv1.MechanismAdequacyDecision))).Transfers("gdpr"); origin != "" || transfers != nil {
		t.Errorf("a policy that is not accepted has %q and %v", origin, transfers)
	}
}
