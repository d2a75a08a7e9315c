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
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are chosen below the range from which the kernel takes the local ports of outgoing connections (32768 up on
// Linux, 49152 up on macOS). A port from that range could be taken by any connection between the choice and the bind.
const (
	firstPort = 20000
	lastPort  = 29999
)

// freePort returns a port of 127.0.0.1 on which nobody listens. It chooses at random, so that two clusters that start
// at the same moment do not choose the same one.
func freePort() (int, error) {
	var last error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if last = tryPort(port); last == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("finding a free port of 127.0.0.1: %w", last)
}

// claimPort returns the wanted port when it is free, and any free one when none is wanted.
func claimPort(wanted int) (int, error) {
	if wanted == 0 {
		return freePort()
	}
	if err := tryPort(wanted); err != nil {
		return 0, fmt.Errorf("port %d of 127.0.0.1 cannot be used: %w", wanted, err)
	}
	return wanted, nil
}

func tryPort(port int) error {
	listener, err := net.Listen("tcp", address(port))
	if err != nil {
		return err
	}
	return listener.Close()
}

// address is host:port of a port of this machine.
func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
