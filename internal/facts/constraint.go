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
	for i := range terms {
		b = append(b, 't')
		b = appendRequirements(b, 'e', terms[i].MatchExpressions)
		b = appendRequirements(b, 'f', terms[i].MatchFields)
	}
	return string(b)
}

func hasRequired(pod *corev1.Pod) bool {
	a := pod.Spec.Affinity
	return a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil
}

func appendRequirements(b []byte, mark byte, list []corev1.NodeSelectorRequirement) []byte {
	for i := range list {
		b = appendText(b, mark, list[i].Key)
		b = appendText(b, 'o', string(list[i].Operator))
		for _, v := range list[i].Values {
			b = appendText(b, 'v', v)
		}
	}
	return b
}

// matcher returns whether a node meets the pod's node constraints. The scheduler's own
// code answers, once for all nodes that do not differ in what the constraints look at.
func matcher(pod *corev1.Pod) func(*corev1.Node) (bool, error) {
	required := nodeaffinity.GetRequiredNodeAffinity(pod)
	keys, ok := labelKeys(pod)
	if !ok {
		return required.Match
	}
	answers := map[string]bool{}
	var b []byte
	return func(node *corev1.Node) (bool, error) {
		b = b[:0]
		for _, key := range keys {
			if value, has := node.Labels[key]; has {
				b = appendText(b, 'v', value)
			} else {
				b = append(b, '-')
			}
		}
		if answer, seen := answers[string(b)]; seen {
			return answer, nil
		}
		answer, err := required.Match(node)
		if err == nil {
			answers[string(b)] = answer
		}
		return answer, err
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
