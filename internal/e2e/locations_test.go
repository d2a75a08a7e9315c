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
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// plugin runs kubectl residency and returns what it prints.
func plugin(t *testing.T, args ...string) (string, error) {
	t.Helper()
	bin, err := binDir()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(bin, "kubectl-residency"), args...)
	var out, wrong bytes.Buffer
	command.Stdout, command.Stderr = &out, &wrong
	err = command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("starting the plugin: %v", err)
	}
	// Something undetermined is an answer.
	if exit != nil && exit.ExitCode() != 3 {
		return out.String(), fmt.Errorf("%w: %s", err, wrong.String())
	}
	return out.String(), nil
}

func TestLocationsAreTheSameOfflineAndFromTheCluster(t *testing.T) {
	file := filepath.Join("testdata", "locations.yaml")
	offline, err := plugin(t, "locations", "-f", file, "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	want := locations(t, offline)
	if len(want) != 30 {
		t.Fatalf("of 30 nodes there are %d:\n%s", len(want), offline)
	}
	var names []string
	for _, item := range want {
		names = append(names, fmt.Sprint(item["node"]))
	}

	t.Cleanup(func() {
		if out, err := kubectlAfterwards("delete", "--ignore-not-found", "-f", file); err != nil {
			t.Errorf("deleting: %v\n%s", err, out)
		}
	})
	kubectl(t, "apply", "-f", file)
	reader := name(t, "reader")
	create(t, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: reader},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list"}}},
	})
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: reader},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: reader},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: reader}},
	})
	asReader := append([]string{"locations", "--kubeconfig", cluster.Kubeconfig(), "--as", reader}, names...)
	eventually(t, "the cluster to say the same as the file", func(context.Context) error {
		online, err := plugin(t, append(asReader, "-o", "json")...)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, locations(t, online)); diff != "" {
			return fmt.Errorf("items (-offline +online):\n%s", diff)
		}
		return nil
	})

	t.Run("and as rows", func(t *testing.T) {
		file, err := plugin(t, "locations", "-f", file)
		if err != nil {
			t.Fatal(err)
		}
		online, err := plugin(t, asReader...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(file, "\n"), strings.Split(online, "\n")); diff != "" {
			t.Errorf("rows (-offline +online):\n%s", diff)
		}
		t.Logf("the rows:\n%s", online)
	})
}

// locations reads what the plugin prints as JSON.
func locations(t *testing.T, text string) []map[string]any {
	t.Helper()
	var list struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("reading what the plugin prints: %v\n%s", err, text)
	}
	return list.Items
}
