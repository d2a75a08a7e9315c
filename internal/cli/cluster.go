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

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/pager"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/stamp"
)

const (
	// pageSize is how many nodes are asked for at once.
	pageSize = 500
	// mostGets is how many nodes are asked for one by one; for more, all are listed.
	mostGets = 20
)

// locations reads the stamps of nodes: of those named, or of all.
func (f *clusterFlags) locations(ctx context.Context, progress io.Writer, names []string) (*locations, error) {
	config, err := f.config(nodesInstead)
	if err != nil {
		return nil, err
	}
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	// Nothing but the stamps is read, so no more than the metadata of a node is asked for.
	nodes := client.Resource(corev1.SchemeGroupVersion.WithResource("nodes"))
	var found []metav1.PartialObjectMetadata
	if len(names) > 0 && len(names) <= mostGets {
		found, err = getNodes(ctx, nodes, names)
	} else {
		found, err = listNodes(ctx, nodes, progress)
	}
	switch {
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("reading the nodes: %w\nIt takes the verbs get and list on nodes, which an administrator can grant; %s", err, nodesInstead)
	case err != nil:
		return nil, unanswered(fmt.Errorf("reading the nodes: %w", err), nodesInstead)
	}
	return stampedLocations(found), nil
}

// unanswered says what to do about a cluster that does not answer. Instead is the way that
// needs no cluster.
func unanswered(err error, instead string) error {
	if apierrors.IsUnauthorized(err) {
		return fmt.Errorf("%w: log in again, or choose another user by --context", err)
	}
	return fmt.Errorf("%w\nChoose another cluster by --context or --kubeconfig; %s", err, instead)
}

// getNodes gets those of the named nodes that exist.
func getNodes(ctx context.Context, nodes metadata.Getter, names []string) ([]metav1.PartialObjectMetadata, error) {
	var found []metav1.PartialObjectMetadata
	for _, name := range names {
		n, err := nodes.Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			// Whoever named it is told so together with all others that are missing.
		case err != nil:
			return nil, err
		default:
			found = append(found, *n)
		}
	}
	return found, nil
}

// listNodes lists all nodes, page by page.
func listNodes(ctx context.Context, nodes metadata.Getter, progress io.Writer) ([]metav1.PartialObjectMetadata, error) {
	m := newMeter(progress, "nodes")
	defer m.stop()
	pages := pager.New(func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		page, err := nodes.List(ctx, opts)
		if err != nil {
			return nil, err
		}
		remaining := int64(0)
		if page.RemainingItemCount != nil {
			remaining = *page.RemainingItemCount
		}
		m.advance(int64(len(page.Items)), remaining)
		return page, nil
	})
	pages.PageSize = pageSize
	var found []metav1.PartialObjectMetadata
	list, _, err := pages.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	err = apimeta.EachListItem(list, func(object runtime.Object) error {
		n, ok := object.(*metav1.PartialObjectMetadata)
		if !ok {
			return fmt.Errorf("the server answered with %T", object)
		}
		found = append(found, *n)
		return nil
	})
	return found, err
}

// stampedLocations returns what the nodes' stamps say.
func stampedLocations(nodes []metav1.PartialObjectMetadata) *locations {
	found := &locations{}
	stamped := 0
	for i := range nodes {
		n := &nodes[i]
		annotation, ok := n.Annotations[residencyv1.LocationAnnotation]
		record, err := stamp.Decode(string(n.UID), annotation)
		switch {
		case !ok:
			found.items = append(found.items, notStamped(n.Name, "the operator has not stamped it yet"))
		case errors.Is(err, stamp.ErrAnother):
			found.items = append(found.items, notStamped(n.Name, "its stamp was written for another node and is not believed"))
		case err != nil:
			found.items = append(found.items, notStamped(n.Name, "its stamp cannot be read: "+err.Error()))
		default:
			stamped++
			found.items = append(found.items, newNodeLocation(n.Name, record))
		}
	}
	if stamped == 0 && len(nodes) > 0 {
		found.warnings = append(found.warnings,
			"none of these nodes has a stamp: is the operator running? Without it: kubectl get nodes -o json | kubectl residency locations -f -")
	}
	return found
}
