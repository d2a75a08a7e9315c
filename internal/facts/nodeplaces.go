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
	"errors"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/volume"
)

// volumeWorld is what the places of volumes are read against. It is an error to ask before there
// is a catalogue.
func (n *Nodes) volumeWorld() (volume.World, error) {
	n.mu.RLock()
	l := n.locator
	n.mu.RUnlock()
	if l.Catalogue == nil {
		return volume.World{}, errors.New("the catalogue of places has not been read yet")
	}
	return volume.World{Catalogue: l.Catalogue, Sites: l.Sites, Now: l.Now, Nodes: n}, nil
}

var _ volume.Nodes = (*Nodes)(nil)

// Places returns where the nodes are that the selector matches; nil matches all. It is as fast
// as Reach, which keeps the answer.
func (n *Nodes) Places(selector *corev1.NodeSelector) []location.Location {
	pod := &corev1.Pod{}
	if selector != nil {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: selector}}
	}
	r := n.Reach(pod)
	if r.Kind != residency.ReachNodes {
		return nil
	}
	out := make([]location.Location, len(r.Places))
	for i := range r.Places {
		out[i] = r.Places[i].Node.Location
	}
	return out
}
