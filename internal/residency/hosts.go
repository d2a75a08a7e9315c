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
	"cmp"
	"slices"
	"strings"
)

// ModeRef names a mode of a Processor.
type ModeRef struct{ Processor, Mode string }

// String returns it as the annotation of a pod has it.
func (r ModeRef) String() string { return r.Processor + "/" + r.Mode }

func (r ModeRef) compare(o ModeRef) int {
	return cmp.Or(cmp.Compare(r.Processor, o.Processor), cmp.Compare(r.Mode, o.Mode))
}

// hostIndex finds the modes that are called at a host.
type hostIndex struct {
	exact map[string][]ModeRef
	// under are those that name all hosts under a domain, by the domain.
	under map[string][]ModeRef
}

// newHostIndex indexes the hosts of all processors, also of those that are not accepted: who
// calls one of these is Undetermined.
func newHostIndex(processors map[string]*processor) hostIndex {
	x := hostIndex{exact: map[string][]ModeRef{}, under: map[string][]ModeRef{}}
	for _, p := range processors {
		for _, m := range p.modes {
			ref := ModeRef{p.name, m.name}
			for _, h := range m.hosts {
				if domain, ok := strings.CutPrefix(h, "*."); ok {
					x.under[domain] = append(x.under[domain], ref)
				} else {
					x.exact[h] = append(x.exact[h], ref)
				}
			}
		}
	}
	for _, hosts := range []map[string][]ModeRef{x.exact, x.under} {
		for host, modes := range hosts {
			slices.SortFunc(modes, ModeRef.compare)
			hosts[host] = slices.Compact(modes)
		}
	}
	return x
}

// CallsProcessors reports whether a host is known by which a pod can be seen to call a processor.
// A rulebook of nil knows none.
func (rb *Rulebook) CallsProcessors() bool {
	return rb != nil && len(rb.hosts.exact)+len(rb.hosts.under) > 0
}

// ModesAt returns the modes that are called at a host: those that name it itself, then those that
// name all hosts under a domain, the longest first. The host is in lower case and has no final dot.
func (rb *Rulebook) ModesAt(host string) [][]ModeRef {
	var out [][]ModeRef
	if modes := rb.hosts.exact[host]; len(modes) > 0 {
		out = append(out, modes)
	}
	for rest := host; ; {
		_, domain, ok := strings.Cut(rest, ".")
		if !ok {
			return out
		}
		if modes := rb.hosts.under[domain]; len(modes) > 0 {
			out = append(out, modes)
		}
		rest = domain
	}
}
