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
	"net/http"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// onlyStored is storing with onlyArchived.
func onlyStored(w *world) {
	storing(w)
	onlyArchived(w)
}

// onlyArchived has customers restricted where they are stored, to Germany, and not where they are
// processed.
func onlyArchived(w *world) {
	p := policy("archive", "personal", residencyv1.EnforcementDeny)
	p.Spec.Storage.Allowed, p.Spec.Processing = []residencyv1.Place{{Country: new(residencyv1.CountryCode("DE"))}}, residencyv1.PlacesRule{}
	w.options.Rulebook.Swap(residency.Compile(residency.World{Catalogue: w.catalogue},
		[]residencyv1.Dataset{dataset("customers", "personal")}, []residencyv1.ResidencyPolicy{p}, residency.Options{}))
}

// mounting gives a pod volumes.
func mounting(p *corev1.Pod, sources ...corev1.VolumeSource) *corev1.Pod {
	for i, s := range sources {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: string(rune('a' + i)), VolumeSource: s})
	}
	return p
}

func theClaim() corev1.VolumeSource {
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}
}

func emptyDir() corev1.VolumeSource {
	return corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
}

// madeForIt is a claim that is made for a pod, of a class.
func madeForIt(class string) corev1.VolumeSource {
	return corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
		VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: &class}},
	}}
}

// A pod is judged where it runs and where its volumes are, in one verdict; its binding and what has
// a template of it too.
func TestPodsAndTheirVolumes(t *testing.T) {
	stored := func(objects ...any) func(*world) {
		return func(w *world) { has(objects...)(w); onlyArchived(w) }
	}
	set := func(template *corev1.Pod, claims ...corev1.PersistentVolumeClaim) *appsv1.StatefulSet {
		return &appsv1.StatefulSet{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"}, ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles"},
			Spec: appsv1.StatefulSetSpec{Template: corev1.PodTemplateSpec{ObjectMeta: template.ObjectMeta, Spec: template.Spec}, VolumeClaimTemplates: claims},
		}
	}
	daemons := func(template *corev1.Pod) *appsv1.DaemonSet {
		return &appsv1.DaemonSet{
			TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"}, ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles"},
			Spec: appsv1.DaemonSetSpec{Template: corev1.PodTemplateSpec{ObjectMeta: template.ObjectMeta, Spec: template.Spec}},
		}
	}
	waiting := func(p *corev1.Pod, more ...any) func(*world) {
		return func(w *world) { stored(more...)(w); w.pods["crm/profiles"] = p }
	}
	const pods, bindings, sets, daemonSets = "pods", "bindings", "statefulsets", "daemonsets"
	restored := claim("ldn", in("pv-ldn"), madeOf("VolumeSnapshot", "nightly"))
	for name, tc := range map[string]struct {
		resource string
		object   any
		world    func(*world)
		code     int32
		says     []string
		never    string
	}{
		"both aspects are in one message": {
			resource: pods, object: mounting(pod("customers", "ldn-1"), theClaim()), world: has(claim("ldn", in("pv-ldn"))), code: 403,
			says: []string{"does not permit for storage", "processing in London, GB (node ldn-1", "volume a (claim data)"},
		},
		"it runs where it may, and stores where it may not": {
			resource: pods, object: mounting(pod("customers", "fra-1"), theClaim()), world: has(claim("ldn", in("pv-ldn"))), code: 403,
			says: []string{"volume a (claim data) rests in London, GB"}, never: "fra-1",
		},
		"it stores where it may, and runs where nothing is said": {resource: pods, object: mounting(pod("customers", "ldn-1"), theClaim()), world: stored(claim("fra", in("pv-fra")))},
		"an emptyDir is on its node":                             {resource: pods, object: mounting(pod("customers", "ldn-1"), emptyDir()), world: onlyStored, code: 403, says: []string{"emptyDir", "London, GB"}},
		"a pod without volumes stores nothing":                   {resource: pods, object: pod("customers", "ldn-1"), world: onlyStored},
		"nobody labelled what was restored": {
			resource: pods, object: mounting(pod("", "ldn-1"), theClaim()), world: stored(restored, keyed(snapshot(), "customers")), code: 403,
			says: []string{"the key of VolumeSnapshot crm/nightly, of which its data was made"},
		},
		"nobody labelled who claims a retained volume": {
			resource: pods, object: mounting(pod("", "ldn-1"), theClaim()), world: stored(claim("ldn", in("kept")), keyed(disk("kept", "eu-west-2a"), "customers")),
			code: 403, says: []string{"the key of PersistentVolume kept, in which its data rests"},
		},
		"a claim that is made for it abroad": {resource: pods, object: mounting(pod("customers", ""), madeForIt("ldn")), world: onlyStored, code: 403, says: []string{"a claim that is made for it", "London, GB"}},
		"a claim that is made for it":        {resource: pods, object: mounting(pod("customers", ""), madeForIt("fra")), world: onlyStored},

		"claims of a StatefulSet abroad": {
			resource: sets, object: set(pod("customers", ""), *claim("ldn")), world: onlyStored, code: 403, says: []string{"statefulset crm/profiles", "London, GB"},
		},
		"claims of a StatefulSet":                {resource: sets, object: set(pod("customers", ""), *claim("fra")), world: onlyStored},
		"claims of a StatefulSet, with the key":  {resource: sets, object: set(pod("", ""), *keyed(claim("ldn"), "customers")), world: onlyStored, code: 403, says: []string{"London, GB"}},
		"a DaemonSet that stores on every node":  {resource: daemonSets, object: daemons(mounting(pod("customers", ""), emptyDir())), world: onlyStored, code: 403, says: []string{lead, "values: [DE]"}},
		"a DaemonSet that stores nothing itself": {resource: daemonSets, object: daemons(pod("customers", "")), world: onlyStored},

		"bound to a node abroad, with a volume there": {resource: bindings, object: binding("ldn-1"), world: waiting(mounting(pod("customers", ""), emptyDir())), code: 403, says: []string{"London, GB"}},
		"bound to a node, with a volume there":        {resource: bindings, object: binding("fra-1"), world: waiting(mounting(pod("customers", ""), emptyDir()))},
		"bound, with a claim that waits for it abroad": {
			resource: bindings, object: binding("ldn-1"), world: waiting(mounting(pod("customers", ""), theClaim()), claim("waits")), code: 403, says: []string{"claim data", "London, GB"},
		},
		"bound, with a claim that waits for it": {resource: bindings, object: binding("fra-1"), world: waiting(mounting(pod("customers", ""), theClaim()), claim("waits"))},
		"bound, with a claim abroad":            {resource: bindings, object: binding("fra-1"), world: waiting(mounting(pod("customers", ""), theClaim()), claim("ldn", in("pv-ldn"))), code: 403, says: []string{"claim data", "London, GB"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := stampedWorld(t, "")
			tc.world(w)
			path := map[string]string{pods: PathPods, bindings: PathBindings, sets: PathTemplates, daemonSets: PathTemplates}[tc.resource]
			sub := ""
			if tc.resource == bindings {
				sub, tc.resource = "binding", pods
			}
			status, got := w.post(t, path, reviewOf(t, tc.resource, sub, tc.object, nil))
			if status != http.StatusOK || code(got) != tc.code {
				t.Fatalf("status %d, code %d, want %d: %+v", status, code(got), tc.code, got.Result)
			}
			for _, words := range tc.says {
				if !strings.Contains(got.Result.Message, words) {
					t.Errorf("the refusal does not say %q: %s", words, got.Result.Message)
				}
			}
			if tc.never != "" && strings.Contains(got.Result.Message, tc.never) {
				t.Errorf("the refusal says %q: %s", tc.never, got.Result.Message)
			}
		})
	}
}

