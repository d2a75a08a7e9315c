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
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

// TestMain makes the test binary a supervisor when up starts it as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "supervise" {
		main()
		return
	}
	os.Exit(m.Run())
}

func testOptions(t *testing.T) localcluster.Options {
	t.Helper()
	bin := os.Getenv("DOMICILE_BIN")
	if bin == "" {
		t.Fatal("DOMICILE_BIN is not set: it must be the absolute path of bin/ (make test sets it)")
	}
	nodes, err := filepath.Abs("nodes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return localcluster.Options{
		Dir:       filepath.Join(t.TempDir(), strings.Repeat("a-long-name-", 8)),
		Binaries:  filepath.Join(bin, "controlplane", "v1.36.3"),
		NodesFile: nodes,
	}
}

func TestUpTwiceAndDownTwice(t *testing.T) {
	options := testOptions(t)
	t.Chdir(t.TempDir()) // request changes the working folder.

	upAndWant(t, options, "creating nodes", "The cluster is up", "export KUBECONFIG="+localcluster.KubeconfigPath(options.Dir))
	children := pids(t, options.Dir)
	if len(children) != 5 {
		t.Errorf("%d children have a number, want 5: %v", len(children), children)
	}
	upAndWant(t, options, "is already running", "export KUBECONFIG="+localcluster.KubeconfigPath(options.Dir))

	downAndWant(t, options, "The cluster is down.")
	wantGone(t, children)
	downAndWant(t, options, "No cluster runs in")
}

func TestKilledSupervisorLeavesNothingAndUpWorksAgain(t *testing.T) {
	options := testOptions(t)
	options.NodesFile = ""
	t.Chdir(t.TempDir())

	upAndWant(t, options, "The cluster is up")
	children := pids(t, options.Dir)
	pid, running, err := localcluster.Running(options.Dir)
	if err != nil || !running {
		t.Fatalf("Running says %v, %v", running, err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wantGone(t, children)
	// The children can be gone before the kernel has let go of what the supervisor held.
	wantStopped(t, options.Dir)
	downAndWant(t, options, "No cluster runs in")
	upAndWant(t, options, "The cluster is up")
	downAndWant(t, options, "The cluster is down.")
}

func TestUpSaysWhyItFails(t *testing.T) {
	options := testOptions(t)
	options.NodesFile = filepath.Join(t.TempDir(), "none.yaml")
	err := up(t.Context(), options, t.Output())
	if err == nil || !strings.Contains(err.Error(), options.NodesFile) {
		t.Errorf("got %v, want an error about %s", err, options.NodesFile)
	}
	if _, running, err := localcluster.Running(options.Dir); running || err != nil {
		t.Errorf("Running says %v, %v", running, err)
	}
}

func TestDefaultNodesAreThoseOfTheDemo(t *testing.T) {
	nodes, err := localcluster.ReadNodes("nodes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, node := range nodes {
		names = append(names, node.Name)
	}
	const want = "fra-aws-1 fra-ali-1 dub-aws-1 ldn-ali-1 ldn-aws-1 iad-aws-1 ist-aws-1"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the nodes are %s, want %s", got, want)
	}
}

func upAndWant(t *testing.T, options localcluster.Options, wants ...string) {
	t.Helper()
	var out bytes.Buffer
	err := up(t.Context(), options, &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := down(context.WithoutCancel(t.Context()), options.Dir, t.Output()); err != nil {
			t.Error(err)
		}
	})
	for _, want := range wants {
		if !strings.Contains(out.String(), want) {
			t.Errorf("up does not say %q", want)
		}
	}
}

func downAndWant(t *testing.T, options localcluster.Options, want string) {
	t.Helper()
	var out bytes.Buffer
	if err := down(t.Context(), options.Dir, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), want) {
		t.Errorf("down says %q, want %q", out.String(), want)
	}
}

// pids returns the process numbers of the children of the cluster in dir, by name.
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
		found[filepath.Base(path)] = pid
	}
	return found
}

// wantGone fails unless all processes end within seconds: the kernel kills orphans a moment after their owner.
func wantGone(t *testing.T, children map[string]int) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(10 * time.Second)
	for name, pid := range children {
		for alive(pid) {
			select {
			case <-ticker.C:
			case <-deadline:
				t.Fatalf("%s (process %d) is still there", name, pid)
			}
		}
	}
}

// wantStopped waits until nobody says any more that a cluster runs there.
func wantStopped(t *testing.T, dir string) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(10 * time.Second)
	for {
		_, running, err := localcluster.Running(dir)
		if err == nil && !running {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("Running says %v, %v", running, err)
		}
	}
}

// alive is false for a zombie too: an orphan is buried by process 1, and that is not ours to wait for.
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return !errors.Is(err, os.ErrNotExist)
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return !bytes.HasPrefix(state, []byte("Z"))
}
