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
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// mounting is a pod with volumes.
func mounting(sources ...corev1.VolumeSource) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles"}}
	for i, s := range sources {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: fmt.Sprintf("v%d", i), VolumeSource: s})
	}
	return p
}

// running is a pod with one container.
func running(env ...corev1.EnvVarSource) corev1.Container {
	var c corev1.Container
	for i := range env {
		c.Env = append(c.Env, corev1.EnvVar{Name: "X", ValueFrom: &env[i]})
	}
	return c
}

func named(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }

func claimTemplate(meta metav1.ObjectMeta) corev1.VolumeSource {
	return corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{ObjectMeta: meta}}}
}

func referenceWords(all []Reference) string {
	var words []string
	for _, r := range all {
		w := r.Way.Kind() + " " + r.Name
		if r.Made != nil && metaKeys(r.Made).Any() {
			w += " made with keys"
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}

func TestReferences(t *testing.T) {
	secret, configMap := named("db"), named("flags")
	secretKey := corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: secret}}
	configMapKey := corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: configMap}}
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"nothing":             {mounting(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}), ""},
		"a claim":             {mounting(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}), "PersistentVolumeClaim data"},
		"an ephemeral volume": {mounting(claimTemplate(metav1.ObjectMeta{})), "PersistentVolumeClaim profiles-v0"},
		"an ephemeral volume with a key": {
			mounting(claimTemplate(metav1.ObjectMeta{Labels: map[string]string{residencyv1.DatasetLabel: "customers"}})),
			"PersistentVolumeClaim profiles-v0 made with keys",
		},
		"a Secret":    {mounting(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}}), "Secret db"},
		"a ConfigMap": {mounting(corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: configMap}}), "ConfigMap flags"},
		"a projected volume": {mounting(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token"}},
			{Secret: &corev1.SecretProjection{LocalObjectReference: secret}},
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: configMap}},
		}}}), "Secret db, ConfigMap flags"},
		"the credentials of volumes": {mounting(
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{NodePublishSecretRef: &secret}},
			corev1.VolumeSource{AzureFile: &corev1.AzureFileVolumeSource{SecretName: "azure"}},
			corev1.VolumeSource{CephFS: &corev1.CephFSVolumeSource{SecretRef: new(named("ceph"))}},
			corev1.VolumeSource{Cinder: &corev1.CinderVolumeSource{SecretRef: new(named("cinder"))}},
			corev1.VolumeSource{FlexVolume: &corev1.FlexVolumeSource{SecretRef: new(named("flex"))}},
			corev1.VolumeSource{ISCSI: &corev1.ISCSIVolumeSource{SecretRef: new(named("iscsi"))}},
			corev1.VolumeSource{RBD: &corev1.RBDVolumeSource{SecretRef: new(named("rbd"))}},
			corev1.VolumeSource{ScaleIO: &corev1.ScaleIOVolumeSource{SecretRef: new(named("scaleio"))}},
			corev1.VolumeSource{StorageOS: &corev1.StorageOSVolumeSource{SecretRef: new(named("storageos"))}},
			corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{}},
		), "Secret azure, Secret ceph, Secret cinder, Secret db, Secret flex, Secret iscsi, Secret rbd, Secret scaleio, Secret storageos"},
		"variables": {&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{
			running(secretKey, configMapKey, corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{}}),
			{Env: []corev1.EnvVar{{Name: "PLAIN", Value: "db"}}},
		}}}, "Secret db, ConfigMap flags"},
		"whole environments": {&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{EnvFrom: []corev1.EnvFromSource{
			{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: secret}},
			{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: configMap}},
		}}}}}, "Secret db, ConfigMap flags"},
		"init containers": {&corev1.Pod{Spec: corev1.PodSpec{InitContainers: []corev1.Container{running(secretKey)}}}, "Secret db"},
		"ephemeral containers": {&corev1.Pod{Spec: corev1.PodSpec{EphemeralContainers: []corev1.EphemeralContainer{
			{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Env: running(secretKey).Env}},
		}}}, "Secret db"},
		"by which images are pulled": {&corev1.Pod{Spec: corev1.PodSpec{ImagePullSecrets: []corev1.LocalObjectReference{secret}}}, ""},
		"twice":                      {&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{running(secretKey, secretKey)}}}, "Secret db"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, referenceWords(References(tc.pod))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			kept := tc.pod.DeepCopy()
			KeepReferences(kept)
			if diff := cmp.Diff(tc.want, referenceWords(References(kept))); diff != "" {
				t.Errorf("what a cache keeps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWaysInTheirOrder(t *testing.T) {
	pod := mounting(
		corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}},
		corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}},
		claimTemplate(metav1.ObjectMeta{Annotations: map[string]string{residencyv1.DatasetsAnnotation: "scratch"}}),
	)
	pod.Labels = map[string]string{residencyv1.DatasetLabel: "customers", "app": "profiles"}
	rb := residency.Compile(residency.World{Catalogue: load(t)}, []residencyv1.Dataset{{
		ObjectMeta: metav1.ObjectMeta{Name: "orders"},
		Spec: residencyv1.DatasetSpec{HandledBy: []residencyv1.PodsSelector{{
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "crm"}},
			PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": "profiles"}},
		}}},
	}}, nil, residency.Options{})
	g := &Gatherer{Nodes: clusterOf(t), Source: source{
		keys: Keys{Labels: map[string]string{"team": "crm"}},
		carriers: map[string]Keys{
			"Secret crm/db":                  {Annotations: map[string]string{residencyv1.DatasetsAnnotation: "customers,payroll"}},
			"PersistentVolumeClaim crm/data": {Labels: map[string]string{residencyv1.DatasetLabel: "orders"}},
			"Secret crm/other":               {Labels: map[string]string{residencyv1.DatasetLabel: "elsewhere"}},
		},
	}}
	all, err := g.Ways(t.Context(), rb, pod)
	if err != nil {
		t.Fatal(err)
	}
	want := []residency.Handling{
		{Dataset: "customers", Way: residency.ByLabel},
		{Dataset: "customers", Way: residency.BySecret, Object: "db"},
		{Dataset: "orders", Way: residency.ByHandledBy},
		{Dataset: "orders", Way: residency.ByClaim, Object: "data"},
		{Dataset: "payroll", Way: residency.BySecret, Object: "db"},
		{Dataset: "scratch", Way: residency.ByClaim, Object: "profiles-v2"},
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("all ways (-want +got):\n%s", diff)
	}
	in, err := g.Pod(t.Context(), rb, PodSubject(pod), pod)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]residency.Handling{want[0], want[2], want[4], want[5]}, in.Handles); diff != "" {
		t.Errorf("the first way of each (-want +got):\n%s", diff)
	}
	g.Source = source{carErr: errors.New("the API server is away")}
	if _, err := g.Pod(t.Context(), rb, PodSubject(pod), pod); err == nil || !strings.Contains(err.Error(), "reading PersistentVolumeClaim crm/data: the API server is away") {
		t.Errorf("what cannot be read is no error, or says too little: %v", err)
	}
}
