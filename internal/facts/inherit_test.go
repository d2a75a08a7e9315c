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

package facts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// meta is the metadata of an object that carries the keys of datasets.
func meta(namespace, name string, datasets ...string) metav1.ObjectMeta {
	m := metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid of " + name)}
	if len(datasets) > 0 {
		m.Annotations = map[string]string{residencyv1.DatasetsAnnotation: strings.Join(datasets, ",")}
	}
	return m
}

// claimed is a claim of crm in a volume, made of a source: "kind name", empty if of none.
func claimed(name, volume, source string, datasets ...string) corev1.PersistentVolumeClaim {
	c := corev1.PersistentVolumeClaim{ObjectMeta: meta("crm", name, datasets...), Spec: corev1.PersistentVolumeClaimSpec{VolumeName: volume}}
	if kind, of, ok := strings.Cut(source, " "); ok {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: kind, Name: of}
	}
	return c
}

// disk is a volume with a handle.
func disk(name, handle string, datasets ...string) corev1.PersistentVolume {
	return corev1.PersistentVolume{ObjectMeta: meta("", name, datasets...), Spec: corev1.PersistentVolumeSpec{
		PersistentVolumeSource: corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: handle}},
	}}
}

// snapshotOf is a snapshot of a claim of crm, with a content.
func snapshotOf(name, claim, content string, datasets ...string) snapshotv1.VolumeSnapshot {
	s := snapshotv1.VolumeSnapshot{ObjectMeta: meta("crm", name, datasets...)}
	if claim != "" {
		s.Spec.Source.PersistentVolumeClaimName = &claim
	} else {
		s.Spec.Source.VolumeSnapshotContentName = &content
	}
	return s
}

// contentOf is the content of a snapshot, taken of a volume or with a handle that somebody wrote.
func contentOf(name, taken, handle string, datasets ...string) snapshotv1.VolumeSnapshotContent {
	c := snapshotv1.VolumeSnapshotContent{ObjectMeta: meta("", name, datasets...), Spec: snapshotv1.VolumeSnapshotContentSpec{Driver: "ebs.csi.aws.com"}}
	if taken != "" {
		c.Spec.Source.VolumeHandle = &taken
	}
	if handle != "" {
		c.Spec.Source.SnapshotHandle = &handle
	}
	return c
}

func waysInWords(ways []residency.Handling) string {
	var words []string
	for _, h := range ways {
		words = append(words, h.Dataset+" by "+h.Words())
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "\n")
}

