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

package inherit

import (
	"testing"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

func TestLacking(t *testing.T) {
	labelled := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Labels: map[string]string{residencyv1.DatasetLabel: name}}
	}
	annotated := func(names string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Annotations: map[string]string{residencyv1.DatasetsAnnotation: names}}
	}
	by := func(way residency.Way, datasets ...string) []residency.Handling {
		var out []residency.Handling
		for _, d := range datasets {
			out = append(out, residency.Handling{Dataset: d, Way: way})
		}
		return out
	}
	const nothing = "nothing"
	for name, tc := range map[string]struct {
		object  client.Object
		handles []residency.Handling
		want    string
	}{
		"a volume of a claim":                        {&corev1.PersistentVolume{}, by(residency.BySameData, "b", "a"), "a,b"},
		"a volume that has a name already":           {&corev1.PersistentVolume{ObjectMeta: annotated("c, a")}, by(residency.BySameData, "a", "b"), "c,a,b"},
		"a volume that has all of them":              {&corev1.PersistentVolume{ObjectMeta: annotated("b,a")}, by(residency.BySource, "a", "b"), nothing},
		"a volume that has one by its label":         {&corev1.PersistentVolume{ObjectMeta: labelled("a")}, by(residency.BySource, "a", "b"), "b"},
		"a volume that has it by its label":          {&corev1.PersistentVolume{ObjectMeta: labelled("a")}, by(residency.BySource, "a"), nothing},
		"a volume of a claim whose key is empty":     {&corev1.PersistentVolume{}, by(residency.BySameData, ""), ""},
		"a volume with a name, and an empty key":     {&corev1.PersistentVolume{ObjectMeta: annotated("a")}, by(residency.BySource, ""), nothing},
		"a name, and an empty key":                   {&corev1.PersistentVolume{}, by(residency.BySource, "", "a"), "a"},
		"a clone":                                    {&corev1.PersistentVolumeClaim{}, by(residency.BySource, "a"), "a"},
		"a claim of a retained volume":               {&corev1.PersistentVolumeClaim{}, by(residency.ByVolume, "a"), "a"},
		"a clone that says itself what it holds":     {&corev1.PersistentVolumeClaim{ObjectMeta: labelled("b")}, by(residency.BySource, "a"), nothing},
		"a clone that says itself that it is a mess": {&corev1.PersistentVolumeClaim{ObjectMeta: annotated("")}, by(residency.BySource, "a"), nothing},
		"a claim whose namespace has the key":        {&corev1.PersistentVolumeClaim{}, by(residency.ByNamespaceLabel, "a"), nothing},
		"a snapshot of a claim":                      {&snapshotv1.VolumeSnapshot{}, by(residency.BySource, "a"), "a"},
		"a content of a snapshot":                    {&snapshotv1.VolumeSnapshotContent{}, by(residency.BySameData, "a"), "a"},
		"a content with a key":                       {&snapshotv1.VolumeSnapshotContent{ObjectMeta: labelled("b")}, by(residency.BySource, "a"), nothing},
	} {
		t.Run(name, func(t *testing.T) {
			got, lacks := Lacking(tc.object, tc.handles)
			if !lacks {
				got = nothing
			}
			if got != tc.want {
				t.Fatalf("it is to be annotated %q, want %q", got, tc.want)
			}
			if !lacks {
				return
			}
			// What is written is enough.
			tc.object.SetAnnotations(map[string]string{residencyv1.DatasetsAnnotation: got})
			if again, lacks := Lacking(tc.object, tc.handles); lacks {
				t.Errorf("once it is written it still lacks %q", again)
			}
		})
	}
}
