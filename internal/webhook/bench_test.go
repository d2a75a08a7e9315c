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
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// places are the zones that the nodes of the benchmarks are in, with their regions.
func places() [][2]string {
	return [][2]string{
		{"eu-central-1", "eu-central-1a"}, {"eu-central-1", "eu-central-1b"}, {"eu-west-1", "eu-west-1a"}, {"eu-west-2", "eu-west-2a"},
		{"eu-west-3", "eu-west-3a"}, {"us-east-1", "us-east-1a"}, {"us-west-2", "us-west-2a"}, {"eu-north-1", "eu-north-1a"},
		{"ap-south-1", "ap-south-1a"}, {"ca-central-1", "ca-central-1a"},
	}
}

// busyWorld has that many nodes over ten places, and 100 policies of which 2 govern the
// dataset customers.
func busyWorld(b *testing.B, nodes int) *world {
	b.Helper()
	w := newWorld(b)
	w.nodes = facts.NewNodes(location.Locator{Catalogue: w.catalogue})
	for i := range nodes {
		at := places()[i%len(places())]
		w.nodes.Set(node(fmt.Sprintf("node-%04d", i), fmt.Sprintf("aws:///%s/i-%017x", at[1], i), at[0], at[1]))
	}
	datasets := []residencyv1.Dataset{dataset("customers", "personal")}
	policies := []residencyv1.ResidencyPolicy{policy("gdpr", "personal", "Deny"), policy("gdpr-2", "personal", "Deny")}
	for i := range 98 {
		kind := fmt.Sprintf("kind-%d", i)
		datasets, policies = append(datasets, dataset(kind, kind)), append(policies, policy(kind, kind, "Deny"))
	}
	w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue}, datasets, policies, residency.Options{}))
	w.options.Gatherer = &facts.Gatherer{Nodes: w.nodes, Source: w}
	w.options.Marker = silent{}
	return w
}

