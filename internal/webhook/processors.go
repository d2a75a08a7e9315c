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

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// processorDeleted says which pods call a Processor that is deleted. Whoever asks waits for a
// warning: the cache answers, and nothing is read live.
func (s *server) processorDeleted(ctx context.Context, rb *residency.Rulebook, name string) []string {
	c, err := s.callers(ctx, rb, name)
	if err != nil {
		return []string{fmt.Sprintf("how many pods call Processor %s cannot be said: %s", name, err)}
	}
	var told []string
	if c.declared > 0 {
		told = append(told, fmt.Sprintf("Processor %s is named by pods that handle datasets, or by their namespaces (%d): without it they are Undetermined (UnknownProcessor)", name, c.declared))
	}
	if c.seen > 0 {
		told = append(told, fmt.Sprintf("Processor %s is called by pods that handle datasets and do not name it (%d): without its hosts that is not seen any more, and nothing holds them to what is asked of processors", name, c.seen))
	}
	return told
}

// callers counts the pods that handle a dataset and call a processor.
type callers struct {
	// declared say so, of the others it is seen.
	declared, seen int
}

func (s *server) callers(ctx context.Context, rb *residency.Rulebook, processor string) (callers, error) {
	pods, err := s.Pods.PodsIn(ctx, "")
	if err != nil {
		return callers{}, fmt.Errorf("listing pods: %w", err)
	}
	var out callers
	for i := range pods {
		if facts.Ended(&pods[i]) {
			continue
		}
		ways, err := s.Known.Ways(ctx, rb, &pods[i])
		if err != nil {
			return callers{}, err
		}
		if !slices.ContainsFunc(ways, func(h residency.Handling) bool {
			d, known := rb.Dataset(h.Dataset)
			return known && len(d.Policies) > 0
		}) {
			continue
		}
		calls, err := s.Known.Calls(ctx, rb, &pods[i])
		if err != nil {
			return callers{}, err
		}
		calls = slices.DeleteFunc(calls, func(u residency.ProcessorUse) bool { return u.Processor != processor })
		switch {
		case len(calls) == 0:
		case slices.ContainsFunc(calls, func(u residency.ProcessorUse) bool { return u.Declared }):
			out.declared++
		default:
			out.seen++
		}
	}
	return out, nil
}
