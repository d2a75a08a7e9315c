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
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Reference is an object in a pod's namespace to which the pod refers, so that the keys of
// the object are the pod's as well.
type Reference struct {
	// Way is the kind of the object: residency.ByClaim, BySecret or ByConfigMap.
	Way residency.Way
	// Name of the object. Of a claim that is made for a pod which has no name yet it is the
	// name of the volume.
	Name string
	// Made is the template of a claim that is made for the pod; nil for anything else.
	Made *corev1.PersistentVolumeClaimTemplate
	// Unnamed is set for a claim that is made for a pod which has no name yet: there is none to
	// be looked up.
	Unnamed bool
}

// References returns the objects to which a pod refers, sorted, each once: what it mounts, also
// as a part of a projected volume or as the credentials of a volume, and what its containers of
// all kinds have in their environment. A secret by which images are pulled is none of them:
// the kubelet uses it, and no container ever sees it.
func References(pod *corev1.Pod) []Reference {
	var out []Reference
	for i := range pod.Spec.Volumes {
		out = appendVolume(out, pod.Name, &pod.Spec.Volumes[i])
	}
	for i := range pod.Spec.InitContainers {
		out = appendEnvironment(out, pod.Spec.InitContainers[i].Env, pod.Spec.InitContainers[i].EnvFrom)
	}
	for i := range pod.Spec.Containers {
		out = appendEnvironment(out, pod.Spec.Containers[i].Env, pod.Spec.Containers[i].EnvFrom)
	}
	for i := range pod.Spec.EphemeralContainers {
		out = appendEnvironment(out, pod.Spec.EphemeralContainers[i].Env, pod.Spec.EphemeralContainers[i].EnvFrom)
	}
	if len(out) < 2 {
		return out
	}
	compare := func(a, b Reference) int { return cmp.Or(cmp.Compare(a.Way, b.Way), cmp.Compare(a.Name, b.Name)) }
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Reference) bool {
		return compare(a, b) == 0 && b.Made == nil
	})
}

func appendNamed(out []Reference, way residency.Way, name string) []Reference {
	if name == "" {
		return out
	}
	return append(out, Reference{Way: way, Name: name})
}

func appendEnvironment(out []Reference, env []corev1.EnvVar, from []corev1.EnvFromSource) []Reference {
	for i := range env {
		source := env[i].ValueFrom
		if source == nil {
			continue
		}
		if source.SecretKeyRef != nil {
			out = appendNamed(out, residency.BySecret, source.SecretKeyRef.Name)
		}
		if source.ConfigMapKeyRef != nil {
			out = appendNamed(out, residency.ByConfigMap, source.ConfigMapKeyRef.Name)
		}
	}
	for i := range from {
		if from[i].SecretRef != nil {
			out = appendNamed(out, residency.BySecret, from[i].SecretRef.Name)
		}
		if from[i].ConfigMapRef != nil {
			out = appendNamed(out, residency.ByConfigMap, from[i].ConfigMapRef.Name)
		}
	}
	return out
}

func appendVolume(out []Reference, pod string, v *corev1.Volume) []Reference {
	switch {
	case v.PersistentVolumeClaim != nil:
		return appendNamed(out, residency.ByClaim, v.PersistentVolumeClaim.ClaimName)
	case v.Ephemeral != nil:
		return append(out, madeClaim(pod, v))
	case v.Secret != nil:
		return appendNamed(out, residency.BySecret, v.Secret.SecretName)
	case v.ConfigMap != nil:
		return appendNamed(out, residency.ByConfigMap, v.ConfigMap.Name)
	case v.Projected != nil:
		for i := range v.Projected.Sources {
			s := &v.Projected.Sources[i]
			if s.Secret != nil {
				out = appendNamed(out, residency.BySecret, s.Secret.Name)
			}
			if s.ConfigMap != nil {
				out = appendNamed(out, residency.ByConfigMap, s.ConfigMap.Name)
			}
		}
		return out
	default:
		return appendNamed(out, residency.BySecret, credentials(&v.VolumeSource))
	}
}

// AddClaim adds to the pod of a StatefulSet's template the volume of a claim that the StatefulSet
// makes for each of its pods, out of one of its templates. The controller does the same, and
// puts it in the place of a volume of that name.
func AddClaim(pod *corev1.Pod, claim *corev1.PersistentVolumeClaim) {
	pod.Spec.Volumes = append(slices.DeleteFunc(slices.Clone(pod.Spec.Volumes), func(v corev1.Volume) bool { return v.Name == claim.Name }),
		corev1.Volume{Name: claim.Name, VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
			VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
				ObjectMeta: metav1.ObjectMeta{Labels: claim.Labels, Annotations: claim.Annotations},
				Spec:       claim.Spec,
			},
		}}})
}

