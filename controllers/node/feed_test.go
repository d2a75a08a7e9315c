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

package node

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
)

func TestNodesComeAndGo(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	nodes := facts.NewNodes(location.Locator{Catalogue: cat})
	for _, name := range []string{"a", "b", "c"} {
		set(nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	remove(nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	remove(nodes, toolscache.DeletedFinalStateUnknown{Key: "b"})
	if _, ok := nodes.Get("c"); !ok || nodes.Len() != 1 {
		t.Errorf("%d nodes are left", nodes.Len())
	}
}
