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

package facts

import (
	"context"
	"fmt"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
)

// MissingSourceOfClaim names what a claim is to be made of and that is not there yet, so that
// nobody can say what it will hold; empty if it is there, if it is made of nothing, or if it has
// been made already.
func (g *Gatherer) MissingSourceOfClaim(ctx context.Context, c *corev1.PersistentVolumeClaim) (string, error) {
	if c.Spec.VolumeName != "" {
		return "", nil
	}
	return g.missing(ctx, sourceOf(&c.Spec, c.Namespace))
}

// MissingSourceOfSnapshot is the same of a snapshot, which is taken of a claim.
func (g *Gatherer) MissingSourceOfSnapshot(ctx context.Context, s *snapshotv1.VolumeSnapshot) (string, error) {
	claim, taken := s.Spec.Source.PersistentVolumeClaimName, s.Status != nil && s.Status.BoundVolumeSnapshotContentName != nil
	if taken || claim == nil || *claim == "" {
		return "", nil
	}
	return g.missing(ctx, []trail{from(kindClaim, s.Namespace, *claim)})
}

func (g *Gatherer) missing(ctx context.Context, sources []trail) (string, error) {
	for i := range sources {
		t := &sources[i]
		there, err := g.there(ctx, t)
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", t.object, err)
		}
		if !there {
			return t.object, nil
		}
	}
	return "", nil
}

func (g *Gatherer) there(ctx context.Context, t *trail) (bool, error) {
	if t.kind == kindClaim {
		c, err := g.Source.Claim(ctx, t.namespace, t.name)
		return c != nil, err
	}
	s, err := g.Source.VolumeSnapshot(ctx, t.namespace, t.name)
	return s != nil, err
}
