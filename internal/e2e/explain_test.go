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
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// explanation is what these tests look at of what the plugin prints.
type explanation struct {
	Outcome string
	Ways    []struct{ Dataset, Way, Object string }
	Unknown []struct{ Verb, Resource, Namespace, Name string }
	Items   []struct {
		Workload struct{ Name string }
		Outcome  string
	}
	Nodes *struct {
		Permitted int
		Places    []struct {
			Outcome string
			Nodes   []string
		}
	}
	Summary  struct{ Permitted, Prohibited, Undetermined int }
	Warnings []string

	code int
}

// explain runs the plugin as a user.
func explain(t *testing.T, user string, args ...string) (*explanation, error) {
	t.Helper()
	args = append(args, "-o", "json", "--kubeconfig", cluster.Kubeconfig())
	if user != "" {
		args = append(args, "--as", user)
	}
	out, err := plugin(t, args...)
	e := &explanation{}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		e.code = 1
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal([]byte(out), e); err != nil {
		return nil, fmt.Errorf("reading what the plugin prints: %w: %s", err, out)
	}
	return e, nil
}

// rights are those that explain needs for a Deployment in a namespace, whose pods refer to a
// Secret: each by itself, and what it lacks without.
func rights(ns *corev1.Namespace) (inCluster, inNamespace []rbacv1.PolicyRule) {
	rule := func(verb, group, resource string, names ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{Verbs: []string{verb}, APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: names}
	}
	return []rbacv1.PolicyRule{
			rule("list", group, "datasets"),
			rule("list", group, "residencypolicies"),
			rule("list", group, "sites"),
			rule("list", group, "jurisdictions"),
			rule("list", group, "processors"),
			rule("list", "", "nodes"),
			rule("get", "", "namespaces", ns.Name),
		}, []rbacv1.PolicyRule{
			rule("list", "", "pods"),
			rule("list", "", "services"),
			rule("list", "apps", "replicasets"),
			rule("get", "", "secrets", "carrier"),
			rule("get", "", "configmaps", "kube-root-ca.crt"),
			rule("get", "apps", "deployments", "profiles"),
		}
}

func TestExplainWithTheRightsThatItNeedsAndNoMore(t *testing.T) {
	d, _ := governed(t, country("DE"))
	// Services matter as soon as there is a Processor with a host.
	model(t)
	ns := namespace(t)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "carrier", Labels: map[string]string{residencyv1.DatasetLabel: d.Name}},
		StringData: map[string]string{"password": "x"},
	}
	create(t, secret)
	governedNamespace(t, ns)
	labels := map[string]string{"app": "profiles"}
	create(t, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "profiles"},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
				NodeSelector: map[string]string{residencyv1.StampPrefix + "country": "DE"},
				Containers: []corev1.Container{{Name: "main", Image: "example/app:1", EnvFrom: []corev1.EnvFromSource{
					{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "carrier"}}},
				}}},
			}},
		},
	})

	user := name(t, "reader")
	inCluster, inNamespace := rights(ns)
	clusterRole := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: user}, Rules: inCluster}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: user}, Rules: inNamespace}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: user}}
	create(t, clusterRole)
	create(t, role)
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: user}, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user},
	})
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: user}, Subjects: subjects,
		RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: user},
	})
	about := []string{"explain", "deployment/profiles", "-n", ns.Name}
	eventually(t, "the Deployment and its pod to be explained", func(context.Context) error {
		e, err := explain(t, user, about...)
		if err != nil {
			return err
		}
		if e.Outcome != "Permitted" || len(e.Unknown) > 0 || len(e.Items) != 1 || e.Items[0].Outcome != "Permitted" {
			return fmt.Errorf("it is %+v", e)
		}
		if len(e.Ways) != 1 || e.Ways[0].Dataset != d.Name || e.Ways[0].Object != "carrier" {
			return fmt.Errorf("it handles by %+v", e.Ways)
		}
		return nil
	})

	without := func(rules []rbacv1.PolicyRule, i int) []rbacv1.PolicyRule {
		return slices.Delete(slices.Clone(rules), i, i+1)
	}
	missing := func(rule rbacv1.PolicyRule) func(context.Context) error {
		return func(context.Context) error {
			e, err := explain(t, user, about...)
			if err != nil {
				// Without the object there is nothing to explain, and that is said.
				if rule.Resources[0] == "deployments" && strings.Contains(err.Error(), "It takes the verb get on deployments.apps") {
					return nil
				}
				return err
			}
			for _, u := range e.Unknown {
				resource, _, _ := strings.Cut(u.Resource, ".")
				if u.Verb == rule.Verbs[0] && resource == rule.Resources[0] && (u.Name == "" || slices.Contains(rule.ResourceNames, u.Name)) {
					return nil
				}
			}
			return fmt.Errorf("nothing is missing: %+v", e)
		}
	}
	for i, rule := range inCluster {
		t.Run(fmt.Sprintf("without %s %s", rule.Verbs[0], rule.Resources[0]), func(t *testing.T) {
			update(t, clusterRole, func() { clusterRole.Rules = without(inCluster, i) })
			eventually(t, "the right to be missing", missing(rule))
		})
	}
	update(t, clusterRole, func() { clusterRole.Rules = inCluster })
	for i, rule := range inNamespace {
		t.Run(fmt.Sprintf("without %s %s", rule.Verbs[0], rule.Resources[0]), func(t *testing.T) {
			update(t, role, func() { role.Rules = without(inNamespace, i) })
			eventually(t, "the right to be missing", missing(rule))
		})
	}
}

