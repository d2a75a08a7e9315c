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

package index

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	cachetesting "k8s.io/client-go/tools/cache/testing"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/internal/facts"
)

// replica is a cache of snapshots without an API server, which does not know them at first. It
// counts what its lists return.
type replica struct {
	cache.Cache
	mapper *apimeta.DefaultRESTMapper
	listed int
}

func (r *replica) List(ctx context.Context, into client.ObjectList, opts ...client.ListOption) error {
	err := r.Cache.List(ctx, into, opts...)
	r.listed += apimeta.LenList(into)
	return err
}

// kindComes tells the replica that there are contents of snapshots now.
func (r *replica) kindComes() {
	r.mapper.Add(snapshotv1.SchemeGroupVersion.WithKind("VolumeSnapshotContent"), apimeta.RESTScopeRoot)
}

func newReplica(tb testing.TB, contents int) *replica {
	tb.Helper()
	scheme := runtime.NewScheme()
	if err := snapshotv1.AddToScheme(scheme); err != nil {
		tb.Fatal(err)
	}
	stored := cachetesting.NewFakeControllerSource()
	for i := range contents {
		c := &snapshotv1.VolumeSnapshotContent{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("content-%d", i)}}
		c.Spec.Driver, c.Spec.Source.SnapshotHandle = "ebs.csi.aws.com", new(fmt.Sprintf("snap-%d", i))
		stored.Add(c)
	}
	r := &replica{mapper: apimeta.NewDefaultRESTMapper([]schema.GroupVersion{snapshotv1.SchemeGroupVersion})}
	var err error
	r.Cache, err = cache.New(&rest.Config{}, cache.Options{
		Scheme: scheme, Mapper: r.mapper,
		NewInformer: func(_ toolscache.ListerWatcher, of runtime.Object, resync time.Duration, indexers toolscache.Indexers) toolscache.SharedIndexInformer {
			return toolscache.NewSharedIndexInformer(stored, of, resync, indexers)
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- r.Start(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			tb.Error(err)
		}
	})
	if !r.WaitForCacheSync(ctx) {
		tb.Fatal("the cache is not filled")
	}
	return r
}

// What holds a snapshot is found by an index on every replica, however many there are, also if
// the kind came later and others have made the index already.
func TestContentsAreFoundByAnIndex(t *testing.T) {
	const contents = 3000
	r := newReplica(t, contents)
	late := NewLate(r)
	cluster := &facts.Cluster{Cache: r, Live: r, Told: true, Late: late.Setup}
	found := func(n int) int {
		all, err := cluster.VolumeSnapshotContents(t.Context(), "ebs.csi.aws.com", fmt.Sprintf("snap-%d", n))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if n := found(0); n != 0 {
		t.Errorf("there are %d of a kind that there is not", n)
	}
	r.kindComes()
	for i := range contents {
		if n := found(i); n != 1 {
			t.Fatalf("%d contents hold snapshot %d", n, i)
		}
	}
	if n := found(contents); n != 0 {
		t.Errorf("%d contents hold a snapshot that nobody has taken", n)
	}
	if r.listed != contents {
		t.Errorf("%d contents were looked at for %d snapshots", r.listed, contents)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := late.Setup(t.Context(), &snapshotv1.VolumeSnapshotContent{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// failing is an indexer that fails at its second index once.
type failing struct {
	client.FieldIndexer
	asked  int
	failed bool
}

var errAway = errors.New("the API server is away")

func (f *failing) IndexField(ctx context.Context, object client.Object, field string, values client.IndexerFunc) error {
	if f.asked++; f.asked == 2 && !f.failed {
		f.failed = true
		return errAway
	}
	return f.FieldIndexer.IndexField(ctx, object, field, values)
}

// An index that was made is not made again when the next one could not be.
func TestIndexesAreMadeOnce(t *testing.T) {
	r := newReplica(t, 0)
	r.kindComes()
	late := NewLate(&failing{FieldIndexer: r})
	if err := late.Setup(t.Context(), &snapshotv1.VolumeSnapshotContent{}); !errors.Is(err, errAway) {
		t.Errorf("got %v", err)
	}
	if err := late.Setup(t.Context(), &snapshotv1.VolumeSnapshotContent{}); err != nil {
		t.Error(err)
	}
}

func BenchmarkContentsOfASnapshot(b *testing.B) {
	for _, contents := range []int{100, 5000} {
		b.Run(fmt.Sprint(contents), func(b *testing.B) {
			r := newReplica(b, contents)
			r.kindComes()
			cluster := &facts.Cluster{Cache: r, Live: r, Told: true, Late: NewLate(r).Setup}
			b.ReportAllocs()
			for b.Loop() {
				if all, err := cluster.VolumeSnapshotContents(b.Context(), "ebs.csi.aws.com", "snap-1"); err != nil || len(all) != 1 {
					b.Fatal(all, err)
				}
			}
		})
	}
}
