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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

var waysFiles = []string{"testdata/story/nodes.yaml", "testdata/story/policies.yaml", "testdata/odd/ways.yaml"}

func fileFlags(paths []string) []string {
	var flags []string
	for _, p := range paths {
		flags = append(flags, "-f", p)
	}
	return flags
}

func explained(t *testing.T, got ended) *Explanation {
	t.Helper()
	var e Explanation
	if err := json.Unmarshal([]byte(got.out), &e); err != nil {
		t.Fatalf("%v: %s%s", err, got.out, got.errOut)
	}
	return &e
}

// TestExplainIsTheSameInAClusterAndInFiles asks both about everything.
func TestExplainIsTheSameInAClusterAndInFiles(t *testing.T) {
	for name, files := range map[string][]string{
		"ways":  waysFiles,
		"story": {"testdata/story"},
		"sites": {"testdata/places"},
		"moved": {"testdata/story/nodes.yaml", "testdata/transfers"},
		"kept":  {"testdata/story/nodes.yaml", "testdata/storage"},
		"calls": {"testdata/story/nodes.yaml", "testdata/processors"},
		// In a cluster, who asks about more than one object is told of pods and not of templates.
		"pods": {"testdata/story/nodes.yaml", "testdata/storage/policies.yaml", "testdata/storage/classes.yaml", "testdata/storage/volumes.yaml", "testdata/storage/workloads.yaml"},
	} {
		kubeconfig := serve(t, newObjectServer(t, objectsOf(t, files...)...))
		for _, args := range map[string][][]string{
			"ways":  {{"deploy/orders", "-n", "shop"}, {"rs/orders-5f6d", "-n", "shop"}, {"pod/orders-5f6d-dublin", "-n", "shop"}, {"pod/torn", "-n", "shop"}},
			"story": {{"pod/london", "-n", "crm"}, {"pod/keeper", "-n", "vault"}, {"pod/nowhere", "-n", "crm"}, {"pod/typo", "-n", "crm"}, {"cronjob/report", "-n", "crm"}, {"sts/ledger", "-n", "crm"}, {"ns/vault"}},
			"calls": {{"pod/eu", "-n", "chat"}, {"pod/silent", "-n", "chat"}, {"deploy/typos", "-n", "chat"}, {"pod/shop", "-n", "web"}, {"pod/free", "-n", "web"}, {"deploy/front", "-n", "web"}},
			"sites": {{"pod/on-room-1"}, {"pod/on-room-3"}, {"pod/on-two-sites-1"}, {"ns/default"}, {"dataset/health"}},
			"moved": {{"pod/virginia", "-n", "crm"}, {"pod/london", "-n", "crm", "--at", "2031-12-28T00:00:00Z"}, {"deploy/anywhere", "-n", "crm"}, {"pv/pv-london"}},
			"kept": {
				{"pod/exporter", "-n", "crm"}, {"sts/profiles", "-n", "crm"}, {"pod/curious", "-n", "lab"}, {"pod/trainer", "-n", "lab"},
				{"pvc/ledger-copy", "-n", "crm"}, {"pvc/cache", "-n", "crm"}, {"pvc/weights", "-n", "lab"}, {"pvc/restored", "-n", "lab"},
				{"pv/pv-ledger"}, {"vs/disk-nightly", "-n", "crm"}, {"volumesnapshotcontent/imported"},
			},
			"pods": {{"ns/crm"}, {"dataset/customers"}, {"dataset/archive"}, {"dataset/models"}},
		}[name] {
			t.Run(fmt.Sprint(name, args), func(t *testing.T) {
				asked := slices.Concat([]string{"explain", "-o", "json"}, args)
				file := run(t, "", append(asked, fileFlags(files)...)...)
				cluster := run(t, "", append(asked, "--kubeconfig", kubeconfig)...)
				if file.code != cluster.code {
					t.Errorf("exit codes %d and %d: %s%s", file.code, cluster.code, file.errOut, cluster.errOut)
				}
				want, got := explained(t, file), explained(t, cluster)
				elsewhere := cmp.Options{
					cmpopts.IgnoreFields(Object{}, "File", "Document", "Line"),
					cmpopts.IgnoreFields(Explanation{}, "Notes", "Warnings"),
					cmpopts.IgnoreUnexported(PlaceNodes{}, Transfer{}),
				}
				if diff := cmp.Diff(want, got, elsewhere); diff != "" {
					t.Errorf("the cluster says something else (-files +cluster):\n%s", diff)
				}
			})
		}
	}
}

