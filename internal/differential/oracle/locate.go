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

package oracle

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
)

// located is a node as policies see it.
type located struct {
	name  string
	word  Word // Void: nobody can say where it is
	place Place
	// sites are those that it is in.
	sites []string
}

// locate says where a node is, once the Sites have spoken.
func (w *World) locate(n *Node) located {
	l := located{name: n.Object.Name, word: n.Word, place: n.Place}
	var declaring, claiming []Site
	expired := false
	for _, s := range w.Sites {
		matches, declares := s.matches(n.Object)
		ended := s.Object.Spec.ValidUntil != nil && !w.Now.Before(s.Object.Spec.ValidUntil.Time)
		switch {
		case !matches:
		case declares && ended:
			expired = true
		case declares:
			declaring = append(declaring, s)
		case !ended:
			claiming = append(claiming, s)
		}
	}
	switch {
	case len(declaring) > 0:
		if !agree(declaring) {
			return located{name: l.name, word: Void}
		}
		return located{name: l.name, word: declared, place: joined(declaring), sites: names(declaring)}
	case expired:
		return located{name: l.name, word: Void}
	case len(claiming) > 0:
		return l.claimed(n, claiming)
	case n.Word < Claimed:
		l.word = Void
	}
	return l
}

// claimed holds a node's own word against the Sites that its kubelet could have put it into.
func (l *located) claimed(n *Node, sites []Site) located {
	void := located{name: l.name, word: Void}
	if !agree(sites) {
		return void
	}
	said := joined(sites)
	out := located{name: l.name, word: n.Word, place: n.Place, sites: names(sites)}
	switch n.Word {
	case Silent:
		// Whatever it gives away, such as its provider, must not be another one.
		if differ(n.Place.Provider, said.Provider) {
			return void
		}
		out.word, out.place = Claimed, said
	case Open:
		i := slices.IndexFunc(n.Meanings, func(m Place) bool { return m.Provider == said.Provider })
		if said.Provider == "" || i < 0 {
			return void
		}
		out.word, out.place = Claimed, n.Meanings[i]
	case Void:
		return void
	}
	if contradict(said, out.place) {
		return void
	}
	return out
}

// matches reports whether the Site speaks of the node, and whether by what no kubelet can write.
func (s *Site) matches(n *corev1.Node) (matches, declares bool) {
	spec := &s.Object.Spec
	if slices.Contains(spec.NodeNames, residencyv1.NodeName(n.Name)) {
		return true, true
	}
	return selects(spec.NodeSelector, n.Labels), restricted(spec.NodeSelector)
}

// Labelled reports whether the topology labels of a node say where it is: it is in no Site, has
// both labels where its zone lies elsewhere than its region, and the place that it says is what the
// provider means by them. And whether they alone say so: nobody else has the code.
func (w *World) Labelled(n *Node) (plain, alone bool) {
	region, ok := n.Object.Labels[corev1.LabelTopologyRegion]
	inSite := slices.ContainsFunc(w.Sites, func(s Site) bool { matches, _ := s.matches(n.Object); return matches })
	if !ok || inSite || n.Word < Claimed {
		return false, false
	}
	if z := w.Atlas.Zones[n.Object.Labels[corev1.LabelTopologyZone]]; z.Local != nil {
		plain = z.Region == region && z.Local.Provider == n.Place.Provider && z.Local.City == n.Place.City && z.Local.Country == n.Place.Country
		return plain, plain
	}
	users := w.Atlas.Regions[region]
	plain = n.Place.Region != "" && slices.ContainsFunc(users, func(u Code) bool {
		whose := u.Place.Provider == n.Place.Provider || slices.Contains(n.Place.Providers, u.Place.Provider)
		return u.Label && !u.Area && whose && u.Place.Region == n.Place.Region
	})
	return plain, plain && len(users) == 1
}

// claims reports whether a kubelet can put a node into the Site.
func (s *Site) claims() bool {
	return s.Object.Spec.NodeSelector != nil && !restricted(s.Object.Spec.NodeSelector)
}

func selects(s *metav1.LabelSelector, set map[string]string) bool {
	if s == nil {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels.Set(set))
}

