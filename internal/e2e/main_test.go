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

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/hack/localcluster"
)

// repo is the root of the repository, seen from this package.
const repo = "../.."

// The cluster that all tests share.
var (
	cluster *localcluster.Cluster
	admin   client.Client
	scheme  *runtime.Scheme
)

func TestMain(m *testing.M) {
	ctrllog.SetLogger(logr.Discard())
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// binDir is where make builds everything.
func binDir() (string, error) {
	dir := os.Getenv("DOMICILE_BIN")
	if dir == "" {
		return "", errors.New("DOMICILE_BIN does not say where the binaries are; run the tests with make test")
	}
	return dir, nil
}

// options are those of a local cluster as make cluster-up starts it, in a folder of its own.
func options(dir string) (localcluster.Options, error) {
	bin, err := binDir()
	if err != nil {
		return localcluster.Options{}, err
	}
	return localcluster.Options{
		Dir:         dir,
		Binaries:    filepath.Join(bin, "controlplane", "v1.36.3"),
		Manager:     filepath.Join(bin, "manager"),
		ConfigDir:   filepath.Join(repo, "config"),
		NodesFile:   filepath.Join("testdata", "nodes.yaml"),
		ManagerArgs: managerArgs(),
	}, nil
}

// managerArgs are those of the manager as it is installed, though there is one replica, and what a test adds.
func managerArgs(more ...string) []string {
	return append([]string{"--leader-elect", "--exclude-namespaces=" + excludedNamespace}, more...)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "domicile-e2e-")
	if err != nil {
		return 0, fmt.Errorf("making a folder for the cluster: %w", err)
	}
	o, err := options(dir)
	if err != nil {
		return 0, err
	}
	o.Progress = os.Stdout
	cluster, err = localcluster.Start(context.Background(), o)
	if err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, cluster.Stop())
		if code == 0 && err == nil {
			err = os.RemoveAll(dir)
		} else {
			fmt.Println("e2e: the logs of the cluster are in", dir)
		}
	}()
	scheme = runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), residencyv1.AddToScheme(scheme), snapshotv1.AddToScheme(scheme)); err != nil {
		return 0, fmt.Errorf("registering types: %w", err)
	}
	if admin, err = clientFor(cluster.AdminConfig()); err != nil {
		return 0, err
	}
	if err := waitForPolicies(context.Background()); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// waitForPolicies waits until the API server has taken up the admission policies, about a
// second after they were applied: a test that comes first would find none. The two that are
// asked are the last by name, and they are applied in that order.
func waitForPolicies(ctx context.Context) error {
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		for _, object := range []client.Object{
			&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "fra-aws-1"}},
			&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: metav1.NamespaceDefault}},
		} {
			patch := client.RawPatch(types.MergePatchType,
				[]byte(`{"metadata":{"labels":{"`+residencyv1.StampSite+`":"probe","`+residencyv1.GovernedLabel+`":"probe"}}}`))
			if err := admin.Patch(ctx, object, patch, client.DryRunAll); !apierrors.IsForbidden(err) {
				return false, client.IgnoreNotFound(err)
			}
		}
		return true, nil
	})
}

func clientFor(config *rest.Config) (client.Client, error) {
	config = rest.CopyConfig(config)
	config.QPS = -1
	return client.New(config, client.Options{Scheme: scheme})
}
