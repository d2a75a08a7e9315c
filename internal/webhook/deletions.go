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
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// datasetDeleted says what is no longer governed once a Dataset is gone.
func (s *server) datasetDeleted(ctx context.Context, rb *residency.Rulebook, name string) []string {
	info, known := rb.Dataset(name)
	if !known || len(info.Policies) == 0 {
		return nil
	}
	told := []string{fmt.Sprintf("Dataset %s is governed by %s: without the Dataset nothing that handles it is held to that", name, policies(info.Policies))}
	h, err := s.handlers(ctx, rb, name)
	switch {
	case err != nil:
		return append(told, fmt.Sprintf("how many pods handle it cannot be said: %s", err))
	case h.pods == 0:
		return told
	}
	if h.selected > 0 {
		told = append(told, fmt.Sprintf("pods that handle it by its spec.handledBy alone (%d): they handle nothing without it, and may be anywhere", h.selected))
	}
	if named := h.pods - h.selected; named > 0 {
		told = append(told, fmt.Sprintf("pods that handle it by a key (%d): they name a Dataset that does not exist, and are Undetermined (UnknownDataset)", named))
	}
	return told
}

// datasetNarrowed says which pods a Dataset that selects them by other labels than before sets free.
func (s *server) datasetNarrowed(ctx context.Context, rb *residency.Rulebook, name string, after []residency.PodsSelector) []string {
	info, known := rb.Dataset(name)
	if !known || len(info.Policies) == 0 || len(rb.Selectors(name)) == 0 {
		return nil
	}
	freed, err := s.freedBy(ctx, rb, name, after)
	switch {
	case err != nil:
		return []string{fmt.Sprintf("how many pods spec.handledBy selects no longer cannot be said: %s", err)}
	case freed == 0:
		return nil
	}
	return []string{fmt.Sprintf("pods that handle it by its spec.handledBy alone, which selects them no longer (%d): they are not held to %s any more", freed, policies(info.Policies))}
}

// freedBy counts the pods that handle a dataset by its selectors alone, and by none of the others.
func (s *server) freedBy(ctx context.Context, rb *residency.Rulebook, name string, after []residency.PodsSelector) (int, error) {
	pods, err := s.Pods.PodsIn(ctx, "")
	if err != nil {
		return 0, fmt.Errorf("listing pods: %w", err)
	}
	freed := 0
	for i := range pods {
		pod := &pods[i]
		if facts.Ended(pod) {
			continue
		}
		ways, err := s.Known.Ways(ctx, rb, pod)
		if err != nil {
			return 0, err
		}
		ways = slices.DeleteFunc(ways, func(h residency.Handling) bool { return h.Dataset != name })
		if len(ways) == 0 || slices.ContainsFunc(ways, func(h residency.Handling) bool { return h.Way != residency.ByHandledBy }) {
			continue
		}
		namespace, err := s.Known.Source.Namespace(ctx, pod.Namespace)
		if err != nil {
			return 0, fmt.Errorf("reading the labels of namespace %s: %w", pod.Namespace, err)
		}
		if !slices.ContainsFunc(after, func(p residency.PodsSelector) bool {
			return p.Namespaces.Matches(labels.Set(namespace.Labels)) && p.Pods.Matches(labels.Set(pod.Labels))
		}) {
			freed++
		}
	}
	return freed, nil
}

// policyDeleted says what is no longer governed once a policy is gone.
func (s *server) policyDeleted(ctx context.Context, rb *residency.Rulebook, name string) []string {
	info, known := rb.Policy(name)
	if !known || len(info.Datasets) == 0 {
		return nil
	}
	h, err := s.handlers(ctx, rb, info.Datasets...)
	count := fmt.Sprintf("the pods that handle them (%d)", h.pods)
	if err != nil {
		count = fmt.Sprintf("the pods that handle them (how many cannot be said: %s)", err)
	}
	told := []string{fmt.Sprintf("policy %s governs datasets (%d): %s. Without it %s are held to their other policies alone", name, len(info.Datasets), several(info.Datasets), count)}
	var free []string
	for _, dataset := range info.Datasets {
		if d, _ := rb.Dataset(dataset); len(d.Policies) == 1 {
			free = append(free, dataset)
		}
	}
	if len(free) > 0 {
		told = append(told, fmt.Sprintf("datasets that no other policy governs (%d): %s. Without it their pods may be anywhere", len(free), several(free)))
	}
	return told
}

// handlers are the pods that handle one of some datasets.
type handlers struct {
	pods int
	// selected handle it because the Dataset selects them, and by no other way.
	selected int
}

// handlers counts the pods that handle one of some datasets. Whoever asks waits for a
// warning: the cache answers, and nothing is read live.
func (s *server) handlers(ctx context.Context, rb *residency.Rulebook, datasets ...string) (handlers, error) {
	pods, err := s.Pods.PodsIn(ctx, "")
	if err != nil {
		return handlers{}, fmt.Errorf("listing pods: %w", err)
	}
	wanted := make(map[string]bool, len(datasets))
	for _, name := range datasets {
		wanted[name] = true
	}
	var out handlers
	for i := range pods {
		if facts.Ended(&pods[i]) {
			continue
		}
		ways, err := s.Known.Ways(ctx, rb, &pods[i])
		if err != nil {
			return handlers{}, err
		}
		handles, named := false, false
		for _, h := range ways {
			if wanted[h.Dataset] {
				handles, named = true, named || h.Way != residency.ByHandledBy
			}
		}
		if handles {
			out.pods++
			if !named {
				out.selected++
			}
		}
	}
	return out, nil
}

// policies names policies: "policy gdpr", "policies gdpr, strict".
func policies(names []string) string {
	if len(names) == 1 {
		return "policy " + names[0]
	}
	return "policies " + several(names)
}
