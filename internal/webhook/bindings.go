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
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// bindingObject is what is decoded of a Binding.
type bindingObject struct {
	Metadata objectMeta `json:"metadata"`
	Target   struct {
		Kind string `json:"kind"`
		Name string `json:"name"`
	} `json:"target"`
}

// bindingAnswerer answers reviews of Bindings, by pods/binding or by the legacy
// resource bindings, which binds pods as well and is no other spelling of it.
type bindingAnswerer struct {
	*server
	gatherer *facts.Gatherer
	// confirm says that a pod which handles nothing, as far as the cache knows, is read live
	// before it is let go: where the namespace carries the mark that is the exception.
	confirm bool
}

func (b bindingAnswerer) answer(ctx context.Context, body []byte, req *request) answer {
	binding, err := decodeBinding(body, req)
	if err != nil {
		return malformed(err)
	}
	m := &binding.Metadata
	var found bound
	a, _ := b.judge(ctx, req, m.Namespace, func(rb *residency.Rulebook) (*residency.Input, error) {
		found, err = b.gather(ctx, rb, binding)
		return found.in, err
	})
	if apierrors.IsNotFound(err) {
		return refused(metav1.Status{
			Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound,
			Message: fmt.Sprintf("pod %s/%s does not exist, so it cannot be bound to node %s", m.Namespace, m.Name, binding.Target.Name),
		})
	}
	if a.response.Allowed && len(found.lost) > 0 {
		admitted := a.response
		a = forbidden(fmt.Sprintf("%s handles dataset %q by %s, and would not any longer with the labels that this Binding brings: they replace those of the pod. "+
			"Leave them out of the Binding, and write them on the pod before it has a node.",
			found.in.Subject, found.lost[0].Dataset, found.lost[0].Words()))
		a.response.Warnings, a.response.AuditAnnotations = admitted.Warnings, admitted.AuditAnnotations
	}
	a.handles = found.keyed || (found.in != nil && len(found.in.Handles) > 0)
	return a
}

// bound is what is gathered about a pod that is to be bound.
type bound struct {
	in *residency.Input
	// lost is what the pod handles now, and not with what the Binding brings. Nobody needs
	// that: it is refused, and there is no verb for it.
	lost []residency.Handling
	// keyed is whether the pod or the Binding carries a key, which is known even where the
	// rest cannot be.
	keyed bool
}

// gather gathers the facts about the pod that the Binding names. The error is NotFound if
// there is no pod.
func (b bindingAnswerer) gather(ctx context.Context, rb *residency.Rulebook, binding *bindingObject) (found bound, err error) {
	m := &binding.Metadata
	keyed := binding.keys().Any()
	pod, err := b.Pods.Pod(ctx, m.Namespace, m.Name, m.UID)
	if err != nil {
		return bound{keyed: keyed}, fmt.Errorf("reading pod %s/%s: %w", m.Namespace, m.Name, err)
	}
	keyed = keyed || carriesKey(pod)
	found, err = b.gatherBinding(ctx, rb, pod, binding)
	if err != nil || len(found.in.Handles) > 0 || !b.confirm || m.UID == "" {
		found.keyed = keyed
		return found, err
	}
	if pod, err = b.Pods.LivePod(ctx, m.Namespace, m.Name); err != nil {
		return bound{keyed: keyed}, fmt.Errorf("reading pod %s/%s: %w", m.Namespace, m.Name, err)
	}
	found, err = b.gatherBinding(ctx, rb, pod, binding)
	found.keyed = keyed || carriesKey(pod)
	return found, err
}

// keys are what the Binding brings to the pod.
func (b *bindingObject) keys() facts.Keys {
	return facts.Keys{Labels: b.Metadata.Labels, Annotations: b.Metadata.Annotations}
}

func carriesKey(pod *corev1.Pod) bool {
	return facts.Keys{Labels: pod.Labels, Annotations: pod.Annotations}.Any()
}

// gatherBinding gathers the facts about a pod that is to be bound. The API server copies
// the labels and annotations of a Binding to the pod, after all admission of pods (see
// kubernetes/pkg/registry/core/pod/storage/storage.go, assignPod). So the
// pod handles what it handles now, and what it will handle then: by keys, and by labels that
// Datasets select by.
func (b bindingAnswerer) gatherBinding(ctx context.Context, rb *residency.Rulebook, pod *corev1.Pod, binding *bindingObject) (bound, error) {
	subject := facts.PodSubject(pod)
	brought := binding.keys()
	if len(brought.Labels) == 0 && !brought.Any() {
		in, err := b.gatherer.Binding(ctx, rb, subject, pod, binding.Target.Name)
		return bound{in: in}, err
	}
	after := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Name: pod.Name, Namespace: pod.Namespace,
		Labels:      over(pod.Labels, brought.Labels),
		Annotations: over(pod.Annotations, brought.Annotations),
	}, Spec: pod.Spec}
	in, err := b.gatherer.Binding(ctx, rb, subject, after, binding.Target.Name)
	if err != nil {
		return bound{}, err
	}
	now, err := b.gatherer.Ways(ctx, rb, pod)
	if err != nil {
		return bound{in: in}, err
	}
	lost := residency.Without(now, in.Handles)
	if len(lost) > 0 {
		// What it handles then alone may be nothing, or nothing whose storage is restricted, so
		// that no node or no volumes were gathered.
		before, err := b.gatherer.Binding(ctx, rb, subject, pod, binding.Target.Name)
		if err != nil || len(in.Handles) == 0 {
			return bound{in: before, lost: lost}, err
		}
		if len(in.Volumes) == 0 {
			in.Volumes = before.Volumes
		}
	}
	in.Handles = append(in.Handles, lost...)
	slices.SortFunc(in.Handles, func(a, b residency.Handling) int { return strings.Compare(a.Dataset, b.Dataset) })
	return bound{in: in, lost: lost}, nil
}

// over returns a copy of a map with another one's entries written over it.
func over(under, entries map[string]string) map[string]string {
	out := maps.Clone(under)
	if out == nil {
		out = make(map[string]string, len(entries))
	}
	maps.Copy(out, entries)
	return out
}

// decodeBinding decodes a review of a Binding. The name and namespace of the pod are
// those of the Binding, and the API server holds the URL to the same.
func decodeBinding(body []byte, req *request) (*bindingObject, error) {
	b, _, err := decode[bindingObject](body, req, want{
		kind:       groupKind{Kind: "Binding"},
		resources:  []string{"pods/binding", "bindings"},
		operations: []admissionv1.Operation{admissionv1.Create},
	})
	if err != nil {
		return nil, err
	}
	if b.Metadata.Namespace, err = req.namespaced(&b.Metadata); err != nil {
		return nil, err
	}
	if b.Metadata.Name != "" && req.Name != "" && b.Metadata.Name != req.Name {
		return nil, fmt.Errorf("the request is for pod %q and its Binding for %q", req.Name, b.Metadata.Name)
	}
	b.Metadata.Name = cmp.Or(b.Metadata.Name, req.Name)
	switch {
	case b.Metadata.Name == "":
		return nil, errors.New("the Binding names no pod")
	case b.Target.Kind != "" && b.Target.Kind != "Node":
		return nil, fmt.Errorf("the Binding is to a %q, and a pod can be bound to a Node only", b.Target.Kind)
	case b.Target.Name == "":
		return nil, errors.New("the Binding names no node")
	}
	return b, nil
}
