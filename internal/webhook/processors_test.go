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
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// model is a processor with a mode in each of some places, called at its host.
func model(places ...residencyv1.Place) residencyv1.Processor {
	p := residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "model"}, Spec: residencyv1.ProcessorSpec{Title: "Model"}}
	for i, where := range places {
		p.Spec.Modes = append(p.Spec.Modes, residencyv1.ProcessorMode{
			Name: residencyv1.ModeName([]string{"first", "second"}[i]), Hosts: []residencyv1.HostName{"api.model.example"},
			Storage: []residencyv1.Place{where}, Processing: &residencyv1.ModeProcessing{Places: []residencyv1.Place{where}},
		})
	}
	return p
}

func inCountry(code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{Country: &code}
}

func TestProcessors(t *testing.T) {
	twice := model(inCountry("DE"), inCountry("FR"))
	twice.Spec.Modes[1].Name = "first"
	abroad := model(inCountry("DE"))
	abroad.Spec.LegalEntity = &residencyv1.LegalEntity{Name: "Model Ltd", Country: "XX"}
	ended := model(inCountry("DE"))
	ended.Spec.Attestations = []residencyv1.Attestation{{
		Scheme: "ISO27001", ValidFrom: new(metav1.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), ValidUntil: new(metav1.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)),
	}}
	for name, tc := range map[string]struct {
		object, old any
		code        int32
		says, warns string
	}{
		"valid":                   {object: model(inCountry("DE"))},
		"in no country":           {object: model(inCountry("XX")), code: 422, says: "spec.modes[0].storage[0].country"},
		"of no country":           {object: abroad, code: 422, says: "spec.legalEntity.country"},
		"in no jurisdiction":      {object: model(inJurisdiction("benelux")), code: 422, says: "benelux"},
		"a mode named twice":      {object: twice, code: 422, says: `spec.modes[1].name: Duplicate value: "first"`},
		"attested for no time":    {object: ended, code: 422, says: "spec.attestations[0].validUntil"},
		"without a change":        {object: model(inCountry("XX")), old: model(inCountry("XX"))},
		"in a Site that may come": {object: model(inSite("paris-room")), warns: "the Processor is not accepted (UnknownSite), and what calls it is Undetermined"},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := newWorld(t).post(t, PathProcessors, reviewOf(t, "processors", "", tc.object, tc.old, named("model")))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
			if warned := strings.Join(got.Warnings, "\n"); !strings.Contains(warned, tc.warns) || (tc.warns == "" && warned != "") {
				t.Errorf("warned of %q, want %q", warned, tc.warns)
			}
		})
	}
}

// Who names a processor that is gone is Undetermined; who only called it is not seen any more.
func TestDeletionsOfProcessors(t *testing.T) {
	calling := func(datasets, processors, url string) *corev1.Pod {
		p := pod(datasets, "fra-1")
		if processors != "" {
			p.Annotations = map[string]string{residencyv1.DatasetsAnnotation: datasets, residencyv1.ProcessorsAnnotation: processors}
		}
		p.Spec.Containers[0].Args = []string{"--url=" + url}
		return p
	}
	for name, tc := range map[string]struct {
		read error
		name string
		want []string
	}{
		"one that is called": {name: "model", want: []string{
			"Processor model is named by pods that handle datasets, or by their namespaces (2): without it they are Undetermined (UnknownProcessor)",
			"Processor model is called by pods that handle datasets and do not name it (1): without its hosts that is not seen any more, and nothing holds them to what is asked of processors",
		}},
		"one that nobody calls":      {name: "third"},
		"when pods cannot be listed": {name: "model", read: errors.New("no way to read"), want: []string{"how many pods call Processor model cannot be said: listing pods: no way to read"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.read = tc.read
			over := calling("customers", "model/first", "")
			over.Status.Phase = corev1.PodSucceeded
			w.pods = map[string]*corev1.Pod{
				"crm/one": calling("customers", "model/first", ""), "crm/no-such-mode": calling("payroll", "other/x,model/x", ""),
				"crm/seen": calling("customers", "", "https://api.model.example/v1"), "crm/another": calling("customers", "", "https://model.example"),
				"crm/free": calling("weather", "model/first", ""), "crm/no-data": calling("", "", "https://api.model.example"), "crm/over": over,
			}
			w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue, Processors: []residencyv1.Processor{model(inCountry("DE"))}},
				[]residencyv1.Dataset{dataset("customers", "personal"), dataset("payroll", "personal"), dataset("weather", "open")},
				[]residencyv1.ResidencyPolicy{policy("gdpr", "personal", "Deny")}, residency.Options{}))
			gone := model(inCountry("DE"))
			gone.Name = tc.name
			_, got := w.post(t, PathProcessors, reviewOf(t, "processors", "", nil, gone, named(tc.name), deletion))
			if !got.Allowed {
				t.Fatalf("refused: %+v", got.Result)
			}
			if diff := cmp.Diff(tc.want, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// modelled has a processor with the mode first in Germany at first.model.example and the mode
// second in the United States at second.model.example.
func modelled(w *world) {
	m := model(inCountry("DE"), inCountry("US"))
	m.Spec.Modes[0].Hosts, m.Spec.Modes[1].Hosts = []residencyv1.HostName{"first.model.example"}, []residencyv1.HostName{"second.model.example"}
	w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue, Processors: []residencyv1.Processor{m}},
		[]residencyv1.Dataset{dataset("customers", "personal")}, []residencyv1.ResidencyPolicy{policy("gdpr", "personal", "Deny")}, residency.Options{}))
}

// declaring has a pod name the modes that it calls.
func declaring(p *corev1.Pod, processors string) *corev1.Pod {
	p.Annotations = over(p.Annotations, map[string]string{residencyv1.ProcessorsAnnotation: processors})
	return p
}

