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
	"github.com/domicile-dev/domicile/internal/residency"
)

// inCluster is where objects of a cluster are, for those who tell of them.
const inCluster = "cluster"

// sitesResource is what is not needed to know the rules, unless they name Sites.
const sitesResource = "sites"

// sceneReader reads a scene from a cluster.
type sceneReader struct {
	*asker
	scene *scene
	in    *manifest.Input
}

// clusterScene is the scene in a cluster. What is asked about is read first, and the nodes
// last: a pod is on a node that was there before.
func clusterScene(ctx context.Context, a *asker, places *placesFlag, t target) (*scene, error) {
	cat, err := places.load()
	if err != nil {
		return nil, err
	}
	r := &sceneReader{asker: a, scene: &scene{target: t}, in: &manifest.Input{Others: map[string]int{}}}
	r.scene.source = newAsked(&facts.Cluster{Cache: a.client, Live: a.client, Told: true})
	steps := []func(context.Context) error{r.readTarget, r.readPods, r.readCarriers, r.readRules}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.readNodes(ctx, cat); err != nil {
		return nil, err
	}
	r.rests(cat, places)
	return r.scene, r.scene.choose("in the cluster")
}

// readTarget reads the object itself. Without it there is nothing to explain.
func (r *sceneReader) readTarget(ctx context.Context) error {
	t := &r.scene.target
	if t.kind == kindDataset {
		return nil
	}
	var object client.Object
	if t.kind == kindNamespace {
		object = facts.NewNamespaceMetadata()
	} else {
		object = t.empty()
	}
	err := r.client.Get(ctx, client.ObjectKey{Namespace: t.namespace, Name: t.name}, object)
	switch {
	case apierrors.IsForbidden(err) && t.kind == kindNamespace:
		// Its pods may still be read; who asks for its keys is told.
		return nil
	case apierrors.IsForbidden(err):
		return fmt.Errorf("reading %s: %w\nIt takes the verb get on %s in namespace %s; %s", t.names[1], err, t.resource(), t.namespace, objectsInstead)
	case apierrors.IsNotFound(err):
		// What does not exist is told of with the rest.
		return nil
	case err != nil:
		return unanswered(fmt.Errorf("reading %s: %w", t.names[1], err), objectsInstead)
	}
	if t.kind == kindNamespace {
		r.in.Namespaces = append(r.in.Namespaces, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: t.name}})
		return nil
	}
	r.add(t.kind, object)
	return nil
}

func (r *sceneReader) add(kind string, object client.Object) {
	ref := manifest.Ref{Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()}
	if w := manifest.WorkloadOf(object, ref, manifest.Origin{File: inCluster}); w != nil {
		r.in.Workloads = append(r.in.Workloads, *w)
	}
}

// readPods reads the pods that the question is about, and what is between them and their workload.
func (r *sceneReader) readPods(ctx context.Context) error {
	t := &r.scene.target
	namespace := t.namespace
	switch t.kind {
	case kindPod:
		return nil
	case kindDataset:
		if t.places {
			return nil
		}
	case kindNamespace:
		namespace = t.name
	case "Deployment":
		if err := r.readOwners(ctx, "ReplicaSet", "replicasets.apps", "apps/v1"); err != nil {
			return err
		}
	case "CronJob":
		if err := r.readOwners(ctx, "Job", "jobs.batch", "batch/v1"); err != nil {
			return err
		}
	}
	denied, err := may(Unknown{Verb: "list", Resource: "pods", Namespace: namespace, Meaning: "which pods there are is not known"}, func() error {
		return r.list(ctx, "pods", &corev1.PodList{}, func(object runtime.Object) {
			if pod, ok := object.(*corev1.Pod); ok {
				r.add(kindPod, pod)
			}
		}, client.InNamespace(namespace))
	})
	return r.note(denied, err)
}

// readOwners reads who owns the objects that own pods.
func (r *sceneReader) readOwners(ctx context.Context, kind, resource, version string) error {
	t := &r.scene.target
	list := &metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kind + "List"}}
	denied, err := may(Unknown{Verb: "list", Resource: resource, Namespace: t.namespace, Meaning: "which pods belong to the " + t.names[1] + " is not known"}, func() error {
		return r.list(ctx, resource, list, func(object runtime.Object) {
			if m, ok := object.(*metav1.PartialObjectMetadata); ok {
				r.in.Workloads = append(r.in.Workloads, manifest.Workload{
					Ref: manifest.Ref{Kind: kind, Namespace: m.Namespace, Name: m.Name}, Carriers: []*metav1.ObjectMeta{&m.ObjectMeta}, Pod: &corev1.Pod{},
				})
			}
		}, client.InNamespace(t.namespace))
	})
	return r.note(denied, err)
}

func (r *sceneReader) note(denied *Unknown, err error) error {
	if denied != nil {
		r.scene.miss(*denied)
	}
	return err
}

