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
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

func inZone(key string, values ...string) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values},
		}}},
	}}}
}

// carries has an object in the namespace crm carry the key of a dataset.
func carries(way residency.Way, name string) func(*world) {
	return func(w *world) {
		w.carriers = map[carrier]facts.Keys{{way, "crm", name}: {Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}}
	}
}

func TestPods(t *testing.T) {
	tests := map[string]struct {
		pod    *corev1.Pod
		change func(*corev1.Pod)
		review func(*admissionv1.AdmissionRequest)
		world  func(*world)

		code     int32
		says     []string // in the message
		warnings int
		audited  bool
		marked   []string
	}{
		"a pod that handles nothing": {pod: pod("", "ldn-1")},
		"in a permitted place":       {pod: pod("customers", "fra-1"), marked: []string{"crm"}},
		"in a prohibited place": {
			pod: pod("customers", "ldn-1"), code: 403, audited: true,
			says: []string{"pod crm/profiles", `"customers"`, "London, GB", "ldn-1", `"gdpr"`, "EEA", "privacy@example.com"},
		},
		"by its label": {
			pod: pod("", "ldn-1"), change: func(p *corev1.Pod) { p.Labels = map[string]string{residencyv1.DatasetLabel: "customers"} },
			code: 403, audited: true, says: []string{`"customers"`},
		},
		"by its namespace": {
			pod: pod("", "ldn-1"),
			world: func(w *world) {
				w.namespaces["crm"] = facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}
			},
			code: 403, audited: true, says: []string{`"customers"`},
		},
		"by a Secret in the environment of an init container": {
			pod: pod("", "ldn-1"), change: func(p *corev1.Pod) {
				p.Spec.InitContainers = []corev1.Container{{Env: []corev1.EnvVar{
					{Name: "PLAIN", Value: "7"},
					{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
						LocalObjectReference: corev1.LocalObjectReference{Name: "db"}, Key: "password",
					}}},
				}}}
			},
			world: carries(residency.BySecret, "db"), code: 403, audited: true,
			says: []string{`"customers" (by the key of Secret db, to which it refers)`, "London, GB"},
		},
		"by a ConfigMap as an environment": {
			pod: pod("", "ldn-1"), change: func(p *corev1.Pod) {
				p.Spec.Containers = []corev1.Container{{EnvFrom: []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{
					LocalObjectReference: corev1.LocalObjectReference{Name: "flags"},
				}}}}}
			},
			world: carries(residency.ByConfigMap, "flags"), code: 403, audited: true, says: []string{"ConfigMap flags"},
		},
		"by a claim that it mounts": {
			pod: pod("", "ldn-1"), change: func(p *corev1.Pod) {
				p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
					PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
				}}}
			},
			world: carries(residency.ByClaim, "data"), code: 403, audited: true, says: []string{"PersistentVolumeClaim data"},
		},
		"by a Secret that it only pulls images with": {
			pod: pod("", "ldn-1"), change: func(p *corev1.Pod) {
				p.Spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "db"}}
			},
			world: carries(residency.BySecret, "db"),
		},
		"in an excluded namespace": {
			pod: pod("customers", "ldn-1"), world: func(w *world) { w.options.ExcludedNamespaces = []string{"crm"} },
		},
		"selected by a Dataset": {
			pod: pod("", "ldn-1"), world: func(w *world) { w.namespaces["crm"] = facts.Keys{Labels: map[string]string{"team": "orders"}} },
			code: 403, audited: true, says: []string{`"parcels" (by spec.handledBy of the Dataset)`},
		},
		"without a namespace of its own": {
			pod: pod("customers", "ldn-1"), change: func(p *corev1.Pod) { p.Namespace = "" },
			code: 403, audited: true, says: []string{"pod crm/profiles"},
		},
		"with a name yet to be made": {
			pod: pod("customers", "ldn-1"), change: func(p *corev1.Pod) { p.Name, p.GenerateName = "", "profiles-" },
			review: func(r *admissionv1.AdmissionRequest) { r.Name = "" },
			code:   403, audited: true, says: []string{"pod crm/profiles-*"},
		},
		"on a node whose place nobody knows": {pod: pod("customers", "lost-1"), code: 403, audited: true, says: []string{"NoWitness", `"gdpr"`}},
		"on a node that does not exist":      {pod: pod("customers", "gone-1"), code: 403, audited: true, says: []string{"gone-1", "NodeNotFound"}},
		"of a dataset that does not exist":   {pod: pod("custmers", "fra-1"), code: 403, audited: true, says: []string{`"custmers"`}},
		"of a dataset without policies":      {pod: pod("weather", "ldn-1"), marked: []string{"crm"}},
		"with spaces and doubles": {
			pod: pod(" customers , customers,, customers ", "fra-1"), marked: []string{"crm"},
		},
		"warned of": {pod: pod("clicks", "ldn-1"), warnings: 1, audited: true, marked: []string{"crm"}},
		"audited":   {pod: pod("visits", "ldn-1"), audited: true, marked: []string{"crm"}},
		"of all three": {
			pod: pod("clicks,customers,visits", "ldn-1"), code: 403, audited: true, warnings: 1, says: []string{`"customers"`},
		},
		"without a node, anywhere": {pod: pod("customers", ""), marked: []string{"crm"}},
		"without a node, to London only by its selector": {
			pod: pod("customers", ""), change: func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{corev1.LabelTopologyRegion: "eu-west-2"} },
			code: 403, audited: true, says: []string{"London, GB"},
		},
		"without a node, to London only by its affinity": {
			pod: pod("customers", ""), change: func(p *corev1.Pod) { p.Spec.Affinity = inZone(corev1.LabelTopologyZone, "eu-west-2a") },
			code: 403, audited: true, says: []string{"London, GB"},
		},
		"without a node, to Frankfurt or London": {
			pod: pod("customers", ""), change: func(p *corev1.Pod) { p.Spec.Affinity = inZone(corev1.LabelTopologyZone, "eu-west-2a", "eu-central-1a") },
			marked: []string{"crm"},
		},
		"in a dry run, permitted":  {pod: pod("customers", "fra-1"), review: dryRun},
		"in a dry run, prohibited": {pod: pod("customers", "ldn-1"), review: dryRun, code: 403, audited: true},
		"in kube-system": {
			pod: pod("customers", "fra-1"), change: func(p *corev1.Pod) { p.Namespace = "kube-system" },
			review: func(r *admissionv1.AdmissionRequest) { r.Namespace = "kube-system" },
		},
		"in the operator's own namespace": {
			pod: pod("customers", "fra-1"), change: func(p *corev1.Pod) { p.Namespace = "domicile-system" },
			review: func(r *admissionv1.AdmissionRequest) { r.Namespace = "domicile-system" },
		},
		"when the namespace cannot be marked": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.mark = errors.New("no way to write") },
			code: 503, says: []string{"marking namespace crm", "no way to write", "ry again"}, marked: []string{"crm"},
		},
		"when the namespace cannot be read": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.lookup = errors.New("no way to read") },
			code: 503, says: []string{"namespace crm", "no way to read", "ry again"},
		},
		"when a missing node cannot be read": {
			pod: pod("customers", "gone-1"), world: func(w *world) { w.lookup = errors.New("no way to read") },
			code: 503, says: []string{"no way to read", "ry again"},
		},
		"before there is a rulebook": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			code: 503, says: []string{"the rulebook is not compiled yet"},
		},
		"before there is a rulebook, a Dataset may select it": {
			pod: pod("", "fra-1"), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			code: 503, says: []string{"the rulebook is not compiled yet"},
		},
		"before the nodes are known": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.options.Synced = func() bool { return false } },
			code: 503, says: []string{"the nodes are not all known yet"},
		},
		"once the nodes are known": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.options.Synced = func() bool { return true } },
			marked: []string{"crm"},
		},
		"when the handler panics": {
			pod: pod("customers", "fra-1"), world: func(w *world) { w.panics = true },
			code: 500, says: []string{"internal error"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.change != nil {
				tc.change(tc.pod)
			}
			if tc.world != nil {
				tc.world(w)
			}
			var changes []func(*admissionv1.AdmissionRequest)
			if tc.review != nil {
				changes = append(changes, tc.review)
			}
			status, got := w.post(t, PathPods, reviewOf(t, "pods", "", tc.pod, nil, changes...))
			if status != http.StatusOK || got.UID != "uid-1" {
				t.Errorf("status %d, uid %q", status, got.UID)
			}
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			for _, words := range tc.says {
				if !strings.Contains(got.Result.Message, words) {
					t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
				}
			}
			if tc.code == 500 && strings.Contains(got.Result.Message, "secret") {
				t.Errorf("the refusal tells of the panic: %s", got.Result.Message)
			}
			if len(got.Warnings) != tc.warnings {
				t.Errorf("%d warnings, want %d: %q", len(got.Warnings), tc.warnings, got.Warnings)
			}
			if audited := got.AuditAnnotations["verdict"] != ""; audited != tc.audited {
				t.Errorf("audited %v, want %v: %v", audited, tc.audited, got.AuditAnnotations)
			}
			if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
				t.Errorf("marked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPodsForbiddenHasItsReason(t *testing.T) {
	_, got := newWorld(t).post(t, PathPods, reviewOf(t, "pods", "", pod("customers", "ldn-1"), nil))
	if got.Result.Reason != "Forbidden" || got.Result.Status != "Failure" {
		t.Errorf("reason %q, status %q", got.Result.Reason, got.Result.Status)
	}
}

func TestPodsTwoHundredNames(t *testing.T) {
	names := slices.Repeat([]string{"custmers"}, 200)
	for i := range names {
		names[i] += "-" + strings.Repeat("x", i)
	}
	_, got := newWorld(t).post(t, PathPods, reviewOf(t, "pods", "", pod(strings.Join(names, ","), "fra-1"), nil))
	if code(got) != 403 {
		t.Fatalf("code %d", code(got))
	}
	if m := got.Result.Message; len(m) > maxMessage+20 || !strings.HasSuffix(m, " more.") {
		t.Errorf("a message of %d bytes that ends with %q", len(m), m[max(0, len(m)-40):])
	}
}

func TestPodsGolden(t *testing.T) {
	w := newWorld(t)
	_, got := w.post(t, PathPods, reviewOf(t, "pods", "", pod("customers,payroll,custmers,clicks,visits", "ldn-1"), nil))
	golden(t, "refusal.json", got)
	_, got = w.post(t, PathPods, reviewOf(t, "pods", "", pod("clicks,visits", "ldn-1"), nil))
	golden(t, "warnings.json", got)
}
