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
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/domicile-dev/domicile/hack/localcluster"
)

// What a supervisor can be asked for.
const (
	commandUse  = "use"  // Start the manager if it died, and say how to use the cluster.
	commandStop = "stop" // End the cluster.
)

// socket is the supervisor's, in the folder of the cluster. It is used by its bare name from within that folder: a
// socket's path may have 107 characters only, and folders of tests have more.
const socket = "control.sock"

// control answers commands on the socket. Only the user who owns the folder can reach it.
type control struct {
	listener net.Listener
	requests sync.WaitGroup

	stopped chan struct{} // Closed when the cluster has ended and stopErr is set.
	stopErr error
}

// listen opens the socket in the working folder. Who calls it owns the cluster, so a socket that exists is a leftover.
func listen() (*control, error) {
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing an old socket: %w", err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	return &control{listener: listener, stopped: make(chan struct{})}, nil
}

// serve answers until close. end makes the supervisor end the cluster.
func (c *control) serve(ctx context.Context, cluster *localcluster.Cluster, end func()) {
	for {
		connection, err := c.listener.Accept()
		if err != nil {
			return // Closed: nothing else makes a unix socket fail for good.
		}
		c.requests.Go(func() {
			defer func() { _ = connection.Close() }() // All was said, or nobody listens.
			c.answer(ctx, connection, cluster, end)
		})
	}
}

func (c *control) answer(ctx context.Context, connection net.Conn, cluster *localcluster.Cluster, end func()) {
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return // Whoever called left again.
	}
	events := newEventWriter(connection)
	switch command := strings.TrimSpace(line); command {
	case commandUse:
		err = use(ctx, cluster, events)
	case commandStop:
		end()
		<-c.stopped
		err = c.stopErr
	default:
		err = fmt.Errorf("unknown command %q", command)
	}
	// Whoever asked may be gone; the work is done all the same.
	_ = events.finish(err)
}

func use(ctx context.Context, cluster *localcluster.Cluster, out io.Writer) error {
	if cluster.HasManager() && !cluster.ManagerRunning() {
		if err := say(out, "Its manager had ended and is started again.\n"); err != nil {
			return err
		}
		if err := cluster.StartManager(ctx); err != nil {
			return err
		}
	}
	return printUsage(cluster, out)
}

func printUsage(cluster *localcluster.Cluster, out io.Writer) error {
	return say(out, `
  export KUBECONFIG=%s
  %s get nodes

The API server is %s, the logs are in %s.
To end the cluster: make cluster-down
`, cluster.Kubeconfig(), cluster.Kubectl(), cluster.URL(), filepath.Dir(cluster.Kubeconfig()))
}

// close tells those who asked for the end that it has come, and how.
func (c *control) close(stopErr error) error {
	c.stopErr = stopErr
	close(c.stopped)
	err := c.listener.Close()
	c.requests.Wait()
	return err
}

// request sends a command to the supervisor of the cluster in dir, prints what it says and returns the result. It
// changes the working folder to dir.
func request(dir, command string, out io.Writer) error {
	if err := os.Chdir(dir); err != nil {
		return fmt.Errorf("going to the folder of the cluster: %w", err)
	}
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return fmt.Errorf("reaching the supervisor: %w", err)
	}
	defer func() { _ = connection.Close() }() // The answer was read, or the error is known.
	if _, err := io.WriteString(connection, command+"\n"); err != nil {
		return fmt.Errorf("asking the supervisor: %w", err)
	}
	return follow(connection, out)
}