// restricted reports whether a selector needs a label, and only labels that kubelets cannot write.
func restricted(s *metav1.LabelSelector) bool {
	if s == nil {
		return false
	}
	only, needs := true, false
	look := func(key string, positive bool) {
		domain, _, _ := strings.Cut(key, "/")
		only = only && (domain == "node-restriction.kubernetes.io" || strings.HasSuffix(domain, ".node-restriction.kubernetes.io"))
		needs = needs || positive
	}
	for key := range s.MatchLabels {
		look(key, true)
	}
	for _, e := range s.MatchExpressions {
		look(e.Key, e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpExists)
	}
	return only && needs
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

func differCity(a, b string) bool {
	return differ(catalogue.CanonicalCity(a), catalogue.CanonicalCity(b))
}

// contradict reports whether two places cannot be one. What one leaves open is no contradiction.
func contradict(a, b Place) bool {
	return a.Country != b.Country || differ(a.Provider, b.Provider) || differ(a.Region, b.Region) || differCity(a.City, b.City) ||
		(len(b.Providers) > 0 && a.Provider != "" && !slices.Contains(b.Providers, a.Provider))
}

func agree(sites []Site) bool {
	for i := range sites {
		for j := range i {
			if contradict(sites[i].Place, sites[j].Place) {
				return false
			}
		}
	}
	return true
}

// joined is all that Sites say which agree.
func joined(sites []Site) Place {
	p := sites[0].Place
	for _, s := range sites[1:] {
		for _, field := range [...]struct {
			to   *string
			what string
		}{{&p.Provider, s.Place.Provider}, {&p.Region, s.Place.Region}, {&p.City, s.Place.City}} {
			if *field.to == "" {
				*field.to = field.what
			}
		}
	}
	return p
}

func names(sites []Site) []string {
	var out []string
	for _, s := range sites {
		out = append(out, s.Object.Name)
	}
	return out
}

// Labelled says where a node without a providerID is that carries these labels; an empty one
// is not there. Of an Open one it returns the places of which the labels say one.
func (a *Atlas) Labelled(zone, region string) (Word, Place, []Place) {
	code, z := region, Zone{}
	if zone != "" {
		var ok bool
		if z, ok = a.Zones[zone]; !ok || differ(region, z.Region) {
			return Void, Place{}, nil
		}
		code = z.Region
	}
	switch users := a.Regions[code]; {
	case code == "":
		return Silent, Place{}, nil
	case z.Low || z.Local == nil && !slices.ContainsFunc(users, func(u Code) bool { return u.Label }):
		return Void, Place{}, nil
	case z.Local != nil:
		return Claimed, *z.Local, nil
	default:
		return agreed(users, zone != "", z.Providers)
	}
}

// agreed is what all providers mean by a code, of whom only some may have the zone.
func agreed(users []Code, zoned bool, zone []string) (Word, Place, []Place) {
	p := Place{Region: users[0].Place.Region, City: users[0].Place.City, Country: users[0].Place.Country}
	low, area, countries := true, false, map[string]bool{}
	same := true
	var meanings []Place
	for _, u := range users {
		countries[u.Place.Country] = true
		if differs(u.Place.City, users[0].Place.City) {
			p.City = ""
		}
		same = same && u.Place.Region == users[0].Place.Region
		p.Regions = append(p.Regions, u.Place.Region)
		low, area = low && u.Low, area || u.Area
		p.Providers = append(p.Providers, u.Place.Provider)
		if known := !zoned && !u.Area || slices.Contains(zone, u.Place.Provider); known && u.Label && !u.Low {
			meanings = append(meanings, u.Place)
		}
	}
	if same {
		p.Regions = nil
	} else {
		p.Region = ""
	}
	switch {
	case len(countries) > 1:
		return Open, Place{}, meanings
	case area && !zoned:
		return Silent, Place{}, nil
	case low:
		return Void, Place{}, nil
	case len(users) == 1:
		return Claimed, users[0].Place, nil
	}
	return Claimed, p, nil
}

// differs reports whether two names are not of one city; no name is a name too.
func differs(a, b string) bool { return catalogue.CanonicalCity(a) != catalogue.CanonicalCity(b) }
