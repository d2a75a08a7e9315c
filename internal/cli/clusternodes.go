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
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// readNodes reads the nodes, and makes of all that was read who judges by it.
func (r *sceneReader) readNodes(ctx context.Context, cat *catalogue.Catalogue) error {
	s := r.scene
	denied, err := may(Unknown{Verb: "list", Resource: "nodes", Meaning: "where nodes are, and which are permitted, is not known", aside: true}, func() error {
		return r.list(ctx, "nodes", &corev1.NodeList{}, func(object runtime.Object) {
			if n, ok := object.(*corev1.Node); ok {
				r.in.Nodes = append(r.in.Nodes, n)
			}
		})
	})
	if err := r.note(denied, err); err != nil {
		return err
	}
	s.nodes = denied
	if denied != nil {
		if err := r.readNamedNodes(ctx); err != nil {
			return err
		}
	}
	s.judge = newJudge(cat, r.in, s.asked.at())
	// What is wrong with a policy of the cluster is told where it matters.
	r.in.Problems, s.report.Warnings = nil, nil
	s.gatherer.Source = s.source
	if s.unsited != nil {
		s.gatherer.Nodes = facts.NewStampedNodes(cat, r.in.Nodes)
	}
	return nil
}

// readNamedNodes gets the nodes that the pods are on, for those who may not list all nodes.
func (r *sceneReader) readNamedNodes(ctx context.Context) error {
	s := r.scene
	s.pick(r.in)
	all := s.others
	if s.subject != nil {
		all = append(slices.Clone(all), s.subject)
	}
	names := map[string]bool{}
	for _, t := range all {
		if t.workload == nil {
			continue
		}
		name := t.workload.Pod.Spec.NodeName
		if name == "" || names[name] || len(names) == mostGets {
			continue
		}
		names[name] = true
		n := &corev1.Node{}
		err := r.client.Get(ctx, client.ObjectKey{Name: name}, n)
		switch {
		case apierrors.IsForbidden(err):
			return nil
		case apierrors.IsNotFound(err):
		case err != nil:
			return unanswered(fmt.Errorf("reading node %s: %w", name, err), objectsInstead)
		default:
			r.in.Nodes = append(r.in.Nodes, n)
		}
	}
	return nil
}

// rests says what the answer rests on, and where it may not be the operator's.
func (r *sceneReader) rests(cat *catalogue.Catalogue, places *placesFlag) {
	s := r.scene
	by := fmt.Sprintf("located by their own words, %s and the catalogue of %s, as the operator locates them", amount(len(r.in.Sites), "Site"), cat.Date())
	if s.unsited != nil {
		by = "where the operator's stamps on them say they are"
	}
	s.noteNoNodes("in the cluster")
	if len(r.in.Nodes) > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s of the cluster %s %s.", amount(len(r.in.Nodes), "node"), plural(len(r.in.Nodes), "was", "were"), by))
	}
	if places.overlay == "" && slices.ContainsFunc(r.in.Policies, overlaid) {
		s.warnings = append(s.warnings, "the operator has rows of its own for the catalogue of places: name the file that they are in by --catalogue-overlay, or the answer may be another one")
	}
	if s.asked.given() {
		// The stamps are of now.
		return
	}
	var others []string
	for _, n := range r.in.Nodes {
		if words := s.otherStamp(n); words != "" {
			others = append(others, words)
		}
	}
	if len(others) == 0 {
		return
	}
	const few = 3
	more := ""
	if len(others) > few {
		more = fmt.Sprintf(" and %d more", len(others)-few)
		others = others[:few]
	}
	s.warnings = append(s.warnings, fmt.Sprintf("the operator has stamped nodes in another way: %s%s: is it running, and of the same version?", strings.Join(others, "; "), more))
}

// otherStamp says how the stamp of a node differs from where it was located, empty if it does not.
func (s *scene) otherStamp(n *corev1.Node) string {
	state, ok := s.gatherer.Nodes.State(n.Name)
	record, err := recordOf(n)
	if !ok || err != nil {
		return ""
	}
	stamped, here := record.Location(), state.Node.Location
	said := func(place, code, reason string) string {
		return strings.Join(strings.Fields(place+" "+code+" "+reason), " ")
	}
	there, now := said(stamped.Place(), stamped.Code(), string(stamped.Reason)), said(here.Place(), here.Code(), string(here.Reason))
	if there == now && slices.Equal(stamped.Sites, here.Sites) && stamped.Assurance == here.Assurance {
		return ""
	}
	return fmt.Sprintf("%s is stamped %s (%s), and is %s (%s) here", n.Name, there, stamped.Assurance, now, here.Assurance)
}

// overlaid reports whether a policy was compiled with a catalogue that has rows of the cluster's own.
func overlaid(p manifest.Policy) bool {
	return slices.ContainsFunc(p.Object.Status.Conditions, func(c metav1.Condition) bool {
		return c.Type == residencyv1.ConditionCatalogueCurrent && c.Status == metav1.ConditionTrue && c.Reason == residencyv1.ReasonOverlayValid
	})
}
