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
	"path/filepath"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

// progressFD is the pipe to the command that started the supervisor.
const progressFD = 3

func newSuperviseCommand() *cobra.Command {
	options := localcluster.Options{}
	command := &cobra.Command{
		Use:    "supervise",
		Short:  "Own a cluster until it is told to end (started by up)",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return supervise(command.Context(), options, command.OutOrStdout())
		},
	}
	addStartFlags(command, &options)
	return command
}

// supervise starts a cluster, tells the command that waits for it, and keeps the cluster until it is told to end or a
// process of the control plane does. Its working folder is the cluster's, and log is a file there.
func supervise(ctx context.Context, options localcluster.Options, log io.Writer) error {
	// The children must not inherit the pipe: its other end would never see it closed.
	syscall.CloseOnExec(progressFD)
	pipe := os.NewFile(progressFD, "progress")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	asker := newEventWriter(pipe)
	progress := &progressWriter{to: asker, broken: cancel}
	options.Progress = progress

	cluster, err := localcluster.Start(ctx, options)
	if err != nil {
		return errors.Join(err, asker.finish(err))
	}
	control, err := listen()
	if err != nil {
		err = errors.Join(err, cluster.Stop())
		return errors.Join(err, asker.finish(err))
	}
	progress.use(log)
	if err := asker.finish(nil); err != nil {
		cancel() // Whoever asked for the cluster is gone, and nobody knows of it.
	}
	return errors.Join(pipe.Close(), keep(ctx, cluster, control))
}

// keep returns when the cluster has ended.
func keep(ctx context.Context, cluster *localcluster.Cluster, control *control) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var serving sync.WaitGroup
	serving.Go(func() { control.serve(ctx, cluster, end) })

	err := cluster.Wait(ctx)
	if err != nil {
		err = fmt.Errorf("the cluster broke: %w", err)
	}
	stopped := cluster.Stop()
	err = errors.Join(err, stopped, control.close(stopped))
	serving.Wait()
	return err
}

// progressWriter passes the cluster's words on, first to whoever waits for the start, then to the log.
type progressWriter struct {
	mu     sync.Mutex
	to     io.Writer
	broken func() // Called when nobody reads any more.
}

// Write implements io.Writer.
func (w *progressWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.to.Write(text)
	if err != nil {
		w.broken()
	}
	return n, err
}

func (w *progressWriter) use(log io.Writer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to = log
	w.broken = func() {}
}

// supervisorLogPath is the log of the supervisor itself.
func supervisorLogPath(dir string) string { return filepath.Join(dir, "supervisor.log") }
