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

package location

import (
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// selectors are Sites that select things by their labels. The zero value has none.
type selectors struct {
	// byKey holds each Site with a selector once, under one of the labels that a thing must
	// have for it: so a thing is held against few of many Sites.
	byKey map[string]*keyed
	// lengths has a bit for the length of each such key, by which most labels of a thing are
	// told apart from them without being looked up.
	lengths uint64
	// unkeyed are the Sites whose selector needs no label at all.
	unkeyed []selecting
}

// keyed are the Sites to try on a thing that has a certain label.
type keyed struct {
	// byValue are those that want one of some values, any the others.
	byValue map[string][]selecting
	any     []selecting
}

// selecting is a Site with one of its selectors.
type selecting struct {
	site     *Site
	selector labels.Selector
	// declares is whether what it selects is declared by it.
	declares bool
}

// add files the Site under the label that tells most. A selector that is nil or requires
// nothing selects nothing.
func (s *selectors) add(entry selecting) {
	if entry.selector == nil {
		return
	}
	requirements, selectable := entry.selector.Requirements()
	if !selectable || len(requirements) == 0 {
		return
	}
	best := -1
	for i, r := range requirements {
		if wantsValue(r.Operator()) {
			best = i
			break
		}
		if best < 0 && needsLabel(r.Operator()) {
			best = i
		}
	}
	if best < 0 {
		s.unkeyed = append(s.unkeyed, entry)
		return
	}
	r := requirements[best]
	if s.byKey == nil {
		s.byKey = map[string]*keyed{}
	}
	k := s.byKey[r.Key()]
	if k == nil {
		k = &keyed{byValue: map[string][]selecting{}}
		s.byKey[r.Key()] = k
		s.lengths |= lengthBit(r.Key())
	}
	if !wantsValue(r.Operator()) {
		k.any = append(k.any, entry)
		return
	}
	for value := range r.Values() {
		k.byValue[value] = append(k.byValue[value], entry)
	}
}

// lengthBit is one of 64 bits for the length of a key.
func lengthBit(key string) uint64 { return 1 << (len(key) % 64) }

// wantsValue reports whether a requirement of that kind wants one of its values.
func wantsValue(op selection.Operator) bool {
	return op == selection.In || op == selection.Equals || op == selection.DoubleEquals
}

// appendMatching adds the Sites that select a thing with those labels.
func (s *selectors) appendMatching(found []SiteMatch, has map[string]string) []SiteMatch {
	try := func(list []selecting) {
		for i := range list {
			if c := &list[i]; c.selector.Matches(labels.Set(has)) {
				found = append(found, SiteMatch{Site: c.site, Declared: c.declares})
			}
		}
	}
	under := func(k *keyed, value string) {
		try(k.byValue[value])
		try(k.any)
	}
	if len(s.byKey) < len(has) {
		for key, k := range s.byKey {
			if value, ok := has[key]; ok {
				under(k, value)
			}
		}
	} else {
		for key, value := range has {
			if s.lengths&lengthBit(key) == 0 {
				continue
			}
			if k, ok := s.byKey[key]; ok {
				under(k, value)
			}
		}
	}
	try(s.unkeyed)
	return found
}
