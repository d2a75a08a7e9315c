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

package volume

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/location"
)

// clusterNodes are nodes by their names, which is also their hostname.
type clusterNodes struct {
	cat   *catalogue.Catalogue
	nodes map[string]location.Node
}

// Places knows In requirements of labels, and matches a node by any of the terms.
func (n clusterNodes) Places(selector *corev1.NodeSelector) []location.Location {
	var found []location.Location
	for _, name := range slices.Sorted(maps.Keys(n.nodes)) {
		node := n.nodes[name]
		if selector == nil || matches(selector, node.Labels) {
			found = append(found, location.OfNode(n.cat, node))
		}
	}
	return found
}

func matches(selector *corev1.NodeSelector, labels map[string]string) bool {
	for _, term := range selector.NodeSelectorTerms {
		all := len(term.MatchExpressions) > 0
		for _, r := range term.MatchExpressions {
			in := false
			for _, v := range r.Values {
				in = in || labels[r.Key] == v
			}
			all = all && in
		}
		if all {
			return true
		}
	}
	return false
}

// worldOf is a World with nodes in Frankfurt, at AWS, at Google and at Azure.
func worldOf(tb testing.TB, sites ...location.Site) World {
	tb.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return World{
		Catalogue: cat,
		Sites:     location.NewSites(sites),
		Now:       time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC),
		Nodes: clusterNodes{cat, map[string]location.Node{
			"aws": {
				Name: "aws", ProviderID: "aws:///eu-central-1a/i-0123456789abcdef0",
				Labels: map[string]string{"kubernetes.io/hostname": "aws", "topology.kubernetes.io/zone": "eu-central-1a"},
			},
			"gcp": {
				Name: "gcp", ProviderID: "gce://project/europe-west3-a/gcp",
				Labels: map[string]string{"kubernetes.io/hostname": "gcp", "topology.topolvm.io/node": "gcp"},
			},
			"azure": {
				Name:       "azure",
				ProviderID: "azure:///subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/azure",
				Labels:     map[string]string{"kubernetes.io/hostname": "azure", "topology.kubernetes.io/region": "germanywestcentral"},
			},
		}},
	}
}

// shown writes a Rest in one line: the options with | between them, the places of each with +.
// A place is its country and its code and how sure it is, or the reason why it is not known.
func shown(r location.Rest) string {
	var options []string
	for _, o := range r.Options {
		var places []string
		for i := range o.Places {
			l := &o.Places[i]
			if !l.Known() {
				places = append(places, string(l.Reason))
				continue
			}
			place := l.Country + " " + l.Code()
			if l.Zone != "" {
				place += " " + l.Zone
			}
			places = append(places, place+" "+l.Assurance.String())
		}
		options = append(options, strings.Join(places, " + "))
	}
	text := strings.Join(options, " | ")
	if r.Awaits {
		text = "awaits " + text
	}
	if r.WithNode {
		text = strings.TrimSpace("with the node " + text)
	}
	return text
}

// affinity wants one of the values of one key in each term.
func affinity(key string, terms ...[]string) *corev1.VolumeNodeAffinity {
	required := &corev1.NodeSelector{}
	for _, values := range terms {
		required.NodeSelectorTerms = append(required.NodeSelectorTerms, corev1.NodeSelectorTerm{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}},
		})
	}
	return &corev1.VolumeNodeAffinity{Required: required}
}

// csiPV is a PersistentVolume of a CSI driver.
func csiPV(driver, handle string, attributes map[string]string, a *corev1.VolumeNodeAffinity) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "pv"},
		Spec: corev1.PersistentVolumeSpec{
			NodeAffinity: a,
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: handle, VolumeAttributes: attributes},
			},
		},
	}
}
