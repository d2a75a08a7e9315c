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
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// offline locates the nodes of the input, as they are at an instant.
func offline(cat *catalogue.Catalogue, in *manifest.Input, at time.Time) (*locations, error) {
	w := gatherWorld(cat, in)
	found := &locations{warnings: w.warnings(manifest.SiteKind)}
	locator := location.Locator{Catalogue: cat, Sites: w.sites, Now: at}
	for _, n := range in.Nodes {
		if missing := w.missingSites(n); len(missing) > 0 && len(in.Sites) > 0 {
			found.warnings = append(found.warnings, fmt.Sprintf(
				"node %s is stamped as in %s, which the input does not hold: it is located without", n.Name, sitesOf(missing)))
		}
		item, err := locate(locator, n, len(in.Sites) == 0)
		if err != nil {
			return nil, fmt.Errorf("locating node %s: %w", n.Name, err)
		}
		found.items = append(found.items, item)
	}
	in.SortProblems()
	found.errors = texts(in.Problems)
	if len(in.Nodes) == 0 && len(found.errors) == 0 {
		found.errors = append(found.errors, "there are no Nodes in the input: kubectl get nodes -o json prints those of a cluster")
	}
	return found, nil
}

// locate says where a node is, by what the operator would make of it. Its own stamp is
// asked for the memory, and, if there are no Sites to ask, for what Sites say.
func locate(l location.Locator, n *corev1.Node, bySitesOfStamp bool) (NodeLocation, error) {
	record, err := recordOf(n)
	stamped := err == nil
	if stamped && bySitesOfStamp && len(sitesNamed(&record)) > 0 {
		return newNodeLocation(n.Name, record), nil
	}
	var remembered *location.Memory
	if stamped {
		remembered = record.Remembered()
	}
	answer := l.Locate(location.Node{Name: n.Name, ProviderID: n.Spec.ProviderID, Labels: n.Labels}, remembered)
	// What a cluster would say is what its stamp would say.
	uid := cmp.Or(string(n.UID), "none")
	s, err := stamp.For(uid, answer, stamp.Stamp{}, l.Now)
	if err != nil {
		return NodeLocation{}, err
	}
	if record, err = stamp.Decode(uid, s.Annotation); err != nil {
		return NodeLocation{}, err
	}
	return newNodeLocation(n.Name, record), nil
}

// recordOf returns what the stamp of a node says. A stamp that came with the node, or
// that was written for another, says nothing.
func recordOf(n *corev1.Node) (stamp.Record, error) {
	return stamp.Decode(string(n.UID), n.Annotations[residencyv1.LocationAnnotation])
}

// missingSites returns the Sites on which the stamp of a node rests and which are not in the input.
func (w *world) missingSites(n *corev1.Node) []string {
	record, err := recordOf(n)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(sitesNamed(&record), func(name string) bool {
		_, ok := w.sites.Get(name)
		return ok
	})
}

// sitesNamed returns the names of all Sites that a record has to do with, sorted: those
// that the node is in, those that were read to no avail, and those that its memory rests on.
func sitesNamed(r *stamp.Record) []string {
	names := slices.Clone(r.Sites)
	for _, w := range r.Witnesses {
		if w.Kind == location.WitnessSite {
			names = append(names, w.Value)
		}
	}
	if r.Memory != nil {
		for _, s := range r.Memory.Sites {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
