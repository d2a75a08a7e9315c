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

// Package index names the indexes of the cache by which one change finds what it
// touches, so that nothing is ever scanned for it.
package index

import (
	"context"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/volume"
)

// The indexes of pods.
const (
	// PodNode finds the pods on a node.
	PodNode = "spec.nodeName"
	// PodKeyed finds, with the value Keyed, the pods that carry a dataset key themselves.
	PodKeyed = "keyed"
	// PodReference finds the pods that refer to a claim, a Secret or a ConfigMap, by the value
	// that Reference returns.
	PodReference = "references"
	// CarrierKeyed finds, with the value Keyed, the claims, Secrets or ConfigMaps that carry a
	// dataset key.
	CarrierKeyed = "keyed"
	// Keyed is the only value of PodKeyed and of CarrierKeyed.
	Keyed = "true"
)

// Reference is the value of PodReference for an object in the pod's namespace.
func Reference(way residency.Way, name string) string { return strconv.Itoa(int(way)) + "/" + name }

// Setup makes the indexes. It comes before the cache starts.
func Setup(ctx context.Context, indexer client.FieldIndexer) error {
	for _, i := range []struct {
		field  string
		values client.IndexerFunc
	}{
		{PodNode, podNode},
		{PodKeyed, keyed},
		{PodReference, podReferences},
	} {
		if err := indexer.IndexField(ctx, &corev1.Pod{}, i.field, i.values); err != nil {
			return fmt.Errorf("indexing pods by %s: %w", i.field, err)
		}
	}
	for _, i := range []struct {
		object client.Object
		field  string
		values client.IndexerFunc
	}{
		{&corev1.PersistentVolumeClaim{}, CarrierKeyed, keyed},
		{&corev1.PersistentVolume{}, facts.VolumeHandle, volumeHandle},
	} {
		if err := indexer.IndexField(ctx, i.object, i.field, i.values); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", i.object, i.field, err)
		}
	}
	for _, way := range facts.Carriers() {
		object := facts.NewMetadata(way)
		if err := indexer.IndexField(ctx, object, CarrierKeyed, keyed); err != nil {
			return fmt.Errorf("indexing %s by %s: %w", object.Kind, CarrierKeyed, err)
		}
	}
	return nil
}

// podNode returns the node that a pod is on. Pods without one are not in the index.
func podNode(object client.Object) []string {
	pod, ok := object.(*corev1.Pod)
	if !ok || pod.Spec.NodeName == "" {
		return nil
	}
	return []string{pod.Spec.NodeName}
}

// keyed returns Keyed for an object that carries a dataset key.
func keyed(object client.Object) []string {
	if !(facts.Keys{Labels: object.GetLabels(), Annotations: object.GetAnnotations()}).Any() {
		return nil
	}
	return []string{Keyed}
}

// volumeHandle returns by what a PersistentVolume is told to hold the same data as another one.
func volumeHandle(object client.Object) []string {
	pv, ok := object.(*corev1.PersistentVolume)
	if !ok {
		return nil
	}
	driver, handle, ok := volume.Identity(pv)
	if !ok {
		return nil
	}
	return []string{facts.HandleKey(driver, handle)}
}

// podReferences returns what a pod refers to.
func podReferences(object client.Object) []string {
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return nil
	}
	var out []string
	for _, r := range facts.References(pod) {
		out = append(out, Reference(r.Way, r.Name))
	}
	return out
}
