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

package localcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// testBinaries is the folder of the control plane. A missing one fails the test: a cluster that is not tested is not
// there.
func testBinaries(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("DOMICILE_BIN")
	if bin == "" {
		t.Fatal("DOMICILE_BIN is not set: it must be the absolute path of bin/ (make test sets it)")
	}
	return filepath.Join(bin, "controlplane", "v1.36.3")
}

// TestCluster is one story on one cluster, because a start costs seconds.
func TestCluster(t *testing.T) {
	options := Options{
		Dir:       t.TempDir(),
		Binaries:  testBinaries(t),
		Manager:   beManager(t, managerServes),
		ConfigDir: filepath.Join("testdata", "config"),
		NodesFile: filepath.Join("testdata", "nodes.yaml"),
		Progress:  t.Output(),

		Provisioner: true,
	}
	cluster, err := Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	admin := clientFor(t, cluster.AdminConfig())

	t.Run("the manager is its own service account", func(t *testing.T) {
		manager := clientFor(t, cluster.ManagerConfig())
		review, err := manager.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		const want = "system:serviceaccount:domicile-system:domicile-controller-manager"
		if got := review.Status.UserInfo.Username; got != want {
			t.Errorf("the manager is %q, want %q", got, want)
		}
		if _, err := manager.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
			t.Errorf("the manager lists pods without a permission: %v", err)
		}
	})
	t.Run("a labelled pod is refused and another one runs", func(t *testing.T) {
		if err := createPod(t, admin, "labelled", "unknown"); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "denied the request") {
			t.Errorf("the labelled pod was not refused by the webhook: %v", err)
		}
		runPod(t, admin, "unlabelled")
	})
	t.Run("a claim is bound to a volume beside the node that the scheduler selects", func(t *testing.T) { bindsClaim(t, admin) })
	t.Run("snapshots exist once their kinds are installed", func(t *testing.T) { takesSnapshots(t, cluster) })
	t.Run("a kubelet is restricted to its own node", func(t *testing.T) {
		config, err := cluster.UserConfig("system:node:one", "system:nodes")
		if err != nil {
			t.Fatal(err)
		}
		kubelet := clientFor(t, config)
		if err := relabel(t, kubelet, "one"); err != nil {
			t.Errorf("its own topology label: %v", err)
		}
		if err := relabel(t, kubelet, "two"); !apierrors.IsForbidden(err) {
			t.Errorf("another node's label: %v, want Forbidden", err)
		}
	})
	t.Run("without the manager labelled pods wait and others run", func(t *testing.T) {
		if err := cluster.KillManager(); err != nil {
			t.Fatal(err)
		}
		if err := createPod(t, admin, "orphan", "unknown"); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
			t.Errorf("the labelled pod: %v, want a webhook that fails closed", err)
		}
		runPod(t, admin, "free")
		if err := cluster.StartManager(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := createPod(t, admin, "again", "unknown"); err == nil || !strings.Contains(err.Error(), "denied the request") {
			t.Errorf("the labelled pod after the restart: %v, want a refusal", err)
		}
	})
	t.Run("a node can be added", func(t *testing.T) {
		if err := cluster.AddNodes(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "three"}}); err != nil {
			t.Error(err)
		}
	})
	t.Run("a power cut of the control plane is outlived", func(t *testing.T) {
		before := pids(t, options.Dir)
		if err := cluster.RestartControlPlane(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, pid := range pids(t, options.Dir) {
			if same := before[name] == pid; same != (name == managerName) {
				t.Errorf("that %s is the process of before is %v", name, same)
			}
		}
		runPod(t, admin, "afterwards")
		if err := createPod(t, admin, "labelled-afterwards", "unknown"); err == nil || !strings.Contains(err.Error(), "denied the request") {
			t.Errorf("the labelled pod: %v, want a refusal by the webhook that was stored", err)
		}
	})
	t.Run("a second cluster cannot have the same folder", func(t *testing.T) {
		_, err := Start(t.Context(), options)
		running := &RunningError{}
		if !errors.As(err, &running) || running.PID != os.Getpid() {
			t.Errorf("got %v, want a RunningError with process %d", err, os.Getpid())
		}
	})
	t.Run("a dead child breaks the cluster, and Stop leaves nothing", func(t *testing.T) {
		children := pids(t, options.Dir)
		if len(children) != 7 {
			t.Errorf("%d children have a number, want 7: %v", len(children), children)
		}
		if err := syscall.Kill(children["etcd"], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if err := cluster.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "etcd ended (signal: killed)") {
			t.Errorf("got %v, want the end of etcd", err)
		}
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
		wantNothingLeft(t, options.Dir, children)
	})
}

func clientFor(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func createPod(t *testing.T, client *kubernetes.Clientset, name, dataset string) error {
	t.Helper()
	pod := probePod()
	pod.Name = name
	if dataset != "" {
		pod.Labels = map[string]string{datasetLabel: dataset}
	}
	_, err := client.CoreV1().Pods(pod.Namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	return err
}

// runPod fails unless the pod is created, scheduled and Running.
func runPod(t *testing.T, client *kubernetes.Clientset, name string) {
	t.Helper()
	if err := createPod(t, client, name, ""); err != nil {
		t.Errorf("creating pod %s: %v", name, err)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := until(ctx, "pod "+name+" to run", 50*time.Millisecond, func(ctx context.Context) error {
		pod, err := client.CoreV1().Pods(metav1.NamespaceDefault).Get(ctx, name, metav1.GetOptions{})
		if err == nil && pod.Status.Phase != corev1.PodRunning {
			err = fmt.Errorf("it is %s", pod.Status.Phase)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func relabel(t *testing.T, client *kubernetes.Clientset, node string) error {
	t.Helper()
	patch := []byte(`{"metadata":{"labels":{"topology.kubernetes.io/region":"elsewhere"}}}`)
	_, err := client.CoreV1().Nodes().Patch(t.Context(), node, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// pids returns the process numbers of the cluster in dir, by name.
func pids(t *testing.T, dir string) map[string]int {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.pid"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimSuffix(filepath.Base(path), ".pid")] = pid
	}
	return found
}

// wantNothingLeft fails when a process still is, or state other than logs.
func wantNothingLeft(t *testing.T, dir string, children map[string]int) {
	t.Helper()
	for name, pid := range children {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("%s (process %d) is still there", name, pid)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".log" && entry.Name() != "lock" {
			t.Errorf("%s is left", entry.Name())
		}
	}
	if _, running, err := Running(dir); running || err != nil {
		t.Errorf("Running says %v, %v after the end", running, err)
	}
}
