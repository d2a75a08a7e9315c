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

package webhook

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestLimited(t *testing.T) {
	type key struct{}
	parent, cancelParent := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
	defer cancelParent()
	earlier, cancelEarlier := context.WithTimeout(parent, time.Nanosecond)
	defer cancelEarlier()
	for name, test := range map[string]struct {
		parent context.Context
		after  time.Duration
		end    bool
		want   error
	}{
		"in time":                  {parent: parent, after: time.Hour},
		"after the time":           {parent: parent, after: time.Nanosecond, want: context.DeadlineExceeded},
		"after that of its parent": {parent: earlier, after: time.Hour, want: context.DeadlineExceeded},
		"ended":                    {parent: parent, after: time.Hour, end: true, want: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, end := limit(test.parent, test.after)
			derived := ctx
			if test.end {
				var cancel context.CancelFunc
				derived, cancel = context.WithCancel(ctx)
				defer cancel()
				end()
			}
			defer end()
			if test.want != nil {
				<-ctx.Done()
				<-derived.Done()
			}
			if err := ctx.Err(); !errors.Is(err, test.want) {
				t.Errorf("the error is %v, want %v", err, test.want)
			}
			if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > test.after {
				t.Errorf("the deadline is %v, %v", deadline, ok)
			}
			if ctx.Value(key{}) != "v" {
				t.Error("the values of the parent are gone")
			}
		})
	}
	t.Run("ended before anybody waited", func(t *testing.T) {
		ctx, end := limit(parent, time.Hour)
		end()
		<-ctx.Done()
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("with its parent", func(t *testing.T) {
		ctx, end := limit(parent, time.Hour)
		defer end()
		cancelParent()
		<-ctx.Done()
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	})
}
