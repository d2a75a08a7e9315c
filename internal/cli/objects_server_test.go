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
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// objectServer answers for objects of all kinds as an API server does.
type objectServer struct {
	scheme  *runtime.Scheme
	objects []client.Object
	// denied are the rights that nobody has: "list nodes".
	denied []string
	// absent are the resources that the cluster does not have.
	absent []string

	mu       sync.Mutex
	requests []string
}

func newObjectServer(t *testing.T, objects ...client.Object) *objectServer {
	t.Helper()
	s := &objectServer{scheme: runtime.NewScheme(), objects: objects}
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, snapshotv1.AddToScheme, residencyv1.AddToScheme} {
		if err := add(s.scheme); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// asks is one request, taken apart.
type asks struct {
	verb, resource, namespace, name string
	metadata                        bool
}

func (a asks) String() string {
	path := strings.Trim(strings.Join([]string{a.namespace, a.name}, "/"), "/")
	words := strings.TrimSpace(a.verb + " " + a.resource + " " + path)
	if a.metadata {
		words += " (metadata)"
	}
	return words
}

func asksOf(r *http.Request) asks {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	parts = parts[2:] // api/v1
	if strings.HasPrefix(r.URL.Path, "/apis/") {
		parts = parts[1:]
	}
	a := asks{verb: "list", metadata: strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadata")}
	if len(parts) > 2 && parts[0] == "namespaces" {
		a.namespace, parts = parts[1], parts[2:]
	}
	a.resource = parts[0]
	if len(parts) > 1 {
		a.verb, a.name = "get", parts[1]
	}
	return a
}

func (s *objectServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := asksOf(r)
	s.mu.Lock()
	s.requests = append(s.requests, a.String())
	s.mu.Unlock()
	answer := func(code int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			panic(err)
		}
	}
	status := func(err *apierrors.StatusError) {
		err.ErrStatus.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
		answer(int(err.ErrStatus.Code), err.ErrStatus)
	}
	resource := schema.GroupResource{Resource: a.resource}
	if r.Method != http.MethodGet || slices.Contains(s.denied, a.verb+" "+a.resource) {
		status(apierrors.NewForbidden(resource, a.name, fmt.Errorf("no rule allows it")))
		return
	}
	if slices.Contains(s.absent, a.resource) {
		status(apierrors.NewNotFound(schema.GroupResource{}, ""))
		return
	}
	var found []any
	for _, o := range s.objects {
		gvk, err := apiutil.GVKForObject(o, s.scheme)
		if err != nil {
			panic(err)
		}
		plural, _ := apimeta.UnsafeGuessKindToResource(gvk)
		if plural.Resource != a.resource || a.namespace != "" && o.GetNamespace() != a.namespace || a.name != "" && o.GetName() != a.name {
			continue
		}
		body := o.DeepCopyObject()
		body.GetObjectKind().SetGroupVersionKind(gvk)
		if a.metadata {
			meta, err := apimeta.Accessor(body)
			if err != nil {
				panic(err)
			}
			partial := apimeta.AsPartialObjectMetadata(meta)
			partial.TypeMeta = metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}
			body = partial
		}
		found = append(found, body)
	}
	switch {
	case a.verb == "list":
		parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		version := "v1"
		if parts[0] == "apis" {
			version = parts[1] + "/" + parts[2]
		}
		list := map[string]any{"apiVersion": version, "kind": "List", "metadata": map[string]any{}, "items": append([]any{}, found...)}
		if a.metadata {
			list["apiVersion"], list["kind"] = "meta.k8s.io/v1", "PartialObjectMetadataList"
		} else if kind := listKinds[a.resource]; kind != "" {
			list["kind"] = kind
		}
		answer(http.StatusOK, list)
	case len(found) == 0:
		status(apierrors.NewNotFound(resource, a.name))
	default:
		answer(http.StatusOK, found[0])
	}
}

