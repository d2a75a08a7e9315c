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
	"fmt"
	"time"
)

// until asks every so often until the answer is nil. When ctx ends first it says what was waited for, why the wait
// ended (a dead child, a timeout, the caller) and what the last answer was.
func until(ctx context.Context, what string, every time.Duration, ask func(context.Context) error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	var last error
	for {
		if ctx.Err() == nil {
			err := ask(ctx)
			if err == nil {
				return nil
			}
			if ctx.Err() == nil || last == nil {
				last = err // An answer that the end of ctx cut off says nothing: keep the one before.
			}
		}
		select {
		case <-ctx.Done():
			if last == nil {
				return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
			}
			return fmt.Errorf("waiting for %s: %w (last answer: %w)", what, context.Cause(ctx), last)
		case <-ticker.C:
		}
	}
}
