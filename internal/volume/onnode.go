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
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// onNodes are drivers whose volumes are disks of a node, which their node affinity names
// (topolvm/topolvm@83e3dcee constants.go:39; openebs/lvm-localpv@f3276f4 pkg/lvm/volume.go:50;
// rancher/local-path-provisioner v0.0.30 provisioner.go:37).
var onNodes = driver{
	names:  []string{"topolvm.io", "local.csi.openebs.io", "rancher.io/local-path"},
	onNode: true,
}

// pathOfNode names a directory or a device of the nodes that a node affinity requires. A volume
// that requires none is on whatever node its pod runs, so it has no name.
func pathOfNode(required *corev1.NodeSelector, directory string) []Identity {
	if required == nil {
		return nil
	}
	directory = short(path.Clean("/" + directory))
	var names []Identity
	for i := range required.NodeSelectorTerms {
		for _, node := range nodesOfTerm(&required.NodeSelectorTerms[i]) {
			names = append(names, named(ofNode, node, directory))
		}
	}
	return names
}

// nodesOfTerm returns the nodes that a term names; if it names none, the term itself stands for
// those that it matches.
func nodesOfTerm(term *corev1.NodeSelectorTerm) []string {
	var asked []string
	for _, r := range slices.Concat(term.MatchExpressions, term.MatchFields) {
		if r.Operator == corev1.NodeSelectorOpIn && (r.Key == corev1.LabelHostname || r.Key == metav1.ObjectNameField) {
			return r.Values
		}
		asked = append(asked, fmt.Sprintf("%q %s %q", r.Key, r.Operator, slices.Sorted(slices.Values(r.Values))))
	}
	slices.Sort(asked)
	return []string{short(strings.Join(asked, " and "))}
}
