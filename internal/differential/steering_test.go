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

package differential

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
	"github.com/domicile-dev/domicile/internal/stamp"
	"github.com/domicile-dev/domicile/internal/steer"
	"github.com/domicile-dev/domicile/internal/webhook"
)

// askSteering has every pod without a node steered, in a cluster whose nodes carry the stamps
// that they should. Of the nodes that the pod could reach before, it must then reach all that are
// permitted and none that is prohibited; nothing else may be within its reach; and asked again,
// steering must change nothing.
func askSteering(_ context.Context, o *operator) ([]string, error) {
	return o.steers(steer.ByStamp, func(_ *oracle.Node, of oracle.Outcome) (keeps, leaves bool) {
		return of == oracle.Permitted || of == oracle.NotGoverned, of == oracle.Prohibited
	})
}

// asked is of which nodes something was asked: by what is said of them, and whether they are in a
// zone that lies elsewhere than its region.
type asked struct {
	of        oracle.Outcome
	elsewhere bool
}

// askTopology asks for the same where pods are steered by what an autoscaler knows of nodes. It
// holds for nodes whose labels say where they are, but that of two providers with one code either
// may be reached.
func (e *examiner) askTopology(_ context.Context, o *operator) ([]string, error) {
	return o.steers(steer.ByTopology, func(n *oracle.Node, of oracle.Outcome) (keeps, leaves bool) {
		plain, alone := o.Labelled(n)
		keeps, leaves = plain && of == oracle.Permitted, alone && of == oracle.Prohibited
		if keeps || leaves {
			_, zoned := o.Atlas.Zones[n.Object.Labels[corev1.LabelTopologyZone]]
			e.topology[asked{of, zoned && n.Place.Region == ""}]++
		}
		return keeps || of == oracle.NotGoverned, leaves
	})
}

// steers has every pod without a node steered, and asks of each node what is said of it: whether
// steering has to keep it within reach, or to leave it out.
func (o *operator) steers(by steer.By, has func(n *oracle.Node, of oracle.Outcome) (keeps, leaves bool)) ([]string, error) {
	nodes, err := o.stamped()
	if err != nil {
		return nil, err
	}
	handlers := o.handlersBy(by)
	var found []string
	for i := range o.Pods {
		p := &o.Pods[i]
		if p.Spec.NodeName != "" {
			continue
		}
		for _, path := range []string{webhook.PathSteerPods, webhook.PathSteerGovernedPods} {
			once, patch, err := steered(handlers[path], p)
			if err != nil {
				return nil, err
			}
			again, second, err := steered(handlers[path], once)
			if err != nil {
				return nil, err
			}
			if len(second) > 0 {
				found = append(found, fmt.Sprintf("steering changes %s a second time, by %s:\n%s", p.Name, second, differ("steering", "the pod", once.Spec.Affinity, again.Spec.Affinity)))
			}
			for i := range o.Nodes {
				before, after := oracle.Reaches(&p.Pod, nodes[i]), oracle.Reaches(&once.Pod, nodes[i])
				of := o.Steered(&p.Pod, &o.Nodes[i])
				keeps, leaves := has(&o.Nodes[i], of)
				if after && !before || after && leaves || before && !after && keeps {
					found = append(found, fmt.Sprintf("%s reaches %s, which is %s: %v before it is steered and %v afterwards, by %s", p.Name, nodes[i].Name, of, before, after, patch))
				}
			}
		}
	}
	return found, nil
}

// stamped are the nodes with the labels that the manager writes on them.
func (o *operator) stamped() ([]*corev1.Node, error) {
	var out []*corev1.Node
	for i := range o.Nodes {
		n := o.Nodes[i].Object.DeepCopy()
		state, ok := o.gatherer.Nodes.State(n.Name)
		if !ok {
			return nil, fmt.Errorf("node %s is not located", n.Name)
		}
		s, err := stamp.For(state.UID, state.Answer, stamp.Stamp{}, o.Now)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(n.Labels, func(key, _ string) bool { return strings.HasPrefix(key, residencyv1.StampPrefix) })
		maps.Copy(n.Labels, s.Labels)
		out = append(out, n)
	}
	return out, nil
}

// steered is a pod as steering leaves it, and the patch.
func steered(h http.Handler, p *pod) (*pod, []byte, error) {
	got, answer, err := post(h, "pods", "", &p.Pod, p)
	if err != nil {
		return nil, nil, err
	}
	if got.Effect != oracle.Allow.String() {
		return nil, nil, fmt.Errorf("steering answers %+v", got)
	}
	out := &pod{Pod: *p.DeepCopy()}
	if len(answer.Patch) == 0 {
		return out, nil, nil
	}
	text, err := json.Marshal(&p.Pod)
	if err != nil {
		return nil, nil, err
	}
	patch, err := jsonpatch.DecodePatch(answer.Patch)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the patch %s: %w", answer.Patch, err)
	}
	if text, err = patch.Apply(text); err != nil {
		return nil, nil, fmt.Errorf("applying the patch %s: %w", answer.Patch, err)
	}
	out.Pod = corev1.Pod{}
	if err := json.Unmarshal(text, &out.Pod); err != nil {
		return nil, nil, err
	}
	return out, answer.Patch, nil
}
