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

package stamp

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/location"
)

const (
	// maxWitness and maxWords bound what is copied from a node into its own annotation, in
	// bytes. What is longer is cut.
	maxWitness = 256
	maxWords   = 1024
	// undetermined is the assurance of a Record without a place.
	undetermined = "Undetermined"
)

// ErrAnother says that a record was written for another Node: one of the same name that
// was deleted, one in another cluster, or none at all. It is not to be believed.
var ErrAnother = errors.New("the record is of another node")

// Record is what the annotation says: the whole answer, and what is remembered.
type Record struct {
	// UID is that of the Node for which the record was written.
	UID string `json:"uid"`
	Place
	// Assurance is Claimed, Consistent, Declared or Undetermined.
	Assurance string `json:"assurance"`
	// Reason and Detail say why the place is not known.
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Contradiction is what the providerID says against the Site that declares the place.
	Contradiction string `json:"contradiction,omitempty"`
	// Source is on what the place rests.
	Source string `json:"source,omitempty"`
	// Witnesses are the fields that were read. Long values are cut.
	Witnesses []location.Witness `json:"witnesses,omitempty"`
	// Last is the last place that was known, of a node that is Undetermined: the labels go
	// on naming it.
	Last *Last `json:"last,omitempty"`
	// Time is when anything in the record last changed, in whole seconds of UTC.
	Time metav1.Time `json:"time"`
	// Memory is where the node was by its witnesses. It cannot be elsewhere later.
	Memory *Memory `json:"memory,omitempty"`
}

// Place is a place as a Record writes it. What is not known is left out.
type Place struct {
	Provider  string   `json:"provider,omitempty"`
	Providers []string `json:"providers,omitempty"`
	Region    string   `json:"region,omitempty"`
	Regions   []string `json:"regions,omitempty"`
	Zone      string   `json:"zone,omitempty"`
	City      string   `json:"city,omitempty"`
	Area      string   `json:"area,omitempty"`
	Country   string   `json:"country,omitempty"`
	Sites     []string `json:"sites,omitempty"`
}

// Last is a place of which nobody knows any more whether it is the node's.
type Last struct {
	Place
	// Site is the Site on which the place rested, empty if it rested on none.
	Site string `json:"site,omitempty"`
}

// Memory is location.Memory as a Record writes it.
type Memory struct {
	Provider  string    `json:"provider,omitempty"`
	Providers []string  `json:"providers,omitempty"`
	Region    string    `json:"region,omitempty"`
	Zone      string    `json:"zone,omitempty"`
	City      string    `json:"city,omitempty"`
	Area      string    `json:"area,omitempty"`
	Country   string    `json:"country,omitempty"`
	Sites     []SiteRef `json:"sites,omitempty"`
	Said      string    `json:"said,omitempty"`
	MovedTo   string    `json:"movedTo,omitempty"`
}

// SiteRef is location.SiteRef as a Record writes it.
type SiteRef struct {
	Name string `json:"name"`
	UID  string `json:"uid,omitempty"`
	Word string `json:"word,omitempty"`
	Left bool   `json:"left,omitempty"`
}

// Decode reads an annotation of the Node with that UID. It returns ErrAnother if the
// record is of another Node, or if the UID is empty: such a Node never had a record.
func Decode(uid, annotation string) (Record, error) {
	var r Record
	if err := json.Unmarshal([]byte(annotation), &r); err != nil {
		return Record{}, fmt.Errorf("reading the record: %w", err)
	}
	if uid == "" || r.UID != uid {
		return Record{}, ErrAnother
	}
	return r, nil
}

// Location returns the Location that the record was written of.
func (r Record) Location() location.Location {
	l := location.Location{
		Provider: r.Provider, Providers: r.Providers, Region: r.Region, Regions: r.regions(), Zone: r.Zone,
		City: r.City, Area: r.Area, Country: r.Country, Sites: r.Sites,
		Witnesses: r.Witnesses, Contradiction: r.Contradiction, Source: r.Source,
		Reason: location.Reason(r.Reason), Detail: r.Detail,
	}
	for _, a := range []location.Assurance{location.Claimed, location.Consistent, location.Declared} {
		if r.Assurance == a.String() {
			l.Assurance = a
		}
	}
	return l
}

