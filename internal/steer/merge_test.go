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
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"pgregory.net/rapid"

	"github.com/domicile-dev/domicile/internal/steer"
)

// steered is the pod after the plan's patch, which is nil if there was nothing to change.
func steered(tb rapid.TB, p *steer.Plan, pod *corev1.Pod) (out *corev1.Pod, patch []byte) {
	patch, err := p.Patch(&steer.Pod{NodeName: pod.Spec.NodeName, Affinity: pod.Spec.Affinity})
	if err != nil {
		tb.Fatalf("the patch: %v", err)
	}
	if patch == nil {
		return pod.DeepCopy(), nil
	}
	object, err := json.Marshal(pod)
	if err != nil {
		tb.Fatal(err)
	}
	operations, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		tb.Fatalf("%s is no patch: %v", patch, err)
	}
	if object, err = operations.Apply(object); err != nil {
		tb.Fatalf("applying %s: %v", patch, err)
	}
	out = &corev1.Pod{}
	if err := json.Unmarshal(object, out); err != nil {
		tb.Fatal(err)
	}
	return out, patch
}

func drawExpression(t *rapid.T, key string, values []string) corev1.NodeSelectorRequirement {
	e := corev1.NodeSelectorRequirement{Key: key, Operator: rapid.SampledFrom([]corev1.NodeSelectorOperator{"In", "NotIn", "Exists", "DoesNotExist"}).Draw(t, "operator")}
	if e.Operator == corev1.NodeSelectorOpIn || e.Operator == corev1.NodeSelectorOpNotIn {
		e.Values = rapid.SliceOfN(rapid.SampledFrom(values), 1, 3).Draw(t, "values")
	}
	return e
}

func drawTerm(t *rapid.T) corev1.NodeSelectorTerm {
	var term corev1.NodeSelectorTerm
	for range rapid.IntRange(0, 2).Draw(t, "expressions") {
		term.MatchExpressions = append(term.MatchExpressions, drawExpression(t, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"), []string{"0", "1", "\"\\\t\u00e9\u2028"}))
	}
	if rapid.IntRange(0, 3).Draw(t, "fields") == 0 {
		term.MatchFields = []corev1.NodeSelectorRequirement{{
			Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{rapid.SampledFrom([]string{"n000", "n111", "n210"}).Draw(t, "name")},
		}}
	}
	return term
}

func drawPod(t *rapid.T) *corev1.Pod {
	pod := &corev1.Pod{}
	if rapid.Bool().Draw(t, "selector") {
		pod.Spec.NodeSelector = map[string]string{"a": rapid.SampledFrom([]string{"0", "1"}).Draw(t, "a")}
	}
	if !rapid.Bool().Draw(t, "affinity") {
		return pod
	}
	pod.Spec.Affinity = &corev1.Affinity{}
	if rapid.Bool().Draw(t, "anti-affinity") {
		pod.Spec.Affinity.PodAntiAffinity = &corev1.PodAntiAffinity{}
	}
	if !rapid.Bool().Draw(t, "node affinity") {
		return pod
	}
	pod.Spec.Affinity.NodeAffinity = &corev1.NodeAffinity{}
	if rapid.Bool().Draw(t, "required") {
		s := &corev1.NodeSelector{}
		for range rapid.IntRange(1, 3).Draw(t, "terms") {
			s.NodeSelectorTerms = append(s.NodeSelectorTerms, drawTerm(t))
		}
		pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = s
	}
	if rapid.Bool().Draw(t, "preferred") {
		pod.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = []corev1.PreferredSchedulingTerm{{Weight: 3, Preference: drawTerm(t)}}
	}
	return pod
}

// drawPlan draws what the pods' own affinity speaks of too.
func drawPlan(t *rapid.T) *steer.Plan {
	p := &steer.Plan{}
	for range rapid.IntRange(0, 3).Draw(t, "plan") {
		term := drawTerm(t)
		term.MatchFields = nil
		if len(term.MatchExpressions) > 0 {
			p.Required = append(p.Required, term)
		}
	}
	if rapid.Bool().Draw(t, "prefers") {
		p.Preferred = &corev1.PreferredSchedulingTerm{Weight: 100, Preference: corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "c", Operator: "In", Values: []string{"0", "1"}}},
		}}
	}
	return steer.NewPlan(p.Required, p.Preferred)
}

// nodes are all there can be: each label has one of two values, or is absent.
func nodes() []*corev1.Node {
	var out []*corev1.Node
	for i := range 27 {
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n%d%d%d", i%3, i/3%3, i/9), Labels: map[string]string{}}}
		for at, key := range []string{"a", "b", "c"} {
			if v := n.Name[1+at]; v != '2' {
				n.Labels[key] = string(v)
			}
		}
		out = append(out, n)
	}
	return out
}

// match asks the scheduler's own code. A term that it cannot read, it says, and goes on.
func match(pod *corev1.Pod, node *corev1.Node) bool {
	ok, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(node)
	return ok && err == nil
}