func TestExplainReadsOnlyWhatIsNeeded(t *testing.T) {
	rules := []string{"list datasets", "list residencypolicies", "list jurisdictions", "list sites", "list processors", "list nodes"}
	for name, tc := range map[string]struct {
		args []string
		want []string
	}{
		"a pod": {
			args: []string{"explain", "pod/orders-5f6d-dublin", "-n", "shop"},
			want: slices.Concat([]string{"get pods shop/orders-5f6d-dublin"}, rules, []string{"get namespaces shop (metadata)", "get secrets shop/customer-database-credentials (metadata)"}),
		},
		"a Deployment": {
			args: []string{"explain", "deployment", "orders", "-n", "shop"},
			want: slices.Concat([]string{"get deployments shop/orders", "list replicasets shop (metadata)", "list pods shop"}, rules,
				[]string{"get namespaces shop (metadata)", "get secrets shop/customer-database-credentials (metadata)"}),
		},
		"a namespace": {
			args: []string{"explain", "namespace/shop"},
			want: slices.Concat([]string{"get namespaces shop (metadata)", "list pods shop"}, rules[:5],
				[]string{"list persistentvolumeclaims shop", "list volumesnapshots shop", "list nodes"},
				[]string{"get namespaces shop (metadata)", "get secrets shop/customer-database-credentials (metadata)"}),
		},
		"a dataset": {
			args: []string{"explain", "dataset/orders"},
			want: slices.Concat([]string{"list pods"}, rules[:5],
				[]string{"list persistentvolumeclaims", "list volumesnapshots", "list persistentvolumes", "list volumesnapshotcontents", "list nodes"}, []string{"get namespaces shop (metadata)", "get secrets shop/customer-database-credentials (metadata)"}),
		},
		"where": {args: []string{"where", "orders"}, want: slices.Concat(rules[:4], rules[5:])},
	} {
		t.Run(name, func(t *testing.T) {
			s := newObjectServer(t, objectsOf(t, waysFiles...)...)
			if got := run(t, "", append(tc.args, "--kubeconfig", serve(t, s))...); got.code == ExitBroken {
				t.Fatal(got.errOut)
			}
			if diff := cmp.Diff(tc.want, s.requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplainListsCarriersOfManyPods asks one question instead of one for each object.
func TestExplainListsCarriersOfManyPods(t *testing.T) {
	objects := objectsOf(t, waysFiles...)
	for i := range mostGets + 1 {
		name := fmt.Sprintf("many-%d", i)
		objects = append(objects,
			&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Labels: map[string]string{residencyv1.DatasetLabel: "orders"}}},
			&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}, Spec: corev1.PodSpec{
				NodeName: "fra-aws-1",
				Volumes:  []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: name}}}},
			}})
	}
	s := newObjectServer(t, objects...)
	e := explained(t, run(t, "", "explain", "dataset/orders", "-o", "json", "--kubeconfig", serve(t, s)))
	if e.Summary.Permitted != mostGets+2 {
		t.Errorf("permitted are %d pods, want %d", e.Summary.Permitted, mostGets+2)
	}
	want := []string{
		"list persistentvolumeclaims", "list volumesnapshots", "list persistentvolumes", "list volumesnapshotcontents",
		"list secrets (metadata)", "list configmaps (metadata)", "list namespaces (metadata)",
	}
	if diff := cmp.Diff(want, s.requests[6:13]); diff != "" || len(s.requests) != 14 {
		t.Errorf("of %d requests (-want +got):\n%s", len(s.requests), diff)
	}
}