// regions returns what each of the providers calls the region, if there is a name for each:
// whoever reads a record may rely on that.
func (p *Place) regions() []string {
	if len(p.Regions) != len(p.Providers) {
		return nil
	}
	return p.Regions
}

// Remembered returns the memory of the node, nil if it has none.
func (r Record) Remembered() *location.Memory {
	if r.Memory == nil {
		return nil
	}
	m := &location.Memory{
		Provider: r.Memory.Provider, Providers: r.Memory.Providers, Region: r.Memory.Region, Zone: r.Memory.Zone,
		City: r.Memory.City, Area: r.Memory.Area, Country: r.Memory.Country, Said: r.Memory.Said, MovedTo: r.Memory.MovedTo,
	}
	for _, s := range r.Memory.Sites {
		m.Sites = append(m.Sites, location.SiteRef(s))
	}
	return m
}

func recordOf(uid string, answer location.Answer) Record {
	l := &answer.Location
	r := Record{
		UID: uid, Assurance: l.Assurance.String(), Contradiction: cut(l.Contradiction, maxWords), Source: cut(l.Source, maxWords),
		Reason: string(l.Reason), Detail: cut(l.Detail, maxWords), Witnesses: cutWitnesses(l.Witnesses), Memory: memoryOf(answer.Memory),
	}
	if !l.Known() {
		r.Assurance = undetermined
		r.Sites = l.Sites
		return r
	}
	r.Place = Place{
		Provider: l.Provider, Providers: l.Providers, Region: l.Region, Regions: l.Regions, Zone: l.Zone,
		City: l.City, Area: l.Area, Country: l.Country, Sites: l.Sites,
	}
	return r
}

func memoryOf(m *location.Memory) *Memory {
	if m == nil {
		return nil
	}
	out := &Memory{
		Provider: m.Provider, Providers: m.Providers, Region: m.Region, Zone: m.Zone,
		City: m.City, Area: m.Area, Country: m.Country, Said: m.Said, MovedTo: m.MovedTo,
	}
	for _, s := range m.Sites {
		out.Sites = append(out.Sites, SiteRef(s))
	}
	return out
}

// last returns the place that the record names, with the Site on which it rests; nil if it
// has never named any.
func (r *Record) last() *Last {
	if r.Reason != "" {
		return r.Last
	}
	return &Last{Place: r.Place, Site: r.site()}
}

// remembered returns the place of a memory, which rests on the first of its Sites by name.
func remembered(m *location.Memory) *Last {
	if m == nil {
		return nil
	}
	p := &Last{Place: Place{
		Provider: m.Provider, Providers: m.Providers, Region: m.Region, Zone: m.Zone, City: m.City, Area: m.Area, Country: m.Country,
	}}
	for _, s := range m.Sites {
		if !s.Left {
			p.Sites = append(p.Sites, s.Name)
		}
	}
	slices.Sort(p.Sites)
	if len(p.Sites) > 0 {
		p.Site = p.Sites[0]
	}
	return p
}

// encode writes the record, always in the same way.
func (r *Record) encode() (string, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("writing the record: %w", err)
	}
	return string(text), nil
}

func cutWitnesses(all []location.Witness) []location.Witness {
	if len(all) == 0 {
		return nil
	}
	out := make([]location.Witness, len(all))
	for i, w := range all {
		out[i] = location.Witness{Kind: w.Kind, Value: cut(w.Value, maxWitness)}
	}
	return out
}

// cut shortens a text to a number of bytes without breaking a character, and shows that it did.
func cut(text string, limit int) string {
	const ellipsis = "…"
	if len(text) <= limit {
		return text
	}
	limit -= len(ellipsis)
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + ellipsis
}
