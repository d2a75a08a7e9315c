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
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/go-logr/logr"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	ctrlwebhook "sigs.k8s.io/controller-runtime/pkg/webhook"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers"
	overlay "github.com/domicile-dev/domicile/controllers/catalogue"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/version"
	"github.com/domicile-dev/domicile/internal/webhook"
)

const (
	// component names the manager in Events and logs.
	component = "domicile"
	// leaderElectionID names the Lease that the leader holds. The Role that lets it is config/rbac/leader_election_role.yaml.
	leaderElectionID = "domicile.residency.domicile.dev"
	// reconciliationTimeout is how long one reconciliation may take. The longest judges every pod at the start.
	reconciliationTimeout = 2 * time.Minute
)

// run runs the manager until the context ends.
func (o *options) run(ctx context.Context) error {
	logger := logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.Level(-o.verbosity)}))
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	collectLessOften()
	logger.Info("Starting", "version", version.String(), "go", version.Go())

	mgr, err := o.newManager()
	if err != nil {
		return err
	}
	places, laid, holder := &catalogue.Holder{}, &overlay.State{}, &rulebook.Holder{}
	// Nothing is located before the catalogue and the Sites are read.
	nodes := facts.NewNodes(location.Locator{})
	late := index.NewLate(mgr.GetFieldIndexer())
	gatherer := func(c facts.Cluster) *facts.Gatherer {
		c.Cache, c.Live, c.Late = mgr.GetCache(), mgr.GetAPIReader(), late.Setup
		return &facts.Gatherer{Nodes: nodes, Source: &c, Now: time.Now}
	}
	excluded := append([]string{o.namespace}, o.excluded...)
	synced, err := controllers.Setup(ctx, mgr, controllers.Options{
		Catalogue: places, Overlay: laid, Rulebook: holder, Gatherer: gatherer(facts.Cluster{Told: true}), Indexes: late,
		Compile:   residency.Options{UnknownDataset: residencyv1.EnforcementMode(o.unknownDataset)},
		Namespace: o.namespace, Excluded: excluded, SteerBy: o.steer, Clock: clock.RealClock{},
		Recorder: mgr.GetEventRecorder(component), Metrics: ctrlmetrics.Registry,
	})
	if err != nil {
		return err
	}
	err = webhook.Setup(mgr, webhook.Options{
		Rulebook: holder, Gatherer: gatherer(facts.Cluster{}), Governed: gatherer(facts.Cluster{Marked: true}),
		Known: gatherer(facts.Cluster{Told: true}), Catalogue: places,
		ExcludedNamespaces: excluded, Synced: synced, SteerBy: o.steer,
	})
	if err != nil {
		return err
	}
	if err := o.addProbes(mgr, overlay.Ready(places, laid), holder, synced); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

func (o *options) newManager() (ctrl.Manager, error) {
	restConfig, err := ctrl.GetConfig()
	if err != nil {
		return nil, fmt.Errorf("finding the API server: %w", err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, storagev1.AddToScheme, snapshotv1.AddToScheme, residencyv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("building the scheme: %w", err)
		}
	}
	mgr, err := ctrl.NewManager(restConfig, ctrl.Options{
		Scheme: scheme,
		Cache:  controllers.CacheOptions(),
		// The server reads its certificate again whenever the files change.
		WebhookServer: ctrlwebhook.NewServer(ctrlwebhook.Options{
			Host: o.webhookHost, Port: o.webhookPort, CertDir: o.webhookCertDir, TLSOpts: []func(*tls.Config){onlyHTTP1},
		}),
		Metrics:                 metricsserver.Options{BindAddress: o.metricsAddress},
		HealthProbeBindAddress:  o.healthAddress,
		LeaderElection:          o.leaderElect,
		LeaderElectionID:        leaderElectionID,
		LeaderElectionNamespace: o.namespace,
		// The process ends with the manager, so the next leader need not wait.
		LeaderElectionReleaseOnCancel: true,
		Controller:                    ctrlconfig.Controller{ReconciliationTimeout: reconciliationTimeout},
	})
	if err != nil {
		return nil, fmt.Errorf("making the manager: %w", err)
	}
	return mgr, nil
}

// collectLessOften lets the heap grow to five times what lives in it before it is collected, unless
// GOGC says otherwise. What lives is the caches, which change slowly, and nearly all else is garbage
// of one request: the collector would trace the same caches again and again, while requests wait.
// GOMEMLIMIT, which config/manager/deployment.yaml sets below the limit of the container, bounds it.
func collectLessOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// onlyHTTP1 has the webhook server speak HTTP/1.1 alone. It is what API servers speak to a Service, so
// that their requests spread over the replicas; HTTP/2 is left to others, for whom it would
// be a way to make the manager work, and to API servers on the same machine, whom it costs more.
func onlyHTTP1(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }

// addProbes adds what /healthz and /readyz ask. The webhook server serves before the
// caches are filled, so readiness is what keeps reviews away until they can be answered.
func (o *options) addProbes(mgr ctrl.Manager, loaded healthz.Checker, holder *rulebook.Holder, synced func() bool) error {
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("adding the health probe: %w", err)
	}
	for _, probe := range []struct {
		name  string
		check healthz.Checker
	}{
		{"caches", webhook.SyncedReady(synced)},
		{"catalogue", loaded},
		{"rulebook", webhook.RulebookReady(holder)},
		{"certificate", webhook.CertificateReady(o.webhookAddress, time.Now)},
	} {
		if err := mgr.AddReadyzCheck(probe.name, probe.check); err != nil {
			return fmt.Errorf("adding the readiness probe %s: %w", probe.name, err)
		}
	}
	return nil
}
