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
	corev1 "k8s.io/api/core/v1"
)

// export is a volume of a directory of an NFS server.
func export(name, directory string, datasets ...string) corev1.PersistentVolume {
	return corev1.PersistentVolume{ObjectMeta: meta("", name, datasets...), Spec: corev1.PersistentVolumeSpec{
		PersistentVolumeSource: corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "files.example.com", Path: directory}},
	}}
}

// counted counts how often it is asked what holds the same data.
type counted struct {
	shelf
	asked *int
}

func (c counted) PersistentVolumes(ctx context.Context, driver, handle string) ([]*corev1.PersistentVolume, error) {
	*c.asked++
	return c.shelf.PersistentVolumes(ctx, driver, handle)
}

// Two volumes of one share hold the same data, whatever they are called.
func TestOneShareInTwoVolumes(t *testing.T) {
	byDriver := export("pv-1", "")
	byDriver.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{
		Driver: "nfs.csi.k8s.io", VolumeHandle: "any", VolumeAttributes: map[string]string{"server": "files.example.com", "share": "/", "subdir": "crm"},
	}}
	another := *byDriver.DeepCopy()
	another.Spec.CSI.VolumeAttributes["subdir"] = "hr"
	for name, tc := range map[string]struct {
		pv   corev1.PersistentVolume
		want string
	}{
		"the same directory":            {export("pv-1", "/crm/"), "a by the key of PersistentVolume old, which holds the same data"},
		"the same, by the driver":       {byDriver, "a by the key of PersistentVolume old, which holds the same data"},
		"a directory above":             {export("pv-1", "/"), ""},
		"another directory":             {export("pv-1", "/hr"), ""},
		"another one, by the driver":    {another, ""},
		"the same, and a key of itself": {export("pv-1", "/crm", "b"), "a by the key of PersistentVolume old, which holds the same data\nb by annotation residency.domicile.dev/datasets"},
	} {
		stored := StoredObjects{Volumes: []corev1.PersistentVolume{tc.pv, export("old", "/crm", "a")}}
		for kind, k := range map[string]Source{"at hand": shelf{StoredObjects: stored}, "by an index": indexed{StoredIndex: stored.Index()}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				g := &Gatherer{Nodes: clusterOf(t), Source: k}
				ways, err := g.WaysOfVolume(t.Context(), &tc.pv)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.want, waysInWords(ways)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// Of a share that is in many volumes each leads to all others, and is asked about once.
func TestOneShareInManyVolumes(t *testing.T) {
	var stored StoredObjects
	for i := range 1000 {
		stored.Volumes = append(stored.Volumes, export(fmt.Sprintf("pv-%d", i), "/crm"))
	}
	stored.Volumes = append(stored.Volumes, export("last", "/crm", "a"))
	asked := 0
	g := &Gatherer{Nodes: clusterOf(t), Source: counted{shelf{StoredObjects: stored}, &asked}}
	ways, err := g.WaysOfVolume(t.Context(), &stored.Volumes[0])
	if err != nil || len(ways) != 1 || ways[0].Dataset != "a" {
		t.Errorf("got %v, %v", ways, err)
	}
	if asked != 1 {
		t.Errorf("it was asked %d times what holds the data", asked)
	}
}
