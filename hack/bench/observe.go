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
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// nodeList is what is listed: of nodes the metadata says enough.
func nodeList() schema.GroupVersionKind { return corev1.SchemeGroupVersion.WithKind("NodeList") }

// wait asks until the answer is yes.
func (s *ship) wait(ctx context.Context, ask func(context.Context) (bool, error)) error {
	return wait.PollUntilContextTimeout(ctx, 250*time.Millisecond, fleetPatience, true, ask)
}

// stamped reports whether that many nodes are stamped.
func (s *ship) stamped(ctx context.Context, want int) (bool, error) {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(nodeList())
	if err := s.admin.List(ctx, list, client.HasLabels{residencyv1.StampAssurance}); err != nil {
		return false, fmt.Errorf("listing nodes: %w", err)
	}
	return len(list.Items) >= want, nil
}

// records returns when the manager last wrote each node, and what.
func (s *ship) records(ctx context.Context) (map[string]string, error) {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(nodeList())
	if err := s.admin.List(ctx, list, client.HasLabels{residencyv1.StampAssurance}); err != nil {
		return nil, fmt.Errorf("listing nodes: %w", err)
	}
	records := make(map[string]string, len(list.Items))
	for i := range list.Items {
		n := &list.Items[i]
		for _, f := range n.ManagedFields {
			if f.Manager == "domicile" && f.Time != nil {
				records[n.Name] = f.Time.String() + n.Annotations[residencyv1.LocationAnnotation]
			}
		}
		if records[n.Name] == "" {
			return nil, fmt.Errorf("node %s does not tell when the manager wrote it", n.Name)
		}
	}
	return records, nil
}

// settled returns the sum of a metric once it has not changed for a while.
func (s *ship) settled(ctx context.Context, name string) (float64, error) {
	last, since := -1.0, time.Now()
	err := s.wait(ctx, func(ctx context.Context) (bool, error) {
		n, err := s.metric(ctx, name, "")
		if n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) > 3*time.Second, err
	})
	return last, err
}

// metric returns the sum of the manager's metric over all its labels that have the words.
func (s *ship) metric(ctx context.Context, name, words string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.cluster.MetricsURL()+"/metrics", nil)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	return sum(string(body), name, words)
}

// sum adds the values of a metric, of the lines whose labels have the words in them.
func sum(text, name, words string) (float64, error) {
	total := 0.0
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), name)
		if !ok || rest == "" || rest[0] != '{' && rest[0] != ' ' || !strings.Contains(rest, words) {
			continue
		}
		value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
		if err != nil {
			return 0, fmt.Errorf("reading the metric %s: %w", name, err)
		}
		total += value
	}
	return total, nil
}
