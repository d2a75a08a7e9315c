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

package volume

import (
	"context"
	"testing"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/controllers/workload"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// world is what a Reconciler judges in: an API server's objects without one, and the dataset
// customers, which may be stored in Germany.
type world struct {
	*Reconciler
	client client.Client
	sent   events
	pods   workqueue.TypedRateLimitingInterface[workload.Request]
	heirs  workqueue.TypedRateLimitingInterface[ledger.Ref]
}

type events []event.Event

func (e *events) Send(one event.Event) { *e = append(*e, one) }

// builder makes indexes of a fake client.
type builder struct{ *fake.ClientBuilder }

func (b builder) IndexField(_ context.Context, object client.Object, field string, values client.IndexerFunc) error {
	b.WithIndex(object, field, values)
	return nil
}

func newWorld(t *testing.T, objects ...client.Object) *world {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, storagev1.AddToScheme, snapshotv1.AddToScheme, residencyv1.AddToScheme} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	class := &snapshotv1.VolumeSnapshotClass{ObjectMeta: metav1.ObjectMeta{Name: "ebs"}, Driver: "ebs.csi.aws.com"}
	b := builder{fake.NewClientBuilder().WithScheme(scheme).WithObjects(append(objects, class)...)}
	if err := index.Setup(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	indexes, mapper := index.NewLate(b), apimeta.NewDefaultRESTMapper(nil)
	kinds := late.Kinds[Request]{Mapper: mapper, Indexes: indexes, Wanted: lateKinds(nil), Start: func(source.TypedSource[Request]) error { return nil }}
	for _, kind := range kinds.Wanted {
		mapper.Add(kind.Kind, apimeta.RESTScopeRoot)
	}
	if _, err := kinds.Watch(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &world{client: b.Build()}
	w.pods = workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[workload.Request]())
	w.heirs = workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ledger.Ref]())
	t.Cleanup(w.pods.ShutDown)
	t.Cleanup(w.heirs.ShutDown)
	w.Reconciler = &Reconciler{
		Reader: w.client, Ledger: ledger.New(), Events: &w.sent,
		Gatherer: &facts.Gatherer{
			Nodes: facts.NewNodes(location.Locator{Catalogue: cat}), Source: &facts.Cluster{Cache: w.client, Live: w.client, Told: true, Late: indexes.Setup},
		},
		Clock:    testclock.NewFakePassiveClock(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)),
		Datasets: &wake.Source[reconcile.Request]{}, Policies: &wake.Source[reconcile.Request]{},
		Pods: &wake.Source[workload.Request]{}, Inherit: &wake.Source[ledger.Ref]{},
		kinds: kinds,
	}
	for _, start := range []func() error{
		func() error { return w.Pods.Start(t.Context(), w.pods) },
		func() error { return w.Inherit.Start(t.Context(), w.heirs) },
	} {
		if err := start(); err != nil {
			t.Fatal(err)
		}
	}
	p := residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Name: "gdpr", UID: "gdpr", Generation: 1}}
	p.Spec.Datasets = []residencyv1.ObjectName{"customers"}
	p.Spec.Enforcement.Admission = residencyv1.EnforcementDeny
	p.Spec.Storage.Allowed = []residencyv1.Place{{Country: new(residencyv1.CountryCode("DE"))}}
	d := residencyv1.Dataset{ObjectMeta: metav1.ObjectMeta{Name: "customers", UID: "customers", Generation: 1}}
	rb := residency.Compile(residency.World{Catalogue: cat}, []residencyv1.Dataset{d}, []residencyv1.ResidencyPolicy{p}, residency.Options{})
	w.Ledger.Turnover(rb, rb.ChangedSince(nil))
	return w
}

// begin has everything judged once.
func (w *world) begin(t *testing.T) {
	t.Helper()
	w.Ledger.Prime(ledger.Pods)
	w.Ledger.Prime(ledger.Stores)
	var all []ledger.Ref
	f := w.finder(t.Context())
	f.claims()
	f.list(ledger.KindVolume, &corev1.PersistentVolumeList{})
	f.snapshots()
	f.everyContent()
	if all = f.found; f.err != nil {
		t.Fatal(f.err)
	}
	for _, ref := range all {
		if err := w.judge(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
}

// drain returns what was asked of a queue.
func drain[T comparable](q workqueue.TypedRateLimitingInterface[T]) []T {
	var out []T
	for q.Len() > 0 {
		one, _ := q.Get()
		q.Done(one)
		out = append(out, one)
	}
	return out
}

func meta(namespace, name string, datasets ...string) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid of " + name)}
	for _, d := range datasets {
		m.Labels = map[string]string{residencyv1.DatasetLabel: d}
	}
	return m
}

// claim is a claim of crm, in a volume if it is not empty.
func claim(name, volume string, datasets ...string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: meta("crm", name, datasets...), Spec: corev1.PersistentVolumeClaimSpec{VolumeName: volume}}
}

// made is a claim that is made of a claim or a snapshot.
func made(c *corev1.PersistentVolumeClaim, kind, of string) *corev1.PersistentVolumeClaim {
	c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: kind, Name: of}
	return c
}

// disk is a volume in a zone of AWS, bound to a claim of crm if it is not empty.
func disk(name, zone, bound string, datasets ...string) *corev1.PersistentVolume {
	pv := &corev1.PersistentVolume{ObjectMeta: meta("", name, datasets...)}
	pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: "vol-of-" + name}
	pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "topology.ebs.csi.aws.com/zone", Operator: corev1.NodeSelectorOpIn, Values: []string{zone}}},
	}}}}
	if bound != "" {
		pv.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "crm", Name: bound, UID: types.UID("uid of " + bound)}
	}
	return pv
}

// share is a volume of a share, whose handle is only a name.
func share(name, handle string) *corev1.PersistentVolume {
	pv := &corev1.PersistentVolume{ObjectMeta: meta("", name)}
	pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{
		Driver: "nfs.csi.k8s.io", VolumeHandle: handle, VolumeAttributes: map[string]string{"server": "files.example.com", "share": "/crm"},
	}
	return pv
}

func snapshot(name, of, content string) *snapshotv1.VolumeSnapshot {
	s := &snapshotv1.VolumeSnapshot{ObjectMeta: meta("crm", name)}
	s.Spec.Source.PersistentVolumeClaimName = &of
	s.Status = &snapshotv1.VolumeSnapshotStatus{BoundVolumeSnapshotContentName: &content}
	return s
}

func content(name, of, handle string, datasets ...string) *snapshotv1.VolumeSnapshotContent {
	c := &snapshotv1.VolumeSnapshotContent{ObjectMeta: meta("", name, datasets...)}
	c.Spec.Driver, c.Spec.VolumeSnapshotClassName = "ebs.csi.aws.com", new("ebs")
	c.Spec.Source.VolumeHandle = &handle
	c.Spec.VolumeSnapshotRef = corev1.ObjectReference{Namespace: "crm", Name: of, UID: types.UID("uid of " + of)}
	return c
}
