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
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/volume"
)

// VolumeLocations is what `kubectl residency locations --volumes -o json` prints. Fields may be
// added; none is renamed or removed.
type VolumeLocations struct {
	// Items are all volumes that were asked for, by name, and then the claims that have none yet.
	Items []VolumeLocation `json:"items"`
	// Unknown are the rights that are missing, and what is not known for want of them.
	Unknown []Unknown `json:"unknown"`
}

// VolumeLocation is where one volume rests, or where a claim will that has no volume yet.
type VolumeLocation struct {
	// Volume is the name of the PersistentVolume; absent if there is none yet.
	Volume string `json:"volume,omitempty"`
	// Claim is the claim that it is bound to: namespace/name.
	Claim string `json:"claim,omitempty"`
	// StorageClass by which it was made, or will be.
	StorageClass string `json:"storageClass,omitempty"`
	// Driver is the CSI driver; of a volume in the old way the one that serves it now.
	Driver string `json:"driver,omitempty"`
	// Where it rests.
	Rests *Volume `json:"rests"`
	// Assurance is the least of those of its places; absent if one is not known.
	Assurance string `json:"assurance,omitempty"`
	// Reason and Detail say why the place is not known.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Datasets that it holds, sorted.
	Datasets []string `json:"datasets"`
}

// newVolumeLocation returns where the bytes rest.
func newVolumeLocation(rest location.Rest) VolumeLocation {
	v := VolumeLocation{Rests: volumeAt(rest), Datasets: []string{}}
	if rest.Awaits {
		// It is not that something is not known: there is nothing yet.
		return v
	}
	var least *location.Assurance
	for i := range rest.Options {
		for k := range rest.Options[i].Places {
			l := &rest.Options[i].Places[k]
			switch {
			case v.Reason != "":
			case !l.Known():
				v.Reason, v.Detail = string(l.Reason), l.Detail
			case least == nil || l.Assurance < *least:
				least = &l.Assurance
			}
		}
	}
	if least != nil && v.Reason == "" {
		v.Assurance = least.String()
	}
	return v
}

// volumes are what a run has found.
type volumes struct {
	items            []VolumeLocation
	unknown          []Unknown
	errors, warnings []string
}

// volumesOf says where all volumes of the input rest, and where the claims will that have none.
func volumesOf(ctx context.Context, g *facts.Gatherer, in *manifest.Input) (*volumes, error) {
	out := &volumes{}
	there := map[string]bool{}
	for i := range in.Storage.Volumes {
		pv := &in.Storage.Volumes[i]
		there[pv.Name] = true
		v, err := volumeLocation(ctx, g, pv)
		if err != nil {
			return nil, err
		}
		v.Volume, v.StorageClass = pv.Name, volume.ClassOfVolume(pv)
		if ref := pv.Spec.ClaimRef; ref != nil {
			v.Claim = ref.Namespace + "/" + ref.Name
		}
		if handle, ok := volume.Handle(pv); ok {
			v.Driver = handle.Of
		}
		out.items = append(out.items, v)
	}
	for i := range in.Storage.Claims {
		c := &in.Storage.Claims[i]
		if there[c.Spec.VolumeName] {
			continue
		}
		v, err := volumeLocation(ctx, g, c)
		if err != nil {
			return nil, err
		}
		v.Claim = c.Namespace + "/" + c.Name
		class, err := g.ClassOfClaim(ctx, c)
		if err != nil {
			return nil, err
		}
		if v.StorageClass, _ = volume.ClassOf(c); class != nil {
			v.StorageClass, v.Driver = class.Name, class.Provisioner
		}
		out.items = append(out.items, v)
	}
	slices.SortStableFunc(out.items, func(a, b VolumeLocation) int {
		first := func(v VolumeLocation) int { return min(len(v.Volume), 1) }
		return cmp.Or(cmp.Compare(first(b), first(a)), cmp.Compare(a.Volume, b.Volume), cmp.Compare(a.Claim, b.Claim))
	})
	return out, nil
}

