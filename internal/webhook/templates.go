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
	"context"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// workloadObject is what is decoded of what has a template of pods, whatever its kind.
type workloadObject struct {
	Metadata objectMeta `json:"metadata"`
	// Template is that of a PodTemplate.
	Template podObject `json:"template"`
	Spec     struct {
		// Template is that of most kinds.
		Template podObject `json:"template"`
		// JobTemplate has that of a CronJob.
		JobTemplate struct {
			Spec struct {
				Template podObject `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
		// VolumeClaimTemplates are of the claims that a StatefulSet makes for each of its pods.
		VolumeClaimTemplates []struct {
			Metadata objectMeta                       `json:"metadata"`
			Spec     corev1.PersistentVolumeClaimSpec `json:"spec"`
		} `json:"volumeClaimTemplates"`
	} `json:"spec"`
}

// workload is what has a template, as far as a verdict rests on it.
type workload struct {
	metav1.ObjectMeta
	subject residency.Subject
	// pod is what its pods will be like.
	pod *corev1.Pod
}

// templateAnswerer answers reviews of templates of pods. The API server asks only where a
// template is new or has changed, so that what is there already can be scaled and deleted
// whatever policies have come since.
type templateAnswerer struct {
	*server
	gatherer *facts.Gatherer
}

func (t templateAnswerer) answer(ctx context.Context, body []byte, req *request) answer {
	w, err := decodeWorkload(body, req)
	if err != nil {
		return malformed(err)
	}
	var (
		rules *residency.Rulebook
		in    *residency.Input
	)
	a, v := t.judge(ctx, req, w.Namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		rules = rb
		in, err = t.gatherer.Pod(ctx, rb, w.subject, w.pod)
		return in, err
	})
	switch {
	case v == nil:
	case v.Effect < residency.Deny:
		warnUnsteered(&a, v)
	default:
		t.tellOwners(ctx, &a, v, &w.ObjectMeta)
		if affinity := t.narrowed(rules, in, v, w.pod); affinity != "" {
			a.response.Result.Message += "\n\nWith this under spec.template.spec.affinity it reaches permitted nodes only:\n\n" + affinity + "\n"
		}
	}
	return a
}

// warnUnsteered warns that pods can come to where they are refused, and nobody keeps them from it.
func warnUnsteered(a *answer, v *residency.Verdict) {
	told := warningsOf(v)
	warned := len(told)
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Unsteered() {
			told = append(told, []string{f.Problem(v.Subject)})
		}
	}
	if len(told) == warned {
		return
	}
	a.response.Warnings = fit(told)
	if v.Effect < residency.Warn {
		a.effect = residency.Warn.String()
	}
}

// templates are the kinds that have a template of pods.
func templates() []want {
	var wants []want
	for _, k := range [...]struct{ group, kind, resource string }{
		{"apps", "Deployment", "deployments"}, {"apps", "StatefulSet", "statefulsets"},
		{"apps", "ReplicaSet", "replicasets"}, {"apps", "DaemonSet", "daemonsets"},
		{"batch", "Job", "jobs"}, {"batch", "CronJob", "cronjobs"},
		{"", "ReplicationController", "replicationcontrollers"}, {"", "PodTemplate", "podtemplates"},
	} {
		wants = append(wants, want{
			kind: groupKind{Group: k.group, Kind: k.kind}, resources: []string{k.resource},
			operations: []admissionv1.Operation{admissionv1.Create, admissionv1.Update},
		})
	}
	return wants
}

// decodeWorkload decodes a review of what has a template of pods.
func decodeWorkload(body []byte, req *request) (*workload, error) {
	object, _, err := decode[workloadObject](body, req, templates()...)
	if err != nil {
		return nil, err
	}
	m := &object.Metadata
	namespace, err := req.namespaced(m)
	if err != nil {
		return nil, err
	}
	w := &workload{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: m.Name, GenerateName: m.GenerateName, OwnerReferences: m.OwnerReferences},
		pod:        object.template(req.Kind.Kind).pod(namespace),
	}
	w.subject = facts.SubjectOf(req.Kind.Kind, w)
	// Its pods get names of their own, and are no object yet.
	w.pod.Name, w.pod.GenerateName, w.pod.UID, w.pod.OwnerReferences = "", "", "", nil
	for i := range object.Spec.VolumeClaimTemplates {
		c := &object.Spec.VolumeClaimTemplates[i]
		facts.AddClaim(w.pod, &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Name: c.Metadata.Name, Labels: c.Metadata.Labels, Annotations: c.Metadata.Annotations},
			Spec:       c.Spec,
		})
	}
	return w, nil
}

func (o *workloadObject) template(kind string) *podObject {
	switch kind {
	case "PodTemplate":
		return &o.Template
	case "CronJob":
		return &o.Spec.JobTemplate.Spec.Template
	default:
		return &o.Spec.Template
	}
}
