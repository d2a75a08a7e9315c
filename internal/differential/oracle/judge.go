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

package oracle

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Pod says what has to be said of a pod, which may be a template's.
func (w *World) Pod(pod *corev1.Pod) Verdict {
	return w.judge(w.handles(pod), w.calls(pod), pod, pod.Spec.NodeName, false)
}

// DaemonSet says what has to be said of a DaemonSet whose pods would be like one: they come to
// every node that they can reach.
func (w *World) DaemonSet(pod *corev1.Pod) Verdict {
	return w.judge(w.handles(pod), w.calls(pod), pod, pod.Spec.NodeName, true)
}

// Binding says what has to be said of binding a pod to a node by a Binding that brings labels
// and annotations.
func (w *World) Binding(pod *corev1.Pod, node string, labels, annotations map[string]string) Verdict {
	all := append(w.handles(pod), w.handles(with(pod, labels, annotations))...)
	slices.Sort(all)
	v := w.judge(slices.Compact(all), w.calls(pod), pod, node, false)
	if w.loses(pod, with(pod, labels, annotations)) {
		v.Effect = Deny
	}
	return v
}

// loses reports whether a pod would handle fewer datasets if it were the other, which no
// Binding may do.
func (w *World) loses(pod, other *corev1.Pod) bool {
	kept := w.handles(other)
	return slices.ContainsFunc(w.handles(pod), func(name string) bool { return !slices.Contains(kept, name) })
}

// with is the pod with other labels and annotations written over its own.
func with(pod *corev1.Pod, labels, annotations map[string]string) *corev1.Pod {
	bound := pod.DeepCopy()
	for key, value := range labels {
		if bound.Labels == nil {
			bound.Labels = map[string]string{}
		}
		bound.Labels[key] = value
	}
	for key, value := range annotations {
		if bound.Annotations == nil {
			bound.Annotations = map[string]string{}
		}
		bound.Annotations[key] = value
	}
	return bound
}

// Steered says what the policies that steer say together of a pod on a node: those that are
// accepted, refuse what is prohibited, and leave steering on. Without any it is NotGoverned.
func (w *World) Steered(pod *corev1.Pod, n *Node) Outcome {
	at, out := w.locate(n), NotGoverned
	volumes := w.volumesOf(pod)
	for _, name := range w.handles(pod) {
		policies, _ := w.governing(name)
		for _, p := range policies {
			e := p.Spec.Enforcement
			if !w.accepted(p) || e.Admission != residencyv1.EnforcementDeny || e.Steering == residencyv1.SteeringDisabled {
				continue
			}
			if p.Spec.Processing.Allowed != nil {
				out = max(out, w.onNode(p, &p.Spec.Processing, &at))
			}
			if p.Spec.Storage.Allowed != nil && slices.ContainsFunc(volumes, func(v resting) bool { return v.withNode }) {
				out = max(out, w.onNode(p, &p.Spec.Storage, &at))
			}
		}
	}
	return out
}

// Reaches reports whether the scheduler may put the pod on the node.
func Reaches(pod *corev1.Pod, n *corev1.Node) bool {
	ok, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(n)
	return ok && err == nil
}

// finding is what one policy says, or that there is no such dataset.
type finding struct {
	dataset string
	policy  *residencyv1.ResidencyPolicy
	rule    *residencyv1.PlacesRule
	// volume is the one whose place is judged; nil: the pod's.
	volume  *resting
	outcome Outcome
	// settled is whether no node has a say in it.
	settled bool
	// later is whether it is the node that will be judged, some whether it permits some nodes only.
	later, some bool
	// effect is the strictest of what is done about any node that a DaemonSet comes to.
	effect Effect
}

func (w *World) judge(handles []string, calls []Call, pod *corev1.Pod, node string, every bool) Verdict {
	v := Verdict{Datasets: map[string]Outcome{}, Policies: map[string]Outcome{}}
	volumes := w.volumesOf(pod)
	var findings []finding
	for _, name := range handles {
		v.Datasets[name] = NotGoverned
		policies, exists := w.governing(name)
		if !exists {
			findings = append(findings, finding{dataset: name, outcome: Undetermined})
		}
		for _, p := range policies {
			if p.Spec.Processing.Allowed != nil {
				findings = append(findings, finding{dataset: name, policy: p, rule: &p.Spec.Processing})
			}
			for i := range volumes {
				if p.Spec.Storage.Allowed != nil {
					f := finding{dataset: name, policy: p, rule: &p.Spec.Storage, volume: &volumes[i]}
					f.settled = w.settle(&f, node != "")
					findings = append(findings, f)
				}
			}
		}
	}
	if node != "" {
		w.judgeNode(findings, node)
	} else {
		w.judgeReach(findings, pod, every)
	}
	for _, f := range findings {
		v.say(f.dataset, f.policy, f.outcome)
		if f.policy == nil {
			continue
		}
		v.Effect = max(v.Effect, f.effect)
		e := f.policy.Spec.Enforcement
		v.Unsteered = v.Unsteered || f.some && f.outcome == Permitted && e.Admission == residencyv1.EnforcementDeny && e.Steering == residencyv1.SteeringDisabled
	}
	w.judgeCalls(&v, handles, calls)
	return v
}

// judgeCalls adds what is said of the processors that are called, wherever the pod is.
func (w *World) judgeCalls(v *Verdict, handles []string, calls []Call) {
	for _, name := range handles {
		policies, _ := w.governing(name)
		for _, p := range policies {
			for _, call := range calls {
				for _, c := range w.called(name, p, call) {
					v.Calls = append(v.Calls, c)
					v.say(name, p, c.Outcome)
					if c.Reason == "UndeclaredProcessor" {
						v.Effect = max(v.Effect, Warn)
					}
				}
			}
		}
	}
}

