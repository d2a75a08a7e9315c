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
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/steer"
)

// narrowed returns, as YAML, the node affinity with which what puts a pod on every node would
// be admitted: what its template asks for, and what the policies do. It is empty if the
// verdict is about something else, or if no node affinity would help: what is told has been
// judged. It speaks of stamps, which are exact, also where pods are steered by topology: no
// autoscaler makes a node for a DaemonSet.
func (t templateAnswerer) narrowed(rb *residency.Rulebook, in *residency.Input, v *residency.Verdict, pod *corev1.Pod) string {
	cat := t.Catalogue.Current()
	reaches := func(f residency.Finding) bool {
		return f.Effect < residency.Deny || f.Reason == residency.ReasonReachesOtherPlaces
	}
	if !in.Every || in.Node != nil || cat == nil || slices.ContainsFunc(v.Findings, func(f residency.Finding) bool { return !reaches(f) }) {
		return ""
	}
	var datasets []string
	for i := range in.Handles {
		datasets = append(datasets, in.Handles[i].Dataset)
	}
	plan, err := steer.PlanFor(rb.AllConstraints(datasets, in.StoresOnNode(), in.At), steer.Options{By: steer.ByStamp, Catalogue: cat})
	if err != nil {
		t.Log.V(1).Info("No node affinity can be told", "namespace", in.Subject.Namespace, "name", in.Subject.Name, "cause", err.Error())
		return ""
	}
	for _, p := range [...]*steer.Plan{plan, plan.Sure()} {
		terms, _, err := p.Terms(ownTerms(pod))
		if err != nil {
			continue // too many, and then so are those of the next
		}
		narrow := *in
		narrow.Reach = t.gatherer.Nodes.EveryReach(asking(terms, pod))
		if narrow.Reach.Kind != in.Reach.Kind && in.Reach.Kind == residency.ReachNodes {
			continue // it would run nowhere
		}
		if again := residency.Evaluate(rb, &narrow); again.Effect < residency.Deny {
			return steer.NewPlan(terms, nil).YAML()
		}
	}
	return ""
}

func ownTerms(pod *corev1.Pod) *corev1.NodeSelector {
	if a := pod.Spec.Affinity; a != nil && a.NodeAffinity != nil {
		return a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	return nil
}

// asking is a pod with the node selector of another one, and these terms.
func asking(terms []corev1.NodeSelectorTerm, pod *corev1.Pod) *corev1.Pod {
	return &corev1.Pod{Spec: corev1.PodSpec{
		NodeSelector: pod.Spec.NodeSelector,
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}},
	}}
}
