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
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/hack/localcluster"
)

// The form in which Domicile is installed in a cluster, on a cluster of its own, as
// installing and uninstalling it would disturb the other tests. Its pods are kept by
// kwok, so nothing answers at its Service: the gate is there and the operator is down.
func TestInstalledInACluster(t *testing.T) {
	o, err := options(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.Manager, o.ConfigDir = "", ""
	other, err := localcluster.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := other.Stop(); err != nil {
			t.Error(err)
		}
	})
	run := func(args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), other.Kubectl(), append([]string{"--kubeconfig", other.Kubeconfig()}, args...)...).CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := run(args...)
		if err != nil {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return out
	}
	c, err := clientFor(other.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	installation := filepath.Join(repo, "config", "default")
	must("apply", "--server-side", "-f", filepath.Join(o.Binaries, "cert-manager-crds.yaml"))
	must("wait", "--for=condition=Established", "crd/certificates.cert-manager.io", "--timeout=30s")
	must("create", "namespace", "domicile-system") // so that a dry run of what is in it can be answered
	if out := must("apply", "--dry-run=server", "-k", installation); !strings.Contains(out, "deployment.apps/domicile-controller-manager created (server dry run)") {
		t.Errorf("a dry run says\n%s", out)
	}
	if out := must("apply", "-k", installation); strings.Contains(out, "Warning") && !strings.Contains(out, "missing the kubectl.kubernetes.io/last-applied-configuration") {
		t.Errorf("applying it warns:\n%s", out)
	}
	ctx := t.Context()
	eventually(t, "two replicas to run, which restricted pod security must allow", func(ctx context.Context) error {
		pods := &corev1.PodList{}
		if err := c.List(ctx, pods, client.InNamespace("domicile-system")); err != nil {
			return err
		}
		running := 0
		for _, p := range pods.Items {
			if p.Status.Phase == corev1.PodRunning {
				running++
			}
		}
		if running != 2 {
			return errors.New("not yet")
		}
		return nil
	})

	inDefault := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	labelled := pod(inDefault, "labelled", "customers", "fra-aws-1")
	eventually(t, "the gate to be closed", func(ctx context.Context) error {
		if err := c.Create(ctx, labelled.DeepCopy(), client.DryRunAll); err == nil {
			return errors.New("a labelled pod is admitted")
		}
		return nil
	})
	if err := c.Create(ctx, pod(inDefault, "free", "", "fra-aws-1"), client.DryRunAll); err != nil {
		t.Errorf("a pod that handles nothing: %v", err)
	}

	t.Run("the gate is taken away in an emergency", func(t *testing.T) {
		must(strings.Fields(readmeCommand(t, "emergency"))[1:]...)
		eventually(t, "the gate to be open", func(ctx context.Context) error { return c.Create(ctx, labelled.DeepCopy(), client.DryRunAll) })
	})
	t.Run("it is uninstalled", func(t *testing.T) {
		must("label", "namespace", "default", residencyv1.GovernedLabel+"=true")
		// The manager does not run here: what it would have written, while it is not guarded.
		must("delete", "validatingadmissionpolicybinding", "domicile-node-stamp")
		eventually(t, "the stamp not to be guarded", func(context.Context) error {
			_, err := run("label", "--overwrite", "node", "fra-aws-1", residencyv1.StampCountry+"=DE")
			return err
		})
		command := strings.Fields(readmeCommand(t, "uninstall"))[1:]
		for i, word := range command {
			if word == "config/default" {
				command[i] = installation
			}
		}
		must(command...)
		must("label", "namespace", "default", residencyv1.GovernedLabel+"-")
		if out := must("get", "node", "fra-aws-1", "--show-labels"); !strings.Contains(out, residencyv1.StampCountry+"=DE") {
			t.Errorf("the stamp did not stay:\n%s", out)
		}
		must("label", "node", "fra-aws-1", residencyv1.StampCountry+"-")
		for _, resource := range []string{"crds", "clusterroles", "clusterrolebindings", "validatingadmissionpolicies", "validatingadmissionpolicybindings", "validatingwebhookconfigurations", "mutatingwebhookconfigurations", "namespaces"} {
			if out := must("get", resource, "-o", "name"); strings.Contains(out, "domicile") {
				t.Errorf("left behind of %s:\n%s", resource, out)
			}
		}
		if err := c.Get(t.Context(), client.ObjectKey{Name: "domicile-system"}, &corev1.Namespace{}); !apierrors.IsNotFound(err) {
			t.Errorf("the namespace of the operator: %v", err)
		}
	})
}
