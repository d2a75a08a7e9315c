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

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// The drivers whose snapshots are taken.
const (
	diskDriver  = "pd.csi.storage.gke.io"
	filesDriver = "filestore.csi.storage.gke.io"
)

// snapshotClass is a VolumeSnapshotClass of the cell.
func (c *cell) snapshotClass(name, driver string, parameters map[string]string) *snapshotv1.VolumeSnapshotClass {
	return &snapshotv1.VolumeSnapshotClass{
		ObjectMeta: metav1.ObjectMeta{Name: c.className(name)}, Driver: driver, Parameters: parameters,
		DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain,
	}
}

// snapshotOf is a snapshot of a claim. Nobody labelled it.
func (c *cell) snapshotOf(claim, name string) *snapshotv1.VolumeSnapshot {
	return &snapshotv1.VolumeSnapshot{ObjectMeta: c.meta(name, nil), Spec: snapshotv1.VolumeSnapshotSpec{
		Source:                  snapshotv1.VolumeSnapshotSource{PersistentVolumeClaimName: &claim},
		VolumeSnapshotClassName: new(c.className(name)),
	}}
}

// taken is a way in by the class of a snapshot of a claim at home.
func taken(name, driver string, source func(c *cell) []client.Object, toAbroad, toHome map[string]string, change ...func(*way)) way {
	const data = "data"
	w := way{
		name: name, stores: true,
		setup: func(ctx context.Context, c *cell) error {
			objects := append(source(c), c.snapshotClass(abroadClass, driver, toAbroad), c.snapshotClass(atHomeClass, driver, toHome))
			if err := c.make(ctx, objects...); err != nil {
				return err
			}
			return c.holds(ctx, c.claimOf(data, atHomeClass))
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindSnapshot, c.namespace, abroadClass)
			return c.actor.Create(ctx, c.snapshotOf(data, abroadClass))
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.actor.Create(ctx, c.snapshotOf(data, atHomeClass)); err != nil {
				return err
			}
			return c.countedStored(ctx, func(s *residencyv1.DatasetStatus) *residencyv1.StorageCounts { return s.Snapshots })
		},
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

// inSnapshots are the ways in by snapshots.
func inSnapshots() []way {
	disk := func(c *cell) []client.Object {
		return []client.Object{c.class(atHomeClass, diskDriver, nil, allowing("topology.gke.io/zone", "europe-west3-a"))}
	}
	replicas := func(c *cell) []client.Object {
		class := c.class(atHomeClass, "driver.longhorn.io", nil, nil)
		return []client.Object{class, c.site("rooms", "DE", classNames(class.Name))}
	}
	atHome := map[string]string{"storage-locations": "europe-west3"}
	return []way{
		taken("snapshot class with locations", diskDriver, disk, map[string]string{"storage-locations": "europe-west2"}, atHome, saying("London, GB")),
		taken("snapshot in the default multi-region", diskDriver, disk, nil, atHome, saying("storage-locations")),
		taken("Longhorn snapshot class without a type", "driver.longhorn.io", replicas, nil, map[string]string{"type": "snap"}, saying("backup target")),
		restored(),
	}
}

// classNames has a Site speak of all volumes of a class.
func classNames(names ...string) func(*residencyv1.SiteSpec) {
	return func(s *residencyv1.SiteSpec) {
		for _, name := range names {
			s.StorageClassNames = append(s.StorageClassNames, residencyv1.NodeName(name))
		}
	}
}

// restored brings a snapshot to another namespace, by its handle, and makes a claim of it there. Nobody labelled that.
func restored() way {
	const data = "data"
	other := func(c *cell) string { return c.namespace + "-other" }
	restore := func(ctx context.Context, c *cell, name string) error {
		p := c.claimOf(name, name, withoutKey)
		p.Namespace = other(c)
		p.Spec.DataSource = &corev1.TypedLocalObjectReference{APIGroup: new(snapshotv1.GroupName), Kind: kindSnapshot, Name: "imported"}
		return c.restorer.Create(ctx, p)
	}
	return way{
		name: "snapshot restored in another namespace", stores: true, says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			zones := func(name, zone string) client.Object {
				return c.class(name, filesDriver, nil, allowing("topology.gke.io/zone", zone))
			}
			err := c.make(ctx, zones(atHomeClass, "europe-west3-a"), zones(abroadClass, "europe-west2-a"),
				c.site("files", "DE", classNames(c.className(atHomeClass))), c.snapshotClass(atHomeClass, filesDriver, map[string]string{"location": "europe-west3"}))
			if err != nil {
				return err
			}
			if err := c.holds(ctx, c.claimOf(data, atHomeClass)); err != nil {
				return err
			}
			if err := c.world.namespace(ctx, other(c), nil); err != nil {
				return err
			}
			if err := c.snapshotTwice(ctx, data, other(c)); err != nil {
				return err
			}
			if c.state != stateWithout { // The gate is what marks it.
				if err := c.markedIn(ctx, other(c)); err != nil {
					return err
				}
			}
			rules, err := rulesOf(c.may)
			if err != nil {
				return err
			}
			c.restorer, err = c.world.user(ctx, c.name+"-restorer", other(c), rules)
			return err
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, other(c), abroadClass)
			return restore(ctx, c, abroadClass)
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			if err := restore(ctx, c, atHomeClass); err != nil {
				return err
			}
			return c.boundIn(ctx, other(c), atHomeClass)
		},
	}
}

