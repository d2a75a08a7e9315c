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
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// template is the template of a pod.
func template(p *corev1.Pod) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: p.Labels, Annotations: p.Annotations}, Spec: p.Spec}
}

// workloads are one object of every kind that makes pods like this one, by resource.
func workloads(p *corev1.Pod) map[string]metav1.Object {
	meta := metav1.ObjectMeta{Namespace: "crm", Name: "profiles"}
	return map[string]metav1.Object{
		"deployments":            &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Template: template(p)}},
		"statefulsets":           &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Template: template(p)}},
		"replicasets":            &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Template: template(p)}},
		"daemonsets":             &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Template: template(p)}},
		"jobs":                   &batchv1.Job{ObjectMeta: meta, Spec: batchv1.JobSpec{Template: template(p)}},
		"cronjobs":               &batchv1.CronJob{ObjectMeta: meta, Spec: batchv1.CronJobSpec{JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template(p)}}}},
		"replicationcontrollers": &corev1.ReplicationController{ObjectMeta: meta, Spec: corev1.ReplicationControllerSpec{Template: new(template(p))}},
		"podtemplates":           &corev1.PodTemplate{ObjectMeta: meta, Template: template(p)},
	}
}

// toward is a pod that handles the datasets and asks for a region.
func toward(datasets, region string) *corev1.Pod {
	p := pod(datasets, "")
	if region != "" {
		p.Spec.NodeSelector = map[string]string{corev1.LabelTopologyRegion: region}
	}
	return p
}

func TestEveryKindOfTemplate(t *testing.T) {
	for resource := range workloads(pod("", "")) {
		t.Run(resource, func(t *testing.T) {
			kind := strings.TrimSuffix(resource, "s")
			for _, path := range []string{PathTemplates, PathGovernedTemplates} {
				w := newWorld(t)
				_, got := w.post(t, path, reviewOf(t, resource, "", workloads(toward("customers", "eu-west-2"))[resource], nil))
				if code(got) != http.StatusForbidden || !strings.Contains(got.Result.Message, kind+` crm/profiles handles dataset "customers": the only node`) {
					t.Errorf("abroad by %s: %+v", path, got.Result)
				}
				if got.AuditAnnotations["verdict"] == "" || len(w.marked) > 0 {
					t.Errorf("abroad by %s: audited %v, marked %v", path, got.AuditAnnotations, w.marked)
				}
				_, got = w.post(t, path, reviewOf(t, resource, "", workloads(toward("customers", "eu-central-1"))[resource], nil))
				if !got.Allowed || len(got.Warnings) > 0 || !slices.Equal(w.marked, []string{"crm"}) {
					t.Errorf("home by %s: %+v, warnings %q, marked %v", path, got.Result, got.Warnings, w.marked)
				}
			}
			// An update is judged like a creation: the API server has seen that the template is another one.
			_, got := newWorld(t).post(t, PathTemplates, reviewOf(t, resource, "", workloads(toward("customers", "eu-west-2"))[resource], workloads(pod("", ""))[resource]))
			if code(got) != http.StatusForbidden {
				t.Errorf("updated: %+v", got.Result)
			}
			_, got = newWorld(t).post(t, PathTemplates, reviewOf(t, resource, "scale", workloads(pod("", ""))[resource], nil))
			if code(got) != http.StatusBadRequest {
				t.Errorf("a subresource: %+v", got.Result)
			}
		})
	}
}

