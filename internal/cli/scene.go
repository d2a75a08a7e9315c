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
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// scene is all that a question about an object is answered from, wherever it was read.
type scene struct {
	*judge
	target target
	// asked is the time that was asked about.
	asked  instantFlag
	source *asked
	// subject is what is asked about, nil for a namespace or a dataset.
	subject *thing
	// others are the pods of the subject, or all that may be in the namespace or handle the dataset.
	others []*thing

	// rules and nodes are the rights that are missing to know the rules, or the nodes; nil if
	// they are known.
	rules, nodes *Unknown
	// processors is the right that is missing to know the processors; nil if they are known.
	processors *Unknown
	// unsited are policies that name Sites, while the Sites are not known.
	unsited map[string]bool
	// unknown are all rights that are missing.
	unknown []Unknown
	// warnings and notes are sentences about what the answer rests on.
	warnings, notes []string
}

// offlineScene is the scene that files set.
func offlineScene(ctx context.Context, cat *catalogue.Catalogue, t target, opts manifest.Options, at instantFlag) (*scene, error) {
	in, err := manifest.Read(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	s := &scene{judge: newJudge(cat, in, at.at()), target: t, asked: at}
	s.source = newAsked(s.gatherer.Source)
	s.gatherer.Source = s.source
	// What is odd about the input and not about the object is what check tells.
	s.report.Warnings = nil
	s.noteNoNodes("in the input")
	if note := s.noteOfMissingSites(); note != "" {
		s.notes = append(s.notes, note)
	}
	in.SortProblems()
	return s, s.choose("in the input")
}

// noteNoNodes says what it means that there are no nodes.
func (s *scene) noteNoNodes(where string) {
	switch {
	case len(s.in.Nodes) > 0 || s.nodes != nil:
	case s.target.places:
		s.notes = append(s.notes, fmt.Sprintf("There are no nodes %s.", where))
	default:
		s.notes = append(s.notes, fmt.Sprintf("There are no nodes %s: what names no node is judged by the places that its constraints name.", where))
	}
}

// choose finds in the input what the question is about.
func (s *scene) choose(where string) error {
	t := &s.target
	found := s.pick(s.in)
	if t.kind == kindDataset {
		_, found = s.rulebook.Dataset(t.name)
		found = found || s.rules != nil
	}
	if found {
		return nil
	}
	// What is broken may well be what was asked about.
	if err := tellable(s.in); err != nil {
		return err
	}
	if t.cluster() {
		return fmt.Errorf("there is no %s %q %s", t.names[1], t.name, where)
	}
	return fmt.Errorf("there is no %s %q in namespace %s %s", t.names[1], t.name, t.namespace, where)
}

// thing is what a question can be about: a workload, or what holds data.
type thing struct {
	manifest.Ref
	origin manifest.Origin
	// workload is nil if it is what holds data, and stored if it is none.
	workload *manifest.Workload
	stored   *manifest.Stored
}

// things returns all that questions can be about, sorted.
func things(in *manifest.Input) []*thing {
	var all []*thing
	for i := range in.Workloads {
		w := &in.Workloads[i]
		all = append(all, &thing{Ref: w.Ref, origin: w.Origin, workload: w})
	}
	for i := range in.Stored {
		o := &in.Stored[i]
		all = append(all, &thing{Ref: o.Ref, origin: o.Origin, stored: o})
	}
	slices.SortStableFunc(all, func(a, b *thing) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// ended reports whether it is a pod that has ended for good.
func (t *thing) ended() bool { return t.workload != nil && hasEnded(t.workload.Pod) }

// pick finds what the question is about, and reports whether there is what was asked about.
func (s *scene) pick(in *manifest.Input) bool {
	t := &s.target
	s.subject, s.others = nil, nil
	all := things(in)
	found := false
	switch t.kind {
	case kindNamespace:
		s.others = slices.DeleteFunc(all, func(o *thing) bool { return o.Namespace != t.name })
		found = len(s.others) > 0 || slices.ContainsFunc(in.Namespaces, func(n *corev1.Namespace) bool { return n.Name == t.name })
	case kindDataset:
		s.others = all
	default:
		for _, o := range all {
			if o.Kind == t.kind && o.Namespace == t.namespace && o.Name == t.name {
				s.subject, found = o, true
			}
		}
		if found && t.kind != kindPod && s.subject.workload != nil {
			s.others = ownedBy(s.subject.workload, all)
		}
	}
	s.others = slices.DeleteFunc(s.others, (*thing).ended)
	return found
}

// tellable returns what is wrong with the input as one error, nil if nothing is.
func tellable(in *manifest.Input) error {
	if len(in.Problems) == 0 {
		return nil
	}
	lines := texts(in.Problems)
	more := ""
	if len(lines) > 1 {
		more = fmt.Sprintf(" (and %s more)", amount(len(lines)-1, "error"))
	}
	return fmt.Errorf("%s%s", lines[0], more)
}

// ownedBy returns the pods that belong to a workload, also by a ReplicaSet or Job of it.
func ownedBy(owner *manifest.Workload, all []*thing) []*thing {
	between := map[string]*metav1.ObjectMeta{}
	for _, o := range all {
		if o.workload != nil && o.Namespace == owner.Namespace && len(o.workload.Carriers) > 0 {
			between[o.Kind+"/"+o.Name] = o.workload.Carriers[0]
		}
	}
	var out []*thing
	for _, o := range all {
		if o.Kind == kindPod && o.Namespace == owner.Namespace && belongs(o.workload.Pod, owner, between) {
			out = append(out, o)
		}
	}
	return out
}

// deepest is how many owners there are at most between a pod and a workload of Kubernetes
// itself: CronJob, Job, pod.
const deepest = 2

func belongs(pod *corev1.Pod, owner *manifest.Workload, between map[string]*metav1.ObjectMeta) bool {
	ref := metav1.GetControllerOf(pod)
	for range deepest {
		if ref == nil {
			return false
		}
		if ref.Kind == owner.Kind && ref.Name == owner.Name && sameUID(ref.UID, owner.Carriers[0].UID) {
			return true
		}
		next := between[ref.Kind+"/"+ref.Name]
		if next == nil || !sameUID(ref.UID, next.UID) {
			return false
		}
		ref = metav1.GetControllerOf(next)
	}
	return false
}

// sameUID reports whether two UIDs may be of one object: what is written by hand has none.
func sameUID(a, b types.UID) bool { return a == "" || b == "" || a == b }

// hasEnded reports whether all containers of a pod have ended for good: it processes nothing more.
func hasEnded(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}
