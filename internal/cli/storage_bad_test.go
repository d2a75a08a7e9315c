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
	"fmt"
	"strings"
	"testing"

	"github.com/domicile-dev/domicile/internal/location"
)

// personal is a dataset that may be stored in Germany, and a class that leads there.
const personal = `
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: customers}
spec: {title: Customers}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: germany}
spec: {datasets: [customers], storage: {allowed: [{country: DE}]}, enforcement: {admission: Deny}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: frankfurt}
provisioner: ebs.csi.aws.com
allowedTopologies: [{matchLabelExpressions: [{key: topology.ebs.csi.aws.com/zone, values: [eu-central-1a]}]}]
`

func checked(t *testing.T, input string) (*Report, ended) {
	t.Helper()
	got := run(t, input, "check", "-f", "-", "-o", "json")
	var report Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("%v: %.500s", err, got.errOut)
	}
	return &report, got
}

// TestOneOfManyVolumesIsMalformed judges a whole cluster's volumes: one whose node affinity
// nobody can read neither hides nor changes any other.
func TestOneOfManyVolumesIsMalformed(t *testing.T) {
	const volumes, malformed = 5000, 3141
	var input strings.Builder
	input.WriteString(personal)
	for i := range volumes {
		affinity := `{"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "topology.ebs.csi.aws.com/zone", "operator": "In", "values": ["eu-central-1a"]}]}]}}`
		if i == malformed {
			affinity = `{"required": []}`
		}
		fmt.Fprintf(&input, "---\n"+`{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv-%04d", "labels": {"residency.domicile.dev/dataset": "customers"}}, "spec": {"claimRef": {"namespace": "crm", "name": "c-%04d"}, "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-%017x"}, "nodeAffinity": %s}}`+"\n", i, i, i, affinity)
		fmt.Fprintf(&input, "---\n"+`{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"namespace": "crm", "name": "c-%04d"}, "spec": {"volumeName": "pv-%04d"}}`+"\n", i, i)
	}
	report, got := checked(t, input.String())
	if got.code != ExitBroken || len(report.Errors) != 1 || report.Errors[0].Object.Name != "pv-3141" {
		t.Fatalf("exit code %d, errors %v", got.code, report.Errors)
	}
	// The claim of the volume that could not be read holds nothing that is known.
	want := Summary{Claims: volumes - 1, Volumes: volumes - 1, Permitted: 2*volumes - 2, HoldNothing: 1, Errors: 1}
	if report.Summary != want {
		t.Errorf("%+v, want %+v", report.Summary, want)
	}
}

// TestDeepChainsOfClaims has every claim made of the one before; the first says what it holds.
func TestDeepChainsOfClaims(t *testing.T) {
	const claims = 10_000
	var input strings.Builder
	input.WriteString(personal)
	input.WriteString("---\n" + `{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c-0", "labels": {"residency.domicile.dev/dataset": "customers"}}, "spec": {"storageClassName": "frankfurt"}}` + "\n")
	for i := 1; i < claims; i++ {
		fmt.Fprintf(&input, "---\n"+`{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c-%d"}, "spec": {"storageClassName": "frankfurt", "dataSource": {"kind": "PersistentVolumeClaim", "name": "c-%d"}}}`+"\n", i, i-1)
	}
	// A ring of as many, in which nobody says anything.
	for i := range claims {
		fmt.Fprintf(&input, "---\n"+`{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "r-%d"}, "spec": {"storageClassName": "frankfurt", "dataSource": {"kind": "PersistentVolumeClaim", "name": "r-%d"}}}`+"\n", i, (i+1)%claims)
	}
	report, got := checked(t, input.String())
	if got.code != ExitPermitted || report.Summary.Permitted != claims || report.Summary.HoldNothing != claims {
		t.Errorf("exit code %d, %+v", got.code, report.Summary)
	}
}

// TestHugeHandle has a driver with a handle of a MiB: it is read, and no message repeats it.
func TestHugeHandle(t *testing.T) {
	for name, handle := range map[string]string{
		"no place":         strings.Repeat("x", 1<<20),
		"the right prefix": "projects/p/zones/europe-west3-a/disks/" + strings.Repeat("y", 1<<20),
		"the zone is huge": "projects/p/zones/" + strings.Repeat("z", 1<<20) + "/disks/d",
	} {
		t.Run(name, func(t *testing.T) {
			input := personal + fmt.Sprintf("---\n"+`{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "huge", "labels": {"residency.domicile.dev/dataset": "customers"}}, "spec": {"csi": {"driver": "pd.csi.storage.gke.io", "volumeHandle": %q}}}`, handle)
			report, got := checked(t, input)
			if len(report.Items) != 1 || len(got.out) > 10_000 {
				t.Fatalf("%d items, %d bytes of output: %.500s", len(report.Items), len(got.out), got.out)
			}
			f := report.Items[0].Findings[0]
			if known := name == "the right prefix"; known && f.Outcome != "Permitted" || !known && (f.Outcome != "Undetermined" || f.Reason == string(location.ReasonUnknownDriver)) {
				t.Errorf("it is %s: %s", f.Outcome, f.Reason)
			}
			for _, args := range [][]string{{"explain", "pv/huge"}, {"locations", "--volumes"}, {"locations", "--volumes", "-o", "wide"}} {
				if got := run(t, input, append(args, "-f", "-")...); got.code == ExitBroken || len(got.out) > 10_000 {
					t.Errorf("%v: exit code %d, %d bytes", args, got.code, len(got.out))
				}
			}
		})
	}
}
