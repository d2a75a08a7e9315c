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

package facts

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

func load(tb testing.TB) *catalogue.Catalogue {
	tb.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		tb.Fatalf("loading the catalogue: %v", err)
	}
	return cat
}

// awsNode is a node of aws in the first zone of a region.
func awsNode(name, region string, labels ...string) *corev1.Node {
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelTopologyRegion: region,
			corev1.LabelTopologyZone:   region + "a",
		}},
		Spec: corev1.NodeSpec{ProviderID: "aws:///" + region + "a/i-0dbe03668241abc84"},
	}
	for i := 0; i+1 < len(labels); i += 2 {
		n.Labels[labels[i]] = labels[i+1]
	}
	return n
}

func clusterOf(tb testing.TB, objects ...*corev1.Node) *Nodes {
	nodes := NewNodes(location.Locator{Catalogue: load(tb)})
	for _, o := range objects {
		nodes.Set(o)
	}
	return nodes
}

func TestNodeChangesTellWhatTheyTouch(t *testing.T) {
	nodes := NewNodes(location.Locator{Catalogue: load(t)})
	var got []NodeChange
	nodes.Subscribe(func(c NodeChange) { got = append(got, c) })
	step := func(name string, want []NodeChange, do func()) {
		t.Helper()
		got = nil
		do()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	step("a new node", []NodeChange{{Name: "a", Location: true, Labels: true, Stamp: true}}, func() { nodes.Set(awsNode("a", "eu-central-1")) })
	step("a heartbeat", nil, func() {
		n := awsNode("a", "eu-central-1")
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
		n.Annotations = map[string]string{"seen": "now"}
		nodes.Set(n)
	})
	step("another label", []NodeChange{{Name: "a", Labels: true}}, func() { nodes.Set(awsNode("a", "eu-central-1", "disk", "ssd")) })
	step("a label that contradicts", []NodeChange{{Name: "a", Labels: true, Location: true, Stamp: true}}, func() {
		nodes.Set(awsNode("a", "eu-central-1", corev1.LabelTopologyRegion, "us-east-1"))
	})
	step("gone", []NodeChange{{Name: "a", Labels: true, Location: true}}, func() { nodes.Delete("a") })
	step("gone twice", nil, func() { nodes.Delete("a") })
	if _, ok := nodes.Get("a"); ok || nodes.Len() != 0 {
		t.Error("a deleted node is still known")
	}
}

func TestNodeLabelsAreNotSharedWithTheCaller(t *testing.T) {
	object := awsNode("a", "eu-central-1", "disk", "ssd")
	nodes := clusterOf(t, object)
	object.Labels["disk"] = "rust"
	r := nodes.Reach(podWith(map[string]string{"disk": "ssd"}))
	if r.Kind != residency.ReachNodes || r.Nodes != 1 {
		t.Errorf("got %+v", r)
	}
}

func podWith(selector map[string]string, terms ...corev1.NodeSelectorTerm) *corev1.Pod {
	pod := &corev1.Pod{Spec: corev1.PodSpec{NodeSelector: selector}}
	if terms != nil {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}}
	}
	return pod
}

func expression(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: op, Values: values}}}
}

// and is a term that asks for all that several do.
func and(terms ...corev1.NodeSelectorTerm) (all corev1.NodeSelectorTerm) {
	for _, t := range terms {
		all.MatchExpressions = append(all.MatchExpressions, t.MatchExpressions...)
		all.MatchFields = append(all.MatchFields, t.MatchFields...)
	}
	return all
}

