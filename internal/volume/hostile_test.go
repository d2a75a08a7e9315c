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
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

// TestLongValues: whatever an object holds, it is read quickly and quoted short.
func TestLongValues(t *testing.T) {
	long := strings.Repeat("a/ö", 1<<18)
	w := worldOf(t)
	zones := make([]string, 1<<14)
	for i := range zones {
		zones[i] = fmt.Sprintf("zone-%d", i)
	}
	for name, pv := range map[string]*corev1.PersistentVolume{
		"a handle":        csiPV("pd.csi.storage.gke.io", long, nil, nil),
		"a zone in it":    csiPV("csi.scaleway.com", strings.Repeat("a", 1<<20)+"/u", nil, nil),
		"a driver":        csiPV(long, "x", nil, nil),
		"an attribute":    csiPV("file.csi.azure.com", "x", attributes{"location": long}, nil),
		"a SKU":           csiPV("file.csi.azure.com", "x", attributes{"location": "westeurope", "skuName": long}, nil),
		"a server":        csiPV("nfs.csi.k8s.io", "x", attributes{"server": long}, nil),
		"many zones":      csiPV("ebs.csi.aws.com", "x", nil, affinity("topology.kubernetes.io/zone", zones)),
		"many terms":      csiPV("ebs.csi.aws.com", "x", nil, affinity("topology.kubernetes.io/zone", zones[:1000], zones[1000:2000], zones[2000:3000])),
		"a label":         {Spec: csiPV("ebs.csi.aws.com", "x", nil, nil).Spec},
		"an in-tree disk": inTreePV(corev1.PersistentVolumeSource{AWSElasticBlockStore: &corev1.AWSElasticBlockStoreVolumeSource{VolumeID: long}}, nil, nil),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a label" {
				pv.Labels = map[string]string{"topology.kubernetes.io/zone": strings.Repeat("a__b", 1<<16)}
			}
			start := time.Now()
			rest := w.PersistentVolume(pv, Classes{})
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			for _, o := range rest.Options {
				for _, p := range o.Places {
					if p.Known() && name != "a SKU" {
						t.Errorf("it is known: %+v", p)
					}
					if len(p.Detail) > 1000 {
						t.Errorf("the detail has %d bytes", len(p.Detail))
					}
					for _, witness := range p.Witnesses {
						if len(witness.Value) > 100 || len(witness.Kind) > 100 {
							t.Errorf("a witness has %d bytes", len(witness.Value))
						}
					}
				}
			}
		})
	}
}

// TestEveryDriverIsKnownByOneRow: a name in two rows would be read by whichever comes first.
func TestEveryDriverIsKnownByOneRow(t *testing.T) {
	w := worldOf(t)
	seen := map[string]bool{}
	for _, d := range drivers() {
		if len(d.names) == 0 {
			t.Errorf("a row has no name: %+v", d)
		}
		for _, name := range d.names {
			if seen[name] {
				t.Errorf("%s is in two rows", name)
			}
			seen[name] = true
			if found, ok := driverOf(name); !ok || found != d {
				t.Errorf("%s is read by another row", name)
			}
		}
		for _, provider := range d.providers {
			if !w.Catalogue.HasProvider(provider) {
				t.Errorf("%s is of %q, which the catalogue does not have", d.names[0], provider)
			}
		}
		if d.scheme != "" {
			if _, ok := w.Catalogue.Scheme(d.scheme); !ok {
				t.Errorf("%s is of the scheme %q, which the catalogue does not have", d.names[0], d.scheme)
			}
		}
	}
}

// TestTheWordOfAVolume: what people read of a place.
func TestTheWordOfAVolume(t *testing.T) {
	w := worldOf(t)
	for name, tc := range map[string]struct {
		pv                *corev1.PersistentVolume
		word, code, place string
	}{
		"a disk": {
			csiPV("pd.csi.storage.gke.io", "projects/p/zones/europe-west3-a/disks/d", nil, affinity("topology.gke.io/zone", []string{"europe-west3-a"})),
			"volume handle and node affinity", "gcp europe-west3", "Frankfurt, DE",
		},
		"files": {csiPV("file.csi.azure.com", "x", attributes{"location": "germanywestcentral"}, nil), "volume attribute location", "azure germanywestcentral", "Frankfurt, DE"},
		"none":  {csiPV("file.csi.azure.com", "x", nil, nil), "no witness", "", "an unknown place"},
	} {
		t.Run(name, func(t *testing.T) {
			l := w.PersistentVolume(tc.pv, Classes{}).Options[0].Places[0]
			if got := [3]string{l.Word(), l.Code(), l.Place()}; got != [3]string{tc.word, tc.code, tc.place} {
				t.Errorf("it reads %q, want %q", got, [3]string{tc.word, tc.code, tc.place})
			}
		})
	}
	eu, ok := w.multiRegion("gcp", location.WitnessParameter.Named("storage-locations"), "eu")
	if !ok {
		t.Fatal("there is no eu")
	}
	if got, want := eu[0].Word()+": "+eu[0].Code()+", "+eu[0].Place(), "class parameter storage-locations: gcp eu, AT"; got != want {
		t.Errorf("a multi-region reads %q, want %q", got, want)
	}
}