// listKinds are the kinds of the lists that are asked for.
var listKinds = map[string]string{
	"pods": "PodList", "nodes": "NodeList", "datasets": "DatasetList", "residencypolicies": "ResidencyPolicyList",
	"sites": "SiteList", "jurisdictions": "JurisdictionList", "processors": "ProcessorList", "services": "ServiceList",
	"persistentvolumeclaims": "PersistentVolumeClaimList", "persistentvolumes": "PersistentVolumeList", "storageclasses": "StorageClassList",
	"volumesnapshots": "VolumeSnapshotList", "volumesnapshotcontents": "VolumeSnapshotContentList", "volumesnapshotclasses": "VolumeSnapshotClassList",
}

// objectsOf returns the objects of files as they are in a cluster.
func objectsOf(t *testing.T, paths ...string) []client.Object {
	t.Helper()
	in, err := manifest.Read(t.Context(), manifest.Options{Paths: paths, Namespace: defaultNamespace})
	if err != nil {
		t.Fatal(err)
	}
	var out []client.Object
	for i := range in.Datasets {
		out = append(out, &in.Datasets[i].Object)
	}
	for i := range in.Policies {
		out = append(out, &in.Policies[i].Object)
	}
	for i := range in.Sites {
		out = append(out, &in.Sites[i].Object)
	}
	for i := range in.Jurisdictions {
		out = append(out, &in.Jurisdictions[i].Object)
	}
	for i := range in.Processors {
		out = append(out, &in.Processors[i].Object)
	}
	for i := range in.Services {
		out = append(out, &in.Services[i])
	}
	for _, n := range in.Nodes {
		out = append(out, n)
	}
	for _, n := range in.Namespaces {
		out = append(out, n)
	}
	for i := range in.Carriers {
		c := &in.Carriers[i]
		meta := metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name, Labels: c.Labels, Annotations: c.Annotations}
		switch c.Kind {
		case "Secret":
			out = append(out, &corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"password": []byte("secret")}})
		case "ConfigMap":
			out = append(out, &corev1.ConfigMap{ObjectMeta: meta})
		default:
			t.Fatalf("a %s is no carrier", c.Kind)
		}
	}
	out = append(out, storedObjects(&in.Storage)...)
	for i := range in.Workloads {
		w := &in.Workloads[i]
		if o := workloadObject(w); o != nil {
			out = append(out, o)
		}
	}
	return out
}

func storedObjects(s *facts.StoredObjects) []client.Object {
	var out []client.Object
	for i := range s.Claims {
		out = append(out, &s.Claims[i])
	}
	for i := range s.Volumes {
		out = append(out, &s.Volumes[i])
	}
	for i := range s.Classes {
		out = append(out, &s.Classes[i])
	}
	for i := range s.AttributesClasses {
		out = append(out, &s.AttributesClasses[i])
	}
	for i := range s.Snapshots {
		out = append(out, &s.Snapshots[i])
	}
	for i := range s.SnapshotContents {
		out = append(out, &s.SnapshotContents[i])
	}
	for i := range s.SnapshotClasses {
		out = append(out, &s.SnapshotClasses[i])
	}
	return out
}

// workloadObject returns a workload as it is in a cluster.
func workloadObject(w *manifest.Workload) client.Object {
	if w.Kind == kindPod {
		return w.Pod
	}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: w.Pod.Labels, Annotations: w.Pod.Annotations}, Spec: w.Pod.Spec}
	switch meta := *w.Carriers[0]; w.Kind {
	case "Deployment":
		return &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Template: template}}
	case "ReplicaSet":
		return &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Template: template}}
	case "StatefulSet":
		return &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Template: template}}
	case "CronJob":
		return &batchv1.CronJob{ObjectMeta: meta, Spec: batchv1.CronJobSpec{JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template}}}}
	case "Job":
		return &batchv1.Job{ObjectMeta: meta, Spec: batchv1.JobSpec{Template: template}}
	default:
		return nil
	}
}
