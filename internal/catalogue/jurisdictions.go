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

package catalogue

import "strings"

// Jurisdiction is a named set of countries that a policy may name. Membership
// is what its source says on AsOf; adequacy is not membership.
type Jurisdiction struct {
	// Name is "EU" or "EEA".
	Name string
	// Title is the name for people.
	Title string
	// Countries are ISO 3166-1 alpha-2 codes, sorted.
	Countries []string
	// AsOf is the date from which the membership holds, as the data writes it.
	AsOf string
	// Source cites where the membership was read.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
	// Notes are remarks for people, among them what is not included.
	Notes []string
}

// Group is a group of countries that is not a jurisdiction: the countries that
// have an adequacy decision, or a name in common use. A policy cannot name it:
// adequacy may be partial and may end, and common names have no legal edges.
type Group struct {
	// Name is the key of the group in the data, for example "eu_adequacy".
	Name string
	// Title is the name for people; groups in common use have none.
	Title string
	// Countries are ISO 3166-1 alpha-2 codes, sorted. Of a group of adequacy these
	// are the countries whose decision covers every recipient.
	Countries []string
	// Partial are the countries whose decision covers only some recipients: a look
	// at the country can never establish that a transfer is covered.
	Partial []string
	// NonCountries are members without a territory.
	NonCountries []string
	// Decisions are the legal acts behind a group of adequacy, in the data's order.
	Decisions []Decision
	// AsOf is the date of the state of knowledge, as the data writes it.
	AsOf string
	// Source cites where the group was read; groups in common use have none.
	Source string
	// Confidence is how far the source goes. Where the data gives it only for each
	// decision, it is the lowest of them.
	Confidence Confidence
	// Notes are remarks for people.
	Notes []string
}

// Decision is a legal act by which transfers to a country need no further
// safeguard (GDPR Art. 45, UK GDPR Art. 45A). Dates are YYYY-MM-DD, or empty.
type Decision struct {
	// Countries are the ISO 3166-1 alpha-2 codes that the act is about, sorted;
	// none if it is about an organisation.
	Countries []string
	// Name is the name of the country or organisation.
	Name string
	// Instrument is the number or title of the act.
	Instrument string
	// Kind is "international-organisation", or empty for countries.
	Kind string
	// Date, Published, Renewed and Expiry are dates of the act. An empty Expiry
	// means that the act itself names no end.
	Date, Published, Renewed, Expiry string
	// Review says when the act is to be looked at again.
	Review string
	// Partial is true if the act does not cover every recipient; Scope says whom it covers.
	Partial bool
	Scope   string
	// Litigation is what is pending against the act.
	Litigation string
	// Note is a remark for people.
	Note string
	// Source cites where the act was read: its own source, or else the group's.
	Source string
	// Confidence is how far the source goes.
	Confidence Confidence
}

// Jurisdiction returns the jurisdiction of exactly that name, "EU" or "EEA".
func (c *Catalogue) Jurisdiction(name string) (*Jurisdiction, bool) {
	for _, j := range c.jurisdictions {
		if j.Name == name {
			return j, true
		}
	}
	return nil, false
}

// Jurisdictions returns all jurisdictions, sorted by name.
func (c *Catalogue) Jurisdictions() []*Jurisdiction { return c.jurisdictions }

// Groups returns all groups that are not jurisdictions, sorted by name.
func (c *Catalogue) Groups() []*Group { return c.groups }

// jurisdictionName tells whether the group of the data is a jurisdiction, and its name.
func jurisdictionName(group string) (string, bool) {
	switch group {
	case "eu", "eea":
		return strings.ToUpper(group), true
	default:
		return "", false
	}
}
