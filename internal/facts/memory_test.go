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
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

const (
	stockholm = "eu-north-1" // of no other provider, so that labels alone are enough
	oregon    = "us-west-2"
	moved     = "MovedNode"
)

func TestANodeDoesNotMove(t *testing.T) {
	for name, play := range map[string]func(h *hand){
		"before it is stamped": func(h *hand) {
			h.says(oregon)
		},
		"once it is stamped": func(h *hand) {
			h.stamp()
			h.says(oregon)
		},
		"by way of saying nothing": func(h *hand) {
			h.stamp()
			h.says("")
			h.expect("saying nothing", "NoWitness")
			h.stamp()
			h.says(oregon)
		},
		"while the manager is down": func(h *hand) {
			h.stamp()
			h.object.Labels[corev1.LabelTopologyRegion], h.object.Labels[corev1.LabelTopologyZone] = oregon, oregon+"a"
			h.restart()
		},
		"and goes back": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.says(stockholm)
		},
		"and goes back after a restart": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.stamp()
			h.says(stockholm)
			h.restart()
		},
		"while the first stamp is on its way": func(h *hand) {
			late := h.stamped()
			h.says(oregon)
			late.Labels[corev1.LabelTopologyRegion], late.Labels[corev1.LabelTopologyZone] = stockholm, stockholm+"a"
			h.object = late
			h.set()
		},
		"and another stamp is put there": func(h *hand) {
			h.stamp()
			h.says(oregon)
			other := handOf(h.t, oregon)
			other.object.UID = "n0"
			other.set()
			h.object.Annotations = other.stamped().Annotations
			h.set()
		},
		"and rubbish is put there": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.object.Annotations = map[string]string{residencyv1.LocationAnnotation: "rubbish"}
			h.set()
		},
		"when it is located anew": func(h *hand) {
			h.says(oregon)
			h.nodes.SetLocator(location.Locator{Catalogue: load(h.t), Now: time.Unix(1, 0)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := handOf(t, stockholm)
			h.expect("at first", stockholm)
			play(h)
			h.expect("afterwards", moved)
			h.stamp()
			h.expect("stamped", moved)
			h.restart()
			h.expect("after a restart", moved)
		})
	}
}

func TestWhatIsNoMove(t *testing.T) {
	for name, play := range map[string]func(h *hand){
		"a first place": func(h *hand) {
			h.says("")
			h.object.UID = "n2"
			h.set()
			h.stamp()
			h.says(oregon)
		},
		"somebody who may takes the stamp off": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.stamp()
			h.relocate()
		},
		"the stamp is taken off before it says that the node has moved": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.relocate()
		},
		"it was taken off and written anew by another process in between": func(h *hand) {
			h.stamp()
			h.says(oregon)
			h.stamp()
			other := handOf(h.t, oregon)
			h.object.Annotations = other.stamped().Annotations
			h.set()
		},
		"the node is made again": func(h *hand) {
			h.stamp()
			h.nodes.Delete("a")
			h.object.UID = "n2" // with the stamp of the one before
			h.says(oregon)
		},
		"the node is made again, and nobody saw it go": func(h *hand) {
			h.stamp()
			h.object.UID = "n2"
			h.says(oregon)
		},
		"a node with the stamp of another": func(h *hand) {
			h.stamp()
			h.object.UID = "n2"
			h.object.Labels[corev1.LabelTopologyRegion], h.object.Labels[corev1.LabelTopologyZone] = oregon, oregon+"a"
			h.restart()
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := handOf(t, stockholm)
			play(h)
			h.expect("afterwards", oregon)
			h.stamp()
			h.restart()
			h.expect("after a restart", oregon)
		})
	}
}

func TestAMoveIsForgottenWithTheStampThatSaysIt(t *testing.T) {
	h := handOf(t, stockholm)
	h.stamp()
	h.says(oregon)
	h.stamp()
	h.says(stockholm)
	h.expect("before", moved)
	// Nobody saw it vanish before it was written anew.
	h.object.Annotations = handOf(t, stockholm).stamped().Annotations
	h.set()
	h.expect("afterwards", stockholm)
}

