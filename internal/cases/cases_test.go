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

package cases

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

var update = flag.Bool("update", false, "write docs/cases.md")

// world is what all cases are judged in.
type world struct {
	cat        *catalogue.Catalogue
	processors []residencyv1.Processor
	policies   []residencyv1.ResidencyPolicy
	datasets   []residencyv1.Dataset
}

func newWorld(t *testing.T) *world {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{cat: cat}
	samples, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "processors", "*.yaml"))
	if err != nil || len(samples) == 0 {
		t.Fatalf("there are no samples: %v", err)
	}
	in, err := manifest.Read(t.Context(), manifest.Options{Paths: samples})
	if err != nil || len(in.Problems) > 0 {
		t.Fatalf("reading the samples: %v %v", err, in.Problems)
	}
	for i := range in.Processors {
		w.processors = append(w.processors, in.Processors[i].Object)
	}
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if err := yaml.UnmarshalStrict([]byte(policies[name]), &p.Spec); err != nil {
			t.Fatalf("policy %s: %v", name, err)
		}
		p.Spec.Datasets = []residencyv1.ObjectName{residencyv1.ObjectName(name)}
		p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
		checked := residency.Check(residency.World{Catalogue: cat, Processors: w.processors}, &p)
		if checked.Fault != nil {
			t.Fatalf("policy %s: %s", name, checked.Fault.Message())
		}
		w.policies = append(w.policies, p)
		w.datasets = append(w.datasets, residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return w
}

// alone is the Source of facts about a pod that refers to nothing, in a namespace that says nothing.
type alone struct{ *facts.StoredIndex }

func (alone) Namespace(context.Context, string) (facts.Keys, error) { return facts.Keys{}, nil }
func (alone) Carrier(context.Context, residency.Way, string, string) (facts.Keys, error) {
	return facts.Keys{}, nil
}
func (alone) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }
func (alone) ExternalNames(context.Context, string) ([]facts.ExternalName, error) {
	return nil, nil
}

// judge judges the pod of a statement, by the way that all pods go.
func (w *world) judge(t *testing.T, s *statement) (residency.Verdict, []*residency.Finding) {
	t.Helper()
	processors := w.processors
	if len(s.uses) > 0 {
		processors = make([]residencyv1.Processor, len(w.processors))
		for i := range w.processors {
			p := w.processors[i].DeepCopy()
			for k := range p.Spec.Modes {
				p.Spec.Modes[k].Services = nil
				for _, service := range s.uses {
					p.Spec.Modes[k].Services = append(p.Spec.Modes[k].Services, residencyv1.ServiceName(service))
				}
			}
			processors[i] = *p
		}
	}
	known := residency.World{Catalogue: w.cat, Processors: processors}
	rb := residency.Compile(known, w.datasets, w.policies, residency.Options{AsOf: s.on})
	nodes := facts.NewNodes(location.Locator{Catalogue: w.cat, Now: s.on})
	for name, id := range map[string]string{frankfurt: "eu-central-1.i-gw8a1b2c3d4e5f6g7h8i", london: "eu-west-1.i-d7o1a2b3c4d5e6f7g8h9"} {
		region, _, _ := strings.Cut(id, ".")
		nodes.Set(&corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelTopologyRegion: region}},
			Spec:       corev1.NodeSpec{ProviderID: id},
		})
	}
	g := &facts.Gatherer{Nodes: nodes, Source: alone{facts.StoredObjects{}.Index()}, Now: func() time.Time { return s.on }}
	in, err := g.Pod(t.Context(), rb, residency.Subject{Kind: "Pod", Namespace: "default", Name: "app"}, s.object())
	if err != nil {
		t.Fatal(err)
	}
	v := residency.Evaluate(rb, in)
	var about []*residency.Finding
	for i := range v.Findings {
		if f := &v.Findings[i]; (f.Processor() != nil) == s.callsSomebody() {
			about = append(about, f)
		}
	}
	return v, about
}

func (s *statement) callsSomebody() bool { return s.calls != "" || s.host != "" }

