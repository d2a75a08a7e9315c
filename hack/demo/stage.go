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
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

// patience is how long the demo waits for what has to happen by itself.
const patience = 30 * time.Second

// stage is where the story is played: a cluster, and the screen.
type stage struct {
	out        io.Writer
	bold, dim  string
	reset      string
	cluster    string
	kubectl    string
	kubeconfig string
	plugin     string
}

func newStage(out *os.File) (*stage, error) {
	s := &stage{out: out, cluster: "bin/tools/cluster", plugin: "bin/kubectl-residency"}
	if info, err := out.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" {
		s.bold, s.dim, s.reset = "\x1b[1m", "\x1b[2m", "\x1b[0m"
	}
	for _, path := range []*string{&s.cluster, &s.plugin} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return nil, fmt.Errorf("finding %s: %w", *path, err)
		}
		*path = absolute
		if _, err := os.Stat(absolute); err != nil {
			return nil, fmt.Errorf("finding what make builds: %w (run it with make demo)", err)
		}
	}
	found, err := filepath.Glob("bin/controlplane/*/kubectl")
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("finding kubectl: there are %d in bin/controlplane (run it with make demo)", len(found))
	}
	if s.kubectl, err = filepath.Abs(found[0]); err != nil {
		return nil, fmt.Errorf("finding kubectl: %w", err)
	}
	return s, nil
}

// demoDir is the folder of the demo's cluster. It is not the one of make cluster-up, which may be running.
const demoDir = "bin/demo"

func (s *stage) openCluster(ctx context.Context) error {
	if pid, running, err := localcluster.Running(demoDir); err != nil || running {
		return errors.Join(err, fmt.Errorf("the cluster of a demo before is still there (process %d); end it: bin/tools/cluster down --dir %s", pid, demoDir))
	}
	command := exec.CommandContext(ctx, s.cluster, "up", "--dir", demoDir, "--nodes", "hack/cluster/nodes.yaml")
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stdout, command.Stderr = s.out, os.Stderr
	if err := command.Run(); err != nil {
		return errors.Join(fmt.Errorf("starting the cluster: %w", err), s.closeCluster(false))
	}
	kubeconfig, err := filepath.Abs(filepath.Join(demoDir, "kubeconfig"))
	s.kubeconfig = kubeconfig
	return err
}

func (s *stage) closeCluster(keep bool) error {
	if keep {
		s.say("\nThe cluster is still there. Look around: export KUBECONFIG=%s\nEnd it: bin/tools/cluster down --dir %s", s.kubeconfig, demoDir)
		return nil
	}
	// Not under the context of the story: an interrupt must not keep the cluster.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, s.cluster, "down", "--dir", demoDir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("taking the cluster down: %w: %s", err, out)
	}
	return nil
}

func (s *stage) title(step, of int, text string) {
	s.say("\n%s%d/%d  %s%s", s.bold, step, of, text, s.reset)
}

func (s *stage) why(text string) { s.say("\n%s%s%s", s.dim, text, s.reset) }

// say prints a line. That the screen is gone is no part of the story: the commands tell.
func (s *stage) say(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format+"\n", args...) }

// result is what a command printed and how it ended.
type result struct {
	text string
	exit int
}

// do shows a command, runs it and shows what it printed.
func (s *stage) do(ctx context.Context, input string, command ...string) (result, error) {
	s.say("\n%s$ %s%s", s.bold, shown(command), s.reset)
	r, err := s.quietly(ctx, input, command...)
	s.say("%s", strings.TrimRight(r.text, "\n"))
	return r, err
}

// quietly runs a command without showing it.
func (s *stage) quietly(ctx context.Context, input string, command ...string) (result, error) {
	program := command[0]
	if program == "kubectl" {
		program = s.kubectl
	}
	c := exec.CommandContext(ctx, program, command[1:]...)
	c.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig, "PATH="+filepath.Dir(s.plugin)+string(os.PathListSeparator)+os.Getenv("PATH"))
	c.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return result{out.String(), exit.ExitCode()}, nil
	}
	if err != nil {
		return result{}, fmt.Errorf("running %s: %w", shown(command), err)
	}
	return result{text: out.String()}, nil
}

func shown(command []string) string {
	words := make([]string, len(command))
	for i, w := range command {
		words[i] = w
		if strings.ContainsAny(w, " '\"{}$") {
			words[i] = "'" + w + "'"
		}
	}
	return strings.Join(words, " ")
}

// admitted runs a command that has to succeed.
func (s *stage) admitted(ctx context.Context, input string, command ...string) (result, error) {
	r, err := s.do(ctx, input, command...)
	if err == nil && r.exit != 0 {
		err = fmt.Errorf("this had to succeed and ended with exit code %d: %s", r.exit, shown(command))
	}
	return r, err
}

// refused runs a command that has to be refused by Domicile, for a reason that has all the words in it.
func (s *stage) refused(ctx context.Context, input string, words []string, command ...string) error {
	r, err := s.do(ctx, input, command...)
	if err != nil {
		return err
	}
	if r.exit == 0 {
		return fmt.Errorf("this had to be refused and was not: %s", shown(command))
	}
	for _, w := range append([]string{"residency.domicile.dev"}, words...) {
		if !strings.Contains(r.text, w) {
			return fmt.Errorf("this had to be refused with %q: %s", w, shown(command))
		}
	}
	return nil
}

// waitFor runs a command quietly until it prints all the words, shows it, and returns how long that took.
func (s *stage) waitFor(ctx context.Context, words []string, command ...string) (time.Duration, error) {
	begin := time.Now()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := result{}
	for {
		r, err := s.quietly(ctx, "", command...)
		if err == nil && ctx.Err() == nil { // What the end cut off says nothing.
			last = r
			if r.exit == 0 && hasAll(r.text, words) {
				took := time.Since(begin)
				s.say("\n%s$ %s%s\n%s", s.bold, shown(command), s.reset, strings.TrimRight(r.text, "\n"))
				return took, nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("waiting for %q of %s: it last said %s", words, shown(command), last.text)
		case <-tick.C:
		}
	}
}

func hasAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
