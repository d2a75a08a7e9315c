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

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/hack/localcluster"
)

// What admission costs is what it adds to the creation of a pod, as a dry run against a real
// API server. What is compared is measured in turns, so that all suffer the same from what else
// the machine does.
type admissionOptions struct {
	rounds, requests int
}

// setting is one state of the webhook configurations, and the pod that is created under it.
type setting struct {
	name string
	// gate and steering are whether Domicile's are there.
	gate, steering bool
	// judges and changes are whether a handler is there that decodes and allows.
	judges, changes bool
	// patches is whether the latter answers with a patch, as steering does: what the API server
	// does with one costs more than the call.
	patches bool
	// governed is whether the pod handles a dataset.
	governed bool
}

var (
	settingGate        = setting{name: "gate alone", gate: true, governed: true}
	settingBoth        = setting{name: "gate and steering", gate: true, steering: true, governed: true}
	settingAllows      = setting{name: "decodes and allows", judges: true, governed: true}
	settingAllowsTwice = setting{name: "decodes and allows, twice", judges: true, changes: true, governed: true}
	settingPatches     = setting{name: "decodes, patches and allows", judges: true, changes: true, patches: true, governed: true}
	settingUngoverned  = setting{name: "a pod that nothing governs", gate: true, steering: true}
)

// without is the same without any webhook.
func (s setting) without() setting {
	return setting{name: "no webhook, besides " + s.name, governed: s.governed}
}

func settings() []setting {
	return []setting{settingGate, settingBoth, settingAllows, settingAllowsTwice, settingPatches, settingUngoverned}
}

// concurrencies are how many pods are created at the same time.
var concurrencies = []int{1, 8}

// probed is what one setting at one concurrency came to, round after round.
type probed struct {
	all     []time.Duration
	medians []time.Duration
	cpu     []time.Duration // of whoever answers, for all requests of a round
}

type probeKey struct {
	setting     string
	concurrency int
}

// gauge measures admission.
type gauge struct {
	admissionOptions
	cluster *localcluster.Cluster
	dir     string
	admin   client.Client
	plain   *plainHandler
	found   map[probeKey]*probed
	configurations
}

func runAdmission(ctx context.Context, o admissionOptions) (err error) {
	g := &gauge{admissionOptions: o, dir: filepath.Join("bin", "bench", "admission"), found: map[probeKey]*probed{}}
	g.cluster, err = localcluster.Start(ctx, localcluster.Options{
		Dir: g.dir, Binaries: filepath.Join("bin", "controlplane", "v1.36.3"), Manager: filepath.Join("bin", "manager"),
		ConfigDir: "config", Progress: os.Stderr,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.cluster.Stop()) }()
	if g.plain, err = startPlain(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.plain.stop()) }()
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), residencyv1.AddToScheme(scheme)); err != nil {
		return fmt.Errorf("registering types: %w", err)
	}
	config := rest.CopyConfig(g.cluster.AdminConfig())
	config.QPS = -1
	if g.admin, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	if err := g.prepare(ctx); err != nil {
		return err
	}
	for round := 1; round <= g.rounds; round++ {
		for _, s := range settings() {
			_, _ = fmt.Fprintf(os.Stderr, "Round %d of %d: %s ...\n", round, g.rounds, s.name)
			if err := g.both(ctx, s); err != nil {
				return err
			}
		}
	}
	return g.report(os.Stdout)
}

// both measures the same pods without webhooks and, right after, under a setting: a machine
// is faster in one minute than in another.
func (g *gauge) both(ctx context.Context, s setting) error {
	none := s.without()
	for _, of := range []setting{none, s} {
		if err := g.configure(ctx, of); err != nil {
			return fmt.Errorf("configuring %s: %w", of.name, err)
		}
		for _, c := range concurrencies {
			if err := g.measure(ctx, of, c); err != nil {
				return fmt.Errorf("measuring %s: %w", of.name, err)
			}
		}
	}
	return nil
}

// prepare makes nodes, a dataset with a policy that permits some of them, and the namespaces.
func (g *gauge) prepare(ctx context.Context) error {
	var nodes []*corev1.Node
	for i := range 8 {
		nodes = append(nodes, fleetNode(fmt.Sprintf("node-%d", i), i))
	}
	if err := g.cluster.AddNodes(ctx, nodes...); err != nil {
		return err
	}
	dataset := &residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers"}, Spec: residencyv1.DatasetSpec{Title: "Customers"}}
	policy := &residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr"}, Spec: residencyv1.ResidencyPolicySpec{
		Datasets:    []residencyv1.ObjectName{"customers"},
		Processing:  residencyv1.PlacesRule{Allowed: []residencyv1.Place{{Jurisdiction: new(residencyv1.JurisdictionName("EEA"))}}},
		Enforcement: residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
	}}
	for _, object := range []client.Object{
		dataset, policy,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "governed", Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}},
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "ungoverned"}},
	} {
		if err := g.admin.Create(ctx, object); err != nil {
			return fmt.Errorf("making %s: %w", object.GetName(), err)
		}
	}
	return g.readConfigurations(ctx, g.admin)
}

// pod is a pod of some 5 KB, as people write them.
func (g *gauge) pod(governed bool) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{GenerateName: "profiles-", Namespace: "ungoverned", Labels: map[string]string{"app": "profiles"}}}
	if governed {
		p.Namespace = "governed"
		p.Labels[residencyv1.DatasetLabel] = "customers"
	}
	for i := range 2 {
		c := corev1.Container{Name: fmt.Sprintf("app-%d", i), Image: "registry.example.com/profiles:1"}
		for j := range 20 {
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("VARIABLE_%02d", j), Value: "a value as long as most of them are"})
		}
		p.Spec.Containers = append(p.Spec.Containers, c)
	}
	p.Spec.AutomountServiceAccountToken = new(false)
	return p
}

// measure creates pods, as dry runs.
func (g *gauge) measure(ctx context.Context, s setting, concurrency int) error {
	key := probeKey{s.name, concurrency}
	p := g.found[key]
	if p == nil {
		p = &probed{}
		g.found[key] = p
	}
	before, err := g.answererCPU(s)
	if err != nil {
		return err
	}
	took := make([]time.Duration, g.requests)
	next := make(chan int)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var creators sync.WaitGroup
	for range concurrency {
		creators.Go(func() {
			for i := range next {
				pod := g.pod(s.governed)
				begin := time.Now()
				if err := g.admin.Create(ctx, pod, client.DryRunAll); err != nil {
					cancel(fmt.Errorf("creating a pod: %w", err)) // The first cause wins.
				}
				took[i] = time.Since(begin)
			}
		})
	}
	for i := range g.requests {
		next <- i
	}
	close(next)
	creators.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	after, err := g.answererCPU(s)
	if err != nil {
		return err
	}
	p.cpu = append(p.cpu, after-before)
	p.medians = append(p.medians, median(took))
	p.all = append(p.all, took...)
	return nil
}

// median is the one in the middle, or between the two in the middle.
func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}
