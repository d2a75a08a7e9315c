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
	"slices"

	admissionv1 "k8s.io/api/admission/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
)

// The patches that add the mark, to a namespace with labels and to one without.
const (
	addMark       = `[{"op":"add","path":"/metadata/labels/residency.domicile.dev~1governed","value":"` + residencyv1.GovernedValue + `"}]`
	addFirstLabel = `[{"op":"add","path":"/metadata/labels","value":{"` + residencyv1.GovernedLabel + `":"` + residencyv1.GovernedValue + `"}}]`
)

// namespaceObject is what is decoded of a Namespace.
type namespaceObject struct {
	Metadata objectMeta `json:"metadata"`
}

// answerNamespace adds the mark to a Namespace that carries a key, or in which a Dataset selects
// pods, in the request that makes it so: from then on its pods and bindings have to ask.
func (s *server) answerNamespace(_ context.Context, body []byte, req *request) answer {
	ns, _, err := decode[namespaceObject](body, req, want{
		kind: groupKind{Kind: "Namespace"},
		// Labels and annotations can be written by all three.
		resources:  []string{"namespaces", "namespaces/status", "namespaces/finalize"},
		operations: []admissionv1.Operation{admissionv1.Create, admissionv1.Update},
	})
	if err != nil {
		return malformed(err)
	}
	m := &ns.Metadata
	keys := facts.Keys{Labels: m.Labels, Annotations: m.Annotations}
	rb := s.Rulebook.Current()
	governed := keys.Any() || (rb != nil && rb.SelectsIn(m.Labels))
	if !governed || m.Labels[residencyv1.GovernedLabel] == residencyv1.GovernedValue || slices.Contains(s.ExcludedNamespaces, m.Name) {
		return allowed()
	}
	a := allowed()
	a.response.Patch = []byte(addMark)
	if len(m.Labels) == 0 {
		a.response.Patch = []byte(addFirstLabel)
	}
	a.response.PatchType = new(admissionv1.PatchTypeJSONPatch)
	return a
}