// snapshotTwice takes a snapshot of a claim as its controller does, and imports it by its handle into a namespace.
func (c *cell) snapshotTwice(ctx context.Context, claim, namespace string) error {
	pv, err := c.volumeOf(ctx, claim)
	if err != nil {
		return err
	}
	handle := "projects/example/locations/europe-west3/backups/" + c.name
	first := c.snapshotOf(claim, atHomeClass)
	content := func(name string, of types.NamespacedName, source snapshotv1.VolumeSnapshotContentSource) *snapshotv1.VolumeSnapshotContent {
		return &snapshotv1.VolumeSnapshotContent{ObjectMeta: metav1.ObjectMeta{Name: c.className(name)}, Spec: snapshotv1.VolumeSnapshotContentSpec{
			Driver: filesDriver, DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain, Source: source,
			VolumeSnapshotRef: corev1.ObjectReference{Kind: kindSnapshot, APIVersion: snapshotv1.SchemeGroupVersion.String(), Namespace: of.Namespace, Name: of.Name},
		}}
	}
	imported := &snapshotv1.VolumeSnapshot{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "imported"}, Spec: snapshotv1.VolumeSnapshotSpec{
		Source: snapshotv1.VolumeSnapshotSource{VolumeSnapshotContentName: new(c.className("imported"))},
	}}
	made := content("taken", inNamespace(c.namespace, first.Name), snapshotv1.VolumeSnapshotContentSource{VolumeHandle: &pv.Spec.CSI.VolumeHandle})
	made.Spec.VolumeSnapshotClassName = new(c.className(atHomeClass))
	if err := c.make(ctx, first, made); err != nil {
		return err
	}
	for object, status := range map[client.Object]string{
		made:  fmt.Sprintf(`{"status":{"readyToUse":true,"snapshotHandle":%q}}`, handle),
		first: fmt.Sprintf(`{"status":{"readyToUse":true,"boundVolumeSnapshotContentName":%q}}`, made.Name),
	} {
		if err := patched(ctx, c.world.admin, object, status, "status"); err != nil {
			return fmt.Errorf("writing the status of a snapshot: %w", err)
		}
	}
	return c.make(ctx, content("imported", inNamespace(namespace, imported.Name), snapshotv1.VolumeSnapshotContentSource{SnapshotHandle: &handle}), imported)
}
