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

// Package controllers lists the controllers of the manager, in order, and gives each
// what it works with.
//
//	ConfigMap ──catalogue.load──▶ catalogue ─┐
//	Datasets, ResidencyPolicies ─────────────┼─rulebook.compile──▶ rulebook, locator ─┐
//	Sites, Jurisdictions, Processors ────────┘                                        ├─▶ webhook, on every replica
//	Nodes ───────────────────────────────────────────────feed──▶ facts.Nodes ─────────┤   node.stamp, site.status, jurisdiction.status, processor.status
//	Pods, Namespaces ───────────────────────────────────────────────────────pod.detect──▶ ledger ──▶ dataset.status, residencypolicy.status
//	Claims, PersistentVolumes, snapshots, classes ───────────────────────volume.detect──▶ ledger, volume.inherit
package controllers

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	overlay "github.com/domicile-dev/domicile/controllers/catalogue"
	"github.com/domicile-dev/domicile/controllers/dataset"
	"github.com/domicile-dev/domicile/controllers/deletion"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/inherit"
	"github.com/domicile-dev/domicile/controllers/jurisdiction"
	"github.com/domicile-dev/domicile/controllers/namespace"
	"github.com/domicile-dev/domicile/controllers/processor"
	"github.com/domicile-dev/domicile/controllers/residencypolicy"
	compile "github.com/domicile-dev/domicile/controllers/rulebook"
	"github.com/domicile-dev/domicile/controllers/site"
	"github.com/domicile-dev/domicile/controllers/stamp"
	"github.com/domicile-dev/domicile/controllers/volume"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/controllers/workload"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/steer"
)

// Options are what the controllers share. All are required.
type Options struct {
	// Catalogue is what catalogue.load puts the catalogue into.
	Catalogue *catalogue.Holder
	// Overlay is told what became of the overlay of the catalogue.
	Overlay *overlay.State
	// Rulebook is what rulebook.compile puts a rulebook into.
	Rulebook *rulebook.Holder
	// Gatherer has the nodes that are fed from the cluster.
	Gatherer *facts.Gatherer
	// Indexes makes the indexes of kinds that may come to the cluster later, for Gatherer too.
	Indexes *index.Late
	// Compile is what the rulebook depends on besides the API objects.
	Compile residency.Options
	// Namespace is the operator's own; it has the overlay.
	Namespace string
	// Excluded are the namespaces that are never marked besides kube-system; the operator's own
	// is one of them.
	Excluded []string
	// SteerBy is on which labels of nodes pods are steered.
	SteerBy  steer.By
	Clock    clock.PassiveClock
	Recorder event.Recorder
	Metrics  prometheus.Registerer
}

func (o *Options) validate() error {
	if o.Catalogue == nil || o.Overlay == nil || o.Rulebook == nil || o.Gatherer == nil || o.Indexes == nil || o.Clock == nil || o.Recorder == nil || o.Metrics == nil {
		return errors.New("setting up the controllers: an option is missing")
	}
	return nil
}