// Where bytes of a pod rest with its node, a rule about storage steers it; one about bytes that
// rest elsewhere cannot.
func TestSteeringByStorage(t *testing.T) {
	for name, tc := range map[string]struct {
		pod    *corev1.Pod
		claim  *corev1.PersistentVolumeClaim
		steers bool
	}{
		"no volumes":                        {pod: pod("customers", "")},
		"an emptyDir":                       {pod: mounting(pod("customers", ""), emptyDir()), steers: true},
		"a claim that waits for the node":   {pod: mounting(pod("customers", ""), theClaim()), claim: claim("waits"), steers: true},
		"a claim that is made for it":       {pod: mounting(pod("customers", ""), madeForIt("waits")), steers: true},
		"a claim that has a volume already": {pod: mounting(pod("customers", ""), theClaim()), claim: claim("fra", in("pv-fra"))},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			onlyStored(w)
			if tc.claim != nil {
				w.Claims = append(w.Claims, *tc.claim)
			}
			_, got := w.post(t, PathSteerPods, reviewOf(t, "pods", "", tc.pod, nil))
			const germany = `"domicile.node-restriction.kubernetes.io/country","operator":"In","values":["DE"]`
			if !got.Allowed || strings.Contains(string(got.Patch), germany) != tc.steers || !tc.steers && len(got.Patch) > 0 {
				t.Errorf("allowed %v, with the patch %s", got.Allowed, got.Patch)
			}
		})
	}
}
