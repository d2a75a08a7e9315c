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

package matrix

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// The modes of a cell's processor: one computes at home, the other anywhere.
const (
	modeHome   = "home"
	modeGlobal = "global"
)

// attestation is what a policy of an attested way asks for.
const attestation = "ISO27001"

// How long an attestation still lasts: where its end is set while the operator is there to see it come, and where the
// operator has to be away before it comes, or the policy comes in the moment of the act.
const (
	attestedSoon = 4 * time.Second
	attestedLong = 20 * time.Second
)

// The first row of processors, and the last.
const firstOfProcessors, lastOfProcessors = 60, 65

func TestEveryRowOfProcessorsIsExpected(t *testing.T) {
	all, err := readExpectations()
	if err != nil {
		t.Fatal(err)
	}
	for row := firstOfProcessors; row <= lastOfProcessors; row++ {
		if !slices.ContainsFunc(all, func(e expectation) bool { return e.row == row }) {
			t.Errorf("row %d is missing", row)
		}
	}
}

// inProcessors are the ways in by which a pod at home comes to call what computes anywhere.
func inProcessors() []way {
	inEnv := func(mode string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "MODEL_URL", Value: "https://" + modeHost(p.Labels[residencyv1.DatasetLabel], mode) + "/v1"}}
		}
	}
	inArgs := func(mode string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.Containers[0].Args = []string{"--model", modeHost(p.Labels[residencyv1.DatasetLabel], mode) + ":443"}
		}
	}
	all := []way{
		creation("undeclared host in env", both(on(home), inEnv(modeGlobal)), both(on(home), inEnv(modeHome)), saying("its host")),
		creation("undeclared host in args", both(on(home), inArgs(modeGlobal)), both(on(home), inArgs(modeHome)), saying("its host")),
		serviceMade(), besideService(),
		undeclared("processor removed from a running pod", "", ""),
		undeclared("processor removed from a running pod by pods/status", "", "status"),
		namespaceUndeclared(),
		undeclared("mode switched on a running pod", modeGlobal, ""),
		attestationEnds(),
	}
	for i := range all {
		setup := all[i].setup
		all[i].setup = func(ctx context.Context, c *cell) error {
			if err := c.processor(ctx); err != nil || setup == nil {
				return err
			}
			return setup(ctx, c)
		}
	}
	return all
}

func both(a, b func(*corev1.Pod)) func(*corev1.Pod) {
	return func(p *corev1.Pod) { a(p); b(p) }
}

// modeHost is where a mode of a cell's processor is called.
func modeHost(cell, mode string) string { return mode + "." + cell + ".example" }

// processorOf is the processor of a cell, attested until then; the zero time: without an end.
func processorOf(c *cell, until time.Time) *residencyv1.Processor {
	de := residencyv1.CountryCode("DE")
	p := &residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: c.name}}
	p.Spec.Title = c.expectation.way
	p.Spec.Modes = []residencyv1.ProcessorMode{
		{
			Name: modeHome, Hosts: []residencyv1.HostName{residencyv1.HostName(modeHost(c.name, modeHome))},
			Processing: &residencyv1.ModeProcessing{Places: []residencyv1.Place{{Country: &de}}},
		},
		{
			Name: modeGlobal, Hosts: []residencyv1.HostName{residencyv1.HostName(modeHost(c.name, modeGlobal))},
			Processing: &residencyv1.ModeProcessing{Scheduling: residencyv1.SchedulingDynamic},
		},
	}
	a := residencyv1.Attestation{Scheme: attestation}
	if !until.IsZero() {
		a.ValidUntil = new(metav1.NewTime(until))
	}
	p.Spec.Attestations = []residencyv1.Attestation{a}
	return p
}

// processor makes the processor of the cell, and waits until the operator knows it.
func (c *cell) processor(ctx context.Context) error {
	if err := c.make(ctx, processorOf(c, time.Time{})); err != nil {
		return err
	}
	return c.processorKnown(ctx)
}

func (c *cell) processorKnown(ctx context.Context) error {
	return c.world.until(ctx, "the processor to be accepted", func() error {
		p := &residencyv1.Processor{}
		if err := c.world.admin.Get(ctx, types.NamespacedName{Name: c.name}, p); err != nil {
			return err
		}
		accepted := apimeta.FindStatusCondition(p.Status.Conditions, residencyv1.ConditionAccepted)
		if accepted == nil || accepted.Status != metav1.ConditionTrue || accepted.ObservedGeneration < p.Generation {
			return fmt.Errorf("generation %d: it is %+v", p.Generation, accepted)
		}
		return nil
	})
}