// volumeLocation says where a volume or a claim rests, and what it holds.
func volumeLocation(ctx context.Context, g *facts.Gatherer, object metav1.Object) (VolumeLocation, error) {
	ways, err := g.WaysOfStored(ctx, object)
	if err != nil {
		return VolumeLocation{}, err
	}
	rest, err := g.RestOf(ctx, object)
	if err != nil {
		return VolumeLocation{}, err
	}
	v := newVolumeLocation(rest)
	for i := range ways {
		v.Datasets = append(v.Datasets, ways[i].Dataset)
	}
	v.Datasets = slices.Compact(v.Datasets)
	return v, nil
}

// choose keeps the volumes that were named, if any was.
func (l *volumes) choose(names []string, where string) {
	if len(names) > 0 {
		for _, name := range names {
			if !slices.ContainsFunc(l.items, func(v VolumeLocation) bool { return v.Volume == name }) {
				l.errors = append(l.errors, fmt.Sprintf("there is no volume %q %s", name, where))
			}
		}
		l.items = slices.DeleteFunc(l.items, func(v VolumeLocation) bool { return !slices.Contains(names, v.Volume) })
	}
	if l.items == nil {
		l.items = []VolumeLocation{}
	}
}

func (l *volumes) undetermined() int {
	count := 0
	for i := range l.items {
		if l.items[i].Reason != "" {
			count++
		}
	}
	return count
}

func (l *volumes) exitCode() ExitCode {
	switch {
	case len(l.errors) > 0:
		return ExitBroken
	case l.undetermined() > 0, len(l.unknown) > 0:
		return ExitUndetermined
	default:
		return ExitPermitted
	}
}

// text returns the volumes for people: a table, and a sentence for each of which the place is
// not known.
func (l *volumes) text(wide bool, s screen) string {
	var b strings.Builder
	if len(l.items) > 0 {
		b.WriteString(l.grid(wide).text(wide, s))
	}
	var lines []string
	for i := range l.items {
		if v := &l.items[i]; v.Reason != "" {
			lines = append(lines, sentence(fmt.Sprintf("%s: %s: %s", v.name(), v.Reason, v.Detail)))
		}
	}
	if more := len(lines) - mostSentences; more > 0 && !wide && s.terminal {
		lines = append(lines[:mostSentences], fmt.Sprintf("There is something to say about %s more: -o wide says it.", amount(more, "volume")))
	}
	paragraph(&b, lines)
	if len(lines) > 0 {
		paragraph(&b, []string{"Where the words of a volume do not tell, a Site can say where it is, by its name, by its labels or by its class."})
	}
	paragraph(&b, rightsMissing(l.unknown))
	count := l.undetermined()
	claims := 0
	for i := range l.items {
		if l.items[i].Volume == "" {
			claims++
		}
	}
	counted := amount(len(l.items)-claims, "volume")
	if claims > 0 {
		counted += " and " + amount(claims, "claim") + " without one"
	}
	paragraph(&b, []string{fmt.Sprintf("%s: %d known, %d undetermined", counted, len(l.items)-count, count)})
	return b.String()
}

// name is the volume, or the claim that has none.
func (v *VolumeLocation) name() string {
	if v.Volume == "" {
		return "claim " + v.Claim
	}
	return v.Volume
}

func (l *volumes) grid(wide bool) *grid {
	g := &grid{columns: []column{
		{header: "VOLUME", key: true, least: 12, tail: 6},
		{header: "CLAIM", gives: 3, least: 12, tail: 4},
		{header: "DRIVER", gives: 1, least: 10},
		{header: "WHERE", gives: 4, least: 12},
		{header: "ASSURANCE", gives: 2},
		{header: "REASON"},
		{header: "DATASET", gives: 5, least: 9, tail: 3},
	}}
	if wide {
		g.columns = append(g.columns, column{header: "CLASS"}, column{header: "BY"})
	}
	for i := range l.items {
		v := &l.items[i]
		words := v.Rests.words(func(l *Location) string {
			if l.Reason != "" {
				return "unknown"
			}
			return l.Place
		})
		cells := []string{v.Volume, v.Claim, v.Driver, words, v.Assurance, v.Reason, strings.Join(v.Datasets, ",")}
		if wide {
			var by []string
			for _, l := range v.Rests.places() {
				by = append(by, witnessWords(l.Witnesses))
			}
			cells = append(cells, v.StorageClass, strings.Join(once(by), "; "))
		}
		g.add(cells...)
	}
	return g
}
