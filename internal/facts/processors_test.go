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
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// elsewhere is a source whose Services stand for hosts elsewhere.
type elsewhere struct {
	source
	services []ExternalName
	err      error
}

func (e elsewhere) ExternalNames(context.Context, string) ([]ExternalName, error) {
	return e.services, e.err
}

// calling is a rulebook of n processors of a hundred hosts each, and of a mode that names all of these at once.
func calling(tb testing.TB, n int, wild bool) *residency.Rulebook {
	tb.Helper()
	var all []residencyv1.Processor
	for i := range n {
		p := residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("p", i)}}
		m := residencyv1.ProcessorMode{Name: "m", Hosts: []residencyv1.HostName{residencyv1.HostName(fmt.Sprintf("*.p%d.example", i))}}
		for j := range 99 {
			m.Hosts = append(m.Hosts, residencyv1.HostName(fmt.Sprintf("h%d.p%d.test", j, i)))
		}
		p.Spec.Modes = []residencyv1.ProcessorMode{m, {Name: "n", Hosts: []residencyv1.HostName{residencyv1.HostName(fmt.Sprintf("h0.p%d.test", i))}}}
		if wild {
			p.Spec.Modes = append(p.Spec.Modes, residencyv1.ProcessorMode{Name: "all", Hosts: []residencyv1.HostName{residencyv1.HostName(fmt.Sprintf("*.p%d.test", i))}})
		}
		all = append(all, p)
	}
	return residency.Compile(residency.World{Catalogue: load(tb), Processors: all}, nil, nil, residency.Options{})
}

func TestProcessors(t *testing.T) {
	annotated := func(value string) map[string]string {
		return map[string]string{residencyv1.ProcessorsAnnotation: value}
	}
	env := func(value string) corev1.PodSpec {
		return corev1.PodSpec{Containers: []corev1.Container{{Name: "a", Env: []corev1.EnvVar{{Name: "URL", Value: value}}}}}
	}
	use := func(processor, mode string) residency.ProcessorUse {
		return residency.ProcessorUse{ModeRef: residency.ModeRef{Processor: processor, Mode: mode}}
	}
	declared := func(u residency.ProcessorUse, where string) residency.ProcessorUse {
		u.Declared, u.Path = true, where+"metadata.annotations[residency.domicile.dev/processors]"
		return u
	}
	seen := func(u residency.ProcessorUse, host, path string) residency.ProcessorUse {
		u.Host, u.Path = host, path
		return u
	}
	const path = "spec.containers[a].env[URL]"
	for name, tc := range map[string]struct {
		pod, namespace map[string]string
		spec           corev1.PodSpec
		services       []ExternalName
		want           []residency.ProcessorUse
	}{
		"nothing":                         {},
		"by its annotation":               {pod: annotated(" p1/n, p0/m ,"), want: []residency.ProcessorUse{declared(use("p0", "m"), ""), declared(use("p1", "n"), "")}},
		"by its namespace's":              {namespace: annotated("p0/m"), want: []residency.ProcessorUse{declared(use("p0", "m"), "namespace ")}},
		"by both":                         {pod: annotated("p0/m"), namespace: annotated("p0/m"), want: []residency.ProcessorUse{declared(use("p0", "m"), "")}},
		"by what is none":                 {pod: annotated("p0,p0/m/x"), want: []residency.ProcessorUse{declared(residency.ProcessorUse{Malformed: "p0"}, ""), declared(residency.ProcessorUse{Malformed: "p0/m/x"}, "")}},
		"one nobody knows":                {pod: annotated("x/y"), want: []residency.ProcessorUse{declared(use("x", "y"), "")}},
		"seen":                            {spec: env("https://h1.p1.test/"), want: []residency.ProcessorUse{seen(use("p1", "m"), "h1.p1.test", path)}},
		"seen of two modes":               {spec: env("https://h0.p1.test/"), want: []residency.ProcessorUse{seen(use("p1", "m"), "h0.p1.test", path), seen(use("p1", "n"), "h0.p1.test", path)}},
		"seen under a domain":             {spec: env("x.y.p1.example"), want: []residency.ProcessorUse{seen(use("p1", "m"), "x.y.p1.example", path)}},
		"not the domain itself":           {spec: env("p1.example")},
		"a longer name":                   {spec: env("https://xh1.p1.test.evil/")},
		"seen and declared":               {pod: annotated("p1/n"), spec: env("https://h0.p1.test/"), want: []residency.ProcessorUse{declared(use("p1", "n"), "")}},
		"another of the same is declared": {pod: annotated("p1/n"), spec: env("https://h1.p1.test/"), want: []residency.ProcessorUse{seen(use("p1", "m"), "h1.p1.test", path), declared(use("p1", "n"), "")}},
		"who names the domain says nothing of a host that another names": {pod: annotated("p1/all"), spec: env("https://h1.p1.test/"), want: []residency.ProcessorUse{declared(use("p1", "all"), ""), seen(use("p1", "m"), "h1.p1.test", path)}},
		"who names the host says all":                                    {pod: annotated("p1/m"), spec: env("https://h1.p1.test/"), want: []residency.ProcessorUse{declared(use("p1", "m"), "")}},
		"nobody is declared, and two name it":                            {spec: env("https://h1.p1.test/"), want: []residency.ProcessorUse{seen(use("p1", "all"), "h1.p1.test", path), seen(use("p1", "m"), "h1.p1.test", path)}},
		"by a Service":                                                   {services: []ExternalName{{"llm", "H1.P1.test."}}, want: []residency.ProcessorUse{seen(use("p1", "m"), "h1.p1.test", "service llm")}},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Gatherer{Source: elsewhere{services: tc.services}}
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Annotations: tc.pod}, Spec: tc.spec}
			got, err := g.processors(t.Context(), calling(t, 2, strings.Contains(name, "name")), Keys{Annotations: tc.namespace}, pod)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tc.want, got); diff != "" {
				t.Errorf("called are (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("Services that cannot be read", func(t *testing.T) {
		g := &Gatherer{Source: elsewhere{err: errors.New("no")}}
		if _, err := g.processors(t.Context(), calling(t, 1, false), Keys{}, &corev1.Pod{}); err == nil {
			t.Error("the error is lost")
		}
	})
}

// BenchmarkProcessors finds what a pod calls among 1,000 processors of 100 hosts each.
func BenchmarkProcessors(b *testing.B) {
	rb := calling(b, 1000, false)
	g := &Gatherer{Source: elsewhere{services: []ExternalName{{"llm", "h1.p1.test"}}}}
	pod := &corev1.Pod{}
	pod.Annotations = map[string]string{residencyv1.ProcessorsAnnotation: "p5/m"}
	pod.Spec.Containers = []corev1.Container{{
		Name: "app",
		Env: []corev1.EnvVar{
			{Name: "URL", Value: "https://h7.p999.test/v1/chat"}, {Name: "OTHER", Value: "https://x.y.p500.example/"},
			{Name: "LEVEL", Value: "info"}, {Name: "OPTIONS", Value: "-Xmx512m -Dfile.encoding=UTF-8 -jar app.jar"},
		},
		Args: []string{"--config=/etc/app/config.yaml", "--listen=0.0.0.0:8080", "--upstream=https://h9.p3.test:443/"},
	}}
	b.ReportAllocs()
	for b.Loop() {
		got, err := g.processors(b.Context(), rb, Keys{}, pod)
		if err != nil || len(got) != 5 {
			b.Fatal(err, got)
		}
	}
}
