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

package cli

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/manifest"
)

const resourceServices = "services"

// externalNames returns the Services that stand for hosts elsewhere, by their namespace.
func externalNames(services []corev1.Service) map[string][]facts.ExternalName {
	in := map[string][]corev1.Service{}
	for i := range services {
		s := &services[i]
		in[s.Namespace] = append(in[s.Namespace], *s)
	}
	out := map[string][]facts.ExternalName{}
	for namespace, all := range in {
		out[namespace] = facts.ExternalNamesOf(all)
	}
	return out
}

// ExternalNames returns the Services of the input that stand for hosts elsewhere.
func (f files) ExternalNames(_ context.Context, namespace string) ([]facts.ExternalName, error) {
	return f.elsewhere[namespace], nil
}

// ExternalNames returns the Services of a namespace that stand for hosts elsewhere. Nobody but the
// operator's cache has an index of them, so all are listed.
func (l *live) ExternalNames(ctx context.Context, namespace string) ([]facts.ExternalName, error) {
	var all []corev1.Service
	err := l.asker.list(ctx, resourceServices, &corev1.ServiceList{}, func(o runtime.Object) {
		if s, ok := o.(*corev1.Service); ok {
			all = append(all, *s)
		}
	}, client.InNamespace(namespace))
	return facts.ExternalNamesOf(all), err
}

// elsewhere is what became of the question which Services of a namespace stand for hosts elsewhere.
type elsewhere struct {
	services []facts.ExternalName
	unknown  *Unknown
}

// ExternalNames returns the Services of a namespace that stand for hosts elsewhere: none, and a
// note, if they may not be listed.
func (a *asked) ExternalNames(ctx context.Context, namespace string) ([]facts.ExternalName, error) {
	answer, ok := a.elsewhere[namespace]
	if !ok {
		services, err := a.source.ExternalNames(ctx, namespace)
		switch {
		case apierrors.IsForbidden(err):
			answer.unknown = &Unknown{
				Verb: "list", Resource: resourceServices, Namespace: namespace,
				Meaning: "for which hosts elsewhere they stand, and so whether its pods call a processor by them, is not known",
			}
		case err != nil:
			return nil, err
		default:
			answer.services = services
		}
		a.elsewhere[namespace] = answer
	}
	if answer.unknown != nil {
		a.denied = append(a.denied, *answer.unknown)
	}
	return answer.services, nil
}

// readServices reads the Services of all namespaces at once, if a host is known by which pods can
// be seen to call a processor. Whoever may not list them all can still be allowed to in each.
func (r *sceneReader) readServices(ctx context.Context) error {
	if !hasHosts(r.in.Processors) {
		return nil
	}
	var all []corev1.Service
	denied, err := may(Unknown{Verb: "list", Resource: resourceServices}, func() error {
		return r.list(ctx, resourceServices, &corev1.ServiceList{}, func(o runtime.Object) {
			if s, ok := o.(*corev1.Service); ok {
				all = append(all, *s)
			}
		})
	})
	if err != nil || denied != nil {
		return err
	}
	found := externalNames(all)
	for i := range r.in.Workloads {
		namespace := r.in.Workloads[i].Namespace
		r.scene.source.elsewhere[namespace] = elsewhere{services: found[namespace]}
	}
	return nil
}

func hasHosts(processors []manifest.Processor) bool {
	for i := range processors {
		for k := range processors[i].Object.Spec.Modes {
			if len(processors[i].Object.Spec.Modes[k].Hosts) > 0 {
				return true
			}
		}
	}
	return false
}