// update changes an object that nobody else writes.
func update(t *testing.T, object client.Object, change func()) {
	t.Helper()
	before, ok := object.DeepCopyObject().(client.Object)
	if !ok {
		t.Fatalf("%T is no object", object)
	}
	change()
	if err := admin.Patch(t.Context(), object, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing %s %s: %v", kindOf(object), object.GetName(), err)
	}
}

// The plugin and the manager say the same, of pods by any way and of nodes in Sites.
func TestExplainSaysWhatTheManagerSays(t *testing.T) {
	d, _ := governed(t, country("DE"))
	ns := namespace(t)
	declared := newNode(t, "node", "", nil)
	create(t, siteOf(t, "site", "DE", declared))
	carrier := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "carrier"}}
	create(t, carrier)
	refer := func(p *corev1.Pod) *corev1.Pod {
		p.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "carrier"}}}}
		return p
	}
	create(t, refer(pod(ns, "abroad", "", "ldn-aws-1")))
	create(t, refer(pod(ns, "lost", "", "lost-1")))
	create(t, pod(ns, "bystander", "", "ldn-aws-1"))
	update(t, carrier, func() { carrier.Labels = map[string]string{residencyv1.DatasetLabel: d.Name} })
	eventually(t, "the Site to be in force", func(ctx context.Context) error {
		return admin.Create(ctx, pod(ns, "declared", d.Name, declared.Name))
	})
	remove(t, pod(ns, "declared", "", ""))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1, Undetermined: 1})

	e, err := explain(t, "", "explain", "dataset/"+d.Name)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, item := range e.Items {
		got[item.Workload.Name] = item.Outcome
	}
	want := map[string]string{"abroad": "Prohibited", "lost": "Undetermined", "declared": "Permitted"}
	if diff := cmp.Diff(want, got); diff != "" || e.code != 1 || e.Outcome != "Prohibited" {
		t.Errorf("exit code %d, %s (-want +got):\n%s", e.code, e.Outcome, diff)
	}
	if len(e.Warnings) > 0 {
		t.Errorf("the stamps say something else: %q", e.Warnings)
	}

	where, err := explain(t, "", "where", d.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range where.Nodes.Places {
		for _, node := range p.Nodes {
			try := pod(ns, "try", d.Name, node)
			err := admin.Create(t.Context(), try, client.DryRunAll)
			if (err == nil) != (p.Outcome == "Permitted") {
				t.Errorf("node %s is %s, and a pod on it: %v", node, p.Outcome, err)
			}
		}
	}
}
