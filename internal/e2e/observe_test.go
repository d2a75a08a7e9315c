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

package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// warningLog keeps the warnings that the API server sends to a client.
type warningLog struct {
	mu   sync.Mutex
	list []string
}

func (w *warningLog) HandleWarningHeaderWithContext(_ context.Context, _ int, _ string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, text)
}

func (w *warningLog) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

func (w *warningLog) contain(words string) bool {
	return slices.ContainsFunc(w.all(), func(s string) bool { return strings.Contains(s, words) })
}

// warningClient is an administrator's client that keeps the warnings it gets.
func warningClient(t *testing.T) (client.Client, *warningLog) {
	t.Helper()
	log := &warningLog{}
	config := rest.CopyConfig(cluster.AdminConfig())
	config.WarningHandlerWithContext = log
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatalf("making a client: %v", err)
	}
	return c, log
}

// dryRunIsRefused reports no error once a prohibited pod would be refused.
func dryRunIsRefused(ns *corev1.Namespace, change func(*corev1.Pod)) func(context.Context) error {
	return func(ctx context.Context) error {
		p := pod(ns, "probe", "", "iad-aws-1")
		change(p)
		err := admin.Create(ctx, p, client.DryRunAll)
		if err == nil {
			return errors.New("a prohibited pod would be admitted")
		}
		if !apierrors.IsForbidden(err) {
			return err
		}
		return nil
	}
}

// metric returns the lines of the manager's metrics that begin with the name, sorted.
func metric(t *testing.T, name string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cluster.MetricsURL()+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("reading the metrics: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("reading the metrics: %v", err)
	}
	var lines []string
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, name) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// metricHas reports no error once the metrics hold the line.
func metricHas(t *testing.T, line string) func(context.Context) error {
	name, _, _ := strings.Cut(line, "{")
	return func(context.Context) error {
		if got := metric(t, name); !strings.Contains(got, line+"\n") {
			return fmt.Errorf("no line %q in\n%s", line, got)
		}
		return nil
	}
}
