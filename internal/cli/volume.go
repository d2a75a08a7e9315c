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

package cli

import (
	"fmt"
	"slices"
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// The kinds of objects that hold data.
const (
	kindClaim           = "PersistentVolumeClaim"
	kindVolume          = "PersistentVolume"
	kindSnapshot        = "VolumeSnapshot"
	kindSnapshotContent = "VolumeSnapshotContent"
)

// Volume is a volume or a snapshot, and where its bytes rest.
type Volume struct {
	// Name is how the pod calls it; empty if no pod is spoken of.
	Name string `json:"name,omitempty"`
	// Object is what it is, in people's words: "claim data".
	Object string `json:"object,omitempty"`
	// Others is how many more of the pod's volumes rest just there, and are not listed.
	Others int `json:"others,omitempty"`
	// WithNode is whether its bytes rest where the node of its pod is. Options then are the
	// places to which that is limited.
	WithNode bool `json:"withNode"`
	// Awaits is whether there is no volume yet, and nothing makes one: the bind to one says where
	// the bytes rest. Options then say why that is not known.
	Awaits bool `json:"awaits,omitempty"`
	// Options are the ways in which its bytes may come to rest: it will be one of them.
	Options []VolumeOption `json:"options"`
}

// VolumeOption is one way in which bytes may come to rest.
type VolumeOption struct {
	// Places are where they rest then, in all of them at once.
	Places []*Location `json:"places"`
}

func newVolume(v *residency.Volume) *Volume {
	out := volumeAt(v.Rest)
	out.Name, out.Object, out.Others = v.Name, v.Object, v.Others
	return out
}

func volumeAt(rest location.Rest) *Volume {
	v := &Volume{WithNode: rest.WithNode, Awaits: rest.Awaits, Options: []VolumeOption{}}
	for i := range rest.Options {
		option := VolumeOption{Places: []*Location{}}
		for k := range rest.Options[i].Places {
			option.Places = append(option.Places, newLocation(&rest.Options[i].Places[k]))
		}
		v.Options = append(v.Options, option)
	}
	return v
}

// places returns all places in which the bytes rest or may come to rest.
func (v *Volume) places() []*Location {
	var out []*Location
	for i := range v.Options {
		out = append(out, v.Options[i].Places...)
	}
	return out
}

// withItsNode says of a volume where its bytes rest while it has no node.
const withItsNode = "where its pod goes"

// noVolumeYet says the same of a claim that waits for somebody's volume.
const noVolumeYet = "no volume yet"

// words says where the bytes rest, with the words of the caller for one location: "London,
// GB", "London, GB and Dublin, IE" for all of these, "London, GB or Dublin, IE" for one.
func (v *Volume) words(where func(*Location) string) string {
	if v.Awaits {
		return noVolumeYet
	}
	var options []string
	for i := range v.Options {
		var places []string
		for _, l := range v.Options[i].Places {
			places = append(places, where(l))
		}
		words := few(once(places), " and ")
		if len(v.Options) > 1 && len(places) > 1 {
			words = "(" + words + ")"
		}
		options = append(options, words)
	}
	if options = once(options); len(options) == 0 {
		return withItsNode
	}
	return few(options, " or ")
}

// once leaves of each text the first.
func once(texts []string) []string {
	var out []string
	for _, t := range texts {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// fewPlaces is how many places are named in a cell of a table.
const fewPlaces = 3

// few joins texts, and says of many how many more there are.
func few(texts []string, between string) string {
	if more := len(texts) - fewPlaces; more > 0 {
		texts = append(slices.Clone(texts[:fewPlaces-1]), fmt.Sprintf("%d more", more+1))
	}
	return strings.Join(texts, between)
}

// stores reports whether something in the report is about storage.
func (r *Report) stores() bool {
	return slices.ContainsFunc(r.Items, func(item Item) bool {
		return slices.ContainsFunc(item.Findings, func(f Finding) bool { return f.Aspect == string(residencyv1.AspectStorage) })
	})
}

// header is that of the column with what was judged.
func (r *Report) header() string {
	if r.stores() {
		return "OBJECT"
	}
	return "WORKLOAD"
}

// path names an object as people do on the command line: "pod/crm/profiles", "pvc/crm/data".
func (o *Object) path() string {
	kind := strings.ToLower(o.Kind)
	switch o.Kind {
	case kindClaim:
		kind = "pvc"
	case kindVolume:
		kind = "pv"
	}
	if o.Namespace == "" {
		return kind + "/" + o.Name
	}
	return kind + "/" + o.Namespace + "/" + o.Name
}

// things says how many there are of what was judged: "2 workloads, 1 claim and 3 volumes".
func (s *Summary) things() string {
	var words []string
	for _, kind := range []struct {
		count int
		word  string
	}{
		{s.Workloads, "workload"}, {s.Claims, "claim"}, {s.Volumes, "volume"},
		{s.Snapshots, "snapshot"}, {s.SnapshotContents, "snapshot content"},
	} {
		if kind.count > 0 {
			words = append(words, amount(kind.count, kind.word))
		}
	}
	switch n := len(words); n {
	case 0:
		return amount(0, "workload")
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}
