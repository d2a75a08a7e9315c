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

package location_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/domicile-dev/domicile/internal/location"
)

func TestSelectorDeclares(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		selector string
		want     bool
	}{
		"a restricted label":                     {"room.node-restriction.kubernetes.io/name=paris", true},
		"the restricted domain itself":           {"node-restriction.kubernetes.io/room=paris", true},
		"several restricted labels":              {"a.node-restriction.kubernetes.io/x in (1,2), b.node-restriction.kubernetes.io/y", true},
		"a restricted label that must be absent": {"a.node-restriction.kubernetes.io/x, !a.node-restriction.kubernetes.io/y", true},
		"only absent labels":                     {"!a.node-restriction.kubernetes.io/x", false},
		"only other values":                      {"a.node-restriction.kubernetes.io/x notin (1)", false},
		"not equal":                              {"a.node-restriction.kubernetes.io/x != 1", false},
		"a label that a kubelet can write":       {"topology.kubernetes.io/region=eu-west-2", false},
		"one of each":                            {"a.node-restriction.kubernetes.io/x, room=paris", false},
		"a label of nobody":                      {"room=paris", false},
		"the domain as a name":                   {"node-restriction.kubernetes.io=1", false},
		"a domain that only ends like it":        {"anode-restriction.kubernetes.io/x=1", false},
		"a domain that only begins like it":      {"node-restriction.kubernetes.io.example.com/x=1", false},
		"the stamp":                              {"domicile.node-restriction.kubernetes.io/country=FR", false},
		"the stamp besides another":              {"a.node-restriction.kubernetes.io/x, domicile.node-restriction.kubernetes.io/country=FR", false},
		"everything":                             {"", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := location.Site{Selector: selector(t, tt.selector)}
			if got := s.SelectorDeclares(); got != tt.want {
				t.Errorf("%s declares: %t, want %t", tt.selector, got, tt.want)
			}
		})
	}
	if (&location.Site{}).SelectorDeclares() {
		t.Error("a Site without a selector declares by it")
	}
}

// matched are the names of the Sites that match, those that declare with a star.
func matched(a *location.Answer) []string {
	var names []string
	for _, m := range a.Matches {
		name := m.Site.Name
		if m.Declared {
			name += "*"
		}
		names = append(names, name)
	}
	return names
}

func TestLocateMatches(t *testing.T) {
	t.Parallel()
	const restricted = "room.node-restriction.kubernetes.io/name"
	sites := location.NewSites([]location.Site{
		{Name: "g-name", Country: "FR", NodeNames: []string{"node-1", "node-2"}},
		{Name: "f-value", Country: "FR", Selector: selector(t, restricted+" in (a,b)")},
		{Name: "e-exists", Country: "FR", Selector: selector(t, restricted)},
		{Name: "d-claim", Country: "FR", Selector: selector(t, "room in (a)")},
		{Name: "c-absent", Country: "FR", Selector: selector(t, "!room, !spare")},
		{Name: "b-both", Country: "FR", NodeNames: []string{"node-1"}, Selector: selector(t, "room")},
		{Name: "a-everything", Country: "FR", Selector: labels.Everything()},
		{Name: "a-nothing", Country: "FR", Selector: labels.Nothing()},
		{Name: "a-none", Country: "FR"},
	})
	tests := map[string]struct {
		name   string
		labels map[string]string
		want   []string
	}{
		"by name":                         {"node-2", nil, []string{"c-absent", "g-name*"}},
		"by name and by label":            {"node-1", map[string]string{"room": "z"}, []string{"b-both*", "g-name*"}},
		"by a label alone":                {"node-9", map[string]string{"room": "a"}, []string{"b-both", "d-claim"}},
		"by a restricted label":           {"node-9", map[string]string{restricted: "b"}, []string{"c-absent", "e-exists*", "f-value*"}},
		"by another value":                {"node-9", map[string]string{restricted: "z", "spare": ""}, []string{"e-exists*"}},
		"by what it has not":              {"node-9", nil, []string{"c-absent"}},
		"a node without a name":           {"", map[string]string{"spare": ""}, nil},
		"more labels than Sites have":     {"node-9", map[string]string{"a": "", "b": "", "c": "", "d": "", "room": "a"}, []string{"b-both", "d-claim"}},
		"as many labels as there are not": {"node-9", map[string]string{"spare": "x"}, nil},
	}
	l := location.Locator{Catalogue: load(t), Sites: sites}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := l.Locate(location.Node{Name: tt.name, Labels: tt.labels}, nil)
			if diff := cmp.Diff(tt.want, matched(&a)); diff != "" {
				t.Errorf("matches (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSitesNextExpiry(t *testing.T) {
	t.Parallel()
	sites := location.NewSites([]location.Site{
		{Name: "never"}, {Name: "late", ValidUntil: noon.Add(2 * time.Hour)}, {Name: "soon", ValidUntil: noon.Add(time.Hour)},
	})
	for at, want := range map[time.Time]time.Time{
		noon:                                  noon.Add(time.Hour),
		noon.Add(time.Hour):                   noon.Add(2 * time.Hour),
		noon.Add(2 * time.Hour):               {},
		noon.Add(time.Hour - time.Nanosecond): noon.Add(time.Hour),
	} {
		if got, ok := sites.NextExpiry(at); !got.Equal(want) || ok != !want.IsZero() {
			t.Errorf("at %s: %s, %t; want %s", at, got, ok, want)
		}
	}
	if _, ok := (*location.Sites)(nil).NextExpiry(noon); ok {
		t.Error("no Sites have an expiry")
	}
	if _, ok := (*location.Sites)(nil).Get("soon"); ok {
		t.Error("no Sites have a Site")
	}
	if s, ok := sites.Get("soon"); !ok || s.Name != "soon" {
		t.Errorf("got %v, %t", s, ok)
	}
}
