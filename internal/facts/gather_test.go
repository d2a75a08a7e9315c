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
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/residency"
)

// source is a Source with one namespace, one node that Nodes does not know, and errors
// on demand.
type source struct {
	StoredObjects
	keys                  Keys
	carriers              map[string]Keys
	node                  *corev1.Node
	nsErr, nodErr, carErr error
}

func (s source) Carrier(_ context.Context, way residency.Way, namespace, name string) (Keys, error) {
	return s.carriers[way.Kind()+" "+namespace+"/"+name], s.carErr
}

// Claim returns a claim with the keys that carriers has for it, or one that is stored.
func (s source) Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	keys, ok := s.carriers["PersistentVolumeClaim "+namespace+"/"+name]
	if s.carErr != nil || !ok {
		c, _ := s.StoredObjects.Claim(ctx, namespace, name)
		return c, s.carErr
	}
	return &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, Labels: keys.Labels, Annotations: keys.Annotations,
	}}, nil
}

func (s source) Namespace(context.Context, string) (Keys, error) { return s.keys, s.nsErr }

func (source) ExternalNames(context.Context, string) ([]ExternalName, error) { return nil, nil }

func (s source) MissingNode(_ context.Context, name string) (*corev1.Node, error) {
	if s.node != nil && s.node.Name == name {
		return s.node, s.nodErr
	}
	return nil, s.nodErr
}

func governed(node string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles", Labels: label("customers")},
		Spec:       corev1.PodSpec{NodeName: node},
	}
}

func TestGather(t *testing.T) {
	broken := errors.New("the API server is away")
	for name, tc := range map[string]struct {
		source  source
		pod     *corev1.Pod
		binding string
		want    string
		wantErr string
	}{
		"a pod that handles nothing":         {source{nodErr: broken}, &corev1.Pod{Spec: corev1.PodSpec{NodeName: "gone"}}, "", "handles 0", ""},
		"a pod on a node":                    {source{}, governed("a"), "", "handles 1, node a: Frankfurt, DE", ""},
		"a pod without a node":               {source{}, governed(""), "", "handles 1, reach nodes 1: a(1)", ""},
		"a binding judges its target":        {source{}, governed(""), "a", "handles 1, node a: Frankfurt, DE", ""},
		"a node that the cache has not seen": {source{node: awsNode("new", "eu-west-2")}, governed("new"), "", "handles 1, node new: London, GB", ""},
		"a node that does not exist":         {source{}, governed("gone"), "", "handles 1, node gone: an unknown place", ""},
		"a namespace's keys":                 {source{keys: Keys{Labels: label("orders")}}, governed("a"), "", "handles 2, node a: Frankfurt, DE", ""},
		"a namespace that cannot be read":    {source{nsErr: broken}, governed("a"), "", "", "reading the labels of namespace crm: the API server is away"},
		"a node that cannot be read":         {source{nodErr: broken}, governed("new"), "", "", "reading node new: the API server is away"},
		"constraints that cannot be read": {source{}, func() *corev1.Pod {
			p := podWith(nil, expression("a", "Near", "b"))
			p.Labels = label("customers")
			return p
		}(), "", "handles 1, reach open 0:", ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Gatherer{Nodes: clusterOf(t, awsNode("a", "eu-central-1")), Source: tc.source}
			subject := residency.Subject{Kind: "Pod", Namespace: "crm", Name: "profiles"}
			var in *residency.Input
			var err error
			if tc.binding != "" {
				in, err = g.Binding(t.Context(), nil, subject, tc.pod, tc.binding)
			} else {
				in, err = g.Pod(t.Context(), nil, subject, tc.pod)
			}
			if tc.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wantErr) {
					t.Fatalf("got error %v, want %q", err, tc.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := inputWords(in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func inputWords(in *residency.Input) string {
	s := "handles " + string(rune('0'+len(in.Handles)))
	if in.Node != nil {
		s += ", node " + in.Node.Name + ": " + in.Node.Location.Place()
	}
	if in.Reach != nil {
		s += ", reach " + reachWords(in.Reach)
	}
	return s
}

func TestPodSubject(t *testing.T) {
	for want, pod := range map[string]*corev1.Pod{
		"pod crm/profiles":        {ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles", GenerateName: "other-"}},
		"pod crm/profiles-6f-*":   {ObjectMeta: metav1.ObjectMeta{Namespace: "crm", GenerateName: "profiles-6f-"}},
		"pod crm/(not named yet)": {ObjectMeta: metav1.ObjectMeta{Namespace: "crm"}},
	} {
		if got := PodSubject(pod).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
