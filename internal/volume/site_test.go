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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/location"
)

func TestSitesDeclareVolumes(t *testing.T) {
	site := func(change func(*location.Site)) location.Site {
		s := location.Site{Name: "paris", City: "Paris", Country: "FR", Source: "a contract"}
		change(&s)
		return s
	}
	named := site(func(s *location.Site) { s.VolumeNames = []string{"pv"} })
	selector, err := labels.Parse("tier=gold")
	if err != nil {
		t.Fatal(err)
	}
	nfs := csiPV("nfs.csi.k8s.io", "x", attributes{"server": "10.0.0.1"}, nil)
	ebs := csiPV("ebs.csi.aws.com", "vol-1", nil, affinity("topology.kubernetes.io/zone", []string{"eu-central-1a"}))
	gold := csiPV("nfs.csi.k8s.io", "x", attributes{"server": "10.0.0.1"}, nil)
	gold.Labels = map[string]string{"tier": "gold"}
	classed := csiPV("nfs.csi.k8s.io", "x", attributes{"server": "10.0.0.1"}, nil)
	classed.Spec.StorageClassName = "nfs"
	for name, tc := range map[string]struct {
		pv    *corev1.PersistentVolume
		sites []location.Site
		want  string
	}{
		"by its name":     {nfs, []location.Site{named}, "FR  Declared"},
		"by a label":      {gold, []location.Site{site(func(s *location.Site) { s.VolumeSelector = selector })}, "FR  Declared"},
		"by a class":      {classed, []location.Site{site(func(s *location.Site) { s.StorageClassNames = []string{"nfs"} })}, "FR  Declared"},
		"by none":         {nfs, []location.Site{site(func(s *location.Site) { s.NodeNames = []string{"pv"} })}, "UnknownServer"},
		"over its word":   {ebs, []location.Site{named}, "FR  Declared"},
		"expired":         {nfs, []location.Site{site(func(s *location.Site) { s.VolumeNames = []string{"pv"}; s.ValidUntil = time.Unix(1, 0) })}, "DeclarationExpired"},
		"faulty":          {nfs, []location.Site{site(func(s *location.Site) { s.VolumeNames = []string{"pv"}; s.Fault = "no such city" })}, "InvalidDeclaration"},
		"in disagreement": {nfs, []location.Site{named, {Name: "rome", Country: "IT", VolumeNames: []string{"pv"}}}, "ConflictingWitnesses"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, shown(worldOf(t, tc.sites...).PersistentVolume(tc.pv, Classes{}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	rest := worldOf(t, named).PersistentVolume(ebs, Classes{})
	if got, want := rest.Options[0].Places[0].Contradiction, "the node affinity says Frankfurt, DE (aws eu-central-1a)"; got != want {
		t.Errorf("the contradiction is %q, want %q", got, want)
	}
	claim := &corev1.PersistentVolumeClaim{Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: new("class")}}
	vouched := site(func(s *location.Site) { s.StorageClassNames = []string{"class"} })
	if got := shown(worldOf(t, vouched).Claim(claim, classOf("nfs.csi.k8s.io", false, attributes{"server": "x"}, ""), nil)); got != "FR  Declared" {
		t.Errorf("a claim whose class a Site names is %s", got)
	}
	cloudless, err := labels.Parse("!cloud")
	if err != nil {
		t.Fatal(err)
	}
	without := site(func(s *location.Site) { s.VolumeSelector = cloudless })
	if got := shown(worldOf(t, without).PersistentVolume(ebs, Classes{})); got != "FR  Declared" {
		t.Errorf("a volume without the label is %s", got)
	}
	if got := shown(worldOf(t, without).Claim(claim, classOf("nfs.csi.k8s.io", false, attributes{"server": "x"}, ""), nil)); got != "UnknownServer" {
		t.Errorf("a claim, which is no volume and has no labels, is %s", got)
	}
}