func TestProvidersFollowTheNodes(t *testing.T) {
	nodes := clusterOf(t, awsNode("a", "eu-central-1"))
	shared := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "b", Labels: map[string]string{corev1.LabelTopologyRegion: "eu-central-1"}}}
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{func() {}, []string{"aws"}},
		{func() { nodes.Set(shared) }, []string{"alibabacloud", "aws"}},
		{func() { nodes.Delete("a"); nodes.Delete("b") }, []string{}},
	} {
		step.do()
		for range 2 {
			if diff := cmp.Diff(step.want, nodes.Providers()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

func TestReach(t *testing.T) {
	const stamp = residencyv1.StampCountry
	nodes := clusterOf(t,
		awsNode("c", "us-east-1", "disk", "ssd"),
		awsNode("a", "eu-central-1", "disk", "ssd"),
		awsNode("b", "eu-central-1", stamp, "DE"),
		awsNode("d", "eu-west-2"),
	)
	const region, zone = corev1.LabelTopologyRegion, corev1.LabelTopologyZone
	field := corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"d"}}}}
	both := corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{
		{Key: region, Operator: corev1.NodeSelectorOpIn, Values: []string{"eu-west-1", "us-west-2"}},
		{Key: region, Operator: corev1.NodeSelectorOpIn, Values: []string{"us-west-2", "eu-north-1"}},
	}}
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"no constraints":                                               {podWith(nil), "nodes 4: a(2) c(1) d(1)"},
		"a node selector":                                              {podWith(map[string]string{"disk": "ssd"}), "nodes 2: a(1) c(1)"},
		"affinity":                                                     {podWith(nil, expression(region, corev1.NodeSelectorOpNotIn, "us-east-1")), "nodes 3: a(2) d(1)"},
		"terms are alternatives":                                       {podWith(nil, expression(region, corev1.NodeSelectorOpIn, "us-east-1"), field), "nodes 2: c(1) d(1)"},
		"the node selector goes with every term":                       {podWith(map[string]string{"disk": "ssd"}, expression(region, corev1.NodeSelectorOpIn, "eu-central-1"), field), "nodes 1: a(1)"},
		"no node, a region named":                                      {podWith(map[string]string{region: "eu-north-1"}), "named 0: topology.kubernetes.io/region=eu-north-1(1)"},
		"no node, zones named":                                         {podWith(nil, expression(zone, corev1.NodeSelectorOpIn, "eu-north-1a", "eu-north-1b")), "named 0: topology.kubernetes.io/zone=eu-north-1a(1) topology.kubernetes.io/zone=eu-north-1b(1)"},
		"no node, a zone and its region":                               {podWith(map[string]string{region: "eu-north-1", zone: "eu-north-1a"}), "named 0: topology.kubernetes.io/zone=eu-north-1a,topology.kubernetes.io/region=eu-north-1(1)"},
		"no node, two lists of one region":                             {podWith(nil, both), "named 0: topology.kubernetes.io/region=us-west-2(1)"},
		"no node, one term names a place, one not":                     {podWith(nil, expression(region, corev1.NodeSelectorOpIn, "eu-north-1"), expression("disk", corev1.NodeSelectorOpIn, "tape")), "open 0:"},
		"no node, one of two terms contradicts itself":                 {podWith(map[string]string{region: "eu-north-1"}, expression(region, corev1.NodeSelectorOpIn, "us-west-2"), expression("disk", corev1.NodeSelectorOpIn, "tape")), "named 0: topology.kubernetes.io/region=eu-north-1(1)"},
		"a number that is none is met by no node, as to the scheduler": {podWith(nil, expression("disk", corev1.NodeSelectorOpGt, "abc"), field), "nodes 1: d(1)"},
		"steered to where it may be":                                   {podWith(nil, expression(stamp, corev1.NodeSelectorOpExists)), "nodes 1: b(1)"},
		"steered, and no node is there: it waits for one":              {podWith(nil, expression(stamp, corev1.NodeSelectorOpIn, "XX")), "open 0:"},
		"steered, and what it asks for itself is elsewhere":            {podWith(map[string]string{region: "us-east-1"}, expression(stamp, corev1.NodeSelectorOpIn, "XX")), "nodes 1: c(1)"},
		"steered, and what it asks for itself is nowhere":              {podWith(map[string]string{region: "eu-north-1"}, expression(stamp, corev1.NodeSelectorOpIn, "XX")), "named 0: topology.kubernetes.io/region=eu-north-1(1)"},
		"steered, and its own affinity is elsewhere":                   {podWith(nil, and(expression("disk", corev1.NodeSelectorOpIn, "ssd"), expression(stamp, corev1.NodeSelectorOpIn, "XX"))), "nodes 2: a(1) c(1)"},
		"steered, and the name that it asks for is elsewhere":          {podWith(nil, and(field, expression(stamp, corev1.NodeSelectorOpIn, "XX"))), "nodes 1: d(1)"},
		"steered, and one of its terms leads anywhere":                 {podWith(nil, and(field, expression(stamp, corev1.NodeSelectorOpIn, "XX")), expression(stamp, corev1.NodeSelectorOpIn, "XX")), "open 0:"},
		"no node, nothing named":                                       {podWith(map[string]string{"disk": "tape"}), "open 0:"},
		"no node, a place ruled out is no place named":                 {podWith(map[string]string{"disk": "tape"}, expression(region, corev1.NodeSelectorOpNotIn, "eu-north-1")), "open 0:"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := reachWords(nodes.Reach(tc.pod)); got != tc.want {
				t.Errorf("\n got %s\nwant %s", got, tc.want)
			}
		})
	}
}