// Setup registers every controller. The function that it returns reports whether the
// caches and the nodes are all there.
func Setup(ctx context.Context, mgr ctrl.Manager, o Options) (synced func() bool, err error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if err := index.Setup(ctx, mgr.GetFieldIndexer()); err != nil {
		return nil, err
	}
	found := ledger.New()
	if err := workload.RegisterMetrics(o.Metrics, found); err != nil {
		return nil, err
	}
	if err := stamp.RegisterMetrics(o.Metrics, o.Gatherer.Nodes); err != nil {
		return nil, err
	}
	if err := processor.RegisterMetrics(o.Metrics, o.Rulebook, o.Clock); err != nil {
		return nil, err
	}
	loading, err := overlay.NewMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	compiling, err := compile.NewMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	pods, inheriting := &wake.Source[workload.Request]{}, &wake.Source[ledger.Ref]{}
	rulebooks, datasets, policies := &wake.Source[reconcile.Request]{}, &wake.Source[reconcile.Request]{}, &wake.Source[reconcile.Request]{}
	o.Overlay.Subscribe(func() { rulebooks.Wake(reconcile.Request{}) })

	// On every replica.
	catalogueLoad := &overlay.Reconciler{
		Reader: mgr.GetAPIReader(), Namespace: o.Namespace, Holder: o.Catalogue, State: o.Overlay, Metrics: loading,
	}
	rulebookCompile := &compile.Reconciler{
		Reader: mgr.GetCache(), Catalogue: o.Catalogue, Options: o.Compile, Nodes: o.Gatherer.Nodes, Holder: o.Rulebook,
		Clock: o.Clock, Metrics: compiling, Woken: rulebooks,
	}
	// On the leader.
	summaries := event.Now(o.Recorder)
	// Of pods and nodes there are many, and they can turn all at once.
	paced := event.NewPaced(summaries)
	if err := mgr.Add(paced); err != nil {
		return nil, fmt.Errorf("adding the sender of Events: %w", err)
	}
	catalogueReport := &overlay.Reporter{State: o.Overlay, Events: summaries}
	nodeStamp := &stamp.Reconciler{Client: mgr.GetClient(), Nodes: o.Gatherer.Nodes, Events: paced, Clock: o.Clock}
	// The ledger hears of a new rulebook before those who read it do.
	podDetect := &workload.Reconciler{
		Reader: mgr.GetCache(), Gatherer: o.Gatherer, Ledger: found, Events: paced, Summaries: summaries, Clock: o.Clock,
		Datasets: datasets, Policies: policies, SteerBy: o.SteerBy, Woken: pods,
	}
	volumeDetect := &volume.Reconciler{
		Reader: mgr.GetCache(), Gatherer: o.Gatherer, Ledger: found, Events: paced, Clock: o.Clock, Indexes: o.Indexes,
		Datasets: datasets, Policies: policies, Pods: pods, Inherit: inheriting,
	}
	volumeInherit := &inherit.Reconciler{Client: mgr.GetClient(), Gatherer: o.Gatherer, Woken: inheriting}
	datasetStatus := &dataset.Reconciler{
		Client: mgr.GetClient(), Ledger: found, Events: summaries, Clock: o.Clock, Woken: datasets,
		Excluded: append([]string{metav1.NamespaceSystem}, o.Excluded...),
	}
	policyStatus := &residencypolicy.Reconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Ledger: found, Overlay: o.Overlay, Clock: o.Clock, Woken: policies,
	}
	siteStatus := &site.Reconciler{
		Client: mgr.GetClient(), Rulebook: o.Rulebook, Nodes: o.Gatherer.Nodes, Events: summaries, Clock: o.Clock,
	}
	jurisdictionStatus := &jurisdiction.Reconciler{Client: mgr.GetClient(), Rulebook: o.Rulebook, Clock: o.Clock}
	processorStatus := &processor.Reconciler{Client: mgr.GetClient(), Rulebook: o.Rulebook, Events: summaries, Clock: o.Clock}
	namespaceMark := &namespace.Reconciler{Client: mgr.GetClient(), Rulebook: o.Rulebook, Excluded: o.Excluded, Indexes: o.Indexes}
	deletionReport := &deletion.Reconciler{Events: summaries}

	for _, setup := range []func() error{
		func() error { return catalogueLoad.SetupWithManager(mgr) },
		func() error { return rulebookCompile.SetupWithManager(mgr) },
		func() error { return catalogueReport.SetupWithManager(mgr) },
		func() error { return nodeStamp.SetupWithManager(mgr) },
		func() error { return podDetect.SetupWithManager(mgr, o.Rulebook, o.Gatherer.Nodes) },
		func() error { return volumeDetect.SetupWithManager(mgr, o.Rulebook, o.Gatherer.Nodes) },
		func() error { return volumeInherit.SetupWithManager(mgr) },
		func() error { return datasetStatus.SetupWithManager(mgr, o.Rulebook) },
		func() error { return policyStatus.SetupWithManager(mgr, o.Rulebook) },
		func() error { return siteStatus.SetupWithManager(mgr) },
		func() error { return jurisdictionStatus.SetupWithManager(mgr) },
		func() error { return processorStatus.SetupWithManager(mgr) },
		func() error { return namespaceMark.SetupWithManager(mgr) },
		func() error { return deletionReport.SetupWithManager(mgr) },
	} {
		if err := setup(); err != nil {
			return nil, fmt.Errorf("setting up the controllers: %w", err)
		}
	}
	// Last, since whoever wants to hear of nodes has to say so before the first one.
	return informers(ctx, mgr.GetCache(), o.Gatherer.Nodes)
}
