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

// Command demo tells what Domicile does, as a story in fourteen steps on a real API server.
// Each step prints the command, what happened and why it matters. The first surprise
// ends it with exit code 1; the cluster is taken down whatever happened, unless KEEP=1.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	s, err := newStage(os.Stdout)
	if err != nil {
		return err
	}
	if err := s.openCluster(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.closeCluster(os.Getenv("KEEP") == "1")) }()
	for i, step := range story() {
		if err := ctx.Err(); err != nil {
			return errors.New("interrupted")
		}
		s.title(i+1, len(story()), step.title)
		if err := step.tell(ctx, s); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("step %d, %s: %w", i+1, step.title, err)
		}
		s.why(step.why)
	}
	fmt.Println("\nThe story is told: every refusal was for its own reason, and each had a permitted twin.")
	return nil
}
