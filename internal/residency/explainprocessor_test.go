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

package residency

import (
	"testing"
	"time"
)

func TestAtMost(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"nothing to be kept":                    0,
		"500ms at most":                         500 * time.Millisecond,
		"1 second at most":                      time.Second,
		"1 hour 30 minutes at most":             90 * time.Minute,
		"24 hours at most":                      24 * time.Hour,
		"36 hours at most":                      36 * time.Hour,
		"2 days at most":                        48 * time.Hour,
		"2 days 1 hour at most":                 49 * time.Hour,
		"30 days at most":                       720 * time.Hour,
		"30 days 1 minute 1 second 5ms at most": 720*time.Hour + 61*time.Second + 5*time.Millisecond,
	} {
		if got := atMost(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