// reviewOfFiveKB is a review of a pod as workloads have them: two containers, probes,
// volumes, what the API server and the controllers add.
func reviewOfFiveKB(b *testing.B, change func(*corev1.Pod)) []byte {
	b.Helper()
	p := pod("", "")
	p.Labels = map[string]string{"app": "profiles", "pod-template-hash": "5d4f8c7b9", "team": "crm", residencyv1.DatasetLabel: "customers"}
	p.Annotations = map[string]string{"prometheus.io/scrape": "true", "prometheus.io/port": "8080", "example.com/checksum": strings.Repeat("0123456789abcdef", 4)}
	var fields []string
	for _, name := range []string{"affinity", "containers", "dnsPolicy", "enableServiceLinks", "nodeName", "restartPolicy", "schedulerName", "securityContext", "serviceAccount", "terminationGracePeriodSeconds", "tolerations", "volumes"} {
		fields = append(fields, fmt.Sprintf(`"f:%s":{".":{},"f:value":{}}`, name))
	}
	p.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", FieldsType: "FieldsV1",
		FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{` + strings.Join(fields, ",") + `}}`),
	}}
	limits := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("500m"), corev1.ResourceMemory: resource.MustParse("512Mi")}
	p.Spec.Containers = nil
	for _, name := range []string{"profiles", "proxy"} {
		c := corev1.Container{
			Name: name, Image: "registry.example.com/crm/" + name + ":v1.24.3", ImagePullPolicy: corev1.PullIfNotPresent,
			Args:      []string{"--listen=:8080", "--log-format=json", "--shutdown-grace=25s", "--max-connections=1024", "--read-timeout=10s"},
			Ports:     []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
			Resources: corev1.ResourceRequirements{Limits: limits, Requests: limits},
			LivenessProbe: &corev1.Probe{
				ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Scheme: corev1.URISchemeHTTP}},
				PeriodSeconds: 10, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 3,
			},
			VolumeMounts: []corev1.VolumeMount{
				{Name: "config", MountPath: "/etc/profiles", ReadOnly: true}, {Name: "kube-api-access-x7k2p", MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true},
			},
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true), RunAsNonRoot: new(true),
				Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
			TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		}
		for i := range 8 {
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("PROFILES_SETTING_%d", i), Value: fmt.Sprintf("https://service-%d.crm.svc:8443", i)})
		}
		p.Spec.Containers = append(p.Spec.Containers, c)
	}
	p.Spec.Volumes = []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "profiles"}}}}}
	p.Spec.Tolerations = []corev1.Toleration{
		{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
		{Key: "node.kubernetes.io/unreachable", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300))},
	}
	p.Spec.ServiceAccountName, p.Spec.SchedulerName, p.Spec.RestartPolicy = "profiles", corev1.DefaultSchedulerName, corev1.RestartPolicyAlways
	change(p)
	body := reviewOf(b, "pods", "", p, nil, func(r *admissionv1.AdmissionRequest) {
		r.UID = "0d0f9e52-7c0f-4b8e-9d6c-3a1f4e5b6c7d"
		r.UserInfo = authenticationv1.UserInfo{Username: "system:serviceaccount:kube-system:replicaset-controller", Groups: []string{"system:serviceaccounts", "system:authenticated"}}
	})
	if len(body) < 4900 || len(body) > 5300 {
		b.Fatalf("the review has %d bytes", len(body))
	}
	return body
}

// sink is a connection that keeps nothing but whether the answer admits.
type sink struct {
	header  http.Header
	allowed bool
}

func (s *sink) Header() http.Header { return s.header }
func (s *sink) WriteHeader(int)     {}
func (s *sink) Write(b []byte) (int, error) {
	s.allowed = bytes.Contains(b, []byte(`"allowed":true`))
	return len(b), nil
}

// handle measures the handler from bytes to bytes.
func handle(b *testing.B, w *world, body []byte) {
	b.Helper()
	handleAt(b, w, PathPods, body)
}

func handleAt(b *testing.B, w *world, path string, body []byte) {
	b.Helper()
	h := Handlers(w.options)[path]
	reader := bytes.NewReader(nil)
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: path}, Body: io.NopCloser(reader), ContentLength: int64(len(body))}
	out := &sink{header: http.Header{}}
	for b.Loop() {
		reader.Reset(body)
		out.allowed = false
		h.ServeHTTP(out, r)
		if !out.allowed {
			b.Fatal("refused")
		}
	}
}

func on(name string) func(*corev1.Pod) { return func(p *corev1.Pod) { p.Spec.NodeName = name } }

// anywhere has a pod go where its affinity lets it, to places of which some are permitted.
func anywhere(p *corev1.Pod) {
	p.Spec.Affinity = inZone(corev1.LabelTopologyRegion, "eu-central-1", "eu-west-1", "eu-west-2")
}

// BenchmarkPodHandler answers a review of a governed pod on a permitted node; the
// difference of the two is what an answer costs beyond decoding.
func BenchmarkPodHandler(b *testing.B) {
	w := busyWorld(b, 10)
	body := reviewOfFiveKB(b, on("node-0000"))
	b.Run("Handle", func(b *testing.B) {
		b.ReportAllocs()
		handle(b, w, body)
	})
	b.Run("Decode", func(b *testing.B) {
		b.ReportAllocs()
		var own []byte
		for b.Loop() {
			var req request
			own = append(own[:0], body...) // It is changed.
			if _, err := decodePod(dropManagedFields(own), &req); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPodHandlerNodes answers the same in clusters of different size.
func BenchmarkPodHandlerNodes(b *testing.B) {
	for _, nodes := range []int{10, 5000} {
		w := busyWorld(b, nodes)
		body := reviewOfFiveKB(b, on("node-0000"))
		b.Run(fmt.Sprint(nodes), func(b *testing.B) { handle(b, w, body) })
	}
}

// BenchmarkPodHandlerReach answers for a pod without a node.
func BenchmarkPodHandlerReach(b *testing.B) {
	for _, nodes := range []int{10, 5000} {
		w := busyWorld(b, nodes)
		body := reviewOfFiveKB(b, anywhere)
		b.Run(fmt.Sprintf("Seen%d", nodes), func(b *testing.B) { handle(b, w, body) })
	}
	w := busyWorld(b, 5000)
	h := Handlers(w.options)[PathPods]
	b.Run("FirstSeen5000", func(b *testing.B) {
		out := &sink{header: http.Header{}}
		template := string(reviewOfFiveKB(b, func(p *corev1.Pod) {
			anywhere(p)
			p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms[0].MatchExpressions[0].Values[2] = "seen-before"
		}))
		for i := 0; b.Loop(); i++ {
			// A value that no other review has makes a constraint that was never seen.
			body := strings.Replace(template, "seen-before", fmt.Sprintf("r-%09d", i), 1)
			r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: PathPods}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
			h.ServeHTTP(out, r)
			if !out.allowed {
				b.Fatal("refused")
			}
		}
	})
}