func TestDataKeepsItsDataset(t *testing.T) {
	elsewhere := "vault"
	bound := disk("pv-1", "vol-1")
	bound.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "crm", Name: "data", UID: "uid of data"}
	released := disk("pv-1", "vol-1")
	released.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "crm", Name: "data", UID: "another claim of that name"}
	across := claimed("data", "", "")
	across.Spec.DataSourceRef = &corev1.TypedObjectReference{Kind: "VolumeSnapshot", Name: "nightly", Namespace: &elsewhere}
	populated := claimed("data", "", "")
	populated.Spec.DataSourceRef = &corev1.TypedObjectReference{APIGroup: new("example.com"), Kind: "Populator", Name: "nightly"}
	inVault := snapshotOf("nightly", "", "content")
	inVault.Namespace = elsewhere
	taken := snapshotOf("nightly", "data", "")
	taken.Status = &snapshotv1.VolumeSnapshotStatus{BoundVolumeSnapshotContentName: new("content")}
	ofSnapshot := contentOf("content", "", "snap-1")
	ofSnapshot.Spec.VolumeSnapshotRef = corev1.ObjectReference{Namespace: "crm", Name: "nightly"}
	for name, tc := range map[string]struct {
		stored     StoredObjects
		namespaces map[string]Keys
		of         string // "kind name" in crm
		want       string
	}{
		"a claim's own key": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "", "a")}}, of: "PersistentVolumeClaim data",
			want: "a by annotation residency.domicile.dev/datasets"},
		"a clone": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "PersistentVolumeClaim old"), claimed("old", "", "", "a", "b")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of PersistentVolumeClaim crm/old, of which its data was made\nb by the key of PersistentVolumeClaim crm/old, of which its data was made"},
		"a clone of a clone": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "PersistentVolumeClaim b"), claimed("b", "", "PersistentVolumeClaim c"), claimed("c", "", "", "a")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of PersistentVolumeClaim crm/c, of which its data was made"},
		"a clone that says itself what it holds": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "PersistentVolumeClaim old", "b"), claimed("old", "", "", "a")}}, of: "PersistentVolumeClaim data",
			want: "b by annotation residency.domicile.dev/datasets"},
		"a clone of what is gone": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "PersistentVolumeClaim gone")}}, of: "PersistentVolumeClaim data"},
		"clones in a circle": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "PersistentVolumeClaim b"), claimed("b", "", "PersistentVolumeClaim data")}}, of: "PersistentVolumeClaim data"},
		"a restore": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "VolumeSnapshot nightly"), claimed("old", "", "", "a")}, Snapshots: []snapshotv1.VolumeSnapshot{snapshotOf("nightly", "old", "")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of PersistentVolumeClaim crm/old, of which its data was made"},
		"a restore from another namespace, which has the key": {
			stored:     StoredObjects{Claims: []corev1.PersistentVolumeClaim{across}, Snapshots: []snapshotv1.VolumeSnapshot{inVault}},
			namespaces: map[string]Keys{"vault": {Labels: label("a")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of Namespace vault, of which its data was made"},
		"a restore from a content with the key": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{across}, Snapshots: []snapshotv1.VolumeSnapshot{inVault}, SnapshotContents: []snapshotv1.VolumeSnapshotContent{contentOf("content", "", "snap-1", "a")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of VolumeSnapshotContent content, of which its data was made"},
		"a snapshot that was imported again": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{across}, Snapshots: []snapshotv1.VolumeSnapshot{inVault},
				SnapshotContents: []snapshotv1.VolumeSnapshotContent{contentOf("content", "", "snap-1"), contentOf("old", "", "snap-1", "a"), contentOf("other", "", "snap-2", "b")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of VolumeSnapshotContent old, of which its data was made"},
		"what a populator makes": {stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{populated}}, of: "PersistentVolumeClaim data"},
		"a claim in a volume with a key": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "pv-1", "", "b")}, Volumes: []corev1.PersistentVolume{disk("pv-1", "vol-1", "a")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of PersistentVolume pv-1, in which its data rests\nb by annotation residency.domicile.dev/datasets"},
		"a claim in a volume that was imported again": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "pv-2", "")}, Volumes: []corev1.PersistentVolume{disk("pv-1", "vol-1", "a"), disk("pv-2", "vol-1"), disk("pv-3", "vol-3", "c")}}, of: "PersistentVolumeClaim data",
			want: "a by the key of PersistentVolume pv-1, which holds the same data"},
		"a volume of a claim with a key": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "pv-1", "", "a")}, Volumes: []corev1.PersistentVolume{bound}}, of: "PersistentVolume pv-1",
			want: "a by the key of PersistentVolumeClaim crm/data, which holds the same data"},
		"a volume of a claim whose namespace has the key": {
			stored:     StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "pv-1", "")}, Volumes: []corev1.PersistentVolume{bound}},
			namespaces: map[string]Keys{"crm": {Labels: label("a")}}, of: "PersistentVolume pv-1",
			want: "a by the key of Namespace crm, of which its data was made"},
		"a volume of a claim that is gone, whose name another has": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "", "a")}, Volumes: []corev1.PersistentVolume{released}}, of: "PersistentVolume pv-1"},
		"a snapshot of a claim with a key, and its content": {
			stored: StoredObjects{Claims: []corev1.PersistentVolumeClaim{claimed("data", "", "", "a")}, Snapshots: []snapshotv1.VolumeSnapshot{taken}, SnapshotContents: []snapshotv1.VolumeSnapshotContent{contentOf("content", "", "snap-1", "b")}}, of: "VolumeSnapshot nightly",
			want: "a by the key of PersistentVolumeClaim crm/data, of which its data was made\nb by the key of VolumeSnapshotContent content, which holds the same data"},
		"a content of a snapshot with a key": {
			stored: StoredObjects{Snapshots: []snapshotv1.VolumeSnapshot{snapshotOf("nightly", "", "content", "a")}, SnapshotContents: []snapshotv1.VolumeSnapshotContent{ofSnapshot}}, of: "VolumeSnapshotContent content",
			want: "a by the key of VolumeSnapshot crm/nightly, which holds the same data"},
		"a content that was taken of a volume with a key": {
			stored: StoredObjects{Volumes: []corev1.PersistentVolume{disk("pv-1", "vol-1", "a")}, SnapshotContents: []snapshotv1.VolumeSnapshotContent{contentOf("content", "vol-1", "")}}, of: "VolumeSnapshotContent content",
			want: "a by the key of PersistentVolume pv-1, of which its data was made"},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Gatherer{Nodes: clusterOf(t), Source: shelf{StoredObjects: tc.stored, namespaces: tc.namespaces}}
			ways, err := g.waysOf(t.Context(), tc.of)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, waysInWords(ways)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// shelf is a Source with namespaces and what is stored.
