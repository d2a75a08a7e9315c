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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// MissingSource names what a claim or a snapshot is to be made of and that is not there yet, so
// that nobody can say what it will hold; empty if all is there, if it is made of nothing, or if it
// has been made already.
func (g *Gatherer) MissingSource(ctx context.Context, object metav1.Object) (string, error) {
	var sources []trail
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		if o.Spec.VolumeName == "" {
			sources = sourceOf(&o.Spec, o.Namespace)
		}
	case *snapshotv1.VolumeSnapshot:
		taken := o.Status != nil && o.Status.BoundVolumeSnapshotContentName != nil
		if claim := o.Spec.Source.PersistentVolumeClaimName; !taken && claim != nil && *claim != "" {
			sources = []trail{from(kindClaim, o.Namespace, *claim)}
		}
	}
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
