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

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// Nodes are where their stamps say, whatever they say themselves.
func TestStampedNodes(t *testing.T) {
	locator := location.Locator{Catalogue: load(t), Now: time.Now()}
	stamped := func(name, region string) *corev1.Node {
		n := awsNode(name, region)
		n.UID = "uid-1"
		s, err := stamp.For(string(n.UID), locator.Locate(location.Node{Name: n.Name, ProviderID: n.Spec.ProviderID, Labels: n.Labels}, nil), stamp.Stamp{}, locator.Now)
		if err != nil {
			t.Fatal(err)
		}
		n.Annotations = map[string]string{residencyv1.LocationAnnotation: s.Annotation}
		return n
	}
	elsewhere := stamped("elsewhere", "eu-central-1")
	elsewhere.Spec.ProviderID, elsewhere.Labels = awsNode("", "us-east-1").Spec.ProviderID, awsNode("", "us-east-1").Labels
	remade := stamped("remade", "eu-central-1")
	remade.UID = "uid-2"
	nodes := NewStampedNodes(load(t), []*corev1.Node{stamped("home", "eu-central-1"), elsewhere, remade, awsNode("new", "eu-central-1")})

	got := map[string]string{}
	for _, s := range nodes.States() {
		l := &s.Node.Location
		got[s.Name] = l.Country + " " + l.Assurance.String() + " " + string(l.Reason)
	}
	want := map[string]string{
		"home": "DE Consistent ", "elsewhere": "DE Consistent ", "remade": " None NotStamped", "new": " None NotStamped",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("where nodes are (-want +got):\n%s", diff)
	}
	// What a pod can reach is told by the labels that nodes have now.
	pod := &corev1.Pod{Spec: corev1.PodSpec{NodeSelector: map[string]string{corev1.LabelTopologyRegion: "us-east-1"}}}
	if r := nodes.Reach(pod); r.Nodes != 1 || r.Places[0].Node.Name != "elsewhere" {
		t.Errorf("within reach are %+v", r)
	}
}