func TestANodeThatIsMadeAgainIsAnotherOne(t *testing.T) {
	h := handOf(t, stockholm)
	var got []NodeChange
	h.nodes.Subscribe(func(c NodeChange) { got = append(got, c) })
	h.object.UID = "n2"
	h.set()
	if diff := cmp.Diff([]NodeChange{{Name: "a", Location: true, Stamp: true}}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestAPlaceThatIsFoundWhileAnEmptyStampIsOnItsWayIsRemembered(t *testing.T) {
	h := handOf(t, stockholm)
	h.object.UID = "n2"
	h.says("")
	late := h.stamped()
	h.says(stockholm)
	late.Labels[corev1.LabelTopologyRegion], late.Labels[corev1.LabelTopologyZone] = oregon, oregon+"a"
	h.object = late
	h.set()
	h.expect("afterwards", moved)
}

func TestNothingIsLocatedNorForgottenWithoutACatalogue(t *testing.T) {
	h := handOf(t, stockholm)
	h.stamp()
	h.nodes = NewNodes(location.Locator{})
	var got []NodeChange
	h.nodes.Subscribe(func(c NodeChange) { got = append(got, c) })
	h.set()
	h.says(oregon)
	h.expect("without a catalogue", "NoWitness")
	if _, ok := h.nodes.State("a"); ok || len(h.nodes.States()) != 0 {
		t.Error("a node that is not located has a state to be stamped")
	}
	if reach := h.nodes.Reach(podWith(map[string]string{corev1.LabelTopologyRegion: "eu-west-1"})); len(reach.Places) != 1 || reach.Places[0].Node.Location.Known() {
		t.Errorf("it reaches %+v", reach)
	}
	got = nil
	h.nodes.SetLocator(location.Locator{Catalogue: load(t)})
	h.expect("with a catalogue", moved)
	if diff := cmp.Diff([]NodeChange{{Name: "a", Location: true, Stamp: true}}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

func TestAStampThatArrivesIsNoChangeOfPlace(t *testing.T) {
	h := handOf(t, stockholm)
	var got []NodeChange
	h.nodes.Subscribe(func(c NodeChange) { got = append(got, c) })
	before, _ := h.nodes.Get("a")
	h.stamp()
	if diff := cmp.Diff([]NodeChange{{Name: "a", Labels: true, Stamp: true}}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if after, _ := h.nodes.Get("a"); after != before {
		t.Error("the same place is another node")
	}
	got = nil
	h.set()
	h.object.Annotations["seen"] = "now"
	h.object.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady}}
	h.set()
	if got != nil {
		t.Errorf("a heartbeat is %+v", got)
	}
	state, _ := h.nodes.State("a")
	if state.UID != "n1" || state.Name != "a" || state.Present.Labels[residencyv1.StampRegion] != "aws."+stockholm || state.Node != before {
		t.Errorf("the state is %+v", state)
	}
	if !slices.EqualFunc(h.nodes.States(), []NodeState{state}, func(a, b NodeState) bool { return a.Name == b.Name }) {
		t.Error("it is not among all states")
	}
}

func TestANodeThatIsReadLiveHasItsMemory(t *testing.T) {
	h := handOf(t, stockholm)
	h.stamp()
	h.object.Labels[corev1.LabelTopologyRegion], h.object.Labels[corev1.LabelTopologyZone] = oregon, oregon+"a"
	if got := clusterOf(t).locate(h.object).Location.Reason; got != moved {
		t.Errorf("the reason is %q", got)
	}
	h.object.UID = types.UID("n2")
	if got := clusterOf(t).locate(h.object).Location.Region; got != oregon {
		t.Errorf("the region of another node is %q", got)
	}
}

// A stamp that was on its way when more was found here, or that the node had moved, undoes neither.
func TestAStampThatSaysLessUndoesNothing(t *testing.T) {
	coarse := location.Memory{Providers: []string{"gcp", "upcloud"}, Country: "FI"}
	fine := location.Memory{Provider: "gcp", Region: "europe-north1", City: "Hamina", Country: "FI"}
	moved, other := fine, location.Memory{Provider: "upcloud", Region: "fi-hel1", City: "Helsinki", Country: "FI"}
	moved.MovedTo = "Helsinki, FI"
	for name, tc := range map[string]struct{ here, before, written, want *location.Memory }{
		"what was refined meanwhile":                       {&fine, nil, &coarse, &fine},
		"a move that was found meanwhile":                  {&moved, nil, &coarse, &moved},
		"a move, and a stamp that has it":                  {&moved, nil, &moved, &moved},
		"another place, after the memory was removed":      {&moved, &moved, &other, &other},
		"the same place again, after it was removed":       {&moved, &moved, &fine, &fine},
		"another place that another process has found out": {&fine, nil, &other, &other},
	} {
		t.Run(name, func(t *testing.T) {
			if got := newer(tc.here, tc.before, tc.written); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
}
