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

// Package node feeds the nodes of the cluster to facts.Nodes, on every replica: every
// replica answers admission reviews, and its controllers look at the same nodes.
package node

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/domicile-dev/domicile/internal/facts"
)

// +kubebuilder:rbac:groups="",resources=nodes,verbs=get;list;watch

// Feed keeps nodes as the informer has them. The function that it returns reports
// whether every node of the informer's first list is among them.
func Feed(informer cache.Informer, nodes *facts.Nodes) (synced func() bool, err error) {
	registration, err := informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { set(nodes, object) },
		UpdateFunc: func(_, object any) { set(nodes, object) },
		DeleteFunc: func(object any) { remove(nodes, object) },
	})
	if err != nil {
		return nil, fmt.Errorf("watching nodes: %w", err)
	}
	return registration.HasSynced, nil
}

func set(nodes *facts.Nodes, object any) {
	if node, ok := object.(*corev1.Node); ok {
		nodes.Set(node)
	}
}

// remove takes a node out. The last state of a node whose deletion the watch has missed
// is not known, but its name is.
func remove(nodes *facts.Nodes, object any) {
	if gone, ok := object.(toolscache.DeletedFinalStateUnknown); ok {
		nodes.Delete(gone.Key)
		return
	}
	if node, ok := object.(*corev1.Node); ok {
		nodes.Delete(node.Name)
	}
}
