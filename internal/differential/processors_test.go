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

package differential

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// What processors are made of, by name.
var (
	processors = []residencyv1.ObjectName{"models", "mailer", "archive"}
	modes      = []residencyv1.ModeName{"eu", "global", "plain"}
	services   = []residencyv1.ServiceName{"chat", "embed", "files"}
	schemes    = []residencyv1.SchemeName{"ISO27001", "EUCloudCoC"}
	// hosts are those that pods call, and patterns what processors have for them.
	hosts    = []string{"api.models.example", "eu.api.models.example", "models.example", "smtp.mailer.example", "xn--bcher-kva.example"}
	patterns = []residencyv1.HostName{
		"api.models.example", "api.models.example", "eu.api.models.example", "*.models.example", "*.api.models.example", "models.example",
		"smtp.mailer.example", "*.mailer.example", "xn--bcher-kva.example",
	}
)

// processors makes some, and Services by which pods call them.
func (g *generator) processors() {
	g.w.Written = map[string][]string{}
	if g.in(3) {
		return
	}
	for _, name := range processors[:1+g.IntN(len(processors))] {
		g.w.Processors = append(g.w.Processors, g.processor(string(name)))
	}
	for i := range max(0, g.IntN(5)-2) {
		s := corev1.Service{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
			ObjectMeta: metav1.ObjectMeta{Namespace: pick(g, namespaces), Name: fmt.Sprintf("elsewhere-%d", i)},
		}
		s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, g.write(pick(g, []string{"%s", "%s.", "not-%s", "%s.fake.example"}))
		if g.in(6) {
			s.Spec.Type, s.Spec.Ports = corev1.ServiceTypeClusterIP, []corev1.ServicePort{{Port: 443}}
		}
		g.w.Services = append(g.w.Services, s)
	}
}

func (g *generator) processor(name string) residencyv1.Processor {
	p := residencyv1.Processor{
		TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "Processor"},
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: residencyv1.ProcessorSpec{Title: name},
	}
	for _, mode := range modes[:1+g.IntN(len(modes))] {
		p.Spec.Modes = append(p.Spec.Modes, g.mode(mode))
	}
	if g.in(30) {
		p.Spec.Modes = append(p.Spec.Modes, g.mode(modes[0]))
	}
	for range g.IntN(4) {
		p.Spec.Attestations = append(p.Spec.Attestations, g.attestation())
	}
	if !g.in(3) {
		p.Spec.Subprocessors = &residencyv1.Subprocessors{Published: pick(g, []residencyv1.Publication{
			residencyv1.PublicationPublic, residencyv1.PublicationPublic, residencyv1.PublicationLoginRequired, residencyv1.PublicationNone,
		})}
	}
	if !g.in(3) {
		p.Spec.DataProcessingAgreement = &residencyv1.DataProcessingAgreement{Reference: "contract"}
	}
	return p
}

// mode is a way to call a processor, of which this or that is left out.
func (g *generator) mode(name residencyv1.ModeName) residencyv1.ProcessorMode {
	m := residencyv1.ProcessorMode{Name: name, Services: g.some(services)}
	for _, h := range patterns {
		if g.in(5) && !slices.Contains(m.Hosts, h) {
			m.Hosts = append(m.Hosts, h)
		}
	}
	if g.in(3) {
		m.Services = nil
	}
	if !g.in(4) {
		m.Storage = g.places()
	}
	switch g.IntN(6) {
	case 0:
	case 1:
		m.Processing = &residencyv1.ModeProcessing{Scheduling: residencyv1.SchedulingDynamic}
	case 2:
		m.Processing = &residencyv1.ModeProcessing{Scheduling: residencyv1.SchedulingDynamic, Except: g.places()}
	default:
		m.Processing = &residencyv1.ModeProcessing{Places: g.places()}
	}
	if g.in(60) {
		m.Processing = &residencyv1.ModeProcessing{}
	}
	switch g.IntN(5) {
	case 0:
	case 1:
		m.Retention = &residencyv1.Retention{Kind: residencyv1.RetentionIndefinite}
	case 2:
		m.Retention = &residencyv1.Retention{Kind: residencyv1.RetentionNone}
	default:
		m.Retention = &residencyv1.Retention{Kind: residencyv1.RetentionLimited}
		if !g.in(4) {
			m.Retention.Duration = &metav1.Duration{Duration: pick(g, retentions[1:])}
		}
	}
	return m
}

// retentions are for how long data is kept, and may be kept.
var retentions = []time.Duration{0, time.Hour, 24 * time.Hour, 720 * time.Hour}

// places are one or two, most often all of them permitted by some policy.
func (g *generator) places() []residencyv1.Place {
	var out []residencyv1.Place
	for range 1 + max(0, g.IntN(4)-2) {
		at := g.place()
		if !g.in(3) {
			p := pick(g, g.w.Policies).Spec
			at = pick(g, slices.Concat(p.Processing.Allowed, p.Storage.Allowed))
		}
		out = append(out, at)
	}
	return out
}

