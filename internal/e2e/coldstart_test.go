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
	"fmt"
	"testing"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A cluster that starts as a whole finds the webhook configurations in its store, and nobody who
// answers. Nodes register, what runs the cluster runs, and so does the manager itself: or it
// would never answer again.
func TestAColdStartOfTheCluster(t *testing.T) {
	d, _ := governed(t, country("DE"))
	marked, other := namespace(t), namespace(t)
	create(t, pod(marked, "home", d.Name, "fra-aws-1"))
	restartManager(t, func() {
		if err := cluster.RestartAPIServer(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the webhook configurations to be in force", func(ctx context.Context) error {
			err := admin.Create(ctx, pod(marked, "asks", "", "fra-aws-1"), client.DryRunAll)
			if !gateIsDown(err) {
				return fmt.Errorf("a governed pod is not asked about: %w", err)
			}
			return nil
		})

		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
			Name: name(t, "node"), Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
			Labels: map[string]string{corev1.LabelTopologyRegion: "eu-central-1"},
		}, Spec: corev1.NodeSpec{ProviderID: "aws:///eu-central-1a/i-0a1b2c3d4e5f60723"}}
		eventually(t, "the kubelet to register", func(ctx context.Context) error { return kubelet(t, n.Name).Create(ctx, n) })
		remove(t, n)
		lease := &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Namespace: "kube-node-lease", Name: n.Name},
			Spec:       coordinationv1.LeaseSpec{HolderIdentity: &n.Name, RenewTime: &metav1.MicroTime{Time: time.Now()}},
		}
		// kwok renews the lease of a node that it manages: whoever comes first makes it.
		if err := kubelet(t, n.Name).Create(t.Context(), lease); err != nil {
			if err := admin.Get(t.Context(), client.ObjectKeyFromObject(lease), lease); err != nil {
				t.Errorf("the lease of the node cannot be made: %v", err)
			}
		}
		eventually(t, "the node to be ready", func(ctx context.Context) error {
			if err := admin.Get(ctx, client.ObjectKeyFromObject(n), n); err != nil {
				return err
			}
			for _, c := range n.Status.Conditions {
				if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue {
					return nil
				}
			}
			return fmt.Errorf("its conditions are %v", n.Status.Conditions)
		})

		for namespace, labels := range map[string]map[string]string{
			metav1.NamespaceSystem: {"k8s-app": "kube-dns"},
			"domicile-system":      {"app.kubernetes.io/name": "domicile", "app.kubernetes.io/component": "controller-manager"},
			other.Name:             {"app": "anything"},
		} {
			p := pod(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, name(t, "pod"), "", "")
			p.Labels = labels
			// As the operator's namespace asks of its pods.
			p.Spec.SecurityContext = &corev1.PodSecurityContext{
				RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			}
			p.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			}
			create(t, p)
			eventually(t, "the pod in "+namespace+" to run", func(ctx context.Context) error {
				if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
					return err
				}
				if p.Status.Phase != corev1.PodRunning {
					return fmt.Errorf("it is %s on node %q", p.Status.Phase, p.Spec.NodeName)
				}
				return nil
			})
		}
	})
	expectRefusal(t, admin.Create(t.Context(), pod(marked, "abroad", d.Name, "ldn-aws-1")), "London, GB")
}
