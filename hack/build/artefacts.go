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
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// artefact is one file below bin/: a compiled command, or YAML that ships in a
// module.
type artefact struct {
	name   string
	group  string
	module string // the folder of its Go module, relative to the repository
	output string // relative to the repository

	// A command: the package to compile and the linker's flags.
	pkg     string
	ldflags string
	// usual is how long a first build took on two cores with empty caches.
	usual time.Duration

	// Or YAML: every *.yaml of these folders of the module from, concatenated.
	from    string
	folders []string
}

const (
	groupControlPlane = "controlplane"
	groupTools        = "tools"
	strip             = "-s -w"
)

// artefacts is the list of all that can be built, in the order in which it is
// built: quick ones first within a module, so that a broken set-up shows early.
func artefacts(root string) ([]artefact, error) {
	kubernetes, err := required(filepath.Join(root, "hack", "controlplane", "go.mod"), "k8s.io/kubernetes")
	if err != nil {
		return nil, err
	}
	stamped, err := kubernetesFlags(kubernetes)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join("bin", "controlplane", kubernetes)
	component := func(name string, usual time.Duration) artefact {
		return artefact{
			name: name, group: groupControlPlane, module: "hack/controlplane", output: filepath.Join(dir, name),
			pkg: "k8s.io/kubernetes/cmd/" + name, ldflags: stamped, usual: usual,
		}
	}
	tool := func(name, pkg string, usual time.Duration) artefact {
		return artefact{
			name: name, group: groupTools, module: "hack/tools/" + name, output: filepath.Join("bin", "tools", name),
			pkg: pkg, ldflags: strip, usual: usual,
		}
	}
	return []artefact{
		{
			name: "etcd", group: groupControlPlane, module: "hack/controlplane", output: filepath.Join(dir, "etcd"),
			pkg: "go.etcd.io/etcd/server/v3", ldflags: strip, usual: time.Minute,
		},
		component("kube-apiserver", 6*time.Minute),
		component("kube-controller-manager", 2*time.Minute),
		component("kube-scheduler", 10*time.Second),
		component("kubectl", 30*time.Second),
		{
			name: "kwok", group: groupControlPlane, module: "hack/kwok", output: filepath.Join(dir, "kwok"),
			pkg: "sigs.k8s.io/kwok/cmd/kwok", ldflags: strip, usual: 2 * time.Minute,
		},
		{
			// kwok does nothing without Stages; these keep nodes ready and let pods run at once.
			name: "kwok-stages.yaml", group: groupControlPlane, module: "hack/kwok",
			output: filepath.Join(dir, "kwok-stages.yaml"), from: "sigs.k8s.io/kwok",
			folders: []string{"kustomize/stage/node/fast", "kustomize/stage/node/heartbeat-with-lease", "kustomize/stage/pod/fast"},
		},
		{
			// config/default asks cert-manager for a certificate; a test applies it, which needs these types.
			name: "cert-manager-crds.yaml", group: groupControlPlane, module: "hack/certmanager",
			output: filepath.Join(dir, "cert-manager-crds.yaml"), from: "github.com/cert-manager/cert-manager",
			folders: []string{"deploy/crds"},
		},
		{
			// The kinds of snapshots, which are no part of Kubernetes.
			name: "snapshot-crds.yaml", group: groupControlPlane, module: ".",
			output: filepath.Join(dir, "snapshot-crds.yaml"), from: "github.com/kubernetes-csi/external-snapshotter/client/v8",
			folders: []string{"config/crd"},
		},
		{
			name: "provisioner", group: groupControlPlane, module: "hack/provisioner", output: filepath.Join(dir, "provisioner"),
			pkg: ".", ldflags: strip, usual: 2 * time.Minute,
		},
		tool("controller-gen", "sigs.k8s.io/controller-tools/cmd/controller-gen", time.Minute),
		tool("kustomize", "sigs.k8s.io/kustomize/kustomize/v5", 30*time.Second),
		tool("golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint", 2*time.Minute),
	}, nil
}

// kubernetesFlags are the linker's flags for a Kubernetes command. Without
// them `kubectl version` cannot parse its own version.
func kubernetesFlags(version string) (string, error) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) != 3 {
		return "", fmt.Errorf("parsing the version of Kubernetes: %q is not vX.Y.Z", version)
	}
	const at = " -X k8s.io/component-base/version."
	return strip + at + "gitVersion=" + version + at + "gitMajor=" + parts[0] + at + "gitMinor=" + parts[1], nil
}

// required reads the version of a module that a go.mod requires.
func required(gomod, module string) (string, error) {
	data, err := os.ReadFile(gomod)
	if err != nil {
		return "", fmt.Errorf("reading the pinned versions: %w", err)
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) >= 2 && fields[0] == module && strings.HasPrefix(fields[1], "v") {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("reading %s: it does not require %s", gomod, module)
}

// choose picks artefacts by name or by group, in the order of the list. No
// name means all.
func choose(all []artefact, names []string) ([]artefact, error) {
	if len(names) == 0 {
		return all, nil
	}
	known := []string{}
	for _, a := range all {
		known = append(known, a.group, a.name)
	}
	slices.Sort(known)
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("nothing is called %q: there are %s", name, strings.Join(slices.Compact(known), ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(a artefact) bool {
		return !slices.Contains(names, a.name) && !slices.Contains(names, a.group)
	}), nil
}