// some are some of a list, or none.
func (g *generator) some(list []residencyv1.ServiceName) []residencyv1.ServiceName {
	var out []residencyv1.ServiceName
	for _, s := range list {
		if g.in(2) {
			out = append(out, s)
		}
	}
	return out
}

func (g *generator) attestation() residencyv1.Attestation {
	a := residencyv1.Attestation{Scheme: pick(g, schemes), Level: int32(g.IntN(4)), Services: g.some(services)}
	if !g.in(3) {
		a.Services = services
	}
	if g.in(3) {
		a.ValidFrom = new(metav1.NewTime(pick(g, g.instants)))
	}
	if g.in(2) {
		a.ValidUntil = new(metav1.NewTime(pick(g, g.instants)))
		if g.in(3) {
			g.w.Now = a.ValidUntil.Time // The very instant is what is easily got wrong.
		}
	}
	if a.ValidFrom != nil && a.ValidUntil != nil && !a.ValidFrom.Before(a.ValidUntil) && !g.in(10) {
		a.ValidFrom = nil
	}
	return a
}

// asks has policies ask something of processors, and Datasets of which of them they may be handled.
func (g *generator) asks() {
	for i := range g.w.Policies {
		if !g.in(2) {
			continue
		}
		r := &residencyv1.ProcessorsRule{}
		for _, s := range schemes {
			if g.in(2) {
				r.RequireAttestations = append(r.RequireAttestations, residencyv1.RequiredAttestation{
					Scheme: s, MinimumLevel: int32(g.IntN(3)), Services: pick(g, []residencyv1.ServiceCoverage{residencyv1.ServicesCovered, residencyv1.ServicesAny}),
				})
			}
		}
		if g.in(3) {
			r.MaxRetention = &metav1.Duration{Duration: pick(g, retentions)}
		}
		if g.in(4) {
			r.Subprocessors = residencyv1.SubprocessorsPublic
		}
		if g.in(3) || len(r.RequireAttestations) == 0 && r.MaxRetention == nil {
			r.RequireDataProcessingAgreement = new(!g.in(4))
		}
		g.w.Policies[i].Spec.Processors = r
	}
	for i := range g.w.Datasets {
		if g.in(4) {
			g.w.Datasets[i].Spec.Processors = []residencyv1.ObjectName{pick(g, processors)}
		}
	}
}

// declare has the annotation of a pod or a namespace say whom it calls.
func (g *generator) declare(m *metav1.ObjectMeta, oneIn int) {
	if !g.in(oneIn) {
		return
	}
	var words []string
	for range 1 + g.IntN(2) {
		words = append(words, string(pick(g, processors))+"/"+string(pick(g, modes)))
	}
	if g.in(8) {
		words = append(words, pick(g, []string{"models", "models/eu/more", "/eu", "mailer/", "", "Models/eu", "gone/eu", "models/gone"}))
	}
	if m.Annotations == nil {
		m.Annotations = map[string]string{}
	}
	m.Annotations[residencyv1.ProcessorsAnnotation] = strings.Join(words, pick(g, []string{",", " , ", ",\n"}))
}

// call writes hosts into what the containers of a pod are run by.
func (g *generator) call(p *corev1.Pod) {
	for range max(0, g.IntN(5)-2) {
		list := p.Spec.Containers
		if len(p.Spec.InitContainers) > 0 && g.in(2) {
			list = p.Spec.InitContainers
		}
		c, text := &list[0], g.write(pick(g, texts))
		switch g.IntN(3) {
		case 0:
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("CALL_%d", len(c.Env)), Value: text})
		case 1:
			c.Args = append(c.Args, text)
		default:
			c.Command = append(c.Command, text)
		}
	}
}

// Texts, with %s for a host and %S for it in upper case.
var texts = []string{
	"%s", "https://%s/v1", "HTTPS://%S:443/V1", "%s:8443", "--endpoint=%s", "user@%s", "https://%s./", `{"url":"https://%s"}`, "curl -s %s | sh",
	"https%%3A%%2F%%2F%s%%2Fv1", "a,%s;b", "https://10.0.0.1:8443/%s",
	// Of these another host is called, or none.
	"https://not-%s/", "https://%s.fake.example/", "x%s", "my_%s", "%s_old", "%s-old", "http://10.0.0.1/",
}

// write writes a text, and notes which hosts are called in it.
func (g *generator) write(form string) string {
	host := pick(g, hosts)
	text := strings.NewReplacer("%s", host, "%S", strings.ToUpper(host), "%%", "%").Replace(form)
	switch {
	case strings.Contains(form, "not-%s"):
		host = "not-" + host
	case strings.Contains(form, "%s.fake.example"):
		host += ".fake.example"
	case form == "x%s":
		host = "x" + host
	case form == "%s-old":
		host += "-old"
	case strings.Contains(form, "_"), !strings.ContainsAny(form, "%"):
		return text
	}
	g.w.Written[text] = []string{host}
	return text
}
