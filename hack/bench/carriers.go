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
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/hack/localcluster"
)

// Many pods refer to some Secrets. One of these comes to carry the key of a dataset, and the pods
// that refer to it are in a place where they may not be.
const (
	carrierNodes     = 20
	carrierNamespace = "crm"
	podsOfSecret     = 10
	// labelled is how many Secrets get the key, one after the other; the slowest counts.
	labelled = 10
)

// carriers is the key of what is measured of them.
const carriers = "carriers"

func carrierRows() []row {
	return []row{{"a Secret gets the key: its pods are flagged, the slowest of 10", timeOf(carriers, "Secret"), upTo(time.Second)}}
}

func runCarriers(ctx context.Context, pods int) error {
	all := results{}
	if err := measureCarriers(ctx, all, pods); err != nil {
		return err
	}
	return report(os.Stdout, carrierRows(), all)
}

// measureCarriers starts a cluster, fills it with pods, measures and stops it.
func measureCarriers(ctx context.Context, all results, pods int) (err error) {
	if pods < labelled*podsOfSecret {
		return fmt.Errorf("%d pods are too few: %d Secrets with %d pods each get the key", pods, labelled, podsOfSecret)
	}
	s := &ship{}
	s.cluster, err = localcluster.Start(ctx, localcluster.Options{
		Dir: filepath.Join("bin", "bench", "carriers"), Binaries: filepath.Join("bin", "controlplane", "v1.36.3"),
		Manager: filepath.Join("bin", "manager"), ConfigDir: "config", Progress: os.Stderr,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.cluster.Stop()) }()
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), residencyv1.AddToScheme(scheme)); err != nil {
		return fmt.Errorf("registering types: %w", err)
	}
	config := rest.CopyConfig(s.cluster.AdminConfig())
	config.QPS = -1
	if s.admin, err = client.New(config, client.Options{Scheme: scheme}); err != nil {
		return fmt.Errorf("making a client: %w", err)
	}
	_, _ = fmt.Fprintf(os.Stderr, "Making %d pods that refer to %d Secrets ...\n", pods, pods/podsOfSecret)
	if err := s.fill(ctx, pods); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(os.Stderr, "Measuring carriers/Secret ...")
	slowest := time.Duration(0)
	for i := range labelled {
		took, err := s.label(ctx, i)
		if err != nil {
			return fmt.Errorf("measuring Secret %d: %w", i, err)
		}
		slowest = max(slowest, took)
	}
	all[key(carriers, "Secret")] = result{nanos: float64(slowest.Nanoseconds())}
	return nil
}

// fill makes nodes outside of the EEA, Secrets, and pods on the nodes, and waits until all is seen.
func (s *ship) fill(ctx context.Context, pods int) error {
	var nodes []*corev1.Node
	for i := range carrierNodes {
		// Every fourth of them is in the United States.
		nodes = append(nodes, fleetNode(fmt.Sprintf("node-%02d", i), 4*i+3))
	}
	if err := s.cluster.AddNodes(ctx, nodes...); err != nil {
		return err
	}
	objects := []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: carrierNamespace}},
		&residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers"}, Spec: residencyv1.DatasetSpec{Title: "Customers"}},
		&residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr"}, Spec: residencyv1.ResidencyPolicySpec{
			Datasets:    []residencyv1.ObjectName{"customers"},
			Processing:  residencyv1.PlacesRule{Allowed: []residencyv1.Place{{Jurisdiction: new(residencyv1.JurisdictionName("EEA"))}}},
			Enforcement: residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		}},
	}
	for _, object := range objects {
		if err := s.admin.Create(ctx, object); err != nil {
			return fmt.Errorf("making %s: %w", object.GetName(), err)
		}
	}
	if err := s.wait(ctx, func(ctx context.Context) (bool, error) {
		err := s.admin.Get(ctx, client.ObjectKey{Namespace: carrierNamespace, Name: "default"}, &corev1.ServiceAccount{})
		return err == nil, client.IgnoreNotFound(err)
	}); err != nil {
		return fmt.Errorf("waiting for the service account: %w", err)
	}
	create := func(ctx context.Context, object client.Object) error { return s.admin.Create(ctx, object) }
	var secrets, all []client.Object
	for i := range pods / podsOfSecret {
		secrets = append(secrets, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: carrierNamespace, Name: secretName(i)}})
	}
	for i := range pods {
		all = append(all, carrierPod(i, nodes[i%len(nodes)].Name))
	}
	if err := errors.Join(each(ctx, secrets, create), each(ctx, all, create)); err != nil {
		return err
	}
	_, err := s.settled(ctx, "controller_runtime_reconcile_total")
	return err
}

func secretName(i int) string { return fmt.Sprintf("db-%04d", i) }

// carrierPod is one of many that run and refer to a Secret.
func carrierPod(i int, node string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: carrierNamespace, Name: fmt.Sprintf("profiles-%05d", i), Labels: map[string]string{"app": "profiles"}},
		Spec: corev1.PodSpec{
			NodeName: node, AutomountServiceAccountToken: new(false),
			Containers: []corev1.Container{{
				Name: "app", Image: "registry.example.com/profiles:1",
				EnvFrom: []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secretName(i / podsOfSecret)}}}},
			}},
		},
	}
}

// label gives a Secret the key, and takes the time until the Dataset counts its pods.
func (s *ship) label(ctx context.Context, i int) (time.Duration, error) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: carrierNamespace, Name: secretName(i)}}
	patch := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"`+residencyv1.DatasetLabel+`":"customers"}}}`))
	begin := time.Now()
	if err := s.admin.Patch(ctx, secret, patch); err != nil {
		return 0, fmt.Errorf("labelling Secret %s: %w", secret.Name, err)
	}
	want := int32(podsOfSecret * (i + 1))
	err := wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, fleetPatience, true, func(ctx context.Context) (bool, error) {
		dataset := &residencyv1.Dataset{}
		if err := s.admin.Get(ctx, client.ObjectKey{Name: "customers"}, dataset); err != nil {
			return false, fmt.Errorf("reading the Dataset: %w", err)
		}
		return dataset.Status.Workloads != nil && dataset.Status.Workloads.Prohibited >= want, nil
	})
	return time.Since(begin), err
}
