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

package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/controllers/node"
	"github.com/domicile-dev/domicile/internal/facts"
)

// provisionedBy is the annotation by which a provisioner says that it has made a volume:
// https://kubernetes.io/docs/reference/labels-annotations-taints/#pv-kubernetes-io-provisioned-by
const provisionedBy = "pv.kubernetes.io/provisioned-by"

// CacheOptions make the cache keep what verdicts rest on, and drop the rest: a cluster
// has many pods and nodes, and little of them matters here. Of Secrets and ConfigMaps only
// metadata is watched, and of that only the keys are kept: no value of a Secret or a ConfigMap
// ever reaches this process by its cache.
func CacheOptions() cache.Options {
	o := cache.Options{
		DefaultTransform: cache.TransformStripManagedFields(),
		ByObject: map[client.Object]cache.ByObject{
			&corev1.Pod{}:                {Transform: trim},
			&corev1.Node{}:               {Transform: trim},
			facts.NewNamespaceMetadata(): {Transform: trim},
			&corev1.Service{}:            {Transform: trim},

			late.NewDefinitionMetadata():    {Transform: trim},
			&corev1.PersistentVolumeClaim{}: {Transform: trim},
			&corev1.PersistentVolume{}:      {Transform: trim},
		},
	}
	for _, way := range facts.Carriers() {
		o.ByObject[facts.NewMetadata(way)] = cache.ByObject{Transform: trim}
	}
	return o
}

// trim drops what nobody here reads of a pod, a node or a namespace. What it does not
// know it leaves alone, such as the informers' own notes of deletions.
func trim(object any) (any, error) {
	switch o := object.(type) {
	case *corev1.Pod:
		trimPod(o)
	case *corev1.Node:
		trimNode(o)
	case *corev1.Service:
		trimService(o)
	case *corev1.PersistentVolumeClaim:
		trimClaim(o)
	case *corev1.PersistentVolume:
		trimVolume(o)
	case *metav1.PartialObjectMetadata:
		labels := o.Labels
		o.ObjectMeta = ourMeta(&o.ObjectMeta)
		if o.Kind == "Namespace" {
			o.Labels = labels // A Dataset may select namespaces by any of them.
		}
	}
	return object, nil
}

func trimPod(pod *corev1.Pod) {
	owners, labels := pod.OwnerReferences, pod.Labels
	pod.ObjectMeta = ourMeta(&pod.ObjectMeta)
	// A Dataset may select pods by any label.
	pod.OwnerReferences, pod.Labels = owners, labels
	facts.KeepReferences(pod)
	spec := corev1.PodSpec{
		Volumes: pod.Spec.Volumes, InitContainers: pod.Spec.InitContainers, Containers: pod.Spec.Containers,
		EphemeralContainers: pod.Spec.EphemeralContainers, NodeName: pod.Spec.NodeName, NodeSelector: pod.Spec.NodeSelector,
	}
	if a := pod.Spec.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution,
		}}
	}
	pod.Spec = spec
	pod.Status = corev1.PodStatus{Phase: pod.Status.Phase}
}

// trimService keeps of a Service for which host elsewhere it stands.
func trimService(s *corev1.Service) {
	s.ObjectMeta = ourMeta(&s.ObjectMeta)
	s.Spec = corev1.ServiceSpec{Type: s.Spec.Type, ExternalName: s.Spec.ExternalName}
	s.Status = corev1.ServiceStatus{}
}

// trimNode keeps all labels, since pods' node constraints and Sites may ask for any of
// them, and the annotation of the stamp, which is the memory of where the node was.
func trimNode(n *corev1.Node) {
	labels, annotations := n.Labels, ours(n.Annotations, residencyv1.LocationAnnotation)
	n.ObjectMeta = ourMeta(&n.ObjectMeta)
	n.Labels, n.Annotations = labels, annotations
	n.Spec = corev1.NodeSpec{ProviderID: n.Spec.ProviderID}
	n.Status = corev1.NodeStatus{}
}

// trimClaim keeps of a claim by what its volume is made, and what it is made of.
func trimClaim(c *corev1.PersistentVolumeClaim) {
	annotations := ours(c.Annotations, residencyv1.DatasetsAnnotation, corev1.BetaStorageClassAnnotation, facts.SelectedNodeAnnotation)
	c.ObjectMeta = ourMeta(&c.ObjectMeta)
	c.Annotations = annotations
	c.Status = corev1.PersistentVolumeClaimStatus{Phase: c.Status.Phase}
}

// trimVolume keeps of a volume by what its place is told, all labels among it.
func trimVolume(pv *corev1.PersistentVolume) {
	labels, annotations := pv.Labels, ours(pv.Annotations, residencyv1.DatasetsAnnotation, corev1.BetaStorageClassAnnotation, provisionedBy)
	pv.ObjectMeta = ourMeta(&pv.ObjectMeta)
	pv.Labels, pv.Annotations = labels, annotations
	pv.Status = corev1.PersistentVolumeStatus{Phase: pv.Status.Phase}
}

// ourMeta keeps of metadata the identity, the dates, and the keys that are ours.
func ourMeta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion,
		CreationTimestamp: m.CreationTimestamp, DeletionTimestamp: m.DeletionTimestamp,
		Labels:      ours(m.Labels, residencyv1.DatasetLabel, residencyv1.GovernedLabel),
		Annotations: ours(m.Annotations, residencyv1.DatasetsAnnotation, residencyv1.ProcessorsAnnotation),
	}
}

func ours(all map[string]string, keys ...string) map[string]string {
	var kept map[string]string
	for _, key := range keys {
		if value, ok := all[key]; ok {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[key] = value
		}
	}
	return kept
}

// informers starts what every replica reads, before anybody asks for it, and feeds the
// nodes. The function that it returns reports whether all of it is there.
func informers(ctx context.Context, c cache.Cache, nodes *facts.Nodes) (func() bool, error) {
	var all []func() bool
	objects := []client.Object{
		&corev1.Pod{}, facts.NewNamespaceMetadata(), &corev1.Node{}, &corev1.Service{},
		&corev1.PersistentVolumeClaim{}, &corev1.PersistentVolume{}, &storagev1.StorageClass{},
	}
	for _, way := range facts.Carriers() {
		objects = append(objects, facts.NewMetadata(way))
	}
	for _, object := range objects {
		informer, err := c.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		if err != nil {
			return nil, fmt.Errorf("making the informer of %T: %w", object, err)
		}
		all = append(all, informer.HasSynced)
		if _, ok := object.(*corev1.Node); !ok {
			continue
		}
		fed, err := node.Feed(informer, nodes)
		if err != nil {
			return nil, err
		}
		all = append(all, fed)
	}
	return func() bool {
		for _, synced := range all {
			if !synced() {
				return false
			}
		}
		return true
	}, nil
}
