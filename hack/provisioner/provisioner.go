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

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// provisioner implements controller.Provisioner for all drivers.
type provisioner struct {
	nodes typedcorev1.NodeInterface
}

// Provision implements controller.Provisioner.
func (p *provisioner) Provision(ctx context.Context, o controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	d, ok := drivers()[o.StorageClass.Provisioner]
	if !ok {
		return nil, controller.ProvisioningFinished, &controller.IgnoredError{Reason: "it is no driver of this provisioner"}
	}
	r := request{driver: o.StorageClass.Provisioner, name: o.PVName, parameters: o.StorageClass.Parameters}
	for _, term := range o.StorageClass.AllowedTopologies {
		r.allowed = append(r.allowed, segments(term)...)
	}
	if err := p.place(ctx, &r, d, o.SelectedNodeName); err != nil {
		return nil, controller.ProvisioningNoChange, err
	}
	made, err := d.make(r)
	if err != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("making a volume as %s does: %w", r.driver, err)
	}
	return made.volume(o), controller.ProvisioningFinished, nil
}

// Delete implements controller.Provisioner. There is nothing to delete.
func (p *provisioner) Delete(context.Context, *corev1.PersistentVolume) error { return nil }

// place finds the node beside which the volume is made: the one that the scheduler selected, else any that the driver
// could serve, as external-provisioner does without a preference.
func (p *provisioner) place(ctx context.Context, r *request, d driver, selected string) error {
	if selected != "" {
		node, err := p.nodes.Get(ctx, selected, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("reading node %s: %w", selected, err)
		}
		r.node = node
		return nil
	}
	nodes, err := p.nodes.List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing nodes: %w", err)
	}
	for i := range nodes.Items {
		if strings.HasPrefix(nodes.Items[i].Spec.ProviderID, d.serves) {
			r.node = &nodes.Items[i]
			return nil
		}
	}
	return nil
}

// segments are the alternatives of one term of allowedTopologies: one for each combination of its values.
func segments(term corev1.TopologySelectorTerm) []map[string]string {
	all := []map[string]string{{}}
	for _, e := range term.MatchLabelExpressions {
		var next []map[string]string
		for _, before := range all {
			for _, value := range e.Values {
				with := map[string]string{e.Key: value}
				for k, v := range before {
					with[k] = v
				}
				next = append(next, with)
			}
		}
		all = next
	}
	return all
}

// request is what a driver is asked for.
type request struct {
	driver     string
	name       string // Of the PersistentVolume.
	parameters map[string]string
	allowed    []map[string]string // The alternatives of allowedTopologies.
	node       *corev1.Node        // Nil: there is none that the driver could serve.
}

var errNoPlace = errors.New("there is no node to be near, and allowedTopologies names no place")

// values returns what the alternatives of allowedTopologies, else the node, say by one of the keys.
func (r *request) values(keys ...string) ([]string, error) {
	var found []string
	for _, alternative := range r.allowed {
		for _, key := range keys {
			if value, ok := alternative[key]; ok && !slices.Contains(found, value) {
				found = append(found, value)
			}
		}
	}
	if r.node != nil {
		for _, key := range keys {
			value, ok := r.node.Labels[key]
			// What the scheduler selected comes first, if it is allowed.
			if ok && (len(found) == 0 || slices.Contains(found, value)) {
				return append([]string{value}, slices.DeleteFunc(found, func(v string) bool { return v == value })...), nil
			}
		}
	}
	if len(found) == 0 {
		return nil, errNoPlace
	}
	return found, nil
}

// parameter returns a parameter by its name, whose case does not matter to most drivers.
func (r *request) parameter(name string) string {
	for key, value := range r.parameters {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// made is a volume as a driver returns it.
type made struct {
	handle     string
	attributes map[string]string
	topology   []map[string]string // Whence it can be reached: one of these.
	host       bool                // It is a folder of a node.
}

// volume is the PersistentVolume that external-provisioner writes.
func (m *made) volume(o controller.ProvisionOptions) *corev1.PersistentVolume {
	pv := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:               o.PVC.Spec.AccessModes,
			Capacity:                  corev1.ResourceList{corev1.ResourceStorage: o.PVC.Spec.Resources.Requests[corev1.ResourceStorage]},
			MountOptions:              o.StorageClass.MountOptions,
			VolumeMode:                o.PVC.Spec.VolumeMode,
			VolumeAttributesClassName: o.PVC.Spec.VolumeAttributesClassName,
		},
	}
	if o.StorageClass.ReclaimPolicy != nil {
		pv.Spec.PersistentVolumeReclaimPolicy = *o.StorageClass.ReclaimPolicy
	}
	if m.host {
		pv.Spec.HostPath = &corev1.HostPathVolumeSource{Path: m.handle, Type: new(corev1.HostPathDirectoryOrCreate)}
	} else {
		pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: o.StorageClass.Provisioner, VolumeHandle: m.handle, VolumeAttributes: m.attributes}
	}
	if len(m.topology) > 0 {
		required := &corev1.NodeSelector{}
		for _, reachable := range m.topology {
			required.NodeSelectorTerms = append(required.NodeSelectorTerms, term(reachable))
		}
		pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: required}
	}
	return pv
}

// term is true on nodes that have all the labels.
func term(labels map[string]string) corev1.NodeSelectorTerm {
	var t corev1.NodeSelectorTerm
	for key, value := range labels {
		t.MatchExpressions = append(t.MatchExpressions,
			corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{value}})
	}
	slices.SortFunc(t.MatchExpressions, func(a, b corev1.NodeSelectorRequirement) int { return strings.Compare(a.Key, b.Key) })
	return t
}
