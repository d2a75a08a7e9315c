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

package facts

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// ReasonNotStamped: the node carries no stamp of its own to be believed.
const ReasonNotStamped location.Reason = "NotStamped"

// NewStampedNodes returns nodes that are where their stamps say, for those who cannot know
// all that nodes are located by. Later changes of them are not located by their stamps.
func NewStampedNodes(cat *catalogue.Catalogue, objects []*corev1.Node) *Nodes {
	n := NewNodes(location.Locator{Catalogue: cat})
	for _, o := range objects {
		k := &knownNode{
			uid:        string(o.UID),
			providerID: o.Spec.ProviderID,
			object:     &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: o.Name, Labels: o.Labels}},
			present:    stamp.Of(o.Labels, o.Annotations),
			located:    true,
		}
		k.answer.Location = stamped(k)
		k.node = residency.NewNode(o.Name, k.answer.Location)
		n.known[o.Name] = k
	}
	return n
}

func stamped(k *knownNode) location.Location {
	record, err := stamp.Decode(k.uid, k.present.Annotation)
	if err != nil {
		return location.Location{Reason: ReasonNotStamped, Detail: "it carries no stamp of the operator that is its own"}
	}
	return record.Location()
}