func (s *statement) object() *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "app", Labels: map[string]string{residencyv1.DatasetLabel: s.policy}}}
	p.Spec.NodeName = frankfurt
	if s.node != "" {
		p.Spec.NodeName = s.node
	}
	if s.calls != "" {
		p.Annotations = map[string]string{residencyv1.ProcessorsAnnotation: s.calls}
	}
	p.Spec.Containers = []corev1.Container{{Name: "app", Env: []corev1.EnvVar{{Name: "BASE_URL", Value: s.host}}}}
	return p
}

// TestCases judges each statement, and holds docs/cases.md to what was found.
func TestCases(t *testing.T) {
	w := newWorld(t)
	b := &strings.Builder{}
	b.WriteString(head)
	for _, d := range documents() {
		fmt.Fprintf(b, "\n## %s\n\n", d.title)
		for i := range d.statements {
			s := &d.statements[i]
			v, about := w.judge(t, s)
			name := fmt.Sprintf("%s, %s: %s", d.title, s.at, s.says)
			if v.Outcome != s.outcome {
				t.Errorf("%s\noutcome %s, want %s", name, v.Outcome, s.outcome)
			}
			var reasons []residency.Reason
			for _, f := range about {
				reasons = append(reasons, f.Reason)
			}
			if diff := cmp.Diff(s.reasons, reasons); diff != "" {
				t.Errorf("%s\nreasons (-want +got):\n%s", name, diff)
			}
			s.write(b, v, about)
		}
		b.WriteString("\nNot judged:\n\n")
		for _, u := range d.aside {
			fmt.Fprintf(b, "- %s: %s *%s*\n", u.at, u.says, u.why)
		}
	}
	b.WriteString("\n## The policies\n\nEach governs a dataset of its own name, with `enforcement: {admission: Deny}`.\n")
	for _, name := range slices.Sorted(maps.Keys(policies)) {
		fmt.Fprintf(b, "\n`%s`\n\n```yaml\n%s\n```\n", name, policies[name])
	}
	path := filepath.Join("..", "..", "docs", "cases.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("docs/cases.md (-is +would be), -update writes it:\n%s", diff)
	}
}

// TestEveryPolicyIsAskedFor finds policies that no case names.
func TestEveryPolicyIsAskedFor(t *testing.T) {
	asked := map[string]bool{}
	for _, d := range documents() {
		for i := range d.statements {
			asked[d.statements[i].policy] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(policies)), slices.Sorted(maps.Keys(asked))); diff != "" {
		t.Errorf("policies (-there are +asked for):\n%s", diff)
	}
}

// write writes what was found.
func (s *statement) write(b *strings.Builder, v residency.Verdict, about []*residency.Finding) {
	var does []string
	if s.calls != "" {
		does = append(does, "calls `"+s.calls+"`")
	}
	if s.host != "" {
		does = append(does, "has `"+s.host+"` in its environment")
	}
	if len(s.uses) > 0 {
		does = append(does, "for "+strings.Join(s.uses, " and "))
	}
	if !s.callsSomebody() {
		node := s.node
		if node == "" {
			node = frankfurt
		}
		does = append(does, "runs in "+strings.ToUpper(node[:1])+node[1:])
	}
	fmt.Fprintf(b, "- %s: %s\n", s.at, s.says)
	fmt.Fprintf(b, "  A pod %s; policy `%s`; %s: **%s**.\n", strings.Join(does, " "), s.policy, s.on.Format(time.RFC3339), v.Outcome)
	for _, f := range about {
		_, words, _ := strings.Cut(strings.TrimSpace(f.Sentence(v.Subject)), `": `)
		fmt.Fprintf(b, "  - %s, %s: %s\n", f.Aspect, f.Reason, words)
	}
}

const head = `<!-- Written by go test ./internal/cases -update. -->
# Cases

What Domicile concludes from what providers state about themselves: five public documents, each
statement in them that speaks of a place, a transfer, a retention, an attestation or a list of
services, and one verdict about a pod that relies on it. The Processors are those of
[config/samples/processors](../config/samples/processors); the policies are at the end. Statements are
given in our words, with their place in the document. They are what the documents said when they
were read, and no judgement of the providers of today. A verdict speaks of places and of what a
policy asks for, and not of whether a processing is lawful.
`
