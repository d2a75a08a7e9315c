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

package webhook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// answerNamespaceUpdate answers an update of a Namespace: where Datasets select pods by its
// labels, other labels may free pods that run. That takes the verb declassify, as taking a key
// off the Namespace does by a static policy.
func (s *server) answerNamespaceUpdate(ctx context.Context, body []byte, req *request) answer {
	ns, old, err := decode[namespaceObject](body, req, want{
		kind:       groupKind{Kind: "Namespace"},
		resources:  []string{"namespaces", "namespaces/status", "namespaces/finalize"},
		operations: []admissionv1.Operation{admissionv1.Update},
	})
	switch {
	case err != nil:
		return malformed(err)
	case old == nil:
		return malformed(errNoOldObject)
	case slices.Contains(s.ExcludedNamespaces, ns.Metadata.Name):
		return allowed()
	}
	rb := s.Rulebook.Current()
	switch {
	case rb == nil:
		return unavailable(errors.New("the rulebook is not compiled yet"))
	case len(rb.StopsSelecting(old.Metadata.Labels, ns.Metadata.Labels)) == 0:
		return allowed()
	case s.Synced != nil && !s.Synced():
		return unavailable(errors.New("the pods are not all known yet"))
	}
	losses, err := s.freed(ctx, rb, ns.Metadata.Name, old.keys(), ns.keys())
	if err != nil {
		return unavailable(err)
	}
	return s.declassified(ctx, req, losses, "Keep the labels of the namespace by which the Dataset selects")
}

func (n *namespaceObject) keys() facts.Keys {
	return facts.Keys{Labels: n.Metadata.Labels, Annotations: n.Metadata.Annotations}
}

// freed are the datasets, sorted, that pods with a node in a namespace would no longer handle
// if its labels were others.
func (s *server) freed(ctx context.Context, rb *residency.Rulebook, namespace string, before, after facts.Keys) ([]loss, error) {
	pods, err := s.Pods.PodsIn(ctx, namespace)
	if err != nil {
		return nil, fmt.Errorf("listing the pods of namespace %s: %w", namespace, err)
	}
	first, count := map[string]*corev1.Pod{}, map[string]int{}
	for i := range pods {
		pod := &pods[i]
		if pod.Spec.NodeName == "" || facts.Ended(pod) || len(rb.HandledBy(nil, before.Labels, pod.Labels)) == 0 {
			continue
		}
		had, err := s.Known.WaysIn(ctx, rb, before, pod)
		if err != nil {
			return nil, err
		}
		has, err := s.Known.WaysIn(ctx, rb, after, pod)
		if err != nil {
			return nil, err
		}
		for _, h := range residency.Without(had, has) {
			count[h.Dataset]++
			if known := first[h.Dataset]; known == nil || pod.Name < known.Name {
				first[h.Dataset] = pod
			}
		}
	}
	var out []loss
	for _, dataset := range slices.Sorted(maps.Keys(count)) {
		out = append(out, loss{dataset, fmt.Sprintf("off pods that have a node in namespace %s (%d, the first is %s): the Dataset selects them by labels of the namespace",
			namespace, count[dataset], first[dataset].Name)})
	}
	return out, nil
}
