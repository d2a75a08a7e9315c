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
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// RunningError says that a cluster already runs in Dir, started by the process PID.
type RunningError struct {
	Dir string
	PID int
}

// Error implements error.
func (e *RunningError) Error() string {
	return fmt.Sprintf("a cluster already runs in %s (process %d)", e.Dir, e.PID)
}

// Running tells whether a cluster runs in dir, and which process owns it. It asks the kernel for the owner's lock, so
// neither a leftover file nor a reused process number is taken for a cluster.
func Running(dir string) (pid int, running bool, err error) {
	file, err := os.Open(lockPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("opening the lock of the cluster: %w", err)
	}
	defer func() { _ = file.Close() }() // Only read.

	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if err == nil {
		return 0, false, nil
	}
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return 0, false, fmt.Errorf("asking for the lock of the cluster: %w", err)
	}
	pid, err = lockOwner(dir)
	return pid, true, err
}

// takeLock makes this process the owner of dir until the returned file is closed.
func takeLock(dir string) (*os.File, error) {
	file, err := os.OpenFile(lockPath(dir), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of the cluster: %w", err)
	}
	if err := flock(file); err != nil {
		err = errors.Join(err, file.Close())
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("locking %s: %w", file.Name(), err)
		}
		pid, err := lockOwner(dir)
		if err != nil {
			return nil, err
		}
		return nil, &RunningError{Dir: dir, PID: pid}
	}
	if err := os.WriteFile(lockPath(dir), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("writing the lock of the cluster: %w", errors.Join(err, file.Close()))
	}
	return file, nil
}

// flock asks a few times: Running holds the lock for an instant, and that instant must not look like a cluster.
func flock(file *os.File) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range 5 {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		<-ticker.C
	}
	return syscall.EWOULDBLOCK
}

func lockOwner(dir string) (int, error) {
	content, err := os.ReadFile(lockPath(dir))
	if err != nil {
		return 0, fmt.Errorf("reading the lock of the cluster: %w", err)
	}
	text := strings.TrimSpace(string(content))
	if text == "" {
		return 0, nil // The owner has the lock and has not written its number yet.
	}
	pid, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("reading the lock of the cluster: %w", err)
	}
	return pid, nil
}

func lockPath(dir string) string { return filepath.Join(dir, "lock") }
