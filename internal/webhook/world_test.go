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
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

var update = flag.Bool("update", false, "write the golden files")

// world is a cluster as the handlers see it, with fakes at the interfaces that reach out.
type world struct {
	facts.StoredObjects
	catalogue  *catalogue.Catalogue
	nodes      *facts.Nodes
	namespaces map[string]facts.Keys
	fresh      map[string]*corev1.Pod
	pods       map[string]*corev1.Pod
	options    Options

	sites             []residencyv1.Site
	jurisdictions     []residencyv1.Jurisdiction
	liveSites         []residencyv1.Site         // that no cache has seen
	liveJurisdictions []residencyv1.Jurisdiction // that no cache has seen
	listed            int                        // how often they were listed live
	list              error                      // of every live list of them

	carriers map[carrier]facts.Keys

	controllers map[string]*metav1.OwnerReference // of owners, by kind and name
	owners      error                             // of every read of an owner

	lookup error // of every lookup of a namespace or a missing node
	read   error // of every read of a pod
	mark   error // of every mark
	marked []string
	panics bool

	may   map[string]bool // who may declassify what: "user dataset"
	asked []string
	ask   error // of every such question
}

func (w *world) May(_ context.Context, user *authenticationv1.UserInfo, dataset string) (bool, error) {
	w.asked = append(w.asked, user.Username+" "+dataset)
	return w.may[user.Username+" "+dataset], w.ask
}

func (w *world) PodsIn(_ context.Context, namespace string) ([]corev1.Pod, error) {
	var out []corev1.Pod
	for _, key := range slices.Sorted(maps.Keys(w.pods)) {
		if p := w.pods[key]; namespace == "" || p.Namespace == namespace {
			out = append(out, *p)
		}
	}
	return out, w.read
}

// carrier is what a pod can refer to.
type carrier struct {
	way             residency.Way
	namespace, name string
}

func (w *world) Namespace(_ context.Context, name string) (facts.Keys, error) {
	if w.panics {
		panic("a fault of our own, with a secret in it")
	}
	return w.namespaces[name], w.lookup
}

func (*world) ExternalNames(context.Context, string) ([]facts.ExternalName, error) { return nil, nil }

// Claim returns a claim with the keys that carriers has for it, or one that is stored.
func (w *world) Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	keys, ok := w.carriers[carrier{residency.ByClaim, namespace, name}]
	if w.lookup != nil || !ok {
		c, _ := w.StoredObjects.Claim(ctx, namespace, name)
		return c, w.lookup
	}
	return &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: name, Labels: keys.Labels, Annotations: keys.Annotations,
	}}, nil
}

func (w *world) Carrier(_ context.Context, way residency.Way, namespace, name string) (facts.Keys, error) {
	return w.carriers[carrier{way, namespace, name}], w.lookup
}

func (w *world) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, w.lookup }

func (w *world) Pod(_ context.Context, namespace, name string, _ types.UID) (*corev1.Pod, error) {
	if w.read != nil {
		return nil, w.read
	}
	if pod := w.pods[namespace+"/"+name]; pod != nil {
		return pod, nil
	}
	return nil, apierrors.NewNotFound(corev1.Resource("pods"), name)
}

// LivePod knows what is in fresh before what is in pods.
func (w *world) LivePod(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	if pod := w.fresh[namespace+"/"+name]; pod != nil && w.read == nil {
		return pod, nil
	}
	return w.Pod(ctx, namespace, name, "")
}

func (w *world) Controller(_ context.Context, _ string, of *metav1.OwnerReference) (*metav1.OwnerReference, error) {
	return w.controllers[of.Kind+" "+of.Name], w.owners
}

func (w *world) Mark(_ context.Context, namespace string) error {
	w.marked = append(w.marked, namespace)
	return w.mark
}

