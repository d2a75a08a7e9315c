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
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/manifest"
)

// volumesInstead is the way that needs no cluster.
const volumesInstead = "-f reads volumes from files instead, such as kubectl get pv,pvc,sc,nodes -A -o json prints"

// findVolumes gathers where the volumes are that were asked for.
func (o *locationsOptions) findVolumes(ctx context.Context, streams genericiooptions.IOStreams, places *placesFlag) (*volumes, error) {
	if !o.files.given() {
		found, err := o.volumesInCluster(ctx, streams, places)
		if err != nil {
			return nil, err
		}
		found.choose(o.names, "in the cluster")
		return found, nil
	}
	cat, err := places.load()
	if err != nil {
		return nil, err
	}
	in, err := manifest.Read(ctx, o.files.options(streams.In))
	if err != nil {
		return nil, fmt.Errorf("reading the input: %w", err)
	}
	j := newJudge(cat, in, o.now)
	found, err := volumesOf(ctx, j.gatherer, in)
	if err != nil {
		return nil, err
	}
	in.SortProblems()
	found.errors, found.warnings = texts(in.Problems), j.world.warnings(manifest.SiteKind)
	if len(found.items) == 0 && len(found.errors) == 0 {
		found.errors = append(found.errors, "there are no volumes and no claims in the input: kubectl get pv,pvc -A -o json prints those of a cluster")
	}
	found.choose(o.names, "in the input")
	return found, nil
}

// volumesInCluster reads the volumes of the cluster with the rights of whoever asks, and all
// that is needed to say where they are.
func (o *locationsOptions) volumesInCluster(ctx context.Context, streams genericiooptions.IOStreams, places *placesFlag) (*volumes, error) {
	cat, err := places.load()
	if err != nil {
		return nil, err
	}
	a, err := newAsker(&o.cluster, streams.ErrOut)
	if err != nil {
		return nil, err
	}
	r := &sceneReader{asker: a, scene: &scene{asked: instantFlag{now: o.now}}, in: &manifest.Input{Others: map[string]int{}}, live: newLive(a)}
	r.scene.source = newAsked(r.live)
	switch err := r.live.listVolumes(ctx); {
	case apierrors.IsForbidden(err):
		return nil, fmt.Errorf("reading the volumes: %w\nIt takes the verb list on %s, which an administrator can grant; %s", err, resourceVolumes, volumesInstead)
	case err != nil:
		return nil, unanswered(fmt.Errorf("reading the volumes: %w", err), volumesInstead)
	}
	for i := range r.live.all.Volumes {
		r.add(kindVolume, &r.live.all.Volumes[i])
	}
	denied, err := r.readClaims(ctx, "", func(c *corev1.PersistentVolumeClaim) { r.add(kindClaim, c) })
	if err := r.note(denied, err); err != nil {
		return nil, err
	}
	if err := r.readCustom(ctx, func(resource string) bool { return resource == sitesResource }); err != nil {
		return nil, err
	}
	if err := r.readNodes(ctx, cat); err != nil {
		return nil, err
	}
	found, err := volumesOf(ctx, r.scene.gatherer, r.in)
	if err != nil {
		return nil, err
	}
	r.scene.miss(r.scene.source.take()...)
	found.unknown = r.scene.unknown
	return found, nil
}