func reachWords(r *residency.Reach) string {
	s := fmt.Sprintf("%s %d:", map[residency.ReachKind]string{residency.ReachNodes: "nodes", residency.ReachNamed: "named", residency.ReachOpen: "open"}[r.Kind], r.Nodes)
	for _, p := range r.Places {
		s += fmt.Sprintf(" %s(%d)", p.Node.Name, p.Count)
	}
	return s
}

func TestReachWithoutNodes(t *testing.T) {
	if r := clusterOf(t).Reach(podWith(nil)); reachWords(r) != "open 0:" {
		t.Errorf("got %+v", r)
	}
}

func TestReachFollowsTheNodes(t *testing.T) {
	nodes := clusterOf(t, awsNode("a", "eu-central-1"))
	pod := podWith(nil)
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "nodes 1: a(1)"},
		{func() { nodes.Set(awsNode("b", "us-east-1")) }, "nodes 2: a(1) b(1)"},
		{func() { nodes.Set(awsNode("c", "us-east-1")) }, "nodes 3: a(1) b(2)"},
		{func() { nodes.Set(awsNode("b", "eu-central-1")) }, "nodes 3: a(1) b(1) c(1)"}, // it has moved
		{func() { nodes.Delete("b"); nodes.Delete("c") }, "nodes 1: a(1)"},
		{func() { nodes.Set(awsNode("b", "eu-central-1")) }, "nodes 2: a(2)"}, // another one of that name
		{func() { nodes.Delete("a") }, "nodes 1: b(1)"},
	} {
		step.do()
		first := nodes.Reach(pod)
		if again := nodes.Reach(pod); again != first {
			t.Error("the same constraint of the same nodes was gathered twice")
		}
		if got := reachWords(first); got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
}

func TestConstraintKeyTellsConstraintsApart(t *testing.T) {
	seen := map[string]string{}
	for name, pod := range map[string]*corev1.Pod{
		"none":                      podWith(nil),
		"selector":                  podWith(map[string]string{"a": "b"}),
		"selector, split elsewhere": podWith(map[string]string{"ab": ""}),
		"two labels":                podWith(map[string]string{"a": "b", "c": "d"}),
		"no terms":                  podWith(nil, []corev1.NodeSelectorTerm{}...),
		"empty list of terms":       {Spec: corev1.PodSpec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{}}}}},
		"in a":                      podWith(nil, expression("k", corev1.NodeSelectorOpIn, "a")),
		"not in a":                  podWith(nil, expression("k", corev1.NodeSelectorOpNotIn, "a")),
		"in a and b":                podWith(nil, expression("k", corev1.NodeSelectorOpIn, "a", "b")),
		"in avb":                    podWith(nil, expression("k", corev1.NodeSelectorOpIn, "avb")),
		"in ab":                     podWith(nil, expression("k", corev1.NodeSelectorOpIn, "ab")),
		"a or b":                    podWith(nil, expression("k", corev1.NodeSelectorOpIn, "a"), expression("k", corev1.NodeSelectorOpIn, "b")),
		"field in a":                podWith(nil, corev1.NodeSelectorTerm{MatchFields: expression("k", corev1.NodeSelectorOpIn, "a").MatchExpressions}),
	} {
		key := constraintKey(pod)
		if other, ok := seen[key]; ok && name != "no terms" && other != "no terms" {
			t.Errorf("%q and %q have the same key %q", name, other, key)
		}
		seen[key] = name
	}
	if constraintKey(podWith(map[string]string{"a": "b", "c": "d"})) != constraintKey(podWith(map[string]string{"c": "d", "a": "b"})) {
		t.Error("the order of a map shows in the key")
	}
	a, b := expression("k", corev1.NodeSelectorOpIn, "a", "b"), expression("l", corev1.NodeSelectorOpExists)
	c := expression("k", corev1.NodeSelectorOpIn, "b", "a")
	if constraintKey(podWith(nil, a, b)) != constraintKey(podWith(nil, b, c)) {
		t.Error("the order of terms or values shows in the key")
	}
}
