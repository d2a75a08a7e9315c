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
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

var keptFiles = []string{"testdata/story/nodes.yaml", "testdata/storage"}

// TestStorageWithoutARight takes one right to read storage after the other away. What rests on
// it is not known then, and never permitted.
func TestStorageWithoutARight(t *testing.T) {
	for name, tc := range map[string]struct {
		denied []string
		args   []string
		code   ExitCode
		words  []string
	}{
		"a volume of a pod": {
			denied: []string{"get persistentvolumes"}, args: []string{"explain", "pod/reader", "-n", "crm"}, code: ExitProhibited,
			words: []string{
				"You may not get persistentvolumes/pv-ledger: whether it carries the key of a dataset, and where it rests, is not known.",
				"where volume ledger (claim ledger) rests is not known: you may not get persistentvolumes/pv-ledger. Policy \"gdpr-personal\" permits storage in EEA.",
			},
		},
		"a volume of a claim": {
			denied: []string{"get persistentvolumes"}, args: []string{"explain", "pvc/ledger", "-n", "crm"}, code: ExitUndetermined,
			words: []string{"persistentvolumeclaim crm/ledger: Undetermined", "NotReadable", "where it rests is not known: you may not get persistentvolumes/pv-ledger"},
		},
		"volumes with the same data": {
			denied: []string{"list persistentvolumes"}, args: []string{"explain", "pv/pv-ledger"}, code: ExitUndetermined,
			words: []string{"You may not list persistentvolumes: which volumes hold the same data is not known."},
		},
		"a class": {
			denied: []string{"get storageclasses"}, args: []string{"explain", "pvc/exports", "-n", "crm"}, code: ExitUndetermined,
			words: []string{"where it rests is not known: you may not get storageclasses.storage.k8s.io/london", "persistentvolumeclaim crm/exports: Undetermined"},
		},
		"the default class": {
			denied: []string{"list storageclasses"}, args: []string{"explain", "pvc/cache", "-n", "crm"}, code: ExitUndetermined,
			words: []string{"You may not list storageclasses.storage.k8s.io: which class claims get that name none is not known."},
		},
		"a class where nothing restricts storage": {
			denied: []string{"get storageclasses"}, args: []string{"explain", "pvc/weights", "-n", "lab"}, code: ExitPermitted,
			words: []string{"persistentvolumeclaim lab/weights: NotGoverned", "You may not get storageclasses.storage.k8s.io/homemade: where it makes its volumes is not known."},
		},
		"a class of snapshots": {
			denied: []string{"get volumesnapshotclasses"}, args: []string{"explain", "vs/disk-nightly", "-n", "crm"}, code: ExitUndetermined,
			words: []string{"you may not get volumesnapshotclasses.snapshot.storage.k8s.io/across"},
		},
		"a snapshot": {
			denied: []string{"get volumesnapshots"}, args: []string{"explain", "pvc/restored", "-n", "lab"}, code: ExitUndetermined,
			words: []string{"You may not get volumesnapshots.snapshot.storage.k8s.io/disk-nightly in namespace crm: whether it carries the key of a dataset is not known."},
		},
		"contents with the same data": {
			denied: []string{"list volumesnapshotcontents"}, args: []string{"explain", "vsc/imported"}, code: ExitUndetermined,
			words: []string{"which contents of snapshots hold the same data is not known"},
		},
		"the object itself": {
			denied: []string{"get persistentvolumes"}, args: []string{"explain", "pv/pv-ledger"}, code: ExitBroken,
			words: []string{"It takes the verb get on persistentvolumes;"},
		},
		"all volumes": {
			denied: []string{"list persistentvolumes"}, args: []string{"explain", "dataset/archive"}, code: ExitUndetermined,
			words: []string{"dataset archive: Undetermined", "You may not list persistentvolumes: which volumes there are is not known."},
		},
		"all claims": {
			denied: []string{"list persistentvolumeclaims"}, args: []string{"explain", "ns/lab"}, code: ExitUndetermined,
			words: []string{"You may not list persistentvolumeclaims in namespace lab: which claims there are is not known."},
		},
		"sites": {
			denied: []string{"list sites"}, args: []string{"explain", "pv/pv-ledger"}, code: ExitUndetermined,
			words: []string{"a Site may say where, and you may not list sites.residency.domicile.dev"},
		},
		"nodes, for what rests on them": {
			denied: []string{"list nodes"}, args: []string{"explain", "pod/exporter", "-n", "crm"}, code: ExitProhibited,
			words: []string{"volume tmp (emptyDir) rests where its node is: storage in Frankfurt, DE"},
		},
		"nodes, for what names its place": {
			denied: []string{"list nodes"}, args: []string{"explain", "pv/pv-ledger"}, code: ExitPermitted,
			words: []string{"it rests in Frankfurt, DE"},
		},
		"volumes, to say where they are": {
			denied: []string{"list persistentvolumes"}, args: []string{"locations", "--volumes"}, code: ExitBroken,
			words: []string{"It takes the verb list on persistentvolumes, which an administrator can grant; -f reads volumes from files instead"},
		},
		"claims, to say what volumes hold": {
			denied: []string{"list persistentvolumeclaims", "get persistentvolumeclaims"}, args: []string{"locations", "--volumes"}, code: ExitUndetermined,
			words: []string{"pv-ledger", "You may not list persistentvolumeclaims: which claims there are is not known."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newObjectServer(t, objectsOf(t, keptFiles...)...)
			s.denied = tc.denied
			got := run(t, "", append(tc.args, "--kubeconfig", serve(t, s))...)
			if got.code != tc.code {
				t.Errorf("exit code %d, want %d", got.code, tc.code)
			}
			for _, words := range tc.words {
				if !strings.Contains(got.out+got.errOut, words) {
					t.Errorf("%q is not in:\n%s%s", words, got.out, got.errOut)
				}
			}
		})
	}
}

