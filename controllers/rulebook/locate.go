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

package rulebook

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

// located is what nodes are located by.
type located struct {
	catalogue *catalogue.Catalogue
	// sites are the states of all Sites, by name.
	sites []siteState
	// until is when the word of a Site ends next, zero if none does.
	until time.Time
}

// locate has the nodes located by the world as it is now, unless they are already: most
// of what is compiled are datasets and policies, and there may be many nodes.
func (r *Reconciler) locate(w residency.World, now time.Time) {
	sites := statesOf(w.Sites)
	if r.located.catalogue == w.Catalogue && slices.Equal(r.located.sites, sites) && !r.located.ended(now) {
		return
	}
	l := location.Locator{Catalogue: w.Catalogue, Sites: residency.LocationSites(w), Now: now}
	until, _ := l.Sites.NextExpiry(now)
	r.Nodes.SetLocator(l)
	r.located = located{catalogue: w.Catalogue, sites: sites, until: until}
}

// siteState tells one state of a Site from others.
type siteState struct {
	name       string
	uid        types.UID
	generation int64
}

func statesOf(sites []residencyv1.Site) []siteState {
	out := make([]siteState, len(sites))
	for i := range sites {
		out[i] = siteState{name: sites[i].Name, uid: sites[i].UID, generation: sites[i].Generation}
	}
	slices.SortFunc(out, func(a, b siteState) int { return strings.Compare(a.name, b.name) })
	return out
}

// ended reports whether the word of a Site has ended since.
func (l *located) ended(now time.Time) bool { return !l.until.IsZero() && !now.Before(l.until) }

// wait returns how long to wait until the word of a Site may have ended, zero if none ends.
func (l *located) wait(now time.Time) time.Duration {
	if l.until.IsZero() {
		return 0
	}
	return max(min(l.until.Sub(now), maxWait), time.Nanosecond)
}
