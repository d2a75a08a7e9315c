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
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// Site is an administrator's word on where nodes and volumes are.
type Site struct {
	// Name of the Site; UID tells it from others that had the name.
	Name, UID string
	// NodeNames are the nodes that it names, Selector selects others by their labels; nil
	// and a selector that requires nothing select none. NodeNames, and a Selector for which
	// SelectorDeclares holds, declare; by any other label the Site is one more claim.
	NodeNames []string
	Selector  labels.Selector
	// VolumeNames are the PersistentVolumes that it names, VolumeSelector selects others by their
	// labels, as Selector does nodes, and StorageClassNames names classes: the volumes of such a
	// class, and the claims that ask for one. All three declare. A PersistentVolume has no
	// namespace and no kubelet may write one: whoever sets its labels or its class is one whom the
	// cluster trusts with all storage, and could as well write its source.
	VolumeNames       []string
	VolumeSelector    labels.Selector
	StorageClassNames []string
	// Provider, Region, Zone, City and Country are where they are, as far as it says.
	Provider, Region, Zone, City, Country string
	// Source cites on what the word rests.
	Source string
	// ValidUntil is when the word ends; zero: it does not.
	ValidUntil time.Time
	// Fault is why the Site cannot be used as it is written, empty if it can. Nodes that it
	// declares are Undetermined: their own word was to be overruled.
	Fault string

	// Word tells the place that the Site says from others: it is what WordOf made of what the
	// administrator has written, without what the catalogue adds to it. Empty: NewSites makes
	// it of the fields above.
	Word string
}

// WordOf returns the same text for the same place. Of which nodes it is said, on what the word
// rests and how long it lasts does not matter: who adds a node says nothing else of the others.
func WordOf(provider, region, zone, city, country string) string {
	text := strings.Join([]string{provider, region, zone, catalogue.CanonicalCity(city), country}, "\n")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// restrictedDomain is the domain of the labels that NodeRestriction keeps from kubelets,
// with all that ends in it after a dot
// (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction).
const restrictedDomain = "node-restriction.kubernetes.io"

// stampDomain is the domain of the labels that say what was found. A Site that selects by
// them would confirm the answer that it gave itself.
const stampDomain = "domicile." + restrictedDomain

// SelectorDeclares reports whether a node that the Selector selects is declared by it: all
// its keys are ones that a kubelet cannot write, and at least one has to be there. Without
// that one a node is selected by the lack of a label, which says nothing of it.
func (s *Site) SelectorDeclares() bool {
	if s.Selector == nil {
		return false
	}
	requirements, _ := s.Selector.Requirements()
	positive := false
	for _, r := range requirements {
		domain, _, ok := strings.Cut(r.Key(), "/")
		if !ok || domain == stampDomain || domain != restrictedDomain && !strings.HasSuffix(domain, "."+restrictedDomain) {
			return false
		}
		positive = positive || needsLabel(r.Operator())
	}
	return positive
}

// needsLabel reports whether a requirement of that kind fails for want of the label.
func needsLabel(op selection.Operator) bool {
	switch op {
	case selection.NotIn, selection.NotEquals, selection.DoesNotExist:
		return false
	default:
		return true
	}
}

// expired reports whether the word has ended.
func (s *Site) expired(now time.Time) bool {
	return !s.ValidUntil.IsZero() && !now.Before(s.ValidUntil)
}

// SiteMatch is a Site that matches a node or a volume.
type SiteMatch struct {
	Site *Site
	// Declared is whether it declares the place, rather than claim it. Those that match a
	// volume all do.
	Declared bool
}

// differ reports whether both are known and not the same.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// differCity is differ for names of cities, which have several spellings.
func differCity(a, b string) bool {
	return differ(a, b) && catalogue.CanonicalCity(a) != catalogue.CanonicalCity(b)
}