// TestExplainWithoutARight takes one right after the other away.
func TestExplainWithoutARight(t *testing.T) {
	for name, tc := range map[string]struct {
		denied []string
		args   []string
		code   ExitCode
		words  []string
	}{
		"the pod":        {denied: []string{"get pods"}, code: ExitBroken, words: []string{"It takes the verb get on pods in namespace shop"}},
		"datasets":       {denied: []string{"list datasets"}, code: ExitUndetermined, words: []string{`handles dataset "customers": which policies govern it, and what they permit, is not known`, "You may not list datasets.residency.domicile.dev"}},
		"policies":       {denied: []string{"list residencypolicies"}, code: ExitUndetermined, words: []string{"You may not list residencypolicies.residency.domicile.dev: which policies there are is not known."}},
		"jurisdictions":  {denied: []string{"list jurisdictions"}, code: ExitUndetermined, words: []string{"You may not list jurisdictions.residency.domicile.dev"}},
		"the namespace":  {denied: []string{"get namespaces"}, code: ExitUndetermined, words: []string{"You may not get namespaces/shop: which datasets all its pods handle is not known"}},
		"a Secret":       {denied: []string{"get secrets"}, code: ExitUndetermined, words: []string{"You may not get secrets/customer-database-credentials in namespace shop: whether it carries the key of a dataset is not known."}},
		"to list nodes":  {denied: []string{"list nodes"}, code: ExitPermitted, words: []string{"Node fra-aws-1 is in Frankfurt, DE", "You may not list nodes"}},
		"nodes":          {denied: []string{"list nodes", "get nodes"}, code: ExitUndetermined, words: []string{"where node fra-aws-1 is cannot be determined (NotReadable: you may not list nodes)", "permits only EEA"}},
		"nodes, no node": {denied: []string{"list nodes"}, args: []string{"pod/torn"}, code: ExitUndetermined, words: []string{"which nodes it can reach is not known: you may not list nodes. Policy \"orders-germany\" permits DE."}},
		"nodes, on each": {denied: []string{"list nodes"}, args: []string{"ds/everywhere"}, code: ExitUndetermined, words: []string{"daemonset shop/everywhere handles dataset \"orders\": which nodes it can reach is not known"}},
		"pods":           {denied: []string{"list pods"}, args: []string{"deploy/orders"}, code: ExitUndetermined, words: []string{"You may not list pods in namespace shop"}},
		"replicasets":    {denied: []string{"list replicasets"}, args: []string{"deploy/orders"}, code: ExitUndetermined, words: []string{"You may not list replicasets.apps in namespace shop: which pods belong to the deployment is not known."}},
		"all pods":       {denied: []string{"list pods"}, args: []string{"dataset/orders"}, code: ExitUndetermined, words: []string{"dataset orders: Undetermined", "You may not list pods: "}},
		"the datasets":   {denied: []string{"list datasets"}, args: []string{"dataset/orders"}, code: ExitUndetermined, words: []string{"dataset orders: Undetermined"}},
		"a namespace":    {denied: []string{"get namespaces"}, args: []string{"ns/shop"}, code: ExitProhibited, words: []string{"You may not get namespaces/shop"}},
		"prohibited":     {denied: []string{"get secrets"}, args: []string{"pod/orders-5f6d-dublin"}, code: ExitProhibited, words: []string{"pod shop/orders-5f6d-dublin: Prohibited", "You may not get secrets"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newObjectServer(t, objectsOf(t, waysFiles...)...)
			s.denied = tc.denied
			everywhere := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "everywhere"}}
			everywhere.Spec.Template.Labels = map[string]string{residencyv1.DatasetLabel: "orders"}
			s.objects = append(s.objects, everywhere)
			args := tc.args
			if args == nil {
				args = []string{"pod/orders-5f6d-frankfurt"}
			}
			got := run(t, "", slices.Concat([]string{"explain", "-n", "shop", "--kubeconfig", serve(t, s)}, args)...)
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

// TestExplainByStamps asks as somebody who may not list Sites.
func TestExplainByStamps(t *testing.T) {
	objects := objectsOf(t, "testdata/places")
	for i, n := range stampedNodes(t) {
		at := slices.IndexFunc(objects, func(o client.Object) bool { _, ok := o.(*corev1.Node); return ok && o.GetName() == n.Name })
		objects[at] = stampedNodes(t)[i]
	}
	country := residencyv1.CountryCode("FR")
	objects = append(objects,
		&residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "french"}},
		&residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "france"}, Spec: residencyv1.ResidencyPolicySpec{
			Datasets: []residencyv1.ObjectName{"french"}, Processing: residencyv1.PlacesRule{Allowed: []residencyv1.Place{{Country: &country}}},
			Enforcement: residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		}},
		&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "french", Labels: map[string]string{residencyv1.DatasetLabel: "french"}}, Spec: corev1.PodSpec{NodeName: "osc-site-1"}},
	)
	s := newObjectServer(t, objects...)
	s.denied = []string{"list sites"}
	kubeconfig := serve(t, s)
	e := explained(t, run(t, "", "explain", "pod/french", "-o", "json", "--kubeconfig", kubeconfig))
	if f := e.Findings[0]; f.Outcome != "Permitted" || f.Location.Assurance != "Declared" || !slices.Equal(f.Location.Sites, []string{"outscale-paris"}) {
		t.Errorf("by its stamp it is %s in %+v", f.Outcome, f.Location)
	}
	if e.Outcome != "Permitted" || !strings.Contains(fmt.Sprint(e.Notes), "where the operator's stamps on them say") {
		t.Errorf("it is %s by %q", e.Outcome, e.Notes)
	}
	// What the Sites say at another time the stamps do not tell.
	e = explained(t, run(t, "", "explain", "pod/french", "-o", "json", "--at", "2027-01-01T00:00:00Z", "--kubeconfig", kubeconfig))
	if e.Outcome != "Undetermined" || e.At != "2027-01-01T00:00:00Z" || len(e.Unknown) != 1 || e.Unknown[0].Resource != "sites.residency.domicile.dev" {
		t.Errorf("at another time it is %s for want of %+v", e.Outcome, e.Unknown)
	}
	// Its policy names a Site.
	e = explained(t, run(t, "", "explain", "pod/on-room-1", "-o", "json", "--kubeconfig", kubeconfig))
	if f := e.Findings[0]; f.Outcome != "Undetermined" || f.Reason != reasonNotReadable || f.Allowed != "" || e.Nodes != nil {
		t.Errorf("where the policy permits is not known, and it is %+v", f)
	}
}

