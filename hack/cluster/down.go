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
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

// patience is how long a supervisor may take to end its cluster after each way of telling it to.
const patience = 30 * time.Second

func newDownCommand() *cobra.Command {
	dir := ""
	command := &cobra.Command{
		Use:   "down",
		Short: "End the cluster and return when no process is left",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			full, err := filepath.Abs(dir)
			if err != nil {
				return fmt.Errorf("making %s absolute: %w", dir, err)
			}
			return down(command.Context(), full, command.OutOrStdout())
		},
	}
	addDirFlag(command, &dir)
	return command
}

func down(ctx context.Context, dir string, out io.Writer) error {
	pid, running, err := localcluster.Running(dir)
	if err != nil {
		return err
	}
	if !running {
		return sayNotRunning(dir, out)
	}
	err = request(dir, commandStop, out)
	if unreachable := (*net.OpError)(nil); errors.As(err, &unreachable) {
		// It is starting, or hangs.
		err = sendSignal(pid, syscall.SIGTERM)
	}
	if err != nil {
		return err
	}
	err = waitGone(ctx, dir)
	if errors.Is(err, errStillThere) {
		// Its children die with it.
		if err := sendSignal(pid, syscall.SIGKILL); err != nil {
			return err
		}
		err = waitGone(ctx, dir)
	}
	if err != nil {
		return err
	}
	return say(out, "The cluster is down.\n")
}

// sayNotRunning also points at the words of a cluster that ended although nobody asked for it.
func sayNotRunning(dir string, out io.Writer) error {
	if err := say(out, "No cluster runs in %s.\n", dir); err != nil {
		return err
	}
	log := supervisorLogPath(dir)
	if info, err := os.Stat(log); err == nil && info.Size() > 0 {
		return say(out, "How the last one ended is in %s.\n", log)
	}
	return nil
}

// sendSignal goes to the process that holds the cluster's lock.
func sendSignal(pid int, what syscall.Signal) error {
	if pid == 0 {
		return errors.New("the cluster's process is not known yet; try again")
	}
	if err := syscall.Kill(pid, what); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("sending %s to process %d: %w", what, pid, err)
	}
	return nil
}

var errStillThere = errors.New("the cluster is still there")

// waitGone returns when nobody owns the cluster any more.
func waitGone(ctx context.Context, dir string) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		_, running, err := localcluster.Running(dir)
		if err != nil {
			return err
		}
		if !running {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return fmt.Errorf("%w after %s", errStillThere, patience)
		case <-ticker.C:
		}
	}
}
