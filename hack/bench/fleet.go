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

// The figures of a cluster with many nodes are those of a real API server on this
// machine, with the manager as a process beside it.
const (
	fleetNodes      = 5000
	fleetHeartbeats = 1000
	fleetWriters    = 16
	fleetPatience   = 5 * time.Minute
)

// fleet is the key of what is measured of it.
const fleet = "fleet"

func fleetRows() []row {
	return []row{
		{"stamp 5,000 new nodes, from the start of the manager", timeOf(fleet, "Stamp"), upTo(time.Minute)},
		{"writes to nodes after a restart, 5,000 nodes unchanged", countOf(fleet, "Restart"), count(0)},
		{"reconciles of the heartbeats of 1,000 nodes", countOf(fleet, "Heartbeats"), count(0)},
	}
}

// ship is a cluster, and what is needed to watch it.
type ship struct {
	cluster *localcluster.Cluster
	admin   client.Client
	nodes   []*corev1.Node
	// marks is how many nodes were made to see that everything before them has been seen.
	marks int
}

// measureFleet starts a cluster, measures and stops it.
func measureFleet(ctx context.Context, all results) (err error) {
	dir := filepath.Join("bin", "bench", "cluster")
	s := &ship{}
	s.cluster, err = localcluster.Start(ctx, localcluster.Options{
		Dir: dir, Binaries: filepath.Join("bin", "controlplane", "v1.36.3"), Manager: filepath.Join("bin", "manager"),
		ConfigDir: "config", Progress: os.Stderr,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.cluster.Stop()) }()
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return fmt.Errorf("registering types: %w", err)
	}
	config := rest.CopyConfig(s.cluster.AdminConfig())
	config.QPS = -1
	if s.admin, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	for _, figure := range []struct {
		name    string
		measure func(context.Context) (result, error)
	}{{"Stamp", s.stamp}, {"Restart", s.restart}, {"Heartbeats", s.heartbeats}} {
		_, _ = fmt.Fprintf(os.Stderr, "Measuring %s/%s ...\n", fleet, figure.name)
		if all[key(fleet, figure.name)], err = figure.measure(ctx); err != nil {
			return fmt.Errorf("measuring %s: %w", figure.name, err)
		}
	}
	return nil
}

// stamp makes the nodes while no manager runs, and takes the time that one needs for them
// from its start.
func (s *ship) stamp(ctx context.Context) (result, error) {
	if err := s.cluster.KillManager(); err != nil {
		return result{}, err
	}
	for i := range fleetNodes {
		s.nodes = append(s.nodes, fleetNode(fmt.Sprintf("node-%04d", i), i))
	}
	if err := each(ctx, s.nodes, func(ctx context.Context, n *corev1.Node) error { return s.admin.Create(ctx, n) }); err != nil {
		return result{}, err
	}
	begin := time.Now()
	if err := s.cluster.StartManager(ctx); err != nil {
		return result{}, err
	}
	if err := s.wait(ctx, func(ctx context.Context) (bool, error) { return s.stamped(ctx, fleetNodes) }); err != nil {
		return result{}, err
	}
	return result{nanos: float64(time.Since(begin).Nanoseconds())}, nil
}

// restart counts what a new manager writes to nodes of which nothing has changed.
func (s *ship) restart(ctx context.Context) (result, error) {
	before, err := s.records(ctx)
	if err != nil {
		return result{}, err
	}
	if err := errors.Join(s.cluster.KillManager(), s.cluster.StartManager(ctx)); err != nil {
		return result{}, err
	}
	if err := s.mark(ctx); err != nil {
		return result{}, err
	}
	// Each node once, and the mark at least once more.
	if err := s.wait(ctx, func(ctx context.Context) (bool, error) {
		n, err := s.metric(ctx, "controller_runtime_reconcile_total", `controller="node.stamp"`)
		return n >= fleetNodes, err
	}); err != nil {
		return result{}, err
	}
	after, err := s.records(ctx)
	if err != nil {
		return result{}, err
	}
	written := 0.0
	for name, version := range before {
		if after[name] != version {
			written++
		}
	}
	return result{count: written}, nil
}

// heartbeats counts what the manager does about nodes that say that they are alive.
func (s *ship) heartbeats(ctx context.Context) (result, error) {
	reconciles := func() (float64, error) {
		if err := s.mark(ctx); err != nil {
			return 0, err
		}
		return s.settled(ctx, "controller_runtime_reconcile_total")
	}
	start, err := reconciles()
	if err != nil {
		return result{}, err
	}
	before, err := reconciles()
	if err != nil {
		return result{}, err
	}
	if before == start {
		return result{}, errors.New("a new node is not among what the manager counts")
	}
	if err := each(ctx, s.nodes[:fleetHeartbeats], s.heartbeat); err != nil {
		return result{}, err
	}
	after, err := reconciles()
	if err != nil {
		return result{}, err
	}
	// A mark costs what the one before has cost.
	return result{count: after - before - (before - start)}, nil
}

// heartbeat says of a node what its kubelet says of it every few minutes.
func (s *ship) heartbeat(ctx context.Context, n *corev1.Node) error {
	beating := n.DeepCopy()
	beating.Status.Conditions = []corev1.NodeCondition{{
		Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady",
		LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now(),
	}}
	return s.admin.Status().Patch(ctx, beating, client.StrategicMergeFrom(n))
}

// mark makes a node and waits for its stamp: the manager has then seen all that happened
// to nodes before.
func (s *ship) mark(ctx context.Context) error {
	s.marks++
	n := fleetNode(fmt.Sprintf("mark-%d", s.marks), s.marks)
	if err := s.admin.Create(ctx, n); err != nil {
		return fmt.Errorf("making node %s: %w", n.Name, err)
	}
	return s.wait(ctx, func(ctx context.Context) (bool, error) {
		if err := s.admin.Get(ctx, client.ObjectKeyFromObject(n), n); err != nil {
			return false, fmt.Errorf("reading node %s: %w", n.Name, err)
		}
		return n.Annotations[residencyv1.LocationAnnotation] != "", nil
	})
}

// fleetNode is one of many in the zones of a cloud.
func fleetNode(name string, i int) *corev1.Node {
	regions := [...]string{"eu-central-1", "eu-west-1", "eu-west-2", "us-east-1"}
	region := regions[i%len(regions)]
	zone := region + string(rune('a'+i%3))
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: region, corev1.LabelTopologyZone: zone}},
		Spec:       corev1.NodeSpec{ProviderID: fmt.Sprintf("aws:///%s/i-%017x", zone, i+1)},
	}
}

// each does something to all objects, several at a time.
func each[T client.Object](ctx context.Context, objects []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan T)
	var writers sync.WaitGroup
	for range fleetWriters {
		writers.Go(func() {
			for object := range work {
				if err := do(ctx, object); err != nil {
					cancel(fmt.Errorf("writing %s: %w", object.GetName(), err)) // The first cause wins.
				}
			}
		})
	}
	for _, object := range objects {
		work <- object
	}
	close(work)
	writers.Wait()
	return context.Cause(ctx)
}
