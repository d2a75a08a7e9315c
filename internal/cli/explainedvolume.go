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
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// template is the path of the pod template, nil if there is none.
func (t *thing) template() *field.Path {
	if t.workload == nil {
		return nil
	}
	return t.workload.Template
}

// withNode returns those of its volumes that rest where its node is.
func (l *looked) withNode() []*residency.Volume {
	if l == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(l.volumes), func(v *residency.Volume) bool { return !v.Rest.WithNode })
}

// keeps says where the subject keeps bytes: a pod where a policy restricts that, and what holds
// data always, because that is what the question is about.
func (s *scene) keeps(ctx context.Context, self *looked) ([]*Volume, error) {
	var out []*Volume
	for _, v := range self.volumes {
		volume := newVolume(v)
		if v.Rest.WithNode && self.node != nil {
			volume.Options = []VolumeOption{{Places: []*Location{newLocation(&self.node.Location)}}}
		}
		out = append(out, volume)
	}
	if s.subject.stored == nil || len(out) > 0 {
		return out, nil
	}
	rest, err := s.gatherer.RestOf(ctx, s.subject.stored.Object)
	if err != nil {
		return nil, err
	}
	denied := s.source.take()
	for i := range denied {
		// No verdict rests on it.
		denied[i].aside = true
	}
	s.miss(denied...)
	return []*Volume{volumeAt(rest)}, nil
}

// nothing counts an object about which nothing was found.
func (s *Summary) nothing(t *thing) {
	if t.stored != nil {
		s.HoldNothing++
		return
	}
	s.HandleNothing++
}

// mendVolume is mend for a volume that rests apart from the node of its pod.
func (s *scene) mendVolume(f *Finding, in *residency.Input, denied []Unknown) bool {
	missing := ""
	switch {
	case f.Outcome == residency.Undetermined.String():
		if at := slices.IndexFunc(denied, f.misses); at >= 0 {
			missing = "you may not " + denied[at].right()
		}
	case f.Outcome != residency.Permitted.String() && f.Outcome != residency.Prohibited.String():
	case s.unsited != nil:
		missing = "a Site may say where, and you may not list " + sitesResource + "." + residencyv1.GroupVersion.Group
	case s.nodes != nil && f.Volume.byNodes():
		missing = "you may not " + s.nodes.right()
	}
	if missing == "" {
		return false
	}
	it := "it"
	if f.Volume.Name != "" {
		it = fmt.Sprintf("volume %s (%s)", f.Volume.Name, f.Volume.Object)
	}
	f.Outcome, f.Effect, f.Reason = residency.Undetermined.String(), "", reasonNotReadable
	f.Message = fmt.Sprintf("%s handles dataset %q: where %s rests is not known: %s. Policy %q permits storage in %s.",
		in.Subject, f.Dataset, it, missing, f.Policy, f.Allowed)
	return true
}

// misses reports whether the finding says that something is not there which may not be read.
func (f *Finding) misses(u Unknown) bool {
	switch location.Reason(f.Reason) {
	case location.ReasonUnknownStorageClass:
		return u.Resource == resourceClasses && (u.Name == "" || f.names(u.Name))
	case location.ReasonUnknownAttributesClass:
		return u.Resource == resourceAttributes && f.names(u.Name)
	case location.ReasonUnknownSnapshotClass:
		return u.Resource == resourceSnapshotClasses
	case location.ReasonUnknownVolume:
		among := []string{resourceVolumes, resourceSnapshotContents, resourceOf(residency.ByClaim)}
		return slices.Contains(among, u.Resource) && (u.Name == "" || f.names(u.Name))
	default:
		return false
	}
}

// names reports whether the message names an object.
func (f *Finding) names(object string) bool {
	return strings.Contains(f.Message, strconv.Quote(object))
}

// byNodes reports whether some place of the volume is that of a node, and not what the fields
// of the volume name.
func (v *Volume) byNodes() bool {
	return slices.ContainsFunc(v.places(), func(l *Location) bool {
		return l.Reason == "" && !slices.ContainsFunc(l.Witnesses, ofVolume)
	})
}

// ofVolume reports whether a witness is a field of a volume, a class or a snapshot.
func ofVolume(w location.Witness) bool {
	return slices.ContainsFunc([]location.WitnessKind{
		location.WitnessVolumeHandle, location.WitnessNodeAffinity, location.WitnessVolumeLabel, location.WitnessVolumeAttribute,
		location.WitnessMountOption, location.WitnessParameter, location.WitnessAllowedTopology, location.WitnessSnapshotHandle,
		location.WitnessPair, location.WitnessDefault,
	}, func(kind location.WitnessKind) bool { return strings.HasPrefix(string(w.Kind), string(kind)) })
}
