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

package facts

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// ExternalName is a Service that is another name of a host elsewhere.
type ExternalName struct{ Service, Host string }

// Calls returns the third parties that a pod calls, and nothing else about it.
func (g *Gatherer) Calls(ctx context.Context, rb *residency.Rulebook, pod *corev1.Pod) ([]residency.ProcessorUse, error) {
	namespace, err := g.namespace(ctx, pod.Namespace)
	if err != nil {
		return nil, err
	}
	return g.processors(ctx, rb, namespace, pod)
}

// Brought returns those of the calls of a pod that are made at hosts which could not be seen in
// an earlier state of it, whatever was declared of them.
func Brought(rb *residency.Rulebook, before, after *corev1.Pod, calls []residency.ProcessorUse) []residency.ProcessorUse {
	old := seenHosts(before)
	var out []residency.ProcessorUse
	for _, s := range seenHosts(after) {
		if slices.ContainsFunc(old, func(o seenHost) bool { return o.host == s.host }) {
			continue
		}
		modes := slices.Concat(rb.ModesAt(s.host)...)
		for i := range calls {
			if slices.Contains(modes, calls[i].ModeRef) && !slices.Contains(out, calls[i]) {
				out = append(out, calls[i])
			}
		}
	}
	return out
}

// processors returns the third parties that a pod calls, sorted, each mode once: those that it or
// its namespace names, and those whose hosts are seen in what its containers are run by, and in the
// Services of its namespace.
func (g *Gatherer) processors(ctx context.Context, rb *residency.Rulebook, namespace Keys, pod *corev1.Pod) ([]residency.ProcessorUse, error) {
	const path = "metadata.annotations[" + residencyv1.ProcessorsAnnotation + "]"
	out := appendUses(nil, pod.Annotations[residencyv1.ProcessorsAnnotation], path)
	out = appendUses(out, namespace.Annotations[residencyv1.ProcessorsAnnotation], "namespace "+path)
	if rb.CallsProcessors() {
		seen := seenHosts(pod)
		services, err := g.Source.ExternalNames(ctx, pod.Namespace)
		if err != nil {
			return nil, fmt.Errorf("reading the Services of namespace %s: %w", pod.Namespace, err)
		}
		for _, s := range services {
			for _, host := range Hosts(s.Host) {
				seen = append(seen, seenHost{host, "service " + s.Service})
			}
		}
		out = appendSeen(out, rb, seen)
	}
	slices.SortStableFunc(out, func(a, b residency.ProcessorUse) int {
		return cmp.Or(cmp.Compare(a.Processor, b.Processor), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Malformed, b.Malformed))
	})
	return slices.CompactFunc(out, func(a, b residency.ProcessorUse) bool { return a.ModeRef == b.ModeRef && a.Malformed == b.Malformed }), nil
}

// appendUses appends what an annotation names: processor/mode, separated by commas.
func appendUses(out []residency.ProcessorUse, value, path string) []residency.ProcessorUse {
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		u := residency.ProcessorUse{Declared: true, Path: path}
		processor, mode, ok := strings.Cut(word, "/")
		if !ok || processor == "" || mode == "" || strings.Contains(mode, "/") {
			u.Malformed = word
		} else {
			u.ModeRef = residency.ModeRef{Processor: processor, Mode: mode}
		}
		out = append(out, u)
	}
	return out
}

// appendSeen appends the modes that are called at hosts of which nothing is declared. If one of
// the modes of a host is declared, that is what the host is called for, and no other mode that
// names it as closely or less: who names all hosts under a domain says nothing of one that
// another mode names itself.
func appendSeen(out []residency.ProcessorUse, rb *residency.Rulebook, seen []seenHost) []residency.ProcessorUse {
	declared := out
	for _, s := range seen {
		for _, modes := range rb.ModesAt(s.host) {
			if slices.ContainsFunc(modes, func(m residency.ModeRef) bool {
				return slices.ContainsFunc(declared, func(u residency.ProcessorUse) bool { return u.ModeRef == m })
			}) {
				break
			}
			for _, m := range modes {
				out = append(out, residency.ProcessorUse{ModeRef: m, Host: s.host, Path: s.path})
			}
		}
	}
	return out
}