type shelf struct {
	source
	StoredObjects
	namespaces map[string]Keys
	fails      string // the kind of which no object can be read
}

func (k shelf) Namespace(_ context.Context, name string) (Keys, error) {
	return k.namespaces[name], nil
}

func (shelf) ExternalNames(context.Context, string) ([]ExternalName, error) { return nil, nil }

var errAway = errors.New("the API server is away")

func (k shelf) Claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	if k.fails == kindClaim {
		return nil, errAway
	}
	return k.StoredObjects.Claim(ctx, namespace, name)
}

func (k shelf) PersistentVolume(ctx context.Context, name string) (*corev1.PersistentVolume, error) {
	if k.fails == kindVolume {
		return nil, errAway
	}
	return k.StoredObjects.PersistentVolume(ctx, name)
}

func (k shelf) VolumeSnapshot(ctx context.Context, namespace, name string) (*snapshotv1.VolumeSnapshot, error) {
	if k.fails == kindSnapshot {
		return nil, errAway
	}
	return k.StoredObjects.VolumeSnapshot(ctx, namespace, name)
}

func (k shelf) VolumeSnapshotContent(ctx context.Context, name string) (*snapshotv1.VolumeSnapshotContent, error) {
	if k.fails == kindSnapshotContent {
		return nil, errAway
	}
	return k.StoredObjects.VolumeSnapshotContent(ctx, name)
}

// waysOf asks about "kind name".
func (g *Gatherer) waysOf(ctx context.Context, of string) ([]residency.Handling, error) {
	kind, name, _ := strings.Cut(of, " ")
	stored := g.Source.(shelf).StoredObjects
	switch kind {
	case kindClaim:
		c, _ := stored.Claim(ctx, "crm", name)
		return g.WaysOfClaim(ctx, c)
	case kindVolume:
		pv, _ := stored.PersistentVolume(ctx, name)
		return g.WaysOfVolume(ctx, pv)
	case kindSnapshot:
		s, _ := stored.VolumeSnapshot(ctx, "crm", name)
		return g.WaysOfSnapshot(ctx, s)
	default:
		c, _ := stored.VolumeSnapshotContent(ctx, name)
		return g.WaysOfSnapshotContent(ctx, c)
	}
}

// What cannot be read is an error that names it: nobody may judge without it.
func TestWhatCannotBeReadIsNoSource(t *testing.T) {
	stored := StoredObjects{
		Claims:           []corev1.PersistentVolumeClaim{claimed("data", "pv-1", "VolumeSnapshot nightly")},
		Volumes:          []corev1.PersistentVolume{disk("pv-1", "vol-1")},
		Snapshots:        []snapshotv1.VolumeSnapshot{snapshotOf("nightly", "", "content")},
		SnapshotContents: []snapshotv1.VolumeSnapshotContent{contentOf("content", "", "snap-1")},
	}
	pod := mounting(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}})
	for kind, name := range map[string]string{kindClaim: "crm/data", kindVolume: "pv-1", kindSnapshot: "crm/nightly", kindSnapshotContent: "content"} {
		g := &Gatherer{Nodes: clusterOf(t), Source: shelf{StoredObjects: stored, fails: kind}}
		_, err := g.Ways(t.Context(), nil, pod)
		if want := fmt.Sprintf("reading %s %s: the API server is away", kind, name); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", kind, err, want)
		}
	}
}

// A chain of any length is followed to its end.
func TestAVeryLongChainOfClones(t *testing.T) {
	const length = 2000
	var stored StoredObjects
	for i := range length {
		stored.Claims = append(stored.Claims, claimed(fmt.Sprintf("c%d", i), "", fmt.Sprintf("PersistentVolumeClaim c%d", i+1)))
	}
	stored.Claims = append(stored.Claims, claimed(fmt.Sprintf("c%d", length), "", "", "a"))
	g := &Gatherer{Nodes: clusterOf(t), Source: shelf{StoredObjects: stored}}
	ways, err := g.WaysOfClaim(t.Context(), &stored.Claims[0])
	if err != nil || len(ways) != 1 || ways[0].Dataset != "a" {
		t.Errorf("got %v, %v", ways, err)
	}
}
