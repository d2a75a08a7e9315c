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
	// CarrierKeyed finds, with the value Keyed, the claims, Secrets, ConfigMaps or snapshots that
	// carry a dataset key.
	CarrierKeyed = "keyed"
	// Keyed is the only value of PodKeyed and of CarrierKeyed.
	Keyed = "true"
)

// Reference is the value of PodReference for an object in the pod's namespace.
func Reference(way residency.Way, name string) string { return strconv.Itoa(int(way)) + "/" + name }

// one is one index of objects of one kind.
type one struct {
	object client.Object
	field  string
	values client.IndexerFunc
}

// Setup makes the indexes of what every cluster has. It comes before the cache starts.
func Setup(ctx context.Context, indexer client.FieldIndexer) error {
	all := append(storage(),
		one{&corev1.Pod{}, PodNode, podNode},
		one{&corev1.Pod{}, PodKeyed, keyed},
		one{&corev1.Pod{}, PodReference, podReferences},
	)
	all = append(all, one{&corev1.Service{}, facts.ServiceElsewhere, serviceElsewhere})
	for _, way := range facts.Carriers() {
		all = append(all, one{facts.NewMetadata(way), CarrierKeyed, keyed})
	}
	return setup(ctx, indexer, all)
}

func setup(ctx context.Context, indexer client.FieldIndexer, all []one) error {
	for _, i := range all {
		if err := indexer.IndexField(ctx, i.object, i.field, i.values); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", i.object, i.field, err)
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

// serviceElsewhere returns Keyed for a Service that stands for a host elsewhere.
func serviceElsewhere(object client.Object) []string {
	if s, ok := object.(*corev1.Service); !ok || s.Spec.Type != corev1.ServiceTypeExternalName {
		return nil
	}
	return []string{facts.Elsewhere}
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
