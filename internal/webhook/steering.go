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
	"slices"
	"strings"
	"sync"
	"time"

	admissionv1 "k8s.io/api/admission/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/steer"
)

// effectSteer is what the metrics call the effect of a review of a pod that was steered.
const effectSteer = "Steer"

// maxPlans bounds how many plans are kept for one state of the world.
const maxPlans = 1024

// podSteerer gives pods the node affinity that they need. It refuses nothing: what it cannot
// steer is admitted as it is, and the gate judges it.
type podSteerer struct {
	*server
	gatherer *facts.Gatherer
}

func (p podSteerer) answer(ctx context.Context, body []byte, req *request) answer {
	pod, err := decodePod(body, req)
	if err != nil {
		return malformed(err)
	}
	if pod.Spec.NodeName != "" || slices.Contains(p.ExcludedNamespaces, pod.Namespace) {
		return allowed()
	}
	rb, cat := p.Rulebook.Current(), p.Catalogue.Current()
	if rb == nil || cat == nil {
		return unsteered(errors.New("the rulebook is not compiled yet"))
	}
	ways, err := p.gatherer.Ways(ctx, rb, pod)
	if err != nil {
		return unsteered(err)
	}
	var datasets []string
	for i := range ways {
		if len(datasets) == 0 || datasets[len(datasets)-1] != ways[i].Dataset {
			datasets = append(datasets, ways[i].Dataset)
		}
	}
	if len(datasets) == 0 {
		return allowed()
	}
	o := steer.Options{By: p.SteerBy, Catalogue: cat}
	if p.SteerBy == steer.ByTopology {
		o.Providers = p.gatherer.Nodes.Providers()
	}
	stores, err := p.gatherer.StoresOnNode(ctx, rb, ways, pod)
	if err != nil {
		return unsteered(err)
	}
	plan, err := p.plans.of(rb, p.gatherer.Time(), datasets, stores, o)
	if err != nil {
		return unsteered(err)
	}
	patch, err := plan.Patch(&steer.Pod{Affinity: pod.Spec.Affinity})
	if err != nil {
		return unsteered(err)
	}
	a := allowed()
	if patch != nil {
		a.effect = effectSteer
		a.response.Patch, a.response.PatchType = patch, new(admissionv1.PatchTypeJSONPatch)
	}
	return a
}

// unsteered admits a pod as it is.
func unsteered(cause error) answer {
	a := allowed()
	a.effect, a.cause = effectError, fmt.Errorf("the pod is not steered: %w", cause)
	return a
}

// plans keeps the plans for one rulebook, catalogue and set of providers, until the rulebook comes
// to mean something else. Pods of one dataset share one.
type plans struct {
	mu       sync.Mutex
	rulebook *residency.Rulebook
	// from and until are the stretch of time in which the rulebook means the same.
	from, until time.Time
	catalogue   *catalogue.Catalogue
	providers   []string
	kept        map[string]*steer.Plan
}

// of returns the plan for the datasets, which are sorted, at an instant. No dataset is called ",stores".
func (p *plans) of(rb *residency.Rulebook, at time.Time, datasets []string, stores bool, o steer.Options) (*steer.Plan, error) {
	key := strings.Join(datasets, ",")
	if stores {
		key += ",stores"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	from, until := rb.Stretch(at)
	if p.rulebook != rb || !p.from.Equal(from) || !p.until.Equal(until) || p.catalogue != o.Catalogue || !slices.Equal(p.providers, o.Providers) || len(p.kept) >= maxPlans {
		p.from, p.until = from, until
		p.rulebook, p.catalogue, p.providers, p.kept = rb, o.Catalogue, o.Providers, map[string]*steer.Plan{}
	}
	if plan := p.kept[key]; plan != nil {
		return plan, nil
	}
	plan, err := steer.PlanFor(rb.Constraints(datasets, stores, at), o)
	if err != nil {
		return nil, err
	}
	p.kept[key] = plan
	return plan, nil
}