// newWorld has nodes in Frankfurt, London, and nowhere that can be told; datasets that
// deny, warn and audit outside of the EEA; and the namespace crm that handles none.
func newWorld(t testing.TB) *world {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		catalogue:  cat,
		nodes:      facts.NewNodes(location.Locator{Catalogue: cat}),
		namespaces: map[string]facts.Keys{"crm": {}},
		pods:       map[string]*corev1.Pod{},
	}
	w.nodes.Set(node("fra-1", "aws:///eu-central-1a/i-0123456789abcdef0", "eu-central-1", "eu-central-1a"))
	w.nodes.Set(node("ldn-1", "aws:///eu-west-2a/i-0123456789abcdef1", "eu-west-2", "eu-west-2a"))
	w.nodes.Set(node("lost-1", "", "", ""))
	holder := &rulebook.Holder{}
	holder.Swap(residency.Compile(residency.World{Catalogue: cat}, []residencyv1.Dataset{
		dataset("customers", "personal"), dataset("payroll", "personal"), dataset("clicks", "warned"), dataset("visits", "audited"), dataset("weather", "open"),
		handledBy(dataset("parcels", "personal"), "team", "orders"),
	}, []residencyv1.ResidencyPolicy{
		policy("gdpr", "personal", residencyv1.EnforcementDeny),
		policy("advice", "warned", residencyv1.EnforcementWarn),
		policy("trial", "audited", residencyv1.EnforcementAudit),
	}, residency.Options{}))
	places := &catalogue.Holder{}
	places.Swap(cat)
	w.options = Options{
		Rulebook: holder, Gatherer: &facts.Gatherer{Nodes: w.nodes, Source: w}, Catalogue: places,
		Pods: w, Places: w, Owners: w, Marker: w, Declassifiers: w, ExcludedNamespaces: []string{"domicile-system"},
	}
	return w
}

func node(name, providerID, region, zone string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
	n.Spec.ProviderID = providerID
	if region != "" {
		n.Labels[corev1.LabelTopologyRegion], n.Labels[corev1.LabelTopologyZone] = region, zone
	}
	return n
}

func dataset(name, sensitivity string) residencyv1.Dataset {
	return residencyv1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"sensitivity": sensitivity}},
		Spec: residencyv1.DatasetSpec{
			Title:      name,
			Controller: &residencyv1.DatasetController{Name: "Example GmbH", Contact: "privacy@example.com"},
		},
	}
}

// handledBy has a dataset select all pods of the namespaces with a label.
func handledBy(d residencyv1.Dataset, key, value string) residencyv1.Dataset {
	d.Spec.HandledBy = []residencyv1.PodsSelector{{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{key: value}},
	}}
	return d
}

func policy(name, sensitivity string, mode residencyv1.EnforcementMode) residencyv1.ResidencyPolicy {
	return residencyv1.ResidencyPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: residencyv1.ResidencyPolicySpec{
			DatasetSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"sensitivity": sensitivity}},
			Processing: residencyv1.PlacesRule{
				Allowed: []residencyv1.Place{{Jurisdiction: new(residencyv1.JurisdictionName("EEA"))}},
			},
			Enforcement: residencyv1.Enforcement{Admission: mode},
		},
	}
}

// pod returns a pod in crm that handles the datasets, by the annotation.
func pod(datasets string, on string) *corev1.Pod {
	p := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles"},
		Spec: corev1.PodSpec{
			NodeName:   on,
			Containers: []corev1.Container{{Name: "app", Image: "registry.example.com/profiles:1"}},
		},
	}
	if datasets != "" {
		p.Annotations = map[string]string{residencyv1.DatasetsAnnotation: datasets}
	}
	return p
}

func binding(to string) *corev1.Binding {
	return &corev1.Binding{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Binding"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "crm", Name: "profiles"},
		Target:     corev1.ObjectReference{Kind: "Node", Name: to},
	}
}

