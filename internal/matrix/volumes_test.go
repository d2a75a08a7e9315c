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

package matrix

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// inVolumes are the ways in by what a PersistentVolume says.
func inVolumes() []way {
	return []way{preProvisioned(), volumeRelabelled(), mountOptionsChanged()}
}

// preProvisioned makes a volume for a claim that waits for one. The controller of volumes binds the two.
func preProvisioned() way {
	return way{
		name: "pre-provisioned volume with claimRef", stores: true, tolerant: true, says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, c.claimOf(abroadClass, byHand), c.claimOf(atHomeClass, byHand)); err != nil {
				return err
			}
			return c.marked(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, abroadClass)
			return c.actor.Create(ctx, c.disk(abroadClass, abroadZone, c.reserved(abroadClass)))
		},
		seen: keptFrom(func(p *corev1.PersistentVolumeClaim) bool { return p.Spec.VolumeName != "" }),
		twin: func(ctx context.Context, c *cell) error {
			if err := c.actor.Create(ctx, c.disk(atHomeClass, homeZone, c.reserved(atHomeClass))); err != nil {
				return err
			}
			return c.bound(ctx, atHomeClass)
		},
	}
}

// edited is a way in by an edit of a volume that holds the dataset at home.
func edited(name string, volume func(c *cell, name string) *corev1.PersistentVolume, toAbroad, harmless string, change ...func(*way)) way {
	const data = "data"
	edit := func(ctx context.Context, c *cell, patch string) error {
		return patched(ctx, c.actor, &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: c.className(data)}}, patch)
	}
	w := way{
		name: name, stores: true,
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, volume(c, data)); err != nil {
				return err
			}
			return c.holds(ctx, c.claimOf(data, byHand, of(c.className(data))))
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, data)
			return edit(ctx, c, toAbroad)
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			if c.admitted { // It says of itself that it is abroad.
				if err := edit(ctx, c, harmless); err != nil {
					return err
				}
				return c.permittedVolumes(ctx)
			}
			return edit(ctx, c, harmless)
		},
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

// volumeRelabelled has a volume say of itself that it is elsewhere. The twin says where it is.
func volumeRelabelled() way {
	return edited("labels of a volume edited afterwards", func(c *cell, name string) *corev1.PersistentVolume { return c.disk(name, homeZone) },
		labelPatch(corev1.LabelTopologyRegion, abroadRegion), labelPatch(corev1.LabelTopologyRegion, homeRegion), saying(abroadRegion))
}

// mountOptionsChanged has another bucket of the same name be mounted.
func mountOptionsChanged() way {
	options := func(region string) string { return fmt.Sprintf(`{"spec":{"mountOptions":["region %s"]}}`, region) }
	return edited("mountOptions of a volume edited afterwards", func(c *cell, name string) *corev1.PersistentVolume {
		return c.volume(name, csi("s3.csi.aws.com", c.className(name), map[string]string{"bucketName": "customers"}), func(pv *corev1.PersistentVolume) {
			pv.Spec.MountOptions = []string{"region " + homeRegion}
		})
	}, options(abroadRegion), options(homeRegion), saying("London, GB"))
}

// volumeNames has a Site speak of volumes.
func volumeNames(names ...string) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) {
		for _, name := range names {
			s.VolumeNames = append(s.VolumeNames, residencyv1.NodeName(name))
		}
	}
}