// readCarriers reads the metadata of all that pods can refer to, where there are so many pods
// that one question for each would take longer. Whoever may not list them can still be allowed
// to get them.
func (r *sceneReader) readCarriers(ctx context.Context) error {
	t := &r.scene.target
	if len(r.in.Workloads) <= mostGets {
		return nil
	}
	namespace := t.namespace
	if t.kind == kindNamespace {
		namespace = t.name
	}
	source := r.scene.source
	read := func(key carrierKey, resource string, object *metav1.PartialObjectMetadata) error {
		list := &metav1.PartialObjectMetadataList{TypeMeta: object.TypeMeta}
		list.Kind += "List"
		denied, err := may(Unknown{Verb: "list", Resource: resource}, func() error {
			return r.list(ctx, resource, list, func(o runtime.Object) {
				if m, ok := o.(*metav1.PartialObjectMetadata); ok {
					source.known[carrierKey{way: key.way, namespace: m.Namespace, name: m.Name}] =
						answered{keys: facts.Keys{Labels: m.Labels, Annotations: m.Annotations}}
				}
			}, client.InNamespace(key.namespace))
		})
		source.whole[key] = err == nil && denied == nil
		return err
	}
	if err := r.readClaims(ctx, source, namespace); err != nil {
		return err
	}
	for _, way := range facts.Carriers() {
		if err := read(carrierKey{way: way, namespace: namespace}, resourceOf(way), facts.NewMetadata(way)); err != nil {
			return err
		}
	}
	if namespace != "" {
		return nil
	}
	return read(carrierKey{}, "namespaces", facts.NewNamespaceMetadata())
}

// readClaims reads the claims of a namespace, or of all.
func (r *sceneReader) readClaims(ctx context.Context, source *asked, namespace string) error {
	resource := resourceOf(residency.ByClaim)
	denied, err := may(Unknown{Verb: "list", Resource: resource}, func() error {
		return r.list(ctx, resource, &corev1.PersistentVolumeClaimList{}, func(o runtime.Object) {
			if c, ok := o.(*corev1.PersistentVolumeClaim); ok {
				key := carrierKey{way: residency.ByClaim, namespace: c.Namespace, name: c.Name}
				source.known[key], source.claims[key] = answered{}, c
			}
		}, client.InNamespace(namespace))
	})
	source.whole[carrierKey{way: residency.ByClaim, namespace: namespace}] = err == nil && denied == nil
	return err
}

// readRules reads what a rulebook is made of.
func (r *sceneReader) readRules(ctx context.Context) error {
	s := r.scene
	group := "." + residencyv1.GroupVersion.Group
	for _, rule := range []struct {
		resource, meaning string
		list              client.ObjectList
		add               func(runtime.Object)
	}{
		{"datasets", "which policies govern a dataset is not known", &residencyv1.DatasetList{}, func(o runtime.Object) {
			if d, ok := o.(*residencyv1.Dataset); ok {
				r.in.Datasets = append(r.in.Datasets, custom(manifest.DatasetKind, d.Name, *d))
			}
		}},
		{"residencypolicies", "which policies there are is not known", &residencyv1.ResidencyPolicyList{}, func(o runtime.Object) {
			if p, ok := o.(*residencyv1.ResidencyPolicy); ok {
				r.in.Policies = append(r.in.Policies, custom("ResidencyPolicy", p.Name, *p))
			}
		}},
		{"jurisdictions", "which countries policies mean by a jurisdiction is not known", &residencyv1.JurisdictionList{}, func(o runtime.Object) {
			if j, ok := o.(*residencyv1.Jurisdiction); ok {
				r.in.Jurisdictions = append(r.in.Jurisdictions, custom(manifest.JurisdictionKind, j.Name, *j))
			}
		}},
		{sitesResource, "nodes are where their stamps say, and where policies mean by a Site is not known", &residencyv1.SiteList{}, func(o runtime.Object) {
			if site, ok := o.(*residencyv1.Site); ok {
				r.in.Sites = append(r.in.Sites, custom(manifest.SiteKind, site.Name, *site))
			}
		}},
	} {
		denied, err := may(Unknown{Verb: "list", Resource: rule.resource + group, Meaning: rule.meaning, aside: rule.resource == sitesResource}, func() error { return r.list(ctx, rule.resource, rule.list, rule.add) })
		if apierrors.IsNotFound(err) {
			return fmt.Errorf("this cluster serves no %s%s: is Domicile installed in it? %w", rule.resource, group, err)
		}
		if err := r.note(denied, err); err != nil {
			return err
		}
		switch {
		case denied == nil:
		case rule.resource == sitesResource:
			s.unsited = map[string]bool{}
		case s.rules == nil:
			s.rules = denied
		}
	}
	if s.unsited == nil {
		return nil
	}
	for i := range r.in.Policies {
		p := &r.in.Policies[i].Object
		s.unsited[p.Name] = slices.ContainsFunc(slices.Concat(p.Spec.Processing.Allowed, p.Spec.Processing.Denied), func(place residencyv1.Place) bool { return place.Site != nil })
	}
	return nil
}

func custom[T any](kind, name string, object T) manifest.Custom[T] {
	return manifest.Custom[T]{Ref: manifest.Ref{Kind: kind, Name: name}, Object: object, Origin: manifest.Origin{File: inCluster}}
}

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
	s.judge = newJudge(cat, r.in)
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
	pods := s.others
	if s.subject != nil {
		pods = append(slices.Clone(pods), s.subject)
	}
	names := map[string]bool{}
	for _, w := range pods {
		name := w.Pod.Spec.NodeName
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
