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
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

// constraintKey returns the same key for pods with the same node constraints, and
// different keys for others. Pods of one template share it.
func constraintKey(pod *corev1.Pod) string {
	terms := requiredTerms(pod)
	if len(pod.Spec.NodeSelector) == 0 && terms == nil && !hasRequired(pod) {
		return ""
	}
	b := make([]byte, 0, 256)
	for _, k := range slices.Sorted(maps.Keys(pod.Spec.NodeSelector)) {
		b = appendText(b, 's', k)
		b = appendText(b, '=', pod.Spec.NodeSelector[k])
	}
	if hasRequired(pod) {
		b = append(b, 'r')
	}
	texts := make([]string, len(terms))
	for i := range terms {
		texts[i] = string(appendRequirements(appendRequirements(nil, 'e', terms[i].MatchExpressions), 'f', terms[i].MatchFields))
	}
	return string(appendSorted(b, 't', texts))
}

// appendSorted writes texts in their order as texts: what is given in another order is
// the same constraint.
func appendSorted(b []byte, mark byte, texts []string) []byte {
	slices.Sort(texts)
	for _, text := range texts {
		b = appendText(b, mark, text)
	}
	return b
}

func hasRequired(pod *corev1.Pod) bool {
	a := pod.Spec.Affinity
	return a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil
}

func appendRequirements(b []byte, mark byte, list []corev1.NodeSelectorRequirement) []byte {
	texts := make([]string, len(list))
	for i := range list {
		text := appendText(appendText(nil, 'k', list[i].Key), 'o', string(list[i].Operator))
		texts[i] = string(appendSorted(text, 'v', slices.Clone(list[i].Values)))
	}
	return appendSorted(b, mark, texts)
}

// matcher returns whether a node meets the pod's node constraints. The scheduler's own
// code answers, once for all nodes that do not differ in what the constraints look at.
// Its error says that a term cannot be read: no node meets such a term, and the scheduler
// leaves the error at that.
func matcher(pod *corev1.Pod) func(*corev1.Node) bool {
	required := nodeaffinity.GetRequiredNodeAffinity(pod)
	ask := func(node *corev1.Node) bool {
		ok, err := required.Match(node)
		return ok && err == nil
	}
	keys, ok := labelKeys(pod)
	if !ok {
		return ask
	}
	answers := map[string]bool{}
	var b []byte
	return func(node *corev1.Node) bool {
		b = b[:0]
		for _, key := range keys {
			if value, has := node.Labels[key]; has {
				b = appendText(b, 'v', value)
			} else {
				b = append(b, '-')
			}
		}
		if answer, seen := answers[string(b)]; seen {
			return answer
		}
		answer := ask(node)
		answers[string(b)] = answer
		return answer
	}
}

// labelKeys returns the keys of all labels that the pod's node constraints look at. They
// may look at a node's name as well: then ok is false.
func labelKeys(pod *corev1.Pod) (keys []string, ok bool) {
	keys = slices.Collect(maps.Keys(pod.Spec.NodeSelector))
	for _, term := range requiredTerms(pod) {
		if len(term.MatchFields) > 0 {
			return nil, false
		}
		for i := range term.MatchExpressions {
			keys = append(keys, term.MatchExpressions[i].Key)
		}
	}
	return keys, true
}

// appendText writes a text with its length, so that no two lists of texts look alike.
func appendText(b []byte, mark byte, text string) []byte {
	b = append(b, mark)
	b = strconv.AppendInt(b, int64(len(text)), 10)
	b = append(b, ':')
	return append(b, text...)
}