// arguing adds an ephemeral container with an argument.
func arguing(p *corev1.Pod, arg string) *corev1.Pod {
	c := corev1.EphemeralContainer{}
	c.Name, c.Args = "debug", []string{arg}
	p.Spec.EphemeralContainers = append(p.Spec.EphemeralContainers, c)
	return p
}

func TestPodsThatCallProcessors(t *testing.T) {
	const undeclared = "and neither it nor its namespace says so"
	for name, tc := range map[string]struct {
		pod   *corev1.Pod
		code  int32
		says  string
		warns string
	}{
		"a permitted mode":           {pod: declaring(pod("customers", "fra-1"), "model/first")},
		"another mode":               {pod: declaring(pod("customers", "fra-1"), "model/second"), code: 403, says: "Of its modes it would permit first."},
		"a mode that there is not":   {pod: declaring(pod("customers", "fra-1"), "model/third"), code: 403, says: "has no such mode"},
		"for no dataset":             {pod: declaring(pod("", "fra-1"), "model/second")},
		"a host in its environment":  {pod: withEnv(pod("customers", "fra-1"), "https://Second.model.example/v1"), code: 403, says: "(its host second.model.example is in spec.containers[app].env[URL])"},
		"a host in its command":      {pod: withCommand(pod("customers", "fra-1"), "https://second.model.example"), code: 403, says: "spec.containers[app].command[0]"},
		"a permitted host":           {pod: withEnv(pod("customers", "fra-1"), "first.model.example:443"), warns: undeclared},
		"a permitted host, declared": {pod: declaring(withEnv(pod("customers", "fra-1"), "first.model.example:443"), "model/first")},
		"a host in an init container": {
			pod: func() *corev1.Pod {
				p := pod("customers", "fra-1")
				p.Spec.InitContainers = []corev1.Container{{Name: "load", Args: []string{"second.model.example"}}}
				return p
			}(),
			code: 403, says: "spec.initContainers[load].args[0]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			modelled(w)
			_, got := w.post(t, PathPods, reviewOf(t, "pods", "", tc.pod, nil))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
			if warned := strings.Join(got.Warnings, "\n"); got.Allowed && (!strings.Contains(warned, tc.warns) || (tc.warns == "" && warned != "")) {
				t.Errorf("warned of %q, want %q", warned, tc.warns)
			}
		})
	}
}

func withEnv(p *corev1.Pod, value string) *corev1.Pod {
	p.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "URL", Value: value}}
	return p
}

func withCommand(p *corev1.Pod, word string) *corev1.Pod {
	p.Spec.Containers[0].Command = []string{word}
	return p
}

func TestPodsThatComeToCallProcessors(t *testing.T) {
	const second = "https://second.model.example/v1"
	for name, tc := range map[string]struct {
		before, after *corev1.Pod
		code          int32
		says, warns   string
	}{
		"without a node, another mode": {
			before: declaring(pod("customers", ""), "model/first"), after: declaring(pod("customers", ""), "model/second"), code: 403, says: "model/second",
		},
		"without a node, a permitted mode":        {before: pod("customers", ""), after: declaring(constrained(pod("customers", ""), "eu-central-1a"), "model/first")},
		"without a node, no mode any more":        {before: declaring(pod("customers", ""), "model/second"), after: pod("customers", "")},
		"without a node, what it did not change":  {before: declaring(pod("customers", ""), "model/second"), after: declaring(labelled(pod("customers", ""), "a", "b"), "model/second")},
		"with a node, one mode more":              {before: pod("customers", "fra-1"), after: declaring(pod("customers", "fra-1"), "model/second"), warns: "the update is admitted, and the pod is flagged"},
		"with a node, a permitted mode more":      {before: pod("customers", "fra-1"), after: declaring(pod("customers", "fra-1"), "model/first")},
		"with a node elsewhere, a permitted mode": {before: pod("customers", "ldn-1"), after: declaring(pod("customers", "ldn-1"), "model/first")},
		"with a node, what it called before": {
			before: declaring(pod("customers", "fra-1"), "model/second"), after: labelled(declaring(pod("customers", "fra-1"), "model/second"), "a", "b"),
		},
		"with a container that calls": {before: pod("customers", "fra-1"), after: arguing(pod("customers", "fra-1"), second), code: 403, says: "spec.ephemeralContainers[debug].args[0]"},
		"with a container that calls what only the annotation named": {
			before: declaring(pod("customers", "fra-1"), "model/second"), after: arguing(declaring(pod("customers", "fra-1"), "model/second"), second), code: 403, says: "model/second",
		},
		"with a container that calls what another one calls": {
			before: withEnv(pod("customers", "fra-1"), second), after: arguing(withEnv(pod("customers", "fra-1"), second), second),
		},
		"with a container that calls where it may": {
			before: declaring(pod("customers", "fra-1"), "model/first"), after: arguing(declaring(pod("customers", "fra-1"), "model/first"), "first.model.example"),
		},
		"with a container that calls nobody known": {before: pod("customers", "fra-1"), after: arguing(pod("customers", "fra-1"), "model.example")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			modelled(w)
			_, got := w.post(t, PathPodUpdates, reviewOf(t, "pods", "", tc.after, tc.before, as("dev")))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			if !got.Allowed && !strings.Contains(got.Result.Message, tc.says) {
				t.Errorf("the refusal does not say %q: %s", tc.says, got.Result.Message)
			}
			if warned := strings.Join(got.Warnings, "\n"); got.Allowed && (!strings.Contains(warned, tc.warns) || (tc.warns == "" && warned != "")) {
				t.Errorf("warned of %q, want %q", warned, tc.warns)
			}
		})
	}
}
