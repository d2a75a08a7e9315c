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
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

var callingFiles = []string{"testdata/story/nodes.yaml", "testdata/processors"}

// TestProcessorsWithoutARight takes one right after the other away by which it is known whom pods
// call. What rests on it is not known then, and never permitted.
func TestProcessorsWithoutARight(t *testing.T) {
	for name, tc := range map[string]struct {
		denied []string
		args   []string
		code   ExitCode
		words  []string
	}{
		"processors, for a pod that names one": {
			denied: []string{"list processors"}, args: []string{"pod/eu", "-n", "chat"}, code: ExitUndetermined,
			words: []string{
				"pod chat/eu: Undetermined",
				"where processor acme-ai/eu stores and computes is not known: you may not list processors.residency.domicile.dev.",
				"You may not list processors.residency.domicile.dev: which third parties pods call, and where these store and compute, is not known.",
			},
		},
		"processors, for a pod that calls none as far as can be seen": {
			denied: []string{"list processors"}, args: []string{"pod/silent", "-n", "chat"}, code: ExitUndetermined,
			words: []string{"pod chat/silent: Undetermined"},
		},
		"services": {
			denied: []string{"list services"}, args: []string{"pod/eu", "-n", "chat"}, code: ExitUndetermined,
			words: []string{"pod chat/eu: Undetermined", "You may not list services in namespace chat: for which hosts elsewhere they stand, and so whether its pods call a processor by them, is not known."},
		},
		"sites, where a Processor names one": {
			denied: []string{"list sites"}, args: []string{"pod/roomy", "-n", "chat"}, code: ExitUndetermined,
			words: []string{"where processor room/default stores and computes is not known: you may not list sites.residency.domicile.dev. Policy \"gdpr-prompts\" permits EEA."},
		},
		"services, of a namespace": {
			denied: []string{"list services"}, args: []string{"ns/web"}, code: ExitUndetermined,
			words: []string{"You may not list services in namespace web"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newObjectServer(t, append(objectsOf(t, callingFiles...), inARoom()...)...)
			s.denied = tc.denied
			got := run(t, "", slices.Concat([]string{"explain"}, tc.args, []string{"--kubeconfig", serve(t, s)})...)
			if got.code != tc.code {
				t.Errorf("exit code %d, want %d", got.code, tc.code)
			}
			for _, words := range tc.words {
				if !strings.Contains(got.out+got.errOut, words) {
					t.Errorf("it does not say %q:\n%s%s", words, got.out, got.errOut)
				}
			}
		})
	}
}

// TestNothingIsPermittedWithoutProcessors says so of each pod, and not only of all.
func TestNothingIsPermittedWithoutProcessors(t *testing.T) {
	s := newObjectServer(t, objectsOf(t, callingFiles...)...)
	s.denied = []string{"list processors"}
	e := explained(t, run(t, "", "explain", "dataset/prompts", "-o", "json", "--kubeconfig", serve(t, s)))
	if len(e.Items) == 0 {
		t.Fatal("nothing handles the dataset")
	}
	for i := range e.Items {
		if item := &e.Items[i]; item.Outcome != "Undetermined" {
			t.Errorf("%s is %s", item.Workload.Name, item.Outcome)
		}
	}
}

// inARoom returns a pod that calls a Processor whose place is a Site.
func inARoom() []client.Object {
	return []client.Object{
		&residencyv1.Site{ObjectMeta: metav1.ObjectMeta{Name: "cellar"}, Spec: residencyv1.SiteSpec{NodeNames: []residencyv1.NodeName{"cellar-1"}, Country: "DE"}},
		&residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: "room"}, Spec: residencyv1.ProcessorSpec{
			Title: "Room", Modes: []residencyv1.ProcessorMode{{Name: "default", Storage: []residencyv1.Place{{Site: new(residencyv1.ObjectName("cellar"))}}}},
		}},
		&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "chat", Name: "roomy", Labels: map[string]string{residencyv1.DatasetLabel: "prompts"},
				Annotations: map[string]string{residencyv1.ProcessorsAnnotation: "room/default"},
			},
			Spec: corev1.PodSpec{NodeName: "fra-aws-1"},
		},
	}
}

// TestServicesAreAskedForOnce counts the questions about Services: none where no Processor names a
// host, one for each namespace, and one in all where there are many pods.
func TestServicesAreAskedForOnce(t *testing.T) {
	objects := objectsOf(t, callingFiles...)
	for i := range 2 * mostGets {
		objects = append(objects, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			Namespace: fmt.Sprintf("team-%d", i), Name: "p", Labels: map[string]string{residencyv1.DatasetLabel: "prompts"},
		}})
	}
	for name, tc := range map[string]struct {
		server *objectServer
		args   []string
		want   []string
	}{
		"no hosts":    {newObjectServer(t, objectsOf(t, waysFiles...)...), []string{"ns/shop"}, nil},
		"a namespace": {newObjectServer(t, objectsOf(t, callingFiles...)...), []string{"ns/web"}, []string{"list services web"}},
		"many pods":   {newObjectServer(t, objects...), []string{"dataset/prompts"}, []string{"list services"}},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, "", slices.Concat([]string{"explain"}, tc.args, []string{"--kubeconfig", serve(t, tc.server)})...)
			got := slices.DeleteFunc(slices.Clone(tc.server.requests), func(r string) bool { return !strings.HasPrefix(r, "list services") })
			if !slices.Equal(got, tc.want) {
				t.Errorf("asked %q, want %q", got, tc.want)
			}
		})
	}
}
