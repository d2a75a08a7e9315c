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

// podObject is what is decoded of a pod: what a verdict rests on.
type podObject struct {
	Metadata objectMeta `json:"metadata"`
	Spec     podSpec    `json:"spec"`
}

// podSpec is what is decoded of the spec of a pod, or of a template of pods.
type podSpec struct {
	NodeName     string            `json:"nodeName"`
	NodeSelector map[string]string `json:"nodeSelector"`
	Affinity     *struct {
		NodeAffinity *struct {
			Required  *corev1.NodeSelector             `json:"requiredDuringSchedulingIgnoredDuringExecution"`
			Preferred []corev1.PreferredSchedulingTerm `json:"preferredDuringSchedulingIgnoredDuringExecution"`
		} `json:"nodeAffinity"`
	} `json:"affinity"`
	Volumes             []corev1.Volume `json:"volumes"`
	InitContainers      []container     `json:"initContainers"`
	Containers          []container     `json:"containers"`
	EphemeralContainers []container     `json:"ephemeralContainers"`
}

// container is what is decoded of a container: to what it refers, and which hosts it can be seen
// to call.
type container struct {
	Name    string                 `json:"name"`
	Command []string               `json:"command"`
	Args    []string               `json:"args"`
	Env     []corev1.EnvVar        `json:"env"`
	EnvFrom []corev1.EnvFromSource `json:"envFrom"`
}

// podAnswerer answers reviews of pods that are created.
type podAnswerer struct {
	*server
	gatherer *facts.Gatherer
}

func (p podAnswerer) answer(ctx context.Context, body []byte, req *request) answer {
	pod, err := decodePod(body, req)
	if err != nil {
		return malformed(err)
	}
	gather := func(rb *residency.Rulebook) (*residency.Input, error) {
		return p.gatherer.Pod(ctx, rb, facts.PodSubject(pod), pod)
	}
	if mirrors(pod, &req.UserInfo) {
		a, _ := p.judgeAs(ctx, req, pod.Namespace, gather, renderMirror)
		return admitMirror(a)
	}
	a, v := p.judge(ctx, req, pod.Namespace, gather)
	p.tellOwners(ctx, &a, v, &pod.ObjectMeta)
	return a
}

// decodePod decodes a review of a pod.
func decodePod(body []byte, req *request) (*corev1.Pod, error) {
	object, _, err := decode[podObject](body, req, want{
		kind:       groupKind{Kind: "Pod"},
		resources:  []string{"pods"},
		operations: []admissionv1.Operation{admissionv1.Create},
	})
	if err != nil {
		return nil, err
	}
	namespace, err := req.namespaced(&object.Metadata)
	if err != nil {
		return nil, err
	}
	return object.pod(namespace), nil
}

// pod is the pod as far as a verdict rests on it.
func (o *podObject) pod(namespace string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:         o.Metadata.Name,
			GenerateName: o.Metadata.GenerateName,
			Namespace:    namespace,
			UID:          o.Metadata.UID,
			Labels:       o.Metadata.Labels,
			Annotations:  o.Metadata.Annotations,

			OwnerReferences: o.Metadata.OwnerReferences,
		},
		Spec: o.Spec.spec(),
	}
}

func (s *podSpec) spec() corev1.PodSpec {
	spec := corev1.PodSpec{NodeName: s.NodeName, NodeSelector: s.NodeSelector, Volumes: s.Volumes}
	if a := s.Affinity; a != nil {
		spec.Affinity = &corev1.Affinity{}
		if n := a.NodeAffinity; n != nil {
			spec.Affinity.NodeAffinity = &corev1.NodeAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution:  n.Required,
				PreferredDuringSchedulingIgnoredDuringExecution: n.Preferred,
			}
		}
	}
	for i := range s.InitContainers {
		spec.InitContainers = append(spec.InitContainers, s.InitContainers[i].container())
	}
	for i := range s.Containers {
		spec.Containers = append(spec.Containers, s.Containers[i].container())
	}
	for i := range s.EphemeralContainers {
		c := s.EphemeralContainers[i].container()
		spec.EphemeralContainers = append(spec.EphemeralContainers, corev1.EphemeralContainer{EphemeralContainerCommon: corev1.EphemeralContainerCommon(c)})
	}
	return spec
}

func (c *container) container() corev1.Container {
	return corev1.Container{Name: c.Name, Command: c.Command, Args: c.Args, Env: c.Env, EnvFrom: c.EnvFrom}
}
