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
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	corev1 "k8s.io/api/core/v1"
)

// maxHost is how long a DNS name can be.
const maxHost = 253

// Hosts returns the DNS names that stand in a text as words of their own, as they do in URLs: in
// lower case, in their ASCII form, without a final dot, each once, in their order. A part
// of a longer name is no word of its own. A text that is escaped as in URLs is read as what it
// means: the 2F in "%2Fapi.example.com" begins no name. If that is no text, it is read as it stands too.
func Hosts(text string) []string {
	plain := unescaped(text)
	if utf8.ValidString(plain) {
		return appendHosts(nil, plain)
	}
	return appendHosts(appendHosts(nil, text), plain)
}

// unescaped replaces the escapes of URLs, and leaves alone what only looks like one: beside it may
// be one that is.
func unescaped(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if c, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func appendHosts(out []string, text string) []string {
	for len(text) > 0 {
		end := strings.IndexFunc(text, notOfName)
		word := text
		if end >= 0 {
			_, size := utf8.DecodeRuneInString(text[end:])
			word, text = text[:end], text[end+size:]
		} else {
			text = ""
		}
		if host, ok := hostOf(word); ok && !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	return out
}

// notOfName reports whether a character ends a name. The underscore does not: what has one is a
// longer word, and no host. Nor do the dots of other scripts.
func notOfName(r rune) bool {
	switch r {
	case '.', '-', '_', '\u3002', '\uff0e', '\uff61':
		return false
	default:
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}
}

// hostOf returns the word as a DNS name of at least two labels, false if it is none, as an
// IP address is not.
func hostOf(word string) (string, bool) {
	if len(word) < 3 || len(word) > 4*maxHost {
		return "", false
	}
	ascii := true
	dots := false
	for i := range len(word) {
		ascii = ascii && word[i] < utf8.RuneSelf
		dots = dots || word[i] == '.'
	}
	if ascii && !dots {
		return "", false
	}
	host := strings.ToLower(word)
	if !ascii {
		var err error
		// What cannot be resolved is called by nobody.
		if host, err = idna.Lookup.ToASCII(word); err != nil {
			return "", false
		}
	}
	// A hyphen before or after it is of what it stands in, as in the shell's ${HOST:-name}.
	host = strings.Trim(host, ".-")
	return host, isHost(host)
}

// isHost reports whether a name in lower case has at least two labels, each of letters, digits
// and inner hyphens, of which the last begins with a letter.
func isHost(host string) bool {
	if len(host) > maxHost {
		return false
	}
	labels, start := 0, 0
	for i := 0; i <= len(host); i++ {
		if i < len(host) && host[i] != '.' {
			if c := host[i]; c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
				return false
			}
			continue
		}
		if i == start || host[start] == '-' || host[i-1] == '-' {
			return false
		}
		labels++
		if i == len(host) {
			return labels > 1 && host[start] >= 'a'
		}
		start = i + 1
	}
	return false
}

// seenHost is a host that is seen in a pod, and the field in which it is.
type seenHost struct{ host, path string }

// seenHosts returns the hosts in what the containers of a pod are run by: the values of their
// environment, their commands and their arguments.
func seenHosts(pod *corev1.Pod) []seenHost {
	var out []seenHost
	add := func(text string, path func() string) {
		for _, host := range Hosts(text) {
			out = append(out, seenHost{host, path()})
		}
	}
	containers(pod, func(list, name string, env []corev1.EnvVar, command, args []string) {
		container := func(field string) string { return fmt.Sprintf("spec.%s[%s].%s", list, name, field) }
		for i := range env {
			add(env[i].Value, func() string { return container("env[" + env[i].Name + "]") })
		}
		for i := range command {
			add(command[i], func() string { return container(fmt.Sprintf("command[%d]", i)) })
		}
		for i := range args {
			add(args[i], func() string { return container(fmt.Sprintf("args[%d]", i)) })
		}
	})
	return out
}

// containers hands over what the containers of all kinds are run by.
func containers(pod *corev1.Pod, each func(list, name string, env []corev1.EnvVar, command, args []string)) {
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		each("initContainers", c.Name, c.Env, c.Command, c.Args)
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		each("containers", c.Name, c.Env, c.Command, c.Args)
	}
	for i := range pod.Spec.EphemeralContainers {
		c := &pod.Spec.EphemeralContainers[i]
		each("ephemeralContainers", c.Name, c.Env, c.Command, c.Args)
	}
}

// keepHosts replaces the containers of a pod by as little as has the same hosts in the same
// fields.
func keepHosts(pod *corev1.Pod) {
	only := func(text string) string { return strings.Join(Hosts(text), " ") }
	texts := func(list []string) []string {
		out := make([]string, len(list))
		last := 0
		for i := range list {
			if out[i] = only(list[i]); out[i] != "" {
				last = i + 1
			}
		}
		return out[:last:last]
	}
	reduce := func(name string, env []corev1.EnvVar, command, args []string) (corev1.Container, bool) {
		c := corev1.Container{Name: name, Command: texts(command), Args: texts(args)}
		for i := range env {
			if value := only(env[i].Value); value != "" {
				c.Env = append(c.Env, corev1.EnvVar{Name: env[i].Name, Value: value})
			}
		}
		return c, len(c.Env)+len(c.Command)+len(c.Args) > 0
	}
	var kept corev1.PodSpec
	containers(pod, func(list, name string, env []corev1.EnvVar, command, args []string) {
		c, any := reduce(name, env, command, args)
		switch {
		case !any:
		case list == "initContainers":
			kept.InitContainers = append(kept.InitContainers, c)
		case list == "containers":
			kept.Containers = append(kept.Containers, c)
		default:
			kept.EphemeralContainers = append(kept.EphemeralContainers, corev1.EphemeralContainer{
				EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: c.Name, Env: c.Env, Command: c.Command, Args: c.Args},
			})
		}
	})
	pod.Spec.InitContainers, pod.Spec.Containers, pod.Spec.EphemeralContainers = kept.InitContainers, kept.Containers, kept.EphemeralContainers
}
