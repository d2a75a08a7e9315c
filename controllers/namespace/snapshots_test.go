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

package namespace

import (
	"context"
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

// builder makes indexes of a fake client.
type builder struct{ *fake.ClientBuilder }

func (b builder) IndexField(_ context.Context, object client.Object, field string, values client.IndexerFunc) error {
	b.WithIndex(object, field, values)
	return nil
}

// A snapshot that carries a key, and that the gate has not seen, marks its namespace as soon as
// there are snapshots.
func TestASnapshotMarksItsNamespace(t *testing.T) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, snapshotv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	key := map[string]string{residencyv1.DatasetLabel: "customers"}
	var objects []client.Object
	for name, labels := range map[string]map[string]string{"crm": key, "shop": nil, "domicile-system": key} {
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}},
			&snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "nightly", Labels: labels}})
	}
	b := builder{fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...)}
	indexes, mapper := index.NewLate(b), apimeta.NewDefaultRESTMapper(nil)
	if err := index.Setup(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := indexes.Setup(t.Context(), &snapshotv1.VolumeSnapshot{}); err != nil {
		t.Fatal(err)
	}
	c := b.Build()
	r := &Reconciler{Client: c, Rulebook: &rulebook.Holder{}, Excluded: []string{"domicile-system"}, Indexes: indexes}
	started := 0
	r.kinds = late.Kinds[reconcile.Request]{
		Reader: c, Mapper: mapper, Indexes: indexes, Wanted: r.snapshots(nil),
		Start: func(source.TypedSource[reconcile.Request]) error { started++; return nil },
	}
	marked := func(want map[string]bool) {
		t.Helper()
		for name, wanted := range want {
			if _, err := r.Reconcile(t.Context(), reconcile.Request{NamespacedName: types.NamespacedName{Name: name}}); err != nil {
				t.Fatal(err)
			}
			ns := &corev1.Namespace{}
			if err := c.Get(t.Context(), client.ObjectKey{Name: name}, ns); err != nil {
				t.Fatal(err)
			}
			if facts.HasGovernedMark(ns) != wanted {
				t.Errorf("namespace %s has the labels %v", name, ns.Labels)
			}
		}
	}
	looked := func(want int) {
		t.Helper()
		if _, err := r.Reconcile(t.Context(), lateKinds); err != nil || started != want {
			t.Fatalf("%d sources are started: %v", started, err)
		}
	}
	// Before there are snapshots nobody may ask for them.
	looked(0)
	marked(map[string]bool{"crm": false, "shop": false, "domicile-system": false})
	mapper.Add(snapshotv1.SchemeGroupVersion.WithKind("VolumeSnapshot"), apimeta.RESTScopeNamespace)
	looked(1)
	marked(map[string]bool{"crm": true, "shop": false, "domicile-system": false})
}
