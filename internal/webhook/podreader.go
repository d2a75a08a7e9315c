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

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// PodReader reads pods that are not in the request: those that are to be bound, and those that
// an update of something else touches.
type PodReader interface {
	// Pod returns a pod. The cache is believed if it has the pod of that uid; without a uid
	// it may have one that is gone, so the pod is read live. The error is NotFound if there
	// is no pod of that name. The pod may be shared: it must not be changed.
	Pod(ctx context.Context, namespace, name string, uid types.UID) (*corev1.Pod, error)
	// LivePod returns a pod as the API server has it now.
	LivePod(ctx context.Context, namespace, name string) (*corev1.Pod, error)
	// PodsIn returns the pods of a namespace, or of all with an empty name, as the cache has
	// them. They are shared: they must not be changed.
	PodsIn(ctx context.Context, namespace string) ([]corev1.Pod, error)
}

type podReader struct {
	cache, live client.Reader
}

// NewPodReader returns a PodReader that reads from the cache, and live what the cache
// has not seen yet: a pod can be bound within a millisecond of its creation.
func NewPodReader(cache, live client.Reader) PodReader {
	return &podReader{cache: cache, live: live}
}

func (r *podReader) Pod(ctx context.Context, namespace, name string, uid types.UID) (*corev1.Pod, error) {
	if uid == "" {
		return r.LivePod(ctx, namespace, name)
	}
	pod := &corev1.Pod{}
	err := r.cache.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, pod)
	switch {
	case err == nil && pod.UID == uid:
		return pod, nil
	case err != nil && !apierrors.IsNotFound(err):
		return nil, err
	default:
		return r.LivePod(ctx, namespace, name)
	}
}

func (r *podReader) LivePod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	pod := &corev1.Pod{}
	if err := r.live.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, pod); err != nil {
		return nil, err
	}
	return pod, nil
}

func (r *podReader) PodsIn(ctx context.Context, namespace string) ([]corev1.Pod, error) {
	pods := &corev1.PodList{}
	if err := r.cache.List(ctx, pods, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	return pods.Items, nil
}
