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
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// stampedWorld is newWorld with the stamps of its nodes, as far as they matter here. There is a
// node more whose place is lost, if that was a country.
func stampedWorld(t *testing.T, lost string) *world {
	w := newWorld(t)
	stamped := func(n *corev1.Node, country, assurance string) *corev1.Node {
		n.Labels[residencyv1.StampAssurance] = assurance
		if country != "" {
			n.Labels[residencyv1.StampCountry] = country
		}
		return n
	}
	w.nodes.Set(stamped(node("fra-1", "aws:///eu-central-1a/i-0123456789abcdef0", "eu-central-1", "eu-central-1a"), "DE", "consistent"))
	w.nodes.Set(stamped(node("par-1", "", "eu-west-3", "eu-west-3a"), "FR", "claimed"))
	w.nodes.Set(stamped(node("ldn-1", "aws:///eu-west-2a/i-0123456789abcdef1", "eu-west-2", "eu-west-2a"), "GB", "consistent"))
	w.nodes.Set(stamped(node("lost-1", "", "", ""), "", "undetermined"))
	if lost != "" {
		w.nodes.Set(stamped(node("lost-2", "", "", ""), lost, "undetermined"))
	}
	return w
}

const lead = "\n\nWith this under spec.template.spec.affinity it reaches permitted nodes only:\n\n"

func TestWhatADaemonSetIsToldToAskFor(t *testing.T) {
	at := func(code residencyv1.CountryCode) residencyv1.Place { return residencyv1.Place{Country: &code} }
	de := func(change ...func(*residencyv1.ResidencyPolicySpec)) residencyv1.ResidencyPolicy {
		p := policy("gdpr", "personal", residencyv1.EnforcementDeny)
		p.Spec.Processing.Allowed = []residencyv1.Place{at("DE"), at("FR")}
		for _, c := range change {
			c(&p.Spec)
		}
		return p
	}
	only := func(name string, place residencyv1.Place) residencyv1.ResidencyPolicy {
		p := policy(name, "personal", residencyv1.EnforcementDeny)
		p.Spec.Processing.Allowed = []residencyv1.Place{place}
		return p
	}
	sure := func(s *residencyv1.ResidencyPolicySpec) {
		s.Assurance = &residencyv1.AssuranceRule{Minimum: residencyv1.AssuranceConsistent}
	}
	list := func(all ...residencyv1.ResidencyPolicy) []residencyv1.ResidencyPolicy { return all }
	const begin = "nodeAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    nodeSelectorTerms:\n"
	const country = "      - {key: domicile.node-restriction.kubernetes.io/country, operator: In, values: [DE, FR]}\n"
	for name, tc := range map[string]struct {
		policies []residencyv1.ResidencyPolicy
		change   func(*corev1.Pod)
		lost     string // the last place of a node that is Undetermined
		want     string // the affinity; empty: none is told
	}{
		"places": {policies: list(de()), want: begin + "    - matchExpressions:\n" + country},
		"places, not steered": {
			policies: list(de(func(s *residencyv1.ResidencyPolicySpec) { s.Enforcement.Steering = residencyv1.SteeringDisabled })),
			want:     begin + "    - matchExpressions:\n" + country,
		},
		"assurance": {
			policies: list(de(sure)),
			want:     begin + "    - matchExpressions:\n" + country + "      - {key: domicile.node-restriction.kubernetes.io/assurance, operator: In, values: [consistent, declared]}\n",
		},
		"a node that is there no more": {
			policies: list(de()), lost: "DE",
			want: begin + "    - matchExpressions:\n" + country + "      - {key: domicile.node-restriction.kubernetes.io/assurance, operator: NotIn, values: [undetermined]}\n",
		},
		"besides its own": {
			policies: list(de()),
			change: func(p *corev1.Pod) {
				p.Spec.Affinity = inZone(corev1.LabelTopologyZone, "eu-central-1a", "eu-west-2a")
				own := p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
				own.NodeSelectorTerms[0].MatchFields = []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpNotIn, Values: []string{"other-1"}}}
			},
			want: begin + "    - matchExpressions:\n      - {key: topology.kubernetes.io/zone, operator: In, values: [eu-central-1a, eu-west-2a]}\n" + country +
				"      matchFields:\n      - {key: metadata.name, operator: NotIn, values: [other-1]}\n",
		},
		"places that no node is in yet": {
			policies: list(de()),
			change: func(p *corev1.Pod) {
				p.Spec.Affinity = inZone(corev1.LabelTopologyRegion, "us-east-1", "eu-central-2", "eu-west-3")
				p.Spec.NodeSelector = map[string]string{"pool": "new"}
			},
			want: begin + "    - matchExpressions:\n      - {key: topology.kubernetes.io/region, operator: In, values: [us-east-1, eu-central-2, eu-west-3]}\n" + country,
		},
		"no node for both policies":   {policies: list(only("a", at("DE")), only("b", at("FR")))},
		"no permitted node":           {policies: list(de()), change: func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "ldn-1"} }},
		"a node by its name":          {policies: list(de()), change: func(p *corev1.Pod) { p.Spec.NodeName = "ldn-1" }},
		"a dataset that is not there": {policies: list(de()), change: func(p *corev1.Pod) { p.Annotations[residencyv1.DatasetsAnnotation] += ",custmers" }},
	} {
		t.Run(name, func(t *testing.T) {
			w := stampedWorld(t, tc.lost)
			w.options.Rulebook = &rulebook.Holder{}
			w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue}, []residencyv1.Dataset{dataset("customers", "personal")}, tc.policies, residency.Options{}))
			p := pod("customers", "")
			if tc.change != nil {
				tc.change(p)
			}
			_, got := w.post(t, PathTemplates, reviewOf(t, "daemonsets", "", workloads(p)["daemonsets"], nil))
			if code(got) != http.StatusForbidden {
				t.Fatalf("%+v", got)
			}
			_, affinity, _ := strings.Cut(got.Result.Message, lead)
			if diff := cmp.Diff(tc.want, affinity); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if affinity == "" {
				return
			}
			p.Spec.Affinity = &corev1.Affinity{}
			if err := yaml.UnmarshalStrict([]byte(affinity), p.Spec.Affinity); err != nil {
				t.Fatal(err)
			}
			if _, got = w.post(t, PathTemplates, reviewOf(t, "daemonsets", "", workloads(p)["daemonsets"], nil)); !got.Allowed {
				t.Errorf("with what was told: %+v", got.Result)
			}
		})
	}
}

func TestOnlyADaemonSetIsToldWhatToAskFor(t *testing.T) {
	_, got := stampedWorld(t, "").post(t, PathTemplates, reviewOf(t, "deployments", "", workloads(toward("customers", "eu-west-2"))["deployments"], nil))
	if code(got) != http.StatusForbidden || strings.Contains(got.Result.Message, "nodeAffinity:") {
		t.Errorf("%+v", got.Result)
	}
}
