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
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// minimumDisk is what a start needs on the disk of Options.Dir, in bytes: etcd preallocates two 64 MiB files, and the
// logs and data of a busy day come on top.
const minimumDisk = 512 << 20

// Options say what to start and where. Only Dir and Binaries are required.
type Options struct {
	// Dir holds certificates, kubeconfigs, etcd's data and one log per process. Made when missing. One cluster per Dir.
	Dir string
	// Binaries is the folder of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, kwok and
	// kwok-stages.yaml; for volumes and snapshots, of provisioner and snapshot-crds.yaml.
	Binaries string
	// Manager is the path of Domicile's manager. Empty: none is started, and no webhook configuration is applied.
	Manager string
	// ConfigDir is the repository's config/. Its kustomization "local" is applied. Empty: the cluster stays bare.
	ConfigDir string
	// NodesFile is a file of Node objects. Empty: no nodes.
	NodesFile string
	// Provisioner starts one for the volumes of claims, which acts as the storage drivers do that it knows, and looks after
	// claims every second.
	Provisioner bool
	// Snapshots installs the kinds of snapshots of volumes. Otherwise they can come later: ApplySnapshots.
	Snapshots bool
	// JobsRun keeps the pods of Jobs running until they are deleted. Otherwise they succeed as soon as they run.
	JobsRun bool
	// Progress receives a line per phase. Nil: nothing is said.
	Progress io.Writer
	// Timeout is the longest that Start may take. Zero: five minutes.
	Timeout time.Duration
	// APIServerPort is the port of the API server. Zero: a free one.
	APIServerPort int
	// APIServerArgs and ManagerArgs come after the program's own arguments, so they win.
	APIServerArgs []string
	ManagerArgs   []string
}

// complete returns the options with defaults filled in and every path absolute.
func (o Options) complete() (Options, error) {
	if o.Dir == "" || o.Binaries == "" {
		return o, errors.New("the options of a local cluster need Dir and Binaries")
	}
	if o.Manager != "" && o.ConfigDir == "" {
		return o, errors.New("a manager without ConfigDir has no CRDs and no permissions to start with")
	}
	for _, path := range []*string{&o.Dir, &o.Binaries, &o.Manager, &o.ConfigDir, &o.NodesFile} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, fmt.Errorf("making %s absolute: %w", *path, err)
		}
		*path = absolute
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Minute
	}
	return o, nil
}

// check finds what would make a start fail half way, so that it fails before anything runs.
func (o Options) check() error {
	if err := o.checkFiles(); err != nil {
		return err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the cluster: %w", err)
	}
	return checkDisk(o.Dir, minimumDisk)
}

func (o Options) checkFiles() error {
	programs := []string{etcdName, apiServerName, controllerManagerName, schedulerName, kwokName, kubectlName}
	if o.Provisioner {
		programs = append(programs, provisionerName)
	}
	var missing []string
	for _, name := range programs {
		path := o.binary(name)
		if info, err := os.Stat(path); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			missing = append(missing, path)
		}
	}
	documents := []string{o.stages()}
	if o.Snapshots {
		documents = append(documents, o.snapshotCRDs())
	}
	for _, path := range documents {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			missing = append(missing, path)
		}
	}
	if o.Manager != "" {
		if info, err := os.Stat(o.Manager); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			missing = append(missing, o.Manager)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing, or no program: %s (make cluster-up builds what it needs)", strings.Join(missing, ", "))
	}
	return nil
}

func (o Options) binary(name string) string { return filepath.Join(o.Binaries, name) }

func (o Options) stages() string { return o.binary("kwok-stages.yaml") }

func (o Options) snapshotCRDs() string { return o.binary("snapshot-crds.yaml") }

// checkDisk fails when the disk that holds dir has less than need bytes for this user.
func checkDisk(dir string, need uint64) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("reading the free space of %s: %w", dir, err)
	}
	free := uint64(disk.Bavail) * uint64(disk.Bsize) // The types differ between Linux and macOS.
	if free < need {
		return fmt.Errorf("the disk of %s has %d MiB free, and a cluster needs %d MiB", dir, free>>20, need>>20)
	}
	return nil
}