// reviewOf returns a review as the API server writes it: of all fields, those of the
// request that the resource implies and the object whole.
func reviewOf(t testing.TB, resource, subResource string, object, old any, change ...func(*admissionv1.AdmissionRequest)) []byte {
	t.Helper()
	raw := func(o any) (e runtime.RawExtension) {
		if o == nil {
			return e
		}
		if text, ok := o.(string); ok {
			e.Raw = []byte(text)
			return e
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		e.Raw = b
		return e
	}
	kinds := map[string]metav1.GroupVersionKind{
		"pods": {Version: "v1", Kind: "Pod"}, "bindings": {Version: "v1", Kind: "Binding"}, "namespaces": {Version: "v1", Kind: "Namespace"},
		"datasets":          {Group: "residency.domicile.dev", Version: "v1alpha1", Kind: "Dataset"},
		"residencypolicies": {Group: "residency.domicile.dev", Version: "v1alpha1", Kind: "ResidencyPolicy"},
		"sites":             {Group: "residency.domicile.dev", Version: "v1alpha1", Kind: "Site"},
		"jurisdictions":     {Group: "residency.domicile.dev", Version: "v1alpha1", Kind: "Jurisdiction"},
		"processors":        {Group: "residency.domicile.dev", Version: "v1alpha1", Kind: "Processor"},

		"deployments": {Group: "apps", Version: "v1", Kind: "Deployment"}, "statefulsets": {Group: "apps", Version: "v1", Kind: "StatefulSet"},
		"replicasets": {Group: "apps", Version: "v1", Kind: "ReplicaSet"}, "daemonsets": {Group: "apps", Version: "v1", Kind: "DaemonSet"},
		"jobs": {Group: "batch", Version: "v1", Kind: "Job"}, "cronjobs": {Group: "batch", Version: "v1", Kind: "CronJob"},
		"persistentvolumeclaims": {Version: "v1", Kind: "PersistentVolumeClaim"}, "persistentvolumes": {Version: "v1", Kind: "PersistentVolume"},
		"volumesnapshots":        {Group: "snapshot.storage.k8s.io", Version: "v1", Kind: "VolumeSnapshot"},
		"volumesnapshotcontents": {Group: "snapshot.storage.k8s.io", Version: "v1", Kind: "VolumeSnapshotContent"},

		"replicationcontrollers": {Version: "v1", Kind: "ReplicationController"}, "podtemplates": {Version: "v1", Kind: "PodTemplate"},
	}
	kind := kinds[resource]
	if subResource == "binding" {
		kind.Kind = "Binding"
	}
	r := &admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "uid-1", Kind: kind, SubResource: subResource,
			Resource:  metav1.GroupVersionResource{Group: kind.Group, Version: kind.Version, Resource: resource},
			Operation: admissionv1.Create, DryRun: new(false),
			Object: raw(object), OldObject: raw(old),
		},
	}
	if resource != "namespaces" && kind.Group != "residency.domicile.dev" {
		r.Request.Namespace, r.Request.Name = "crm", "profiles"
	}
	if old != nil {
		r.Request.Operation = admissionv1.Update
	}
	for _, c := range change {
		c(r.Request)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func dryRun(r *admissionv1.AdmissionRequest) { r.DryRun = new(true) }

// post posts a body and returns the answer, which must be an AdmissionReview.
func (w *world) post(t testing.TB, path string, body []byte) (int, *admissionv1.AdmissionResponse) {
	t.Helper()
	return send(t, Handlers(w.options)[path], httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
}

func send(t testing.TB, h http.Handler, r *http.Request) (int, *admissionv1.AdmissionResponse) {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		t.Fatalf("the answer is no JSON: %v: %s", err, recorder.Body)
	}
	if review.APIVersion != "admission.k8s.io/v1" || review.Kind != "AdmissionReview" || review.Response == nil {
		t.Fatalf("the answer is no AdmissionReview with a response: %s", recorder.Body)
	}
	if !review.Response.Allowed && (review.Response.Result == nil || review.Response.Result.Code < 400 || review.Response.Result.Message == "") {
		t.Fatalf("the refusal has no status: %s", recorder.Body)
	}
	return recorder.Code, review.Response
}

// code returns the code of an answer, 0 if it admits.
func code(r *admissionv1.AdmissionResponse) int32 {
	if r.Allowed {
		return 0
	}
	return r.Result.Code
}

func golden(t *testing.T, name string, got any) {
	t.Helper()
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(b)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
