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
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/manifest"
	"github.com/domicile-dev/domicile/internal/residency"
)

// world is the catalogue, and what the Sites, Jurisdictions and Processors of the input add to it.
type world struct {
	residency.World
	sites *location.Sites
	// suspect is what is surely not meant.
	suspect []manifest.Problem
}

// gatherWorld gathers the world of the input, and notes what is wrong with it among the
// input's problems. What a broken Site matches is Undetermined. A Jurisdiction that the
// schema refuses is left out, so that nobody reads half of its members as all of them.
func gatherWorld(cat *catalogue.Catalogue, in *manifest.Input) *world {
	w := &world{World: residency.World{Catalogue: cat}}
	for i := range in.Sites {
		w.Sites = append(w.Sites, in.Sites[i].Object)
	}
	for i := range in.Jurisdictions {
		if j := &in.Jurisdictions[i]; len(j.Errors) == 0 {
			w.Jurisdictions = append(w.Jurisdictions, j.Object)
		}
	}
	for i := range in.Processors {
		w.Processors = append(w.Processors, in.Processors[i].Object)
	}
	for i := range in.Sites {
		if s := &in.Sites[i]; len(s.Errors) == 0 {
			note(w, in, s, residency.CheckSite(w.World, &s.Object))
		}
	}
	for i := range in.Jurisdictions {
		if j := &in.Jurisdictions[i]; len(j.Errors) == 0 {
			note(w, in, j, residency.CheckJurisdiction(w.World, &j.Object))
		}
	}
	for i := range in.Processors {
		if p := &in.Processors[i]; len(p.Errors) == 0 {
			note(w, in, p, residency.CheckProcessor(w.World, &p.Object))
		}
	}
	w.sites = w.locationSites(in)
	return w
}

// note notes what the core has found about an object that the schema accepts.
func note[T any](w *world, in *manifest.Input, c *manifest.Custom[T], found residency.Checked) {
	for _, text := range found.Warnings {
		w.suspect = append(w.suspect, manifest.Problem{Origin: c.Origin, Object: c.Ref, Message: text})
	}
	if found.Fault == nil {
		return
	}
	for _, err := range found.Fault.Errors {
		in.Add(manifest.FieldProblem(c.Origin, c.Ref, err))
	}
}

// locationSites returns the Sites for locating nodes. What the schema would refuse is as
// faulty as what the core finds.
func (w *world) locationSites(in *manifest.Input) *location.Sites {
	sites := residency.LocationSites(w.World)
	var all []location.Site
	for i := range in.Sites {
		s, ok := sites.Get(in.Sites[i].Name)
		if !ok {
			continue
		}
		site := *s
		if errs := in.Sites[i].Errors; len(errs) > 0 && site.Fault == "" {
			site.Fault = errs.ToAggregate().Error()
		}
		all = append(all, site)
	}
	return location.NewSites(all)
}

// warnings returns what is surely not meant about the objects of one kind.
func (w *world) warnings(kind string) []string {
	return texts(slices.DeleteFunc(slices.Clone(w.suspect), func(p manifest.Problem) bool { return p.Object.Kind != kind }))
}

func texts(problems []manifest.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

// sitesOf names Sites: "Site a", "Sites a and b".
func sitesOf(names []string) string {
	return plural(len(names), "Site ", "Sites ") + strings.Join(names, " and ")
}
