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

	appsv1 "k8s.io/api/apps/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// A cluster that starts as a whole finds the webhook configurations in its store, and nobody who
// answers. Nodes register, what runs the cluster runs, and so does the manager itself: or it
// would never answer again. All that is checked is done after the start, by the parts that do
// it in a real cluster.
func TestAColdStartOfTheCluster(t *testing.T) {
	d, _ := governed(t, country("DE"))
	marked, other := namespace(t), namespace(t)
	create(t, pod(marked, "home", d.Name, "fra-aws-1"))
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: name(t, "node"), Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
		Labels: map[string]string{corev1.LabelHostname: name(t, "node"), corev1.LabelTopologyRegion: "eu-central-1"},
	}, Spec: corev1.NodeSpec{ProviderID: "aws:///eu-central-1a/i-0a1b2c3d4e5f60723"}}
	agent, operator, app := nodeAgent(t, n.Name), operatorDeployment(t), deployment(other, "app", "", 1)
	for _, o := range []client.Object{agent, operator, app} {
		create(t, o)
	}
	ran := podOf(t, operator.Namespace, operator.Spec.Selector, "")

	restartManager(t, func() {
		if err := cluster.RestartControlPlane(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the webhook configurations to be in force", func(ctx context.Context) error {
			err := admin.Create(ctx, pod(marked, "asks", "", "fra-aws-1"), client.DryRunAll)
			if !gateIsDown(err) {
				return fmt.Errorf("a governed pod is not asked about: %w", err)
			}
			return nil
		})

		eventually(t, "the kubelet to register", func(ctx context.Context) error { return kubelet(t, n.Name).Create(ctx, n) })
		remove(t, n)
		for _, node := range []string{n.Name, "fra-aws-1"} {
			eventually(t, "node "+node+" to be ready", func(ctx context.Context) error { return ready(ctx, node) })
			heartbeat(t, node)
		}

		if p := podOf(t, agent.Namespace, agent.Spec.Selector, ""); p.Spec.NodeName != n.Name {
			t.Errorf("the agent of node %s runs on %s", n.Name, p.Spec.NodeName)
		}
		// What ran before the start is as if its machine had not come up again.
		if err := admin.Delete(t.Context(), ran, client.GracePeriodSeconds(0)); err != nil {
			t.Fatal(err)
		}
		podOf(t, operator.Namespace, operator.Spec.Selector, ran.UID)
		if err := admin.Patch(t.Context(), app, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"template":{"metadata":{"labels":{"version":"2"}}}}}`))); err != nil {
			t.Fatalf("rolling out what handles nothing: %v", err)
		}
		podOf(t, other.Name, metav1.AddLabelToSelector(app.Spec.Selector.DeepCopy(), "version", "2"), "")
	})
	expectRefusal(t, admin.Create(t.Context(), pod(marked, "abroad", d.Name, "ldn-aws-1")), "London, GB")
}

// nodeAgent is what runs on a node for the cluster, as a network plugin does.
func nodeAgent(t *testing.T, node string) *appsv1.DaemonSet {
	t.Helper()
	labels := map[string]string{"k8s-app": name(t, "agent")}
	system := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: metav1.NamespaceSystem}}
	spec := pod(system, "", "", "").Spec
	spec.NodeSelector = map[string]string{corev1.LabelHostname: node}
	return &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: system.Name, Name: name(t, "agent")},
		Spec: appsv1.DaemonSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
		},
	}
}

// operatorDeployment is the Deployment of the operator, as it is installed but for the second replica.
func operatorDeployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	manifest, err := os.ReadFile(filepath.Join(repo, "config", "manager", "deployment.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := &appsv1.Deployment{}
	if err := yaml.UnmarshalStrict(manifest, d); err != nil {
		t.Fatal(err)
	}
	d.Spec.Replicas = new(int32(1))
	return d
}

// podOf waits until a pod that a controller made runs, another one than before.
func podOf(t *testing.T, namespace string, selector *metav1.LabelSelector, before types.UID) *corev1.Pod {
	t.Helper()
	matching, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	found := &corev1.Pod{}
	eventually(t, fmt.Sprintf("a pod %s in %s to run", matching, namespace), func(ctx context.Context) error {
		pods := &corev1.PodList{}
		if err := admin.List(ctx, pods, client.InNamespace(namespace), client.MatchingLabelsSelector{Selector: matching}); err != nil {
			return err
		}
		waiting := errors.New("there is none")
		for i := range pods.Items {
			switch p := &pods.Items[i]; {
			case p.UID == before:
			case p.Status.Phase == corev1.PodRunning:
				found = p
				return nil
			default:
				waiting = fmt.Errorf("pod %s is %s on node %q: %+v", p.Name, p.Status.Phase, p.Spec.NodeName, p.Status.Conditions)
			}
		}
		return waiting
	})
	return found
}

// heartbeat is what a kubelet says again and again, or its node is given up: a lease that it
// renews, and the conditions of its node.
func heartbeat(t *testing.T, node string) {
	t.Helper()
	k := kubelet(t, node)
	now := metav1.NowMicro()
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: corev1.NamespaceNodeLease, Name: node}}
	renewal := fmt.Appendf(nil, `{"spec":{"renewTime":%q}}`, now.UTC().Format(metav1.RFC3339Micro))
	// kwok makes it, and with it begins to keep the node.
	eventually(t, "the lease of node "+node+" to be renewed", func(ctx context.Context) error {
		return k.Patch(ctx, lease, client.RawPatch(types.MergePatchType, renewal))
	})
	status := fmt.Appendf(nil, `{"status":{"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":%q}]}}`, now.UTC().Format(time.RFC3339))
	object := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}}
	if err := k.Status().Patch(t.Context(), object, client.RawPatch(types.StrategicMergePatchType, status)); err != nil {
		t.Errorf("the status of node %s cannot be written: %v", node, err)
	}
}

// ready tells why a node takes no pods.
func ready(ctx context.Context, node string) error {
	n := &corev1.Node{}
	if err := admin.Get(ctx, client.ObjectKey{Name: node}, n); err != nil {
		return err
	}
	for _, taint := range n.Spec.Taints {
		if taint.Key == corev1.TaintNodeNotReady {
			return errors.New("the taint of a new node has not been taken off")
		}
	}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue {
			return nil
		}
	}
	return fmt.Errorf("its conditions are %v", n.Status.Conditions)
}
