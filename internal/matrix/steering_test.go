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

package matrix

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// inFreedom are the ways in by what may go abroad and need not.
func inFreedom() []way {
	without := asked(corev1.NodeSelectorRequirement{
		Key: anotherLabel, Operator: corev1.NodeSelectorOpNotIn, Values: []string{"batch"},
	})
	return []way{
		creation("no constraint at all", anywhere, on(home), placedLater),
		creation("OR-terms, one of them prohibited", tempted(asked(inRegion(abroadRegion), inRegion(homeRegion))), asked(inRegion(homeRegion)), placedLater),
		creation("NotIn on a label that nodes lack", tempted(without), on(home), placedLater),
	}
}

// placedLater is for what a policy steers when it is created: the scheduler places it.
func placedLater(w *way) { w.seen, w.moved = placed, true }

// anywhere changes nothing.
func anywhere(*corev1.Pod) {}

// tempted adds that the pod prefers to be abroad, so that it is no luck if it is not.
func tempted(change func(*corev1.Pod)) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		change(p)
		p.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = []corev1.PreferredSchedulingTerm{{
			Weight: 100, Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{inRegion(abroadRegion)}},
		}}
	}
}

// placed sees what the scheduler makes of a pod.
func placed(ctx context.Context, c *cell) (sight, error) {
	s, err := flagged(ctx, c)
	if err != nil || s.word != "" {
		return s, err
	}
	p := &corev1.Pod{}
	if err := c.world.seen.Get(ctx, c.concerned[0], p); err != nil {
		return sight{}, fmt.Errorf("reading the pod: %w", err)
	}
	s.illegal = p.Spec.NodeName != "" && !atHome(p.Spec.NodeName)
	switch {
	case p.Spec.NodeName == "" && unschedulable(p):
		s.word, s.detail = wordPending, "it has no node"
	case p.Status.Phase == corev1.PodRunning && atHome(p.Spec.NodeName):
		s.word, s.detail = wordSteered, "it runs on "+p.Spec.NodeName
	}
	return s, nil
}

func unschedulable(p *corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(condition corev1.PodCondition) bool {
		return condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse
	})
}
