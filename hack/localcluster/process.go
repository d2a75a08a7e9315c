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
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is one child. Its output goes to NAME.log and its number to NAME.pid, both in the cluster's folder.
type process struct {
	name string
	dir  string
	cmd  *exec.Cmd

	done chan struct{} // Closed when the child has ended and err is set.
	err  error
}

// spawner starts children from one thread that lives as long as they may. The parent death signal is sent when the
// starting thread ends, and the Go runtime ends threads as it likes, except one that a goroutine holds.
type spawner chan func()

func newSpawner() spawner {
	work := make(spawner)
	go func() {
		runtime.LockOSThread()
		for start := range work {
			start()
		}
	}()
	return work
}

// start runs a program of the cluster. The caller must end it.
func (s spawner) start(dir, name, path string, args ...string) (*process, error) {
	p := &process{name: name, dir: dir, done: make(chan struct{})}
	log, err := os.OpenFile(p.logPath(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", name, err)
	}
	defer func() { _ = log.Close() }() // The child has its own, and we write nothing.

	p.cmd = exec.Command(path, args...)
	p.cmd.Dir = dir
	p.cmd.Env = environment(os.Environ(), dir)
	p.cmd.Stdout = log
	p.cmd.Stderr = log
	p.cmd.SysProcAttr = childAttributes()

	started := make(chan error, 1)
	s <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	if err := writeFile(p.pidPath(), []byte(strconv.Itoa(p.pid())+"\n"), 0o644); err != nil {
		p.stop(0)
		return nil, err
	}
	return p, nil
}

// environment keeps what is ours out of the children: a kubeconfig, settings of etcd, configuration files in the
// user's home folder.
func environment(of []string, home string) []string {
	kept := slices.DeleteFunc(slices.Clone(of), func(entry string) bool {
		return slices.ContainsFunc([]string{"KUBECONFIG=", "HOME=", "ETCD_", "KWOK_"}, func(prefix string) bool {
			return strings.HasPrefix(entry, prefix)
		})
	})
	return append(kept, "HOME="+home)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the child to end, ends it by force after the grace period, and returns when it is gone. With no grace it
// is killed at once.
func (p *process) stop(grace time.Duration) {
	// A signal that cannot be sent means that the child is gone, which is what is wanted; done tells.
	if grace > 0 {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-p.done:
		case <-timer.C:
		}
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	_ = os.Remove(p.pidPath()) // Only a help for people: a leftover misleads nobody, the lock is what counts.
}

// failure describes the end of a child that should not have ended.
func (p *process) failure() error {
	how := "exit status 0"
	if p.err != nil {
		how = p.err.Error()
	}
	return fmt.Errorf("%s ended (%s); the last lines of %s:\n%s", p.name, how, p.logPath(), lastLines(p.logPath(), 12))
}

func (p *process) logPath() string { return filepath.Join(p.dir, p.name+".log") }
func (p *process) pidPath() string { return filepath.Join(p.dir, p.name+".pid") }

// lastLines returns the end of a log, indented, or why it cannot be read.
func lastLines(path string, count int) string {
	content, err := readEnd(path, 16<<10)
	if err != nil {
		return "    " + err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	lines = lines[max(0, len(lines)-count):]
	for i, line := range lines {
		if len(line) > 400 {
			line = line[:400] + "..."
		}
		lines[i] = "    " + line
	}
	return strings.Join(lines, "\n")
}

func readEnd(path string, size int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // Only read.
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-size)
	content := make([]byte, info.Size()-from)
	n, err := file.ReadAt(content, from)
	if n < len(content) && err != nil {
		return nil, err
	}
	return content, nil
}