// madeClaim is the claim that is made for a generic ephemeral volume:
// https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming
func madeClaim(pod string, v *corev1.Volume) Reference {
	r := Reference{Way: residency.ByClaim, Name: v.Name, Unnamed: pod == "", Made: v.Ephemeral.VolumeClaimTemplate}
	if pod != "" {
		r.Name = pod + "-" + v.Name
	}
	return r
}

// credentials is the Secret by which a volume is mounted, empty if there is none. A pod that
// can use a volume because of a Secret has the access that the Secret gives.
func credentials(v *corev1.VolumeSource) string {
	local := func(r *corev1.LocalObjectReference) string {
		if r == nil {
			return ""
		}
		return r.Name
	}
	switch {
	case v.CSI != nil:
		return local(v.CSI.NodePublishSecretRef)
	case v.AzureFile != nil:
		return v.AzureFile.SecretName
	case v.CephFS != nil:
		return local(v.CephFS.SecretRef)
	case v.Cinder != nil:
		return local(v.Cinder.SecretRef)
	case v.FlexVolume != nil:
		return local(v.FlexVolume.SecretRef)
	case v.ISCSI != nil:
		return local(v.ISCSI.SecretRef)
	case v.RBD != nil:
		return local(v.RBD.SecretRef)
	case v.ScaleIO != nil:
		return local(v.ScaleIO.SecretRef)
	case v.StorageOS != nil:
		return local(v.StorageOS.SecretRef)
	default:
		return ""
	}
}

// KeepReferences replaces what a pod mounts and runs by as little as has the same References,
// volumes that rest in the same places, and the same hosts, for a cache that is to hold many pods.
func KeepReferences(pod *corev1.Pod) {
	all := References(pod)
	volumes := make([]corev1.Volume, 0, len(all))
	for i := range pod.Spec.Volumes {
		if v, ok := kept(&pod.Spec.Volumes[i]); ok {
			volumes = append(volumes, v)
		}
	}
	for _, r := range all {
		v := corev1.Volume{Name: r.Name}
		switch r.Way {
		case residency.ByClaim:
			continue
		case residency.BySecret:
			v.Secret = &corev1.SecretVolumeSource{SecretName: r.Name}
		default:
			v.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: r.Name}}
		}
		volumes = append(volumes, v)
	}
	pod.Spec.Volumes = volumes
	keepHosts(pod)
}

// kept is what is kept of a volume in which bytes may rest, false if they do not.
func kept(v *corev1.Volume) (corev1.Volume, bool) {
	k := corev1.Volume{Name: v.Name}
	switch {
	case v.PersistentVolumeClaim != nil:
		k.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: v.PersistentVolumeClaim.ClaimName}
	case v.Ephemeral != nil:
		k.Ephemeral = keptTemplate(v.Ephemeral)
	case v.EmptyDir != nil:
		k.EmptyDir = &corev1.EmptyDirVolumeSource{Medium: v.EmptyDir.Medium}
	case v.HostPath != nil:
		k.HostPath = &corev1.HostPathVolumeSource{}
	case v.Secret != nil, v.ConfigMap != nil, v.Projected != nil, v.DownwardAPI != nil, v.Image != nil:
		return k, false
	default:
		k.VolumeSource = v.VolumeSource
	}
	return k, true
}

// keptTemplate is what is kept of a claim that is made for a pod.
func keptTemplate(e *corev1.EphemeralVolumeSource) *corev1.EphemeralVolumeSource {
	t := e.VolumeClaimTemplate
	if t == nil {
		return &corev1.EphemeralVolumeSource{}
	}
	return &corev1.EphemeralVolumeSource{VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
		ObjectMeta: metav1.ObjectMeta{Labels: ours(t.Labels, residencyv1.DatasetLabel), Annotations: ours(t.Annotations, residencyv1.DatasetsAnnotation)},
		Spec:       t.Spec,
	}}
}

// ours returns the entry of a key alone.
func ours(all map[string]string, key string) map[string]string {
	value, ok := all[key]
	if !ok {
		return nil
	}
	return map[string]string{key: value}
}

// NewMetadata returns an empty object to read the metadata of a Secret or a ConfigMap into.
// Nothing else of these is ever read.
func NewMetadata(way residency.Way) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: way.Kind()}}
}

// Carriers are the ways by which an object of which only metadata is read passes its keys on
// to the pods that refer to it. Claims do so too, and more is read of them.
func Carriers() []residency.Way { return []residency.Way{residency.BySecret, residency.ByConfigMap} }
