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
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsjson "sigs.k8s.io/json"

	"github.com/domicile-dev/domicile/internal/facts"
)

// whole returns what the whole types read as a template in an object.
func whole(kind string, object []byte) (*corev1.PodTemplateSpec, []corev1.PersistentVolumeClaim, metav1.Object, error) {
	switch kind {
	case "StatefulSet":
		o := &appsv1.StatefulSet{}
		err := sigsjson.UnmarshalCaseSensitivePreserveInts(object, o)
		return &o.Spec.Template, o.Spec.VolumeClaimTemplates, o, err
	case "CronJob":
		o := &batchv1.CronJob{}
		err := sigsjson.UnmarshalCaseSensitivePreserveInts(object, o)
		return &o.Spec.JobTemplate.Spec.Template, nil, o, err
	case "PodTemplate":
		o := &corev1.PodTemplate{}
		err := sigsjson.UnmarshalCaseSensitivePreserveInts(object, o)
		return &o.Template, nil, o, err
	default:
		o := &appsv1.Deployment{}
		err := sigsjson.UnmarshalCaseSensitivePreserveInts(object, o)
		return &o.Spec.Template, nil, o, err
	}
}

// FuzzDecodeTemplate holds what is decoded of a template to what the whole types read. What
// stands where another kind has its template is no template.
func FuzzDecodeTemplate(f *testing.F) {
	groups := map[string]string{"Deployment": "apps", "StatefulSet": "apps", "CronJob": "batch", "PodTemplate": ""}
	resources := map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets", "CronJob": "cronjobs", "PodTemplate": "podtemplates"}
	for kind := range groups {
		object, err := json.Marshal(workloads(toward("customers", "eu-west-2"))[resources[kind]])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(kind, bytes.ReplaceAll(object, []byte(`"namespace":"crm",`), nil))
	}
	f.Add("StatefulSet", []byte(`{"spec":{"volumeClaimTemplates":[{"metadata":{"name":"a","labels":{"residency.domicile.dev/dataset":"x"}}},{"metadata":{"name":"a"}}],
		"template":{"metadata":{"name":"n"},"spec":{"volumes":[{"name":"a","secret":{"secretName":"s"}},{"name":"b","ephemeral":{"volumeClaimTemplate":{"metadata":{"annotations":{"residency.domicile.dev/datasets":""}}}}}]}}}}`))
	f.Add("Deployment", []byte(`{"template":{"spec":{"nodeName":"a"}},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"nodeName":"b"}}}}}}`))
	f.Fuzz(func(t *testing.T, kind string, object []byte) {
		group, ok := groups[kind]
		if !ok {
			return
		}
		template, claims, of, err := whole(kind, object)
		if err != nil || of.GetNamespace() != "" {
			return // not what an API server sends
		}
		var req request
		got, err := decodeWorkload(append(append([]byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE",
			"kind":{"group":"`+group+`","kind":"`+kind+`"},"resource":{"group":"`+group+`","resource":"`+resources[kind]+`"},"object":`), object...), "}}"...), &req)
		if err != nil {
			return // more of it has to have its form, and a refusal is always right
		}
		want := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Labels: template.Labels, Annotations: template.Annotations}, Spec: template.Spec}
		for i := range claims {
			facts.AddClaim(want, &claims[i])
		}
		same := got.pod.Name == "" && got.pod.Spec.NodeName == want.Spec.NodeName && maps.Equal(got.pod.Labels, want.Labels) &&
			maps.Equal(got.pod.Annotations, want.Annotations) && maps.Equal(got.pod.Spec.NodeSelector, want.Spec.NodeSelector) &&
			required(got.pod).String() == required(want).String() && got.subject == facts.SubjectOf(kind, of)
		if !same {
			t.Fatalf("%s %s: got %+v, want %+v", kind, object, got, want)
		}
		if diff := cmp.Diff(facts.References(want), facts.References(got.pod)); diff != "" {
			t.Fatalf("%s %s: references (-want +got):\n%s", kind, object, diff)
		}
	})
}