// TestExplainSaysWhereTheOperatorSaysSomethingElse gives the operator another catalogue, and a
// node another stamp.
func TestExplainSaysWhereTheOperatorSaysSomethingElse(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	objects := objectsOf(t, "testdata/story")
	for i, o := range objects {
		switch o := o.(type) {
		case *corev1.Node:
			o.UID = types.UID(fmt.Sprintf("uid-%d", i))
			stamped := o.DeepCopy()
			if o.Name == "ldn-aws-1" {
				stamped.Spec.ProviderID, stamped.Labels = "", nil
			}
			mark(t, location.Locator{Catalogue: cat, Now: today()}, stamped)
			o.Annotations = stamped.Annotations
		case *residencyv1.ResidencyPolicy:
			o.Status.Conditions = []metav1.Condition{{Type: residencyv1.ConditionCatalogueCurrent, Status: metav1.ConditionTrue, Reason: residencyv1.ReasonOverlayValid}}
		}
	}
	got := run(t, "", "where", "customers", "--kubeconfig", serve(t, newObjectServer(t, objects...)))
	for _, words := range []string{
		"ldn-aws-1 is stamped an unknown place NoWitness (None), and is London, GB aws eu-west-2 (Consistent) here",
		"name the file that they are in by --catalogue-overlay",
	} {
		if !strings.Contains(got.errOut, words) {
			t.Errorf("%q is not in %s", words, got.errOut)
		}
	}
	if strings.Contains(got.errOut, "fra-aws-1") {
		t.Errorf("it is stamped as it is: %s", got.errOut)
	}
}
