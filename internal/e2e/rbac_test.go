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

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

const group = "residency.domicile.dev"

// The whole cluster of these tests is run with these permissions: one that is missing
// shows in the other tests, one too many shows here.
func TestTheManagerMayDoWhatItNeedsAndNoMore(t *testing.T) {
	manager, err := clientFor(cluster.ManagerConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		verb, group, resource, subresource, namespace string
		want                                          bool
	}{
		{"list", "", "pods", "", "", true},
		{"watch", "", "nodes", "", "", true},
		{"patch", "", "namespaces", "", "", true},
		{"patch", group, "datasets", "status", "", true},
		{"patch", group, "residencypolicies", "status", "", true},
		{"watch", group, "sites", "", "", true},
		{"watch", group, "jurisdictions", "", "", true},
		{"watch", group, "processors", "", "", true},
		{"watch", "", "services", "", "", true},
		{"patch", group, "sites", "status", "", true},
		{"patch", group, "processors", "status", "", true},
		{"patch", group, "jurisdictions", "status", "", true},
		{"create", "events.k8s.io", "events", "", "default", true},
		{"get", "apps", "replicasets", "", "default", true},
		{"get", "batch", "jobs", "", "default", true},
		{"list", "apps", "replicasets", "", "", false},
		{"get", "batch", "cronjobs", "", "default", false},
		{"update", "apps", "deployments", "", "default", false},
		{"create", "authorization.k8s.io", "subjectaccessreviews", "", "", true},
		{"declassify", group, "datasets", "", "", false},
		{"update", "coordination.k8s.io", "leases", "", "domicile-system", true},
		{"update", group, "datasets", "", "", false},
		{"update", group, "residencypolicies", "", "", false},
		{"update", group, "sites", "", "", false},
		{"update", group, "jurisdictions", "", "", false},
		{"update", group, "processors", "", "", false},
		{"declassify", group, "processors", "", "", false},
		{"patch", "", "services", "", "default", false},
		{"delete", group, "datasets", "", "", false},
		{"list", "", "secrets", "", "", true}, // metadata alone, for which there is no verb
		{"list", "", "configmaps", "", "", true},
		{"list", "", "persistentvolumeclaims", "", "", true},
		{"patch", "", "secrets", "", "default", false},
		{"create", "", "configmaps", "", "domicile-system", false},
		{"update", "", "persistentvolumeclaims", "", "default", false},
		{"delete", "", "secrets", "", "default", false},
		{"create", "", "pods", "", "default", false},
		{"update", "", "pods", "", "default", false},
		{"delete", "", "pods", "", "default", false},
		{"create", "", "pods", "binding", "default", false},
		{"create", "", "pods", "eviction", "default", false},
		{"patch", "", "nodes", "", "", true},
		{"update", "", "nodes", "", "", false},
		{"delete", "", "nodes", "", "", false},
		{"patch", "", "nodes", "status", "", false},
		{"relocate", "", "nodes", "", "", false},
		{"delete", "", "namespaces", "", "", false},
		{"update", "coordination.k8s.io", "leases", "", "default", false},
		{"update", "admissionregistration.k8s.io", "validatingwebhookconfigurations", "", "", false},
		{"escalate", "rbac.authorization.k8s.io", "clusterroles", "", "", false},
	} {
		resource := tc.resource
		if tc.subresource != "" {
			resource += "/" + tc.subresource
		}
		t.Run(fmt.Sprintf("%s %s", tc.verb, resource), func(t *testing.T) {
			review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Verb: tc.verb, Group: tc.group, Resource: tc.resource, Subresource: tc.subresource, Namespace: tc.namespace,
				},
			}}
			if err := manager.Create(t.Context(), review); err != nil {
				t.Fatalf("asking: %v", err)
			}
			if review.Status.Allowed != tc.want {
				t.Errorf("allowed %v, want %v", review.Status.Allowed, tc.want)
			}
		})
	}
}

// granted waits until a role that was bound just now is known to the API server's authorizer,
// which reads roles from a cache. Being allowed to list says that.
func granted(t *testing.T, list func(context.Context, client.ObjectList, ...client.ListOption) error, of client.ObjectList, options ...client.ListOption) {
	t.Helper()
	eventually(t, "the role to be in force", func(ctx context.Context) error { return list(ctx, of, options...) })
}

// An application team ships pods and reads no policy: the refusal has to say enough.
func TestAnApplicationTeamGetsTheSameAnswer(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "team"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "edit"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "dev"}},
	})
	config, err := cluster.UserConfig("dev")
	if err != nil {
		t.Fatal(err)
	}
	dev, err := clientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	granted(t, dev.List, &corev1.PodList{}, client.InNamespace(ns.Name))
	expectRefusal(t, dev.Create(t.Context(), pod(ns, "abroad", d.Name, "ldn-ali-1")), "London, GB", p.Name, "EEA", "privacy@example.com")
	home := pod(ns, "home", d.Name, "fra-ali-1")
	if err := dev.Create(t.Context(), home); err != nil {
		t.Errorf("a permitted pod: %v", err)
	}
	remove(t, home)
	if err := dev.Get(t.Context(), client.ObjectKeyFromObject(p), &residencyv1.ResidencyPolicy{}); !apierrors.IsForbidden(err) {
		t.Errorf("reading a policy without the right to: %v", err)
	}
}

func TestPolicyReadersReadPoliciesAndNotDatasets(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"))
	optional := repo + "/config/rbac/optional"
	kubectl(t, "apply", "-k", optional)
	t.Cleanup(func() {
		if out, err := kubectlAfterwards("delete", "-k", optional); err != nil {
			t.Errorf("deleting: %v\n%s", err, out)
		}
	})
	config, err := cluster.UserConfig("somebody")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := clientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	granted(t, reader.List, &residencyv1.ResidencyPolicyList{})
	if err := reader.Get(t.Context(), client.ObjectKeyFromObject(p), &residencyv1.ResidencyPolicy{}); err != nil {
		t.Errorf("reading a policy: %v", err)
	}
	if err := reader.Get(t.Context(), client.ObjectKeyFromObject(d), &residencyv1.Dataset{}); !apierrors.IsForbidden(err) {
		t.Errorf("reading a dataset, whose violations name other teams' pods: %v", err)
	}
}

func TestViewersAndEditors(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	for role, may := range map[string]bool{"domicile-viewer": false, "domicile-editor": true} {
		t.Run(role, func(t *testing.T) {
			create(t, &rbacv1.ClusterRoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: name(t, "binding")},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
				Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: role}},
			})
			config, err := cluster.UserConfig(role)
			if err != nil {
				t.Fatal(err)
			}
			user, err := clientFor(config)
			if err != nil {
				t.Fatal(err)
			}
			granted(t, user.List, &residencyv1.DatasetList{})
			got := &residencyv1.Dataset{}
			if err := user.Get(t.Context(), client.ObjectKeyFromObject(d), got); err != nil {
				t.Fatalf("reading a dataset: %v", err)
			}
			changed := got.DeepCopy()
			changed.Spec.Title = "Profiles of customers"
			if err := user.Patch(t.Context(), changed, client.MergeFrom(got)); (err == nil) != may {
				t.Errorf("writing a dataset: %v", err)
			}
			changed.Status.Processing = "anywhere"
			if err := user.Status().Patch(t.Context(), changed, client.MergeFrom(got)); !apierrors.IsForbidden(err) {
				t.Errorf("writing what only the manager writes: %v", err)
			}
			if err := user.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: "default"}, &corev1.ServiceAccount{}); !apierrors.IsForbidden(err) {
				t.Errorf("reading something else: %v", err)
			}
		})
	}
}
