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

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// inCluster is where objects of a cluster are, for those who tell of them.
const inCluster = "cluster"

// sitesResource is what is not needed to know the rules, unless they name Sites.
const sitesResource = "sites"

// processorsResource is what is not needed to know the rules, but to know whom pods call.
const processorsResource = "processors"

// sceneReader reads a scene from a cluster.
type sceneReader struct {
	*asker
	scene *scene
	in    *manifest.Input
	live  *live
}

// clusterScene is the scene in a cluster. What is asked about is read first, and the nodes
// last: a pod is on a node that was there before.
func clusterScene(ctx context.Context, a *asker, places *placesFlag, t target, at instantFlag) (*scene, error) {
	cat, err := places.load()
	if err != nil {
		return nil, err
	}
	r := &sceneReader{asker: a, scene: &scene{target: t, asked: at}, in: &manifest.Input{Others: map[string]int{}}}
	r.live = newLive(a)
	r.scene.source = newAsked(r.live)
	steps := []func(context.Context) error{r.readTarget, r.readPods, r.readRules, r.readStored, r.readCarriers}
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
	case apierrors.IsForbidden(err) && t.cluster():
		return fmt.Errorf("reading %s: %w\nIt takes the verb get on %s; %s", t.names[1], err, t.resource(), objectsInstead)
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
		return
	}
	r.in.AddStorage(object, ref, manifest.Origin{File: inCluster})
}

// readPods reads the pods that the question is about, and what is between them and their workload.
func (r *sceneReader) readPods(ctx context.Context) error {
	t := &r.scene.target
	namespace := t.namespace
	switch t.kind {
	case kindPod, kindClaim, kindVolume, kindSnapshot, kindSnapshotContent:
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
	if len(r.in.Workloads)+len(r.in.Stored) <= mostGets {
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
	if !source.isWhole(carrierKey{way: residency.ByClaim, namespace: namespace}) {
		if _, err := r.readClaims(ctx, namespace, func(*corev1.PersistentVolumeClaim) {}); err != nil {
			return err
		}
	}
	for _, way := range facts.Carriers() {
		if err := read(carrierKey{way: way, namespace: namespace}, resourceOf(way), facts.NewMetadata(way)); err != nil {
			return err
		}
	}
	if namespace != "" {
		return nil
	}
	if err := r.readServices(ctx); err != nil {
		return err
	}
	return read(carrierKey{}, "namespaces", facts.NewNamespaceMetadata())
}

// readClaims reads the claims of a namespace, or of all, and returns the right that is missing to.
func (r *sceneReader) readClaims(ctx context.Context, namespace string, add func(*corev1.PersistentVolumeClaim)) (*Unknown, error) {
	resource, source := resourceOf(residency.ByClaim), r.scene.source
	denied, err := may(Unknown{Verb: "list", Resource: resource, Namespace: namespace, Meaning: "which claims there are is not known"}, func() error {
		return r.list(ctx, resource, &corev1.PersistentVolumeClaimList{}, func(o runtime.Object) {
			if c, ok := o.(*corev1.PersistentVolumeClaim); ok {
				key := carrierKey{way: residency.ByClaim, namespace: c.Namespace, name: c.Name}
				source.known[key], source.claims[key] = answered{}, c
				add(c)
			}
		}, client.InNamespace(namespace))
	})
	source.whole[carrierKey{way: residency.ByClaim, namespace: namespace}] = err == nil && denied == nil
	return denied, err
}

// readRules reads what a rulebook is made of.
func (r *sceneReader) readRules(ctx context.Context) error {
	return r.readCustom(ctx, func(resource string) bool {
		// Where a dataset may be asks for nobody who handles it.
		return resource != processorsResource || !r.scene.target.places
	})
}

// readCustom reads those of our own custom resources that are wanted.
func (r *sceneReader) readCustom(ctx context.Context, wanted func(resource string) bool) error {
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
		{processorsResource, "which third parties pods call, and where these store and compute, is not known", &residencyv1.ProcessorList{}, func(o runtime.Object) {
			if p, ok := o.(*residencyv1.Processor); ok {
				r.in.Processors = append(r.in.Processors, custom(manifest.ProcessorKind, p.Name, *p))
			}
		}},
	} {
		if !wanted(rule.resource) {
			continue
		}
		// The stamps do for the Sites, but do not tell of another time.
		aside := rule.resource == sitesResource && !s.asked.given()
		denied, err := may(Unknown{Verb: "list", Resource: rule.resource + group, Meaning: rule.meaning, aside: aside}, func() error { return r.list(ctx, rule.resource, rule.list, rule.add) })
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
		case rule.resource == processorsResource:
			s.processors = denied
		case s.rules == nil:
			s.rules = denied
		}
	}
	if s.unsited == nil {
		return nil
	}
	for i := range r.in.Policies {
		p := &r.in.Policies[i].Object
		places := slices.Concat(p.Spec.Processing.Allowed, p.Spec.Processing.Denied, p.Spec.Storage.Allowed, p.Spec.Storage.Denied)
		for k := range p.Spec.Transfers {
			places = append(places, p.Spec.Transfers[k].To)
		}
		s.unsited[p.Name] = slices.ContainsFunc(places, func(place residencyv1.Place) bool { return place.Site != nil })
	}
	return nil
}

func custom[T any](kind, name string, object T) manifest.Custom[T] {
	return manifest.Custom[T]{Ref: manifest.Ref{Kind: kind, Name: name}, Object: object, Origin: manifest.Origin{File: inCluster}}
}
