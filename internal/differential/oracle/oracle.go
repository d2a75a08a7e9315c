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

// Package oracle says what Domicile has to say of pods, without the code by which Domicile
// says it: it knows where every node is because whoever made the node tells it, and asks the
// scheduler's own code which nodes a pod can reach. It is slow and simple, and for tests only.
//
// A policy permits a node if, in every world that is consistent with what is known of the
// node, the node is in an allowed place and in no denied one; it prohibits the node if that is
// so in none; and if it is so in some, nobody can say.
package oracle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Place is where something is, as far as anybody can know.
type Place struct {
	// Provider is whose it is; empty if it is one of Providers, or nobody's.
	Provider  string
	Providers []string
	// Regions are what each of Providers calls the region, if they do not call it the same.
	Regions []string
	// Region is the provider's code, City is written as policies write it, Country is a code of
	// two letters.
	Region, City, Country string
}

// Word is how far a node's own word goes.
type Word uint8

// The words.
const (
	// Silent: what it says is no place to anybody, so that a Site may say one.
	Silent Word = iota
	// Open: it says one of several places, and a Site may say whose.
	Open
	// Void: it contradicts itself, or says what nobody knows.
	Void
	// Claimed: it says its place once.
	Claimed
	// Consistent: it says its place twice.
	Consistent
	// declared is not a node's own word but an administrator's.
	declared
)

// Node is a node, and what whoever made it knows of it.
type Node struct {
	Object *corev1.Node
	Word   Word
	// Place is where it says that it is; of a Silent one as much as it gives away, such as its
	// provider.
	Place Place
	// Meanings are the places of which an Open one says one, each with its provider.
	Meanings []Place
}

// Site is a Site, and the place that it says.
type Site struct {
	Object residencyv1.Site
	Place  Place
}

// Zone is what is known of a zone's name.
type Zone struct {
	// Region is the region that nodes in the zone carry as their label.
	Region string
	// Providers are those whose zones are known to be called so.
	Providers []string
	// Local is the place of a zone that lies elsewhere than its region; nil for others.
	Local *Place
	// Low is whether the catalogue is not sure of a Local one.
	Low bool
}

// Code is a region code as one provider uses it.
type Code struct {
	Place Place
	// Low is whether the catalogue is not sure, Area whether the nodes may stand elsewhere, Label
	// whether nodes carry the code as their label.
	Low, Area, Label bool
}

// Atlas is what the codes in labels mean.
type Atlas struct {
	// Regions has the meanings of every region code that is used.
	Regions map[string][]Code
	Zones   map[string]Zone
}

// World is everything that a verdict rests on.
type World struct {
	Atlas         Atlas
	Now           time.Time
	Nodes         []Node
	Sites         []Site
	Jurisdictions []residencyv1.Jurisdiction
	Datasets      []residencyv1.Dataset
	Policies      []residencyv1.ResidencyPolicy
	Namespaces    []corev1.Namespace
	// Carriers are Secrets and ConfigMaps, with their kind.
	Carriers []metav1.PartialObjectMetadata
	Claims   []corev1.PersistentVolumeClaim
	Volumes  []Volume
	Classes  []Class

	Processors []residencyv1.Processor
	Services   []corev1.Service
	// Written has, for each text in which somebody is called, the hosts that are called.
	Written map[string][]string
}

// Outcome is what is said of a pod. Of several the greatest counts.
type Outcome uint8

// The outcomes.
const (
	NotGoverned Outcome = iota
	Permitted
	Undetermined
	Prohibited
)

// String returns the outcome as the API writes it.
func (o Outcome) String() string {
	return [...]string{"NotGoverned", "Permitted", "Undetermined", "Prohibited"}[o]
}

// Effect is what is done about it. Of several the greatest counts.
type Effect uint8

// The effects.
const (
	Allow Effect = iota
	Audit
	Warn
	Deny
)

// String returns the effect as the command line writes it.
func (e Effect) String() string { return [...]string{"Allow", "Audit", "Warn", "Deny"}[e] }

// Verdict is what has to be said.
type Verdict struct {
	Outcome Outcome
	Effect  Effect
	// Unsteered is whether it can come to where it is refused, and nobody keeps it from that.
	Unsteered bool
	// Datasets has the outcome of every dataset that is handled.
	Datasets map[string]Outcome
	// Policies has what each policy says of each dataset, by "dataset policy".
	Policies map[string]Outcome
	// Calls is what is said of each processor that it calls.
	Calls []Called
}

// say adds what a policy says of a dataset, or nobody's policy.
func (v *Verdict) say(dataset string, p *residencyv1.ResidencyPolicy, o Outcome) {
	v.Outcome, v.Datasets[dataset] = max(v.Outcome, o), max(v.Datasets[dataset], o)
	if p == nil {
		v.Effect = Deny
		return
	}
	v.Effect = max(v.Effect, effect(p, o))
	v.Policies[dataset+" "+p.Name] = max(v.Policies[dataset+" "+p.Name], o)
}