// A node is met by a steered pod if it is by the pod and by the plan, and nothing else of the
// pod changes. What is steered already, in whatever order, is left as it is.
func TestSteeredIsBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pod, plan := drawPod(t), drawPlan(t)
		before := pod.DeepCopy()
		out, patch := steered(t, plan, pod)
		if diff := cmp.Diff(before, pod); diff != "" {
			t.Fatalf("the pod that was asked about changed:\n%s", diff)
		}
		for _, n := range nodes() {
			want := match(pod, n) && (len(plan.Required) == 0 || reaches(plan.Required, n))
			if got := match(out, n); got != want {
				t.Fatalf("node %v: %v, want %v, by\n%s", n.Labels, got, want, patch)
			}
		}
		if plan.Preferred != nil && !plan.Prefers(out.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution) {
			t.Fatal("what the plan prefers is missing")
		}
		shuffle(out, rapid.Uint64().Draw(t, "seed"))
		if _, again := steered(t, plan, out); again != nil {
			t.Fatalf("it is patched again: %s", again)
		}
		kept := out.DeepCopy()
		strip(kept)
		strip(before)
		if diff := cmp.Diff(before, kept); diff != "" {
			t.Fatalf("something else changed:\n%s", diff)
		}
	})
}

// strip takes the node affinity away.
func strip(pod *corev1.Pod) {
	if pod.Spec.Affinity == nil {
		return
	}
	pod.Spec.Affinity.NodeAffinity = nil
	if *pod.Spec.Affinity == (corev1.Affinity{}) {
		pod.Spec.Affinity = nil
	}
}

// shuffle writes the required affinity in another order.
func shuffle(pod *corev1.Pod, seed uint64) {
	if pod.Spec.Affinity == nil || pod.Spec.Affinity.NodeAffinity == nil || pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return
	}
	r := rand.New(rand.NewPCG(seed, 0))
	terms := pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	r.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	for _, term := range terms {
		e := term.MatchExpressions
		r.Shuffle(len(e), func(i, j int) { e[i], e[j] = e[j], e[i] })
		for i := range e {
			v := e[i].Values
			r.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
	}
}

func TestPatch(t *testing.T) {
	term := func(key string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpExists}}}
	}
	prefers := func(key string, weight int32) corev1.PreferredSchedulingTerm {
		return corev1.PreferredSchedulingTerm{Weight: weight, Preference: term(key)}
	}
	better := prefers("p", 100)
	both := steer.NewPlan([]corev1.NodeSelectorTerm{term("x")}, &better)
	required := steer.NewPlan([]corev1.NodeSelectorTerm{term("x")}, nil)
	const x, p, own = `{"matchExpressions":[{"key":"x","operator":"Exists"}]}`, `{"weight":100,"preference":{"matchExpressions":[{"key":"p","operator":"Exists"}]}}`,
		`{"key":"own","operator":"Exists"},{"key":"x","operator":"Exists"}`
	affinity := func(a corev1.NodeAffinity) *corev1.Affinity { return &corev1.Affinity{NodeAffinity: &a} }
	selector := &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term("own")}}
	for name, tc := range map[string]struct {
		plan *steer.Plan
		pod  steer.Pod
		want string
	}{
		"no affinity": {required, steer.Pod{},
			`[{"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[` + x + `]}}}}]`},
		"no node affinity": {required, steer.Pod{Affinity: &corev1.Affinity{PodAffinity: &corev1.PodAffinity{}}},
			`[{"op":"add","path":"/spec/affinity/nodeAffinity","value":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[` + x + `]}}}]`},
		"nothing required": {both, steer.Pod{Affinity: affinity(corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{prefers("own", 1)}})},
			`[{"op":"add","path":"/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution","value":{"nodeSelectorTerms":[` + x + `]}},` +
				`{"op":"add","path":"/spec/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution/-","value":` + p + `}]`},
		"something required": {both, steer.Pod{Affinity: affinity(corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: selector})},
			`[{"op":"replace","path":"/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms","value":[{"matchExpressions":[` + own + `]}]},` +
				`{"op":"add","path":"/spec/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution","value":[` + p + `]}]`},
		"all of it already": {both, steer.Pod{Affinity: affinity(corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution:  &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term("x")}},
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{better},
		})}, ""},
		"a node":      {both, steer.Pod{NodeName: "n1"}, ""},
		"no plan":     {steer.NewPlan(nil, nil), steer.Pod{}, ""},
		"a zero plan": {&steer.Plan{}, steer.Pod{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			patch, err := tc.plan.Patch(&tc.pod)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(patch)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A pod whose own terms would be multiplied beyond measure is not steered by half.
func TestTooManyTermsOfThePod(t *testing.T) {
	var own, ours []corev1.NodeSelectorTerm
	for i := range 17 {
		term := func(key string) corev1.NodeSelectorTerm {
			return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: fmt.Sprint(key, i), Operator: corev1.NodeSelectorOpExists}}}
		}
		own, ours = append(own, term("own")), append(ours, term("ours"))
	}
	plan := steer.NewPlan(ours, nil)
	_, err := plan.Patch(&steer.Pod{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: own},
	}}})
	if !errors.Is(err, steer.ErrTooManyTerms) {
		t.Errorf("got %v", err)
	}
}
