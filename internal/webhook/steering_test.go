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
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/steer"
)

const (
	eeaByStamp = `[{"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[` +
		`{"matchExpressions":[{"key":"domicile.node-restriction.kubernetes.io/country","operator":"In","values":["AT","BE","BG","CY","CZ","DE","DK","EE",` +
		`"ES","FI","FR","GR","HR","HU","IE","IS","IT","LI","LT","LU","LV","MT","NL","NO","PL","PT","RO","SE","SI","SK"]}]}]}}}}]`
	ownKept = `[{"op":"replace","path":"/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms","value":[` +
		`{"matchExpressions":[{"key":"topology.kubernetes.io/zone","operator":"In","values":["eu-central-1a"]},`
)

func TestSteering(t *testing.T) {
	for name, tc := range map[string]struct {
		pod    *corev1.Pod
		change func(*corev1.Pod)
		review func(*admissionv1.AdmissionRequest)
		world  func(*world)

		patch  string // its beginning; empty: none
		effect string
	}{
		"a pod that handles nothing":     {pod: pod("", ""), effect: "Allow"},
		"a dataset that nothing governs": {pod: pod("weather", ""), effect: "Allow"},
		"a dataset that does not exist":  {pod: pod("nobody's", ""), effect: "Allow"},
		"a pod without affinity":         {pod: pod("customers", ""), patch: eeaByStamp, effect: "Steer"},
		"two datasets with one policy":   {pod: pod("payroll,customers", ""), patch: eeaByStamp, effect: "Steer"},
		"a pod with a node":              {pod: pod("customers", "ldn-1"), effect: "Allow"},
		"a pod with affinity":            {pod: pod("customers", ""), change: func(p *corev1.Pod) { p.Spec.Affinity = inZone(corev1.LabelTopologyZone, "eu-central-1a") }, patch: ownKept, effect: "Steer"},
		"a dry run":                      {pod: pod("customers", ""), review: dryRun, patch: eeaByStamp},
		"by its namespace": {
			pod: pod("", ""), world: func(w *world) {
				w.namespaces["crm"] = facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}
			},
			patch: eeaByStamp, effect: "Steer",
		},
		"by a Secret": {
			pod: pod("", ""), world: carries(residency.BySecret, "login"),
			change: func(p *corev1.Pod) {
				p.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "login"}}}}
			},
			patch: eeaByStamp, effect: "Steer",
		},
		"what is steered already": {
			pod: pod("customers", ""), effect: "Allow",
			change: func(p *corev1.Pod) {
				p.Spec.Affinity = inZone(residencyv1.StampCountry, strings.Split("SK,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,AT", ",")...)
			},
		},
		"an excluded namespace": {
			pod: pod("customers", ""), effect: "Allow",
			change: func(p *corev1.Pod) { p.Namespace = "domicile-system" },
			review: func(r *admissionv1.AdmissionRequest) { r.Namespace = "domicile-system" },
		},
		"a policy that does not steer": {
			pod: pod("customers", ""), effect: "Allow",
			world: func(w *world) {
				p := policy("gdpr", "personal", residencyv1.EnforcementDeny)
				p.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
				w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue}, []residencyv1.Dataset{dataset("customers", "personal")},
					[]residencyv1.ResidencyPolicy{p}, residency.Options{}))
			},
		},
		"by topology, of the providers that there are": {
			pod: pod("customers", ""), world: func(w *world) { w.options.SteerBy = steer.ByTopology }, effect: "Steer",
			patch: `[{"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[` +
				`{"matchExpressions":[{"key":"topology.kubernetes.io/region","operator":"In","values":["eu-central-1","eu-north-1",`,
		},
		"a namespace that cannot be read": {pod: pod("customers", ""), world: func(w *world) { w.lookup = errors.New("the API server is busy") }, effect: "Error"},
		"no rulebook yet":                 {pod: pod("customers", ""), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} }, effect: "Error"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.change != nil {
				tc.change(tc.pod)
			}
			if tc.world != nil {
				tc.world(w)
			}
			if tc.review == nil {
				tc.review = func(*admissionv1.AdmissionRequest) {}
			}
			registry := prometheus.NewRegistry()
			var err error
			if w.options.Metrics, err = NewMetrics(registry); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{PathSteerPods, PathSteerGovernedPods} {
				_, r := w.post(t, path, reviewOf(t, "pods", "", tc.pod, nil, tc.review))
				if !r.Allowed || len(r.Warnings) > 0 {
					t.Fatalf("the answer is %+v", r)
				}
				if patch := string(r.Patch); !strings.HasPrefix(patch, tc.patch) || tc.patch == "" && patch != "" {
					t.Errorf("the patch (-want +got):\n%s", cmp.Diff(tc.patch, patch))
				}
				if (r.PatchType != nil) != (tc.patch != "") {
					t.Errorf("the type of the patch is %v", r.PatchType)
				}
			}
			if len(w.marked) > 0 {
				t.Errorf("%v are marked", w.marked)
			}
			if tc.effect == "" {
				return
			}
			if n := testutil.ToFloat64(w.options.Metrics.requests.WithLabelValues("steering", tc.effect)); n != 2 {
				t.Errorf("%v are counted as %s, want 2", n, tc.effect)
			}
		})
	}
}

// A fault of our own in steering is no refusal: the failurePolicy, which is Ignore, decides.
func TestAFaultOfSteeringRefusesNothing(t *testing.T) {
	w := newWorld(t)
	w.panics = true
	out := &sink{header: http.Header{}}
	code := &status{sink: out}
	body := reviewOf(t, "pods", "", pod("customers", ""), nil)
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: PathSteerPods}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))}
	Handlers(w.options)[PathSteerPods].ServeHTTP(code, r)
	if code.code != http.StatusInternalServerError {
		t.Errorf("the call is answered with %d", code.code)
	}
}

type status struct {
	*sink
	code int
}

func (s *status) WriteHeader(code int) { s.code = code }

// A plan is kept as long as what it was made of.
func TestPlansAreKept(t *testing.T) {
	w := newWorld(t)
	var p plans
	o := steer.Options{Catalogue: w.catalogue}
	rb := w.options.Rulebook.Current()
	of := func(rb *residency.Rulebook, o steer.Options, datasets ...string) *steer.Plan {
		plan, err := p.of(rb, time.Time{}, datasets, false, o)
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	first := of(rb, o, "customers")
	if of(rb, o, "customers") != first || of(rb, o, "clicks") == first {
		t.Error("a plan is not kept, or is one for other datasets")
	}
	other := residency.Compile(residency.World{Catalogue: w.catalogue}, nil, nil, residency.Options{})
	if plan := of(other, o, "customers"); len(plan.Required) > 0 {
		t.Errorf("by another rulebook it is still %s", plan.YAML())
	}
	o.By, o.Providers = steer.ByTopology, []string{"aws"}
	aws := of(rb, o, "customers")
	o.Providers = []string{"gcp"}
	if of(rb, o, "customers") == aws {
		t.Error("it is the same for other providers")
	}
}

// BenchmarkSteering answers a review of a governed pod: one that has no affinity, and one that has.
func BenchmarkSteering(b *testing.B) {
	for name, change := range map[string]func(*corev1.Pod){"NoAffinity": func(*corev1.Pod) {}, "Affinity": anywhere} {
		w := busyWorld(b, 10)
		body := reviewOfFiveKB(b, change)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			handleAt(b, w, PathSteerPods, body)
		})
	}
}
