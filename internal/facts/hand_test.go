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
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// hand plays the cluster: it has one node, and a manager that stamps it.
type hand struct {
	t      *testing.T
	nodes  *Nodes
	object *corev1.Node
}

// handOf returns a hand that has registered a node in a region.
func handOf(t *testing.T, region string) *hand {
	h := &hand{t: t, nodes: NewNodes(location.Locator{Catalogue: load(t)})}
	h.object = awsNode("a", region)
	h.object.UID = "n1"
	h.object.Spec.ProviderID = ""
	h.set()
	return h
}

func (h *hand) set() { h.nodes.Set(h.object.DeepCopy()) }

// says has the kubelet label its node; "" takes the labels away.
func (h *hand) says(region string) {
	h.object = h.object.DeepCopy()
	if region == "" {
		delete(h.object.Labels, corev1.LabelTopologyRegion)
		delete(h.object.Labels, corev1.LabelTopologyZone)
	} else {
		h.object.Labels[corev1.LabelTopologyRegion] = region
		h.object.Labels[corev1.LabelTopologyZone] = region + "a"
	}
	h.set()
}

// stamped returns the object with the stamp that the manager would write now.
func (h *hand) stamped() *corev1.Node {
	s, ok := h.nodes.State("a")
	if !ok {
		h.t.Fatal("the node is not known")
	}
	want, err := stamp.For(s.UID, s.Answer, s.Present, time.Unix(0, 0))
	if err != nil {
		h.t.Fatal(err)
	}
	out := h.object.DeepCopy()
	for key, value := range want.Labels {
		out.Labels[key] = value
	}
	out.Annotations = map[string]string{residencyv1.LocationAnnotation: want.Annotation}
	return out
}

func (h *hand) stamp() {
	h.object = h.stamped()
	h.set()
}

// relocate takes the annotation off.
func (h *hand) relocate() {
	h.object = h.object.DeepCopy()
	delete(h.object.Annotations, residencyv1.LocationAnnotation)
	h.set()
}

// restart has the node read by a process that remembers nothing itself.
func (h *hand) restart() {
	h.nodes = NewNodes(location.Locator{})
	h.set()
	h.nodes.SetLocator(location.Locator{Catalogue: load(h.t)})
}

// expect checks where the node is: a region, or the reason for not knowing.
func (h *hand) expect(when, want string) {
	h.t.Helper()
	node, ok := h.nodes.Get("a")
	if !ok {
		h.t.Fatalf("%s: the node is gone", when)
	}
	got := node.Location.Region
	if !node.Location.Known() {
		got = string(node.Location.Reason)
	}
	if got != want {
		h.t.Errorf("%s: it is %s (%s), want %s", when, got, node.Location.Detail, want)
	}
}