func TestTemplates(t *testing.T) {
	deployment := func(p *corev1.Pod) *appsv1.Deployment { return workloads(p)["deployments"].(*appsv1.Deployment) }
	steering := func(mode residencyv1.SteeringMode) func(*world) {
		return func(w *world) {
			p := policy("gdpr", "personal", residencyv1.EnforcementDeny)
			p.Spec.Enforcement.Steering = mode
			w.options.Rulebook = &rulebook.Holder{}
			w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue}, []residencyv1.Dataset{dataset("customers", "personal")}, []residencyv1.ResidencyPolicy{p}, residency.Options{}))
		}
	}
	tests := map[string]struct {
		object *appsv1.Deployment
		change func(*appsv1.Deployment)
		review func(*admissionv1.AdmissionRequest)
		world  func(*world)

		code   int32
		says   []string // in the message
		warns  []string // in the one warning, if any
		marked []string
	}{
		"that handles nothing": {object: deployment(toward("", "eu-west-2"))},
		"with a key of its own, which reaches no pod": {
			object: deployment(toward("", "eu-west-2")),
			change: func(d *appsv1.Deployment) { d.Labels = map[string]string{residencyv1.DatasetLabel: "customers"} },
		},
		"able to leave, steered": {object: deployment(pod("customers", "")), marked: []string{"crm"}},
		"able to leave, not steered": {
			object: deployment(pod("customers", "")), world: steering(residencyv1.SteeringDisabled), marked: []string{"crm"},
			warns: []string{"deployment crm/profiles", "London, GB (node ldn-1)", "The policy steers no pods, so the binding of each decides."},
		},
		"not able to leave, not steered": {object: deployment(toward("customers", "eu-central-1")), world: steering(residencyv1.SteeringDisabled), marked: []string{"crm"}},
		"nowhere to go, not steered":     {object: deployment(toward("customers", "eu-west-2")), world: steering(residencyv1.SteeringDisabled), code: 403, says: []string{"London, GB"}},
		"warned of": {
			object: deployment(toward("clicks", "eu-west-2")), marked: []string{"crm"},
			warns: []string{"London, GB", `"advice"`},
		},
		"audited":                       {object: deployment(toward("visits", "eu-west-2")), marked: []string{"crm"}},
		"that names its node":           {object: deployment(pod("customers", "ldn-1")), code: 403, says: []string{"processing in London, GB (node ldn-1"}},
		"to a place that no node is in": {object: deployment(toward("customers", "us-east-1")), code: 403, says: []string{"none of the places that its node constraints name", "US"}},
		"to nodes that do not exist": {
			object: deployment(pod("customers", "")), marked: []string{"crm"},
			change: func(d *appsv1.Deployment) { d.Spec.Template.Spec.NodeSelector = map[string]string{"disk": "tape"} },
		},
		"of an unknown dataset": {object: deployment(pod("custmers", "")), code: 403, says: []string{`"custmers"`}},
		"by its namespace": {
			object: deployment(toward("", "eu-west-2")), code: 403, says: []string{"of its namespace"},
			world: func(w *world) {
				w.namespaces["crm"] = facts.Keys{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}}
			},
		},
		"selected by a Dataset": {
			object: deployment(toward("", "eu-west-2")), code: 403, says: []string{`"parcels" (by spec.handledBy of the Dataset)`},
			world: func(w *world) { w.namespaces["crm"] = facts.Keys{Labels: map[string]string{"team": "orders"}} },
		},
		"by a Secret in the environment": {
			object: deployment(toward("", "eu-west-2")), code: 403, says: []string{"Secret db"}, world: carries(residency.BySecret, "db"),
			change: func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "db"}}}}
			},
		},
		"by a projected ConfigMap": {
			object: deployment(toward("", "eu-west-2")), code: 403, says: []string{"ConfigMap flags"}, world: carries(residency.ByConfigMap, "flags"),
			change: func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "v", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
					{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "flags"}}},
				}}}}}
			},
		},
		"with a claim for each pod, which is not the one of that name": {
			object: deployment(toward("", "eu-west-2")), world: carries(residency.ByClaim, "scratch"),
			change: func(d *appsv1.Deployment) {
				d.Name, d.Spec.Template.Name = "", "profiles"
				d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
					VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{},
				}}}}
			},
		},
		"that has no name yet": {
			object: deployment(toward("customers", "eu-west-2")), code: 403, says: []string{"deployment crm/profiles-* handles"},
			change: func(d *appsv1.Deployment) { d.Name, d.GenerateName = "", "profiles-" },
			review: func(r *admissionv1.AdmissionRequest) { r.Name = "" },
		},
		"in an excluded namespace": {
			object: deployment(toward("customers", "eu-west-2")), world: func(w *world) { w.options.ExcludedNamespaces = []string{"crm"} },
		},
		"of two namespaces": {
			object: deployment(pod("customers", "")), code: 400, says: []string{`"crm"`, `"other"`},
			change: func(d *appsv1.Deployment) { d.Namespace = "other" },
		},
		"in a dry run": {object: deployment(pod("customers", "")), review: dryRun},
		"when the namespace cannot be read": {
			object: deployment(pod("customers", "")), world: func(w *world) { w.lookup = errors.New("no way to read") },
			code: 503, says: []string{"no way to read", "ry again"},
		},
		"before there is a rulebook": {
			object: deployment(pod("customers", "")), world: func(w *world) { w.options.Rulebook = &rulebook.Holder{} },
			code: 503, says: []string{"the rulebook is not compiled yet"},
		},
		"deleted": {
			object: deployment(pod("customers", "")), review: func(r *admissionv1.AdmissionRequest) { r.Operation = admissionv1.Delete },
			code: 400, says: []string{"DELETE"},
		},
		"of another group": {
			object: deployment(pod("customers", "")), review: func(r *admissionv1.AdmissionRequest) { r.Kind.Group = "extensions" },
			code: 400, says: []string{`"Deployment" of "extensions"`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if tc.change != nil {
				tc.change(tc.object)
			}
			if tc.world != nil {
				tc.world(w)
			}
			var changes []func(*admissionv1.AdmissionRequest)
			if tc.review != nil {
				changes = append(changes, tc.review)
			}
			_, got := w.post(t, PathTemplates, reviewOf(t, "deployments", "", tc.object, nil, changes...))
			if code(got) != tc.code {
				t.Fatalf("code %d, want %d: %+v", code(got), tc.code, got.Result)
			}
			for _, words := range tc.says {
				if !strings.Contains(got.Result.Message, words) {
					t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
				}
			}
			told := strings.ReplaceAll(strings.Join(got.Warnings, " "), " ... ... ", " ")
			if (len(tc.warns) > 0) != (len(got.Warnings) > 0) {
				t.Errorf("warnings %q, want %q", got.Warnings, tc.warns)
			}
			for _, words := range tc.warns {
				if !strings.Contains(told, words) {
					t.Errorf("the warnings do not say %q: %s", words, told)
				}
			}
			if diff := cmp.Diff(tc.marked, w.marked); diff != "" {
				t.Errorf("marked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClaimTemplatesOfAStatefulSet(t *testing.T) {
	s := workloads(toward("", "eu-west-2"))["statefulsets"].(*appsv1.StatefulSet)
	s.Spec.VolumeClaimTemplates = []corev1.PersistentVolumeClaim{
		{ObjectMeta: metav1.ObjectMeta{Name: "logs"}},
		{ObjectMeta: metav1.ObjectMeta{Name: "data", Annotations: map[string]string{residencyv1.DatasetsAnnotation: "customers"}}},
	}
	_, got := newWorld(t).post(t, PathTemplates, reviewOf(t, "statefulsets", "", s, nil))
	if code(got) != http.StatusForbidden || !strings.Contains(got.Result.Message, `"customers" (by the key of PersistentVolumeClaim data`) {
		t.Errorf("%+v", got.Result)
	}
}

func TestARefusedTemplateNamesItsOwners(t *testing.T) {
	s := workloads(toward("customers", "eu-west-2"))["statefulsets"]
	s.SetOwnerReferences([]metav1.OwnerReference{controller("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "train")})
	_, got := newWorld(t).post(t, PathTemplates, reviewOf(t, "statefulsets", "", s, nil))
	if !strings.HasSuffix(got.Result.Message, " It is made by LeaderWorkerSet train.") {
		t.Errorf("%s", got.Result.Message)
	}
}
