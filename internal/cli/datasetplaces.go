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
	"strings"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// datasetPlaces says where a dataset may be stored and processed, and whether that is for sure.
func (s *scene) datasetPlaces(name string) (DatasetPlaces, bool) {
	d := DatasetPlaces{Dataset: name, Policies: []PolicyPlaces{}}
	if s.rules != nil {
		d.Note = "not known: you may not " + s.rules.right()
		return d, false
	}
	info, ok := s.rulebook.Dataset(name)
	if !ok {
		d.Note = "there is no such Dataset"
		return d, true
	}
	sure := true
	processing, storage := s.allowed(name)
	for _, policy := range info.Policies {
		p := PolicyPlaces{Policy: policy, Places: processing[policy], Storage: storage[policy], Assurance: s.minimum(policy)}
		origin, transfers := s.rulebook.Transfers(policy)
		p.Origin, p.Transfers = origin, newTransfers(transfers, s.at)
		if policy, ok := s.rulebook.Policy(p.Policy); ok && policy.Fault != nil {
			p.Places, p.Storage, p.Fault = "", "", policy.Fault.Message()
		}
		if s.unsited[p.Policy] {
			p.Places, p.Storage, sure = "", "", false
			p.Fault = "the Sites that it names are not known: you may not list sites." + residencyv1.GroupVersion.Group
		}
		d.Policies = append(d.Policies, p)
	}
	if sure {
		d.Places, d.Storage = info.Processing, info.Storage
	}
	if info.HandledByFault != "" {
		d.Note = "not all of spec.handledBy can be read, so some of its pods may not be known: " + strings.TrimSuffix(info.HandledByFault, ".")
	}
	return d, sure
}

// allowed returns what policies permit, in words, of those that say something of the aspect.
func (j *judge) allowed(dataset string) (processing, storage map[string]string) {
	processing, storage = map[string]string{}, map[string]string{}
	v := residency.Evaluate(j.rulebook, &residency.Input{
		At: j.at, Handles: []residency.Handling{{Dataset: dataset}}, Volumes: []*residency.Volume{residency.NewVolume("", "", location.Rest{})},
	})
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Aspect == residencyv1.AspectStorage {
			storage[f.Policy] = f.Allowed()
		} else {
			processing[f.Policy] = f.Allowed()
		}
	}
	return processing, storage
}

// minimum is the assurance that a policy asks for, empty if for none in particular.
func (s *scene) minimum(policy string) string {
	for i := range s.in.Policies {
		if p := &s.in.Policies[i].Object; p.Name == policy && p.Spec.Assurance != nil {
			return string(p.Spec.Assurance.Minimum)
		}
	}
	return ""
}
