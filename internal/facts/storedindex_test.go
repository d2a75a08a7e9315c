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
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// madeOf is a claim that is made of another one, or of none.
func madeOf(namespace, name, source string, change ...func(*corev1.PersistentVolumeClaim)) corev1.PersistentVolumeClaim {
	c := corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if source != "" {
		c.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: kindClaim, Name: source}
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func keyed(c *corev1.PersistentVolumeClaim) {
	c.Labels = map[string]string{residencyv1.DatasetLabel: "customers"}
}

func TestChainsEnd(t *testing.T) {
	index := StoredObjects{Claims: []corev1.PersistentVolumeClaim{
		madeOf("crm", "root", "", keyed), madeOf("crm", "first", "root"), madeOf("crm", "second", "first"),
		madeOf("crm", "lost", "gone"), madeOf("crm", "after", "lost"),
		madeOf("crm", "bound", "first", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "pv" }), madeOf("crm", "beyond", "bound"),
		madeOf("crm", "away", "", func(c *corev1.PersistentVolumeClaim) {
			c.Spec.DataSourceRef = &corev1.TypedObjectReference{Kind: kindClaim, Name: "root", Namespace: new("other")}
		}),
		madeOf("crm", "self", "self"),
	}}.Index()
	want := map[string]string{
		"root": "root", "first": "root", "second": "root", "lost": "lost", "after": "lost",
		"bound": "bound", "beyond": "bound", "away": "away", "self": "self", "nobody": "nobody",
	}
	got := map[string]string{}
	for name := range want {
		got[name] = index.ChainEnd("crm", name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

// lookups are the rest of a Source: one of the two namespaces carries a key.
type lookups struct{}

func (lookups) Namespace(_ context.Context, name string) (Keys, error) {
	if name != "ns-1" {
		return Keys{}, nil
	}
	return Keys{Labels: map[string]string{residencyv1.DatasetLabel: "orders"}}, nil
}

func (lookups) ExternalNames(context.Context, string) ([]ExternalName, error) { return nil, nil }

func (lookups) Carrier(context.Context, residency.Way, string, string) (Keys, error) {
	return Keys{}, nil
}

func (lookups) MissingNode(context.Context, string) (*corev1.Node, error) { return nil, nil }

// plain knows nothing of chains, and indexed does.
type plain struct {
	Storage
	lookups
}

type indexed struct {
	*StoredIndex
	lookups
}

// TestIndexSaysWhatTheObjectsSay asks for the ways of every claim of many, with chains that
// meet, end in nothing, or in themselves, once with an index and once without.
func TestIndexSaysWhatTheObjectsSay(t *testing.T) {
	var objects StoredObjects
	for i := range 60 {
		source := ""
		if i%7 != 0 {
			source = fmt.Sprintf("c-%d", (i*i+3)%75)
		}
		objects.Claims = append(objects.Claims, madeOf(fmt.Sprintf("ns-%d", i%2), fmt.Sprintf("c-%d", i), source, func(c *corev1.PersistentVolumeClaim) {
			switch {
			case i%11 == 0:
				keyed(c)
			case i%13 == 0:
				c.Spec.VolumeName = fmt.Sprintf("pv-%d", i)
			}
		}))
		pv := corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("pv-%d", i)}}
		pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: "ebs.csi.aws.com", VolumeHandle: fmt.Sprintf("vol-%d", i%30)}
		if i%17 == 0 {
			pv.Labels = map[string]string{residencyv1.DatasetLabel: "archive"}
		}
		objects.Volumes = append(objects.Volumes, pv)
		objects.SnapshotContents = append(objects.SnapshotContents, snapshotv1.VolumeSnapshotContent{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("content-%d", i)},
			Spec:       snapshotv1.VolumeSnapshotContentSpec{Driver: "ebs.csi.aws.com", Source: snapshotv1.VolumeSnapshotContentSource{VolumeHandle: new(fmt.Sprintf("vol-%d", i))}},
		})
	}
	ways := func(s Source) (out [][]residency.Handling) {
		g := &Gatherer{Source: s}
		for i := range objects.Claims {
			w, err := g.WaysOfStored(t.Context(), &objects.Claims[i])
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, first(w))
		}
		for i := range objects.SnapshotContents {
			w, err := g.WaysOfStored(t.Context(), &objects.SnapshotContents[i])
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, first(w))
		}
		return out
	}
	if diff := cmp.Diff(ways(plain{Storage: objects}), ways(indexed{StoredIndex: objects.Index()})); diff != "" {
		t.Errorf("ways (-objects +index):\n%s", diff)
	}
}