// calls has a pod name a mode of the cell's processor.
func (c *cell) calls(mode string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Annotations = map[string]string{residencyv1.ProcessorsAnnotation: c.name + "/" + mode}
	}
}

// declares sets what an object says of processors; without a mode it says nothing.
func (c *cell) declares(mode string) string {
	value := null
	if mode != "" {
		value = `"` + c.name + "/" + mode + `"`
	}
	return fmt.Sprintf(`{"metadata":{"annotations":{%q:%s}}}`, residencyv1.ProcessorsAnnotation, value)
}

// elsewhere is a Service that stands for a mode of the cell's processor.
func (c *cell) elsewhere(name, mode string) *corev1.Service {
	s := &corev1.Service{ObjectMeta: c.meta(name, nil)}
	s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, modeHost(c.name, mode)
	return s
}

// serviceMade gives the host another name beside a pod that runs.
func serviceMade() way {
	return way{
		name: "ExternalName Service beside a running pod",
		setup: func(ctx context.Context, c *cell) error {
			return c.run(ctx, c.pod("home", on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("home")
			return c.actor.Create(ctx, c.elsewhere("model", modeGlobal))
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.actor.Create(ctx, c.elsewhere("twin", modeHome)); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

// besideService creates a pod where a Service stands for the host; its twin stands for the other one.
func besideService() way {
	w := creation("pod beside an ExternalName Service", on(home), on(home), saying("is in service model"))
	run := w.twin
	w.setup = func(ctx context.Context, c *cell) error { return c.make(ctx, c.elsewhere("model", modeGlobal)) }
	w.twin = func(ctx context.Context, c *cell) error {
		if err := patched(ctx, c.world.admin, c.elsewhere("model", modeHome), fmt.Sprintf(`{"spec":{"externalName":%q}}`, modeHost(c.name, modeHome))); err != nil {
			return err
		}
		// The gate hears of the Service by a watch.
		return c.world.until(ctx, "the twin", func() error {
			return run(ctx, c)
		})
	}
	return w
}

// undeclared is a way in by which a pod that runs comes to say that it calls something else, or nothing.
func undeclared(name, mode, subresource string) way {
	var subresources []string
	if subresource != "" {
		subresources = []string{subresource}
	}
	w := relabelled(name, func(c *cell) string { return c.declares(mode) }, subresources...)
	w.says = "declassify"
	w.setup = func(ctx context.Context, c *cell) error {
		return c.run(ctx, c.pod("home", on(home), c.calls(modeHome)))
	}
	return w
}

// namespaceUndeclared takes what a namespace with pods says of processors.
func namespaceUndeclared() way {
	return way{
		name: "processor removed from a namespace",
		says: "declassify",
		setup: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.world.admin, namespaceNamed(c.namespace), c.declares(modeHome)); err != nil {
				return err
			}
			return c.run(ctx, c.pod("home", on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			return patched(ctx, c.actor, namespaceNamed(c.namespace), c.declares(""))
		},
		seen: never,
		twin: func(ctx context.Context, c *cell) error {
			if err := patched(ctx, c.actor, namespaceNamed(c.namespace), labelPatch(anotherLabel, "a")); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}

// attestationEnds has a pod call a mode that is permitted as long as its processor is attested, and waits.
func attestationEnds() way {
	return way{
		name:     "attestation that ends while the pod runs",
		attested: true,
		setup: func(ctx context.Context, c *cell) error {
			if err := c.run(ctx, c.pod("abroad", on(home), c.calls(modeHome)), c.pod("home", on(home))); err != nil {
				return err
			}
			if c.state == stateWithout {
				return nil // There is no policy.
			}
			lasts := attestedLong
			if c.state == stateUp {
				lasts = attestedSoon
			}
			// The API has no fractions of seconds.
			c.attestedUntil = time.Now().Add(lasts).Truncate(time.Second)
			p := &residencyv1.Processor{}
			p.Name = c.name
			if err := patched(ctx, c.world.admin, p, fmt.Sprintf(`{"spec":{"attestations":[{"scheme":%q,"validUntil":%q}]}}`,
				attestation, c.attestedUntil.UTC().Format(time.RFC3339))); err != nil {
				return err
			}
			return c.processorKnown(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return poll(ctx, lookEvery, func() (bool, error) { return !time.Now().Before(c.attestedUntil), nil })
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.runsAtHome(ctx, "home"); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}
