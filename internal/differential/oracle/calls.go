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

package oracle

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Call is that a pod calls a mode of a processor, or says what is none.
type Call struct {
	Processor, Mode string
	// Malformed is what stands in an annotation instead of a processor and its mode.
	Malformed string
	// Seen is whether nobody says so, and a host of it was seen.
	Seen bool
}

// String is the call as annotations have it.
func (c Call) String() string {
	if c.Malformed != "" {
		return c.Malformed
	}
	return c.Processor + "/" + c.Mode
}

// calls returns whom a pod calls, each once.
func (w *World) calls(pod *corev1.Pod) []Call {
	declared := declaredIn(pod.Annotations)
	for _, ns := range w.Namespaces {
		if ns.Name == pod.Namespace {
			declared = append(declared, declaredIn(ns.Annotations)...)
		}
	}
	out := slices.Clone(declared)
	for _, text := range w.texts(pod) {
		for _, host := range w.Written[text] {
			modes := w.modesAt(host)
			// What is declared is what the host is called for, but for those that name it more closely.
			closest := 0
			for _, m := range modes {
				if contains(declared, m.call) {
					closest = max(closest, m.closeness)
				}
			}
			for _, m := range modes {
				if m.closeness > closest {
					out = append(out, m.call)
				}
			}
		}
	}
	return once(out)
}

// once has each call once, the earlier one.
func once(all []Call) []Call {
	var out []Call
	for _, c := range all {
		if !contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// contains reports whether a call is one of a list, whoever says so.
func contains(list []Call, call Call) bool {
	return slices.ContainsFunc(list, func(c Call) bool { return c.String() == call.String() && (c.Malformed == "") == (call.Malformed == "") })
}

// declaredIn returns what an annotation says.
func declaredIn(annotations map[string]string) []Call {
	var out []Call
	for _, word := range strings.Split(annotations[residencyv1.ProcessorsAnnotation], ",") {
		word = strings.TrimSpace(word)
		parts := strings.Split(word, "/")
		switch {
		case word == "":
		case len(parts) == 2 && parts[0] != "" && parts[1] != "":
			out = append(out, Call{Processor: parts[0], Mode: parts[1]})
		default:
			out = append(out, Call{Malformed: word})
		}
	}
	return out
}

// texts are all those in which a pod can be seen to call somebody.
func (w *World) texts(pod *corev1.Pod) []string {
	var out []string
	for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		out = append(out, slices.Concat(c.Command, c.Args)...)
		for _, e := range c.Env {
			out = append(out, e.Value)
		}
	}
	for _, s := range w.Services {
		if s.Namespace == pod.Namespace && s.Spec.Type == corev1.ServiceTypeExternalName {
			out = append(out, s.Spec.ExternalName)
		}
	}
	return out
}

// named is that a mode names a host, and how closely: the longer what it says of it, the closer, and
// to say all of it is the closest.
type named struct {
	call      Call
	closeness int
}

// modesAt are all modes that have a host.
func (w *World) modesAt(host string) []named {
	var out []named
	for _, p := range w.Processors {
		for _, m := range p.Spec.Modes {
			for _, h := range m.Hosts {
				call := Call{Processor: p.Name, Mode: string(m.Name), Seen: true}
				switch {
				case string(h) == host:
					out = append(out, named{call, len(host) + 1})
				case h[0] == '*' && strings.HasSuffix(host, string(h[1:])):
					out = append(out, named{call, len(h) - 1})
				}
			}
		}
	}
	return out
}
