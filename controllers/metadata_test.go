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

package controllers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
)

// asked keeps by which representation the objects of each kind were asked for.
type asked struct {
	mu     sync.Mutex
	accept map[string][]string
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	for _, plural := range []string{"secrets", "configmaps"} {
		if strings.Contains(r.URL.Path, "/"+plural) {
			a.accept[plural] = append(a.accept[plural], r.Header.Get("Accept"))
		}
	}
	a.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch query := r.URL.Query(); {
	case query.Get("sendInitialEvents") != "":
		// As a server that has no lists by watches: it is listed instead.
		http.Error(w, "{}", http.StatusBadRequest)
		return
	case query.Get("watch") != "":
		<-r.Context().Done()
		return
	}
	var answer any = &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}, ListMeta: metav1.ListMeta{ResourceVersion: "1"},
	}
	if strings.HasSuffix(r.URL.Path, "/db") {
		w.WriteHeader(http.StatusNotFound)
		answer = &metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound}
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

// RBAC cannot be narrower than get, list and watch, and would let the manager read the values of
// every Secret. On the wire it asks for metadata alone: by the cache, and for what the cache
// has not seen.
func TestOfWhatPodsReferToOnlyMetadataIsAskedFor(t *testing.T) {
	server := &asked{accept: map[string][]string{}}
	api := httptest.NewServer(server)
	defer api.Close()
	config := &rest.Config{Host: api.URL}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	mapper := apimeta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Pod"), apimeta.RESTScopeNamespace)
	for _, kind := range []string{"PersistentVolumeClaim", "Service"} {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(kind), apimeta.RESTScopeNamespace)
	}
	for _, kind := range []string{"Node", "Namespace", "PersistentVolume"} {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(kind), apimeta.RESTScopeRoot)
	}
	mapper.Add(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}, apimeta.RESTScopeRoot)
	for _, way := range facts.Carriers() {
		mapper.Add(facts.NewMetadata(way).GroupVersionKind(), apimeta.RESTScopeNamespace)
	}
	options := CacheOptions()
	options.Scheme, options.Mapper = scheme, mapper
	cached, err := cache.New(config, options)
	if err != nil {
		t.Fatal(err)
	}
	live, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, way := range facts.Carriers() {
		if _, err := cached.GetInformer(ctx, facts.NewMetadata(way), cache.BlockUntilSynced(false)); err != nil {
			t.Fatal(err)
		}
	}
	stopped := make(chan error, 1)
	go func() { stopped <- cached.Start(ctx) }()
	if !cached.WaitForCacheSync(ctx) {
		t.Fatal("the cache is not filled")
	}
	source := &facts.Cluster{Cache: cached, Live: live}
	for _, way := range facts.Carriers() {
		if keys, err := source.Carrier(ctx, way, "crm", "db"); err != nil || keys.Any() {
			t.Fatalf("reading a %s that is not there: %v, %v", facts.NewMetadata(way).Kind, keys, err)
		}
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	if len(server.accept) != 2 {
		t.Fatalf("asked for was %v", server.accept)
	}
	for plural, accepts := range server.accept {
		if len(accepts) < 2 {
			t.Errorf("%s: %d requests, want the cache's and the live one", plural, len(accepts))
		}
		for _, accept := range accepts {
			// What comes after it is for servers that do not know the representation; none such is supported.
			if first, _, _ := strings.Cut(accept, ","); !strings.Contains(first, "as=PartialObjectMetadata") {
				t.Errorf("%s are asked for as %q", plural, accept)
			}
		}
	}
}
