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

package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

const endingSite = `
apiVersion: residency.domicile.dev/v1alpha1
kind: Site
metadata: {name: london-room}
spec:
  nodeNames: [ldn-aws-1]
  city: London
  country: GB
  basis: {reference: inspection 7, verifiedAt: "2026-10-01"}
  validUntil: "2026-12-01T00:00:00Z"
`

// TestNextTurn asks when the answer turns, time after time.
func TestNextTurn(t *testing.T) {
	site := Turn{At: "2026-12-01T00:00:00Z", Sites: []string{"london-room"}}
	policy := func(at string) Turn { return Turn{At: at, Policies: []string{"gdpr-transfers"}} }
	for name, tc := range map[string]struct {
		args []string
		want []Turn
	}{
		// Its node is in the Site, and so is one of those that are permitted.
		"explain": {[]string{"explain", "pod/london", "-n", "crm"}, []Turn{
			site, policy("2027-01-15T07:00:00Z"), policy("2027-03-01T00:00:00Z"), policy("2031-12-28T00:00:00Z"),
		}},
		"where": {[]string{"where", "customers"}, []Turn{
			site, policy("2027-01-15T07:00:00Z"), policy("2027-03-01T00:00:00Z"), policy("2031-12-28T00:00:00Z"),
		}},
		// No node counts for where a volume rests apart from them.
		"a volume": {[]string{"explain", "pv/pv-london"}, []Turn{
			policy("2027-01-15T07:00:00Z"), policy("2027-03-01T00:00:00Z"), policy("2031-12-28T00:00:00Z"),
		}},
		"another policy": {[]string{"explain", "pod/tickets", "-n", "crm"}, []Turn{site}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []Turn
			for at := instant(today()); ; at = got[len(got)-1].At {
				e := run(t, endingSite, slices.Concat(tc.args, transferFiles, []string{"-f", "-", "-o", "json", "--at", at})...)
				var answer struct{ NextTurn *Turn }
				if err := json.Unmarshal([]byte(e.out), &answer); err != nil {
					t.Fatalf("%v: %s%s", err, e.out, e.errOut)
				}
				if answer.NextTurn == nil {
					break
				}
				got = append(got, *answer.NextTurn)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("the turns (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTransferToASiteThatMayNotBeRead takes the right away to know where a Site is to which a transfer goes.
func TestTransferToASiteThatMayNotBeRead(t *testing.T) {
	objects := objectsOf(t, "testdata/story/nodes.yaml", "testdata/transfers")
	for _, o := range objects {
		if p, ok := o.(*residencyv1.ResidencyPolicy); ok && p.Name == "tickets-to-the-us" {
			site := residencyv1.ObjectName("london-room")
			p.Spec.Transfers = []residencyv1.Transfer{{
				To: residencyv1.Place{Site: &site}, Mechanism: residencyv1.MechanismDerogation, Reference: "consent",
				ValidUntil: new(metav1.NewTime(today())),
			}}
		}
	}
	s := newObjectServer(t, objects...)
	s.denied = []string{"list sites"}
	kubeconfig := serve(t, s)
	got := run(t, "", "where", "tickets", "--kubeconfig", kubeconfig)
	if got.code != ExitUndetermined || !strings.Contains(got.out, `What policy "tickets-to-the-us" permits is not known: the Sites that it names are not known`) || strings.Contains(got.out, transfersTitle) {
		t.Errorf("exit code %d: %s%s", got.code, got.out, got.errOut)
	}
	// Where the volume rests a Site may say otherwise: what is not known rests on nothing.
	e := explained(t, run(t, "", "explain", "pv/pv-london", "-o", "json", "--kubeconfig", kubeconfig))
	if f := e.Findings[0]; f.Outcome != "Undetermined" || len(f.Transfers) > 0 {
		t.Errorf("it is %s, and rests on %+v", f.Outcome, f.Transfers)
	}
}