func (w *World) judgeNode(findings []finding, name string) {
	at := located{name: name, word: Void}
	for i := range w.Nodes {
		if w.Nodes[i].Object.Name == name {
			at = w.locate(&w.Nodes[i])
		}
	}
	for i := range findings {
		if f := &findings[i]; f.policy != nil && !f.settled {
			f.outcome = w.onNode(f.policy, f.rule, &at)
		}
	}
}

// judgeReach asks what the best node is that the pod can reach: it will be bound to one that is
// permitted, or not at all.
func (w *World) judgeReach(findings []finding, pod *corev1.Pod, every bool) {
	var reached []located
	for i := range w.Nodes {
		if Reaches(pod, w.Nodes[i].Object) {
			reached = append(reached, w.locate(&w.Nodes[i]))
		}
	}
	judge := judge(w.onNode)
	named := len(reached) == 0
	if named {
		// There is no word yet on a node that does not exist, and so none that is too weak.
		reached = w.named(pod)
		judge = func(p *residencyv1.ResidencyPolicy, rule *residencyv1.PlacesRule, l *located) Outcome {
			if !w.accepted(p) || l.word < Claimed {
				return Undetermined
			}
			return w.inPlace(p, rule, l)
		}
	}
	for i := range findings {
		switch f := &findings[i]; {
		case f.policy == nil, f.settled:
		case every:
			w.worst(f, reached, named, judge)
		default:
			w.best(f, reached, named, judge)
		}
	}
	if !every {
		w.oneForAll(findings, reached, judge)
	}
}

// judge says what a rule of a policy says of a place.
type judge func(*residencyv1.ResidencyPolicy, *residencyv1.PlacesRule, *located) Outcome

// worst asks what the worst node is that a DaemonSet comes to.
func (w *World) worst(f *finding, reached []located, named bool, judge judge) {
	if !w.accepted(f.policy) {
		f.outcome = Undetermined
		return
	}
	f.outcome = Permitted
	for i := range reached {
		o := judge(f.policy, f.rule, &reached[i])
		if named && o == Prohibited && w.maySuit(f.policy, f.rule, &reached[i]) {
			continue // A node that comes to be there may be in a Site that is allowed.
		}
		f.outcome, f.effect = max(f.outcome, o), max(f.effect, effect(f.policy, o))
	}
}

func (w *World) best(f *finding, reached []located, named bool, judge judge) {
	if !w.accepted(f.policy) {
		f.outcome = Undetermined
		return
	}
	if len(reached) == 0 {
		f.outcome, f.later = Permitted, true
		return
	}
	f.outcome = Prohibited
	all := true
	for i := range reached {
		o := judge(f.policy, f.rule, &reached[i])
		f.outcome = min(f.outcome, o)
		all = all && o == Permitted
		if named && o == Prohibited && w.maySuit(f.policy, f.rule, &reached[i]) {
			f.later = true // A node that comes to be there may be in a Site that is allowed.
		}
	}
	f.later = f.later || named && all && minimum(f.policy) > Claimed
	if f.later {
		f.outcome = Permitted
	}
	f.some = f.outcome == Permitted && !all && !f.later
}

// oneForAll looks for a node that all policies permit, where each permits some.
func (w *World) oneForAll(findings []finding, reached []located, judge judge) {
	if slices.ContainsFunc(findings, func(f finding) bool { return !f.settled && (f.outcome != Permitted || f.later) }) {
		return
	}
	best := Prohibited
	for i := range reached {
		joint := Permitted
		for _, f := range findings {
			if !f.settled {
				joint = max(joint, judge(f.policy, f.rule, &reached[i]))
			}
		}
		best = min(best, joint)
	}
	for i := range findings {
		if findings[i].some {
			findings[i].outcome = max(Permitted, best)
		}
	}
}

// named are the places that a pod's constraints name although no node is there: none if some of
// them can lead anywhere.
func (w *World) named(pod *corev1.Pod) []located {
	terms := []corev1.NodeSelectorTerm{{}}
	if a := pod.Spec.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		terms = a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
	}
	var out []located
	for _, term := range terms {
		zones, zoned := allowedValues(pod, term, corev1.LabelTopologyZone)
		regions, regioned := allowedValues(pod, term, corev1.LabelTopologyRegion)
		switch {
		case zoned && len(zones) == 0 || regioned && len(regions) == 0:
			continue
		case !zoned && !regioned:
			return nil
		case !zoned:
			for _, region := range regions {
				out = append(out, w.labelled("", region))
			}
		default:
			region := ""
			if len(regions) == 1 {
				region = regions[0]
			}
			for _, zone := range zones {
				out = append(out, w.labelled(zone, region))
			}
		}
	}
	return out
}

func (w *World) labelled(zone, region string) located {
	word, place, _ := w.Atlas.Labelled(zone, region)
	return located{word: word, place: place}
}

// allowedValues returns the values of a label with which a node can meet a term.
func allowedValues(pod *corev1.Pod, term corev1.NodeSelectorTerm, key string) (values []string, named bool) {
	lists := [][]string{}
	if v, ok := pod.Spec.NodeSelector[key]; ok {
		lists = append(lists, []string{v})
	}
	for _, e := range term.MatchExpressions {
		if e.Key == key && e.Operator == corev1.NodeSelectorOpIn {
			lists = append(lists, e.Values)
		}
	}
	if len(lists) == 0 {
		return nil, false
	}
	for _, v := range lists[0] {
		if !slices.ContainsFunc(lists, func(l []string) bool { return !slices.Contains(l, v) }) {
			values = append(values, v)
		}
	}
	return values, true
}
