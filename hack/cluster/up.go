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
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

func newUpCommand() *cobra.Command {
	options := localcluster.Options{}
	command := &cobra.Command{
		Use:   "up",
		Short: "Start the cluster and return when it is usable; if it runs already, start a manager that died",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			full, err := absolute(options)
			if err != nil {
				return err
			}
			return up(command.Context(), full, command.OutOrStdout())
		},
	}
	addStartFlags(command, &options)
	return command
}

func up(ctx context.Context, options localcluster.Options, out io.Writer) error {
	pid, running, err := localcluster.Running(options.Dir)
	if err != nil {
		return err
	}
	if running {
		return upAgain(options, pid, out)
	}
	begin := time.Now()
	if err := say(out, "Starting a cluster in %s\n", options.Dir); err != nil {
		return err
	}
	if err := startSupervisor(ctx, options, out); err != nil {
		return err
	}
	if err := say(out, "The cluster is up, after %.1f s.\n", time.Since(begin).Seconds()); err != nil {
		return err
	}
	return request(options.Dir, commandUse, out)
}

// upAgain is the second call: nothing is started except a manager that died.
func upAgain(options localcluster.Options, pid int, out io.Writer) error {
	if _, err := os.Stat(localcluster.KubeconfigPath(options.Dir)); err != nil {
		return fmt.Errorf("a cluster in %s is just being started or stopped by process %d", options.Dir, pid)
	}
	if err := say(out, "The cluster in %s is already running (process %d).\n", options.Dir, pid); err != nil {
		return err
	}
	return request(options.Dir, commandUse, out)
}

// startSupervisor starts ourselves again as a process that outlives us, and returns when its cluster is usable. When
// ctx ends first, or the supervisor fails, no process is left.
func startSupervisor(ctx context.Context, options localcluster.Options, out io.Writer) error {
	if err := os.MkdirAll(options.Dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of the cluster: %w", err)
	}
	log, err := os.Create(supervisorLogPath(options.Dir))
	if err != nil {
		return fmt.Errorf("opening the supervisor's log: %w", err)
	}
	defer func() { _ = log.Close() }() // The supervisor has its own.
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	defer func() { _ = reader.Close() }() // Its end was read.
	defer func() { _ = writer.Close() }() // Closed below already, when the supervisor has it.
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding our own program: %w", err)
	}
	supervisor := exec.Command(self, superviseArgs(options)...)
	supervisor.Dir = options.Dir
	supervisor.Stdout = log // Not ours: who reads our output would wait for the supervisor to end.
	supervisor.Stderr = log
	supervisor.ExtraFiles = []*os.File{writer}
	supervisor.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Survives the terminal.
	if err := supervisor.Start(); err != nil {
		return fmt.Errorf("starting the supervisor: %w", err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("closing the supervisor's end of the pipe: %w", err)
	}

	unhook := context.AfterFunc(ctx, func() {
		// It may have ended by itself, which is as good.
		_ = supervisor.Process.Signal(syscall.SIGTERM)
	})
	err = follow(reader, out)
	if unhook() && err == nil {
		return supervisor.Process.Release()
	}
	_ = supervisor.Wait() // Its state is told below; that it failed is known.
	if ctx.Err() != nil {
		return errors.New("interrupted; nothing is left running")
	}
	if errors.Is(err, errNoResult) {
		return fmt.Errorf("%w (%s); see %s", err, supervisor.ProcessState, log.Name())
	}
	return err
}

func superviseArgs(options localcluster.Options) []string {
	args := []string{
		"supervise",
		"--dir=" + options.Dir,
		"--binaries=" + options.Binaries,
		"--manager=" + options.Manager,
		"--config=" + options.ConfigDir,
		"--nodes=" + options.NodesFile,
		fmt.Sprintf("--provisioner=%t", options.Provisioner),
		fmt.Sprintf("--snapshots=%t", options.Snapshots),
		fmt.Sprintf("--apiserver-port=%d", options.APIServerPort),
		fmt.Sprintf("--timeout=%s", options.Timeout),
	}
	for _, arg := range options.ManagerArgs {
		args = append(args, "--manager-arg="+arg)
	}
	return args
}

func say(out io.Writer, format string, args ...any) error {
	if _, err := fmt.Fprintf(out, format, args...); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}