// TestStorageIsAskedForOnce lists volumes of one handle and another in one request.
func TestStorageIsAskedForOnce(t *testing.T) {
	s := newObjectServer(t, objectsOf(t, keptFiles...)...)
	if got := run(t, "", "explain", "ns/crm", "--kubeconfig", serve(t, s)); got.code == ExitBroken {
		t.Fatal(got.errOut)
	}
	for _, request := range []string{"list persistentvolumes", "get persistentvolumes pv-disk", "get storageclasses london", "list storageclasses"} {
		if n := strings.Count("\n"+strings.Join(s.requests, "\n")+"\n", "\n"+request+"\n"); n > 1 {
			t.Errorf("%q is asked %d times", request, n)
		}
	}
}

// TestWithoutSnapshots asks a cluster that has no snapshots, and no classes of attributes.
func TestWithoutSnapshots(t *testing.T) {
	objects := slices.DeleteFunc(objectsOf(t, keptFiles...), func(o client.Object) bool {
		kind := o.GetObjectKind().GroupVersionKind().Kind
		return strings.HasPrefix(kind, kindSnapshot)
	})
	s := newObjectServer(t, objects...)
	s.absent = []string{"volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses", "volumeattributesclasses"}
	kubeconfig := serve(t, s)
	for _, args := range [][]string{{"explain", "dataset/customers"}, {"explain", "ns/crm"}, {"explain", "pvc/restored", "-n", "lab"}, {"locations", "--volumes"}} {
		got := run(t, "", append(args, "--kubeconfig", kubeconfig)...)
		if got.code == ExitBroken || strings.Contains(got.out, "You may not") {
			t.Errorf("%v: exit code %d: %s%s", args, got.code, got.out, got.errOut)
		}
	}
	if got := run(t, "", "explain", "vs/disk-nightly", "-n", "crm", "--kubeconfig", kubeconfig); got.code != ExitBroken || !strings.Contains(got.errOut, `there is no volumesnapshot "disk-nightly"`) {
		t.Errorf("exit code %d: %s", got.code, got.errOut)
	}
}

// TestVolumesAreTheSameInAClusterAndInFiles compares the rows.
func TestVolumesAreTheSameInAClusterAndInFiles(t *testing.T) {
	kubeconfig := serve(t, newObjectServer(t, objectsOf(t, keptFiles...)...))
	files := run(t, "", append([]string{"locations", "--volumes", "-o", "json"}, fileFlags(keptFiles)...)...)
	cluster := run(t, "", "locations", "--volumes", "-o", "json", "--kubeconfig", kubeconfig)
	if files != cluster {
		t.Errorf("of files:\n%s%s\nof the cluster:\n%s%s", files.out, files.errOut, cluster.out, cluster.errOut)
	}
}
