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

package differential

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// cluster is one cluster that was made up.
type cluster struct {
	oracle.World
	Pods []pod
	// later is another time than that at which all is judged, which may be before it.
	later time.Time
}

// pod is a pod, and the Binding by which it may be bound.
type pod struct {
	corev1.Pod
	boundTo string
	// brings are the labels and annotations of the Binding.
	brings metav1.ObjectMeta
}

// objects are all of it, as they stand in files.
func (c *cluster) objects() []runtime.Object {
	var out []runtime.Object
	for i := range c.Nodes {
		out = append(out, c.Nodes[i].Object)
	}
	for i := range c.Sites {
		out = append(out, &c.Sites[i].Object)
	}
	for i := range c.Jurisdictions {
		out = append(out, &c.Jurisdictions[i])
	}
	for i := range c.Datasets {
		out = append(out, &c.Datasets[i])
	}
	for i := range c.Policies {
		out = append(out, &c.Policies[i])
	}
	for i := range c.Processors {
		out = append(out, &c.Processors[i])
	}
	for i := range c.Services {
		out = append(out, &c.Services[i])
	}
	for i := range c.Namespaces {
		out = append(out, &c.Namespaces[i])
	}
	for i := range c.Carriers {
		out = append(out, &c.Carriers[i])
	}
	for i := range c.Classes {
		out = append(out, &c.Classes[i].Object)
	}
	for i := range c.Volumes {
		out = append(out, &c.Volumes[i].Object)
	}
	for i := range c.Claims {
		out = append(out, &c.Claims[i])
	}
	for i := range c.Pods {
		out = append(out, &c.Pods[i].Pod)
	}
	return out
}

// operator is what the manager makes of a cluster: the rulebook and the facts.
type operator struct {
	facts.StoredObjects
	*cluster
	cat      *catalogue.Catalogue
	world    residency.World
	rulebook *residency.Rulebook
	gatherer *facts.Gatherer
	// trim is what the manager's cache keeps of an object.
	trim cache.Options
}

// operate has the manager see the cluster, by what its cache keeps of it.
func operate(cat *catalogue.Catalogue, c *cluster) (*operator, error) {
	w := residency.World{Catalogue: cat, Jurisdictions: c.Jurisdictions, Processors: c.Processors}
	for _, s := range c.Sites {
		w.Sites = append(w.Sites, s.Object)
	}
	o := &operator{cluster: c, cat: cat, world: w, trim: controllers.CacheOptions()}
	o.rulebook = residency.Compile(w, c.Datasets, c.Policies, residency.Options{AsOf: c.Now})
	nodes := facts.NewNodes(location.Locator{Catalogue: cat, Sites: residency.LocationSites(w), Now: c.Now})
	for _, n := range c.Nodes {
		kept, err := o.cached(n.Object)
		if err != nil {
			return nil, err
		}
		nodes.Set(kept.(*corev1.Node))
	}
	for i := range c.Claims {
		kept, err := o.cached(&c.Claims[i])
		if err != nil {
			return nil, err
		}
		o.StoredObjects.Claims = append(o.StoredObjects.Claims, *kept.(*corev1.PersistentVolumeClaim))
	}
	for i := range c.Volumes {
		kept, err := o.cached(&c.Volumes[i].Object)
		if err != nil {
			return nil, err
		}
		o.StoredObjects.Volumes = append(o.StoredObjects.Volumes, *kept.(*corev1.PersistentVolume))
	}
	for i := range c.Classes {
		o.StoredObjects.Classes = append(o.StoredObjects.Classes, c.Classes[i].Object)
	}
	o.gatherer = &facts.Gatherer{Nodes: nodes, Source: o, Now: func() time.Time { return c.Now }}
	return o, nil
}

