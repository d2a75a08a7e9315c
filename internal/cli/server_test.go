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
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// server answers for the nodes of a cluster as an API server does, and for nothing else.
type server struct {
	nodes []*corev1.Node
	// refusal is what every request is answered with; nil answers it.
	refusal *apierrors.StatusError
	// expired is whether no list goes on after its first page.
	expired bool

	mu       sync.Mutex
	requests []string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
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
	name, isOne := strings.CutPrefix(r.URL.Path, "/api/v1/nodes/")
	switch {
	case s.refusal != nil:
		status(s.refusal)
	case isOne:
		for _, n := range s.nodes {
			if n.Name == name {
				answer(http.StatusOK, partial(n))
				return
			}
		}
		status(apierrors.NewNotFound(corev1.Resource("nodes"), name))
	case s.expired && r.URL.Query().Get("continue") != "":
		status(apierrors.NewResourceExpired("the list has expired"))
	default:
		answer(http.StatusOK, s.page(r))
	}
}

// page returns as many nodes as were asked for, and where the next begin.
func (s *server) page(r *http.Request) metav1.PartialObjectMetadataList {
	from, to := 0, len(s.nodes)
	if at, err := strconv.Atoi(r.URL.Query().Get("continue")); err == nil {
		from = at
	}
	list := metav1.PartialObjectMetadataList{TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}}
	if limit, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && from+limit < to {
		to = from + limit
		list.Continue, list.RemainingItemCount = strconv.Itoa(to), new(int64(len(s.nodes)-to))
	}
	for _, n := range s.nodes[from:to] {
		list.Items = append(list.Items, partial(n))
	}
	return list
}

func partial(n *corev1.Node) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"}, ObjectMeta: n.ObjectMeta,
	}
}

// serve starts the server and returns a kubeconfig that leads to it.
func serve(t *testing.T, s http.Handler) string {
	t.Helper()
	started := httptest.NewServer(s)
	t.Cleanup(started.Close)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	config := fmt.Sprintf(`
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "%s"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`, started.URL)
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// stampedNodes returns the nodes of testdata/places as the manager leaves them.
func stampedNodes(t *testing.T) []*corev1.Node {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	in, err := manifest.Read(t.Context(), manifest.Options{Paths: []string{"testdata/places"}})
	if err != nil {
		t.Fatal(err)
	}
	locator := location.Locator{Catalogue: cat, Sites: gatherWorld(cat, in).sites, Now: today()}
	for i, n := range in.Nodes {
		n.UID = types.UID(fmt.Sprintf("uid-%d", i))
		mark(t, locator, n)
	}
	return in.Nodes
}

// mark writes the stamp of a node on it.
func mark(t *testing.T, l location.Locator, n *corev1.Node) {
	t.Helper()
	answer := l.Locate(location.Node{Name: n.Name, ProviderID: n.Spec.ProviderID, Labels: n.Labels}, nil)
	s, err := stamp.For(string(n.UID), answer, stamp.Stamp{}, l.Now)
	if err != nil {
		t.Fatal(err)
	}
	metav1.SetMetaDataAnnotation(&n.ObjectMeta, residencyv1.LocationAnnotation, s.Annotation)
	for key, value := range s.Labels {
		metav1.SetMetaDataLabel(&n.ObjectMeta, key, value)
	}
}

// nodeList returns nodes as kubectl get nodes -o json prints them.
func nodeList(t *testing.T, nodes []*corev1.Node) string {
	t.Helper()
	list := corev1.List{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"}}
	for _, n := range nodes {
		n = n.DeepCopy()
		n.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}
		raw, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		list.Items = append(list.Items, runtime.RawExtension{Raw: raw})
	}
	data, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
