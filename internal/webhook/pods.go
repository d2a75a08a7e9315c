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
	Spec     struct {
		NodeName     string            `json:"nodeName"`
		NodeSelector map[string]string `json:"nodeSelector"`
		Affinity     *struct {
			NodeAffinity *struct {
				Required *corev1.NodeSelector `json:"requiredDuringSchedulingIgnoredDuringExecution"`
			} `json:"nodeAffinity"`
		} `json:"affinity"`
	} `json:"spec"`
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
	return p.judge(ctx, req, pod.Namespace, func() (*residency.Input, error) {
		return p.gatherer.Pod(ctx, facts.PodSubject(pod), pod)
	})
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
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:         object.Metadata.Name,
			GenerateName: object.Metadata.GenerateName,
			Namespace:    namespace,
			Labels:       object.Metadata.Labels,
			Annotations:  object.Metadata.Annotations,
		},
		Spec: corev1.PodSpec{NodeName: object.Spec.NodeName, NodeSelector: object.Spec.NodeSelector},
	}
	if a := object.Spec.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.Required != nil {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: a.NodeAffinity.Required,
		}}
	}
	return pod, nil
}
