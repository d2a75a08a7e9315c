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
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

// A start that cannot succeed says why, in words that name the cause, and leaves no process and no state.
func TestStartFails(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, options *Options)
		want   string
	}{
		"without programs": {
			change: func(t *testing.T, options *Options) { options.Binaries = t.TempDir() },
			want:   `^missing, or no program: .*/etcd, .*/kube-apiserver, .*/kwok-stages.yaml`,
		},
		"with a manager that is no program": {
			change: func(_ *testing.T, options *Options) {
				options.Manager = "testdata/nodes.yaml"
				options.ConfigDir = "testdata/config"
			},
			want: `^missing, or no program: .*/testdata/nodes.yaml`,
		},
		"with broken nodes": {
			change: func(t *testing.T, options *Options) {
				options.NodesFile = filepath.Join(t.TempDir(), "nodes.yaml")
				if err := os.WriteFile(options.NodesFile, []byte("apiVersion: v1\nkind: Pod\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			},
			want: `nodes.yaml: document 1: kind: is "Pod"`,
		},
		"with a configuration that kustomize cannot read": {
			change: func(t *testing.T, options *Options) { options.ConfigDir = t.TempDir() },
			want:   `rendering .*/local: exit status 1: .*local`,
		},
		"when the port is taken": {
			change: func(t *testing.T, options *Options) {
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = listener.Close() })
				options.APIServerPort = listener.Addr().(*net.TCPAddr).Port
			},
			want: `starting kube-apiserver: port \d+ of 127.0.0.1 cannot be used: .*address already in use`,
		},
		"when a child dies": {
			change: func(_ *testing.T, options *Options) { options.APIServerArgs = []string{"--no-such-flag"} },
			want:   `(?s)kube-apiserver ended \(exit status 1\); the last lines of .*kube-apiserver.log:.*unknown flag: --no-such-flag`,
		},
		"when the manager dies": {
			change: func(t *testing.T, options *Options) {
				options.Manager = beManager(t, managerCrashes)
				options.ConfigDir = filepath.Join("testdata", "config")
			},
			want: `(?s)starting the manager: .*manager ended \(exit status 3\); .*the fake manager is broken on purpose`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			options := Options{Dir: t.TempDir(), Binaries: testBinaries(t), Progress: t.Output()}
			test.change(t, &options)
			children := map[string]int{}
			// A child that dies says so while the start goes on.
			var mu sync.Mutex
			options.Progress = progressFunc(func() {
				mu.Lock()
				defer mu.Unlock()
				for name, pid := range pids(t, options.Dir) {
					children[name] = pid
				}
			})
			cluster, err := Start(t.Context(), options)
			if err == nil {
				t.Error(cluster.Stop())
				t.Fatal("the start succeeded")
			}
			if !regexp.MustCompile(test.want).MatchString(err.Error()) {
				t.Errorf("the error is\n%v\nwant a match of\n%s", err, test.want)
			}
			mu.Lock()
			defer mu.Unlock()
			wantNothingLeft(t, options.Dir, children)
		})
	}
}

// progressFunc looks at the cluster whenever it says something.
type progressFunc func()

func (f progressFunc) Write(text []byte) (int, error) {
	f()
	return len(text), nil
}

func TestStartCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	options := Options{Dir: t.TempDir(), Binaries: testBinaries(t)}
	children := map[string]int{}
	options.Progress = progressFunc(func() {
		if children = pids(t, options.Dir); children[etcdName] != 0 {
			cancel()
		}
	})
	if _, err := Start(ctx, options); err == nil {
		t.Fatal("the start succeeded")
	}
	if children[etcdName] == 0 {
		t.Error("etcd never ran: the test interrupts nothing")
	}
	wantNothingLeft(t, options.Dir, children)
}

func TestDiskThatIsTooFullIsFoundBeforeTheStart(t *testing.T) {
	if err := checkDisk(t.TempDir(), 1); err != nil {
		t.Errorf("one byte: %v", err)
	}
	err := checkDisk(t.TempDir(), 1<<60)
	if err == nil || !regexp.MustCompile(`the disk of .* has \d+ MiB free, and a cluster needs \d+ MiB`).MatchString(err.Error()) {
		t.Errorf("an exbibyte: %v", err)
	}
}