// cached is what the manager's cache keeps of an object.
func (o *operator) cached(object client.Object) (any, error) {
	kept := object.DeepCopyObject()
	for of, by := range o.trim.ByObject {
		same := fmt.Sprintf("%T", of) == fmt.Sprintf("%T", object)
		if m, ok := of.(*metav1.PartialObjectMetadata); ok && same {
			same = m.Kind == object.GetObjectKind().GroupVersionKind().Kind
		}
		if same {
			return by.Transform(kept)
		}
	}
	return nil, fmt.Errorf("the cache has no rule for %T", object)
}

func (o *operator) keysOf(m metav1.PartialObjectMetadata) (facts.Keys, error) {
	kept, err := o.cached(&m)
	if err != nil {
		return facts.Keys{}, err
	}
	meta := kept.(*metav1.PartialObjectMetadata)
	return facts.Keys{Labels: meta.Labels, Annotations: meta.Annotations}, nil
}

// Namespace returns the keys of a namespace.
func (o *operator) Namespace(_ context.Context, name string) (facts.Keys, error) {
	for _, ns := range o.Namespaces {
		if ns.Name == name {
			return o.keysOf(metav1.PartialObjectMetadata{TypeMeta: ns.TypeMeta, ObjectMeta: ns.ObjectMeta})
		}
	}
	return facts.Keys{}, nil
}

// ExternalNames returns the Services of a namespace that stand for hosts elsewhere.
func (o *operator) ExternalNames(_ context.Context, namespace string) ([]facts.ExternalName, error) {
	var out []corev1.Service
	for i := range o.Services {
		kept, err := o.cached(&o.Services[i])
		if err != nil {
			return nil, err
		}
		if o.Services[i].Namespace == namespace {
			out = append(out, *kept.(*corev1.Service))
		}
	}
	return facts.ExternalNamesOf(out), nil
}

// Carrier returns the keys of what a pod refers to.
func (o *operator) Carrier(_ context.Context, way residency.Way, namespace, name string) (facts.Keys, error) {
	for _, c := range o.Carriers {
		if c.Kind == way.Kind() && c.Namespace == namespace && c.Name == name {
			return o.keysOf(c)
		}
	}
	return facts.Keys{}, nil
}

// MissingNode returns nil: the manager knows all nodes.
func (o *operator) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

// Pod returns a pod as the cache has it.
func (o *operator) Pod(_ context.Context, namespace, name string, _ types.UID) (*corev1.Pod, error) {
	for i := range o.Pods {
		if p := &o.Pods[i].Pod; p.Namespace == namespace && p.Name == name {
			kept, err := o.cached(p)
			if err != nil {
				return nil, err
			}
			return kept.(*corev1.Pod), nil
		}
	}
	return nil, apierrors.NewNotFound(corev1.Resource("pods"), name)
}

// LivePod returns a pod as the API server has it.
func (o *operator) LivePod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	return o.Pod(ctx, namespace, name, "")
}

// PodsIn returns the pods of a namespace, or of all.
func (o *operator) PodsIn(_ context.Context, namespace string) ([]corev1.Pod, error) {
	var out []corev1.Pod
	for i := range o.Pods {
		if namespace == "" || o.Pods[i].Namespace == namespace {
			out = append(out, o.Pods[i].Pod)
		}
	}
	return out, nil
}

// May lets everybody take datasets off: what is asked is where things may be.
func (o *operator) May(context.Context, *authenticationv1.UserInfo, string) (bool, error) {
	return true, nil
}

// Mark marks nothing.
func (o *operator) Mark(context.Context, string) error { return nil }

// List lists what the beginning of detect reads.
func (o *operator) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	switch l := list.(type) {
	case *residencyv1.DatasetList:
		l.Items = o.Datasets
	case *corev1.PodList:
		for i := range o.Pods {
			kept, err := o.cached(&o.Pods[i].Pod)
			if err != nil {
				return err
			}
			l.Items = append(l.Items, *kept.(*corev1.Pod))
		}
	default:
		return fmt.Errorf("nobody was expected to list %T", list)
	}
	return nil
}

// Get gets nothing.
func (o *operator) Get(_ context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	return fmt.Errorf("nobody was expected to get %T", into)
}
