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
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestMetricsCountWhatWasDone(t *testing.T) {
	registry := prometheus.NewRegistry()
	w := newWorld(t)
	m, err := NewMetrics(registry)
	if err != nil {
		t.Fatal(err)
	}
	w.options.Metrics = m
	w.pods["crm/profiles"] = pod("customers", "")

	for _, p := range []string{"fra-1", "ldn-1", "ldn-1"} {
		w.post(t, PathPods, reviewOf(t, "pods", "", pod("customers", p), nil))
	}
	w.post(t, PathPods, reviewOf(t, "pods", "", pod("clicks", "ldn-1"), nil))
	w.post(t, PathPods, reviewOf(t, "pods", "", pod("visits", "ldn-1"), nil))
	w.post(t, PathPods, []byte("who goes there"))
	w.post(t, PathBindings, reviewOf(t, "bindings", "", binding("ldn-1"), nil))
	w.post(t, PathPolicies, reviewOf(t, "residencypolicies", "", policy("gdpr", "personal", "Deny"), nil, named("gdpr")))
	// None of these is counted.
	for _, p := range []string{"fra-1", "ldn-1"} {
		w.post(t, PathPods, reviewOf(t, "pods", "", pod("customers", p), nil, dryRun))
	}
	w.post(t, PathBindings, reviewOf(t, "pods", "binding", binding("ldn-1"), nil, dryRun))
	w.post(t, PathPods, reviewOf(t, "pods", "", `{"metadata":{"labels":7}}`, nil, dryRun))

	want := `
# HELP domicile_admission_requests_total Admission reviews that were answered, by the resource that was reviewed and by what was done: Allow, Audit, Warn, Deny, Steer, or Error for those that could not be judged or steered. Dry runs are not counted.
# TYPE domicile_admission_requests_total counter
domicile_admission_requests_total{effect="Allow",resource="pods"} 1
domicile_admission_requests_total{effect="Allow",resource="residencypolicies"} 1
domicile_admission_requests_total{effect="Audit",resource="pods"} 1
domicile_admission_requests_total{effect="Deny",resource="bindings"} 1
domicile_admission_requests_total{effect="Deny",resource="pods"} 2
domicile_admission_requests_total{effect="Error",resource="pods"} 1
domicile_admission_requests_total{effect="Warn",resource="pods"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "domicile_admission_requests_total"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(registry, "domicile_admission_duration_seconds"); err != nil || n != 3 {
		t.Errorf("durations of %d resources, %v", n, err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestMetricsAreRegisteredOnce(t *testing.T) {
	registry := prometheus.NewRegistry()
	if _, err := NewMetrics(registry); err != nil {
		t.Fatal(err)
	}
	if _, err := NewMetrics(registry); err == nil {
		t.Error("registered twice without an error")
	}
}

func TestLog(t *testing.T) {
	tests := map[string]struct {
		body  []byte
		world func(*world)
		says  string // "" for silence
	}{
		"admitted":             {body: reviewOf(t, "pods", "", pod("customers", "fra-1"), nil)},
		"refused":              {body: reviewOf(t, "pods", "", pod("customers", "ldn-1"), nil), says: `"msg"="Refused"`},
		"refused in a dry run": {body: reviewOf(t, "pods", "", pod("customers", "ldn-1"), nil, dryRun)},
		"warned of":            {body: reviewOf(t, "pods", "", pod("clicks", "ldn-1"), nil)},
		"not read":             {body: []byte("who goes there"), says: "Could not judge"},
		"a fault of our own": {
			body: reviewOf(t, "pods", "", pod("customers", "fra-1"), nil), world: func(w *world) { w.panics = true },
			says: "panic: a fault of our own",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var lines []string
			w := newWorld(t)
			w.options.Log = funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
			if tc.world != nil {
				tc.world(w)
			}
			w.post(t, PathPods, tc.body)
			if got := strings.Join(lines, "\n"); tc.says == "" && got != "" || !strings.Contains(got, tc.says) {
				t.Errorf("logged %q, want %q", got, tc.says)
			}
		})
	}
}

// deaf is a connection that has gone.
type deaf struct{ *httptest.ResponseRecorder }

func (deaf) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestAnswerThatNobodyHearsIsLogged(t *testing.T) {
	var lines []string
	w := newWorld(t)
	w.options.Log = funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	body := io.NopCloser(bytes.NewReader(reviewOf(t, "pods", "", pod("", ""), nil)))
	Handlers(w.options)[PathPods].ServeHTTP(deaf{httptest.NewRecorder()}, httptest.NewRequest(http.MethodPost, PathPods, body))
	if len(lines) != 1 || !strings.Contains(lines[0], "writing the answer: gone") {
		t.Errorf("logged %q", lines)
	}
}
