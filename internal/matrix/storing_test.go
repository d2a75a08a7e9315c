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
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// The classes of a cell: one makes volumes where it is permitted, the other does not.
const (
	atHomeClass = "home"
	abroadClass = "abroad"
)

// className is the name of a class of the cell. Classes belong to the whole cluster.
func (c *cell) className(name string) string { return c.name + "-" + name }

// allowing names places by a key of topology.
func allowing(key string, values ...string) []corev1.TopologySelectorTerm {
	return []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: key, Values: values}}}}
}

// class is a StorageClass of the cell that makes volumes at once.
func (c *cell) class(name, provisioner string, parameters map[string]string, allowed []corev1.TopologySelectorTerm) *storagev1.StorageClass {
	return &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: c.className(name)}, Provisioner: provisioner, Parameters: parameters, AllowedTopologies: allowed,
		ReclaimPolicy: new(corev1.PersistentVolumeReclaimRetain),
	}
}

// The zones of the disks of Amazon.
const (
	homeZone   = "eu-central-1a"
	abroadZone = "eu-west-2a"
)

// disks is a class of Amazon's disks in a zone.
func (c *cell) disks(name, zone string) *storagev1.StorageClass {
	return c.class(name, "ebs.csi.aws.com", nil, allowing(corev1.LabelTopologyZone, zone))
}

// shares is a class of Alibaba Cloud's file systems in a region, which are reached from everywhere.
func (c *cell) shares(name, region string) *storagev1.StorageClass {
	return c.class(name, "nasplugin.csi.alibabacloud.com", map[string]string{"regionId": region}, nil)
}

// byHand is the class of volumes that somebody made by hand, and of the claims for them. There is no such class, so only
// these find each other.
const byHand = "by-hand"

// claimOf is a claim of the cell that carries its key. The class is the name in the cell.
func (c *cell) claimOf(name, class string, changes ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	p := claim(c.meta(name, c.keyed()))
	p.Spec.StorageClassName = new(c.className(class))
	for _, change := range changes {
		change(p)
	}
	return p
}

// withoutKey takes the key from a claim.
func withoutKey(p *corev1.PersistentVolumeClaim) { p.Labels = nil }

// of has a claim name its volume.
func of(volume string) func(*corev1.PersistentVolumeClaim) {
	return func(p *corev1.PersistentVolumeClaim) { p.Spec.VolumeName = volume }
}

// volume is a PersistentVolume of the cell that somebody made by hand.
func (c *cell) volume(name string, source corev1.PersistentVolumeSource, changes ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	pv := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: c.className(name)},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeSource:        source,
			AccessModes:                   claim(metav1.ObjectMeta{}).Spec.AccessModes,
			Capacity:                      claim(metav1.ObjectMeta{}).Spec.Resources.Requests,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              c.className(byHand),
		},
	}
	for _, change := range changes {
		change(pv)
	}
	return pv
}

// csi is a volume of a driver.
func csi(driver, handle string, attributes map[string]string) corev1.PersistentVolumeSource {
	return corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: handle, VolumeAttributes: attributes}}
}

// reached says on which nodes a volume can be used.
func reached(key, value string) func(*corev1.PersistentVolume) {
	return func(pv *corev1.PersistentVolume) {
		pv.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{value}}},
		}}}}
	}
}

// reserved keeps a volume for a claim.
func (c *cell) reserved(claim string) func(*corev1.PersistentVolume) {
	return func(pv *corev1.PersistentVolume) {
		pv.Spec.ClaimRef = &corev1.ObjectReference{Kind: kindClaim, APIVersion: "v1", Namespace: c.namespace, Name: claim}
	}
}

// disk is a disk of Amazon that was there before the cluster.
func (c *cell) disk(name, zone string, changes ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	return c.volume(name, csi("ebs.csi.aws.com", "vol-"+c.name+"-"+name, nil), append(changes, reached(corev1.LabelTopologyZone, zone))...)
}

// bound waits until a claim has its volume.
func (c *cell) bound(ctx context.Context, name string) error {
	return c.boundIn(ctx, c.namespace, name)
}

func (c *cell) boundIn(ctx context.Context, namespace, name string) error {
	return c.world.until(ctx, "claim "+name+" to be bound", func() error {
		p := &corev1.PersistentVolumeClaim{}
		if err := c.world.seen.Get(ctx, types.NamespacedName{Namespace: namespace, Name: name}, p); err != nil {
			return err
		}
		if p.Status.Phase != corev1.ClaimBound {
			return fmt.Errorf("it is %s", p.Status.Phase)
		}
		return nil
	})
}

// holds makes claims at home that hold the dataset, and waits until they are bound and their volumes carry the key.
func (c *cell) holds(ctx context.Context, claims ...*corev1.PersistentVolumeClaim) error {
	for _, p := range claims {
		err := c.world.until(ctx, "claim "+p.Name+" to be admitted", func() error {
			return client.IgnoreAlreadyExists(c.world.admin.Create(ctx, p.DeepCopy()))
		})
		if err != nil {
			return err
		}
	}
	for _, p := range claims {
		if err := c.bound(ctx, p.Name); err != nil {
			return err
		}
		if err := c.inherited(ctx, p.Name); err != nil {
			return err
		}
	}
	return c.marked(ctx)
}

// inherited waits until the volume of a claim carries the key of the dataset.
func (c *cell) inherited(ctx context.Context, claim string) error {
	return c.world.until(ctx, "the volume of claim "+claim+" to carry the key", func() error {
		pv, err := c.volumeOf(ctx, claim)
		if err == nil && !strings.Contains(pv.Annotations[residencyv1.DatasetsAnnotation], c.name) {
			err = fmt.Errorf("it has the annotations %v", pv.Annotations)
		}
		return err
	})
}

func (c *cell) volumeOf(ctx context.Context, claim string) (*corev1.PersistentVolume, error) {
	p, pv := &corev1.PersistentVolumeClaim{}, &corev1.PersistentVolume{}
	if err := c.world.seen.Get(ctx, types.NamespacedName{Namespace: c.namespace, Name: claim}, p); err != nil {
		return nil, fmt.Errorf("reading a claim: %w", err)
	}
	if err := c.world.seen.Get(ctx, types.NamespacedName{Name: p.Spec.VolumeName}, pv); err != nil {
		return nil, fmt.Errorf("reading the volume of a claim: %w", err)
	}
	return pv, nil
}

// site declares where volumes are.
func (c *cell) site(name string, country residencyv1.CountryCode, change func(*residencyv1.SiteSpec)) *residencyv1.Site {
	s := &residencyv1.Site{
		ObjectMeta: metav1.ObjectMeta{Name: c.className(name)},
		Spec:       residencyv1.SiteSpec{Country: country, Basis: residencyv1.Basis{Reference: "the matrix", VerifiedAt: "2026-01-01"}},
	}
	change(&s.Spec)
	return s
}

// storing has claims or snapshots be flagged when the act is admitted.
func (c *cell) storing(kind, namespace string, names ...string) {
	c.storedKind, c.concerned = kind, nil
	for _, name := range names {
		c.concerned = append(c.concerned, types.NamespacedName{Namespace: namespace, Name: name})
	}
}

// The kinds that can hold data.
const (
	kindClaim    = "PersistentVolumeClaim"
	kindSnapshot = "VolumeSnapshot"
)

// stored sees whether exactly the claims or snapshots that are concerned are flagged: by the counts of the dataset, and
// by name.
func stored(ctx context.Context, c *cell) (sight, error) {
	dataset := &residencyv1.Dataset{}
	if err := c.world.seen.Get(ctx, types.NamespacedName{Name: c.name}, dataset); err != nil {
		return sight{}, fmt.Errorf("reading the dataset: %w", err)
	}
	s := sight{illegal: true}
	counts := dataset.Status.Volumes
	if c.storedKind == kindSnapshot {
		counts = dataset.Status.Snapshots
	}
	if counts == nil {
		s.detail = "the dataset counts nothing"
		return s, nil
	}
	s.detail = fmt.Sprintf("the dataset counts %+v, concerned are %v", *counts, c.concerned)
	if int(counts.Prohibited+counts.Undetermined) != len(c.concerned) || len(c.concerned) == 0 {
		return s, nil
	}
	for _, one := range c.concerned {
		if !slices.ContainsFunc(dataset.Status.Violations, func(v residencyv1.Violation) bool {
			return v.Kind == c.storedKind && v.Namespace == one.Namespace && v.Name == one.Name && v.Aspect == residencyv1.AspectStorage
		}) {
			s.detail = fmt.Sprintf("the dataset does not name %s %s", c.storedKind, one)
			return s, nil
		}
	}
	s.word = wordFlagged
	return s, nil
}

// keptFrom sees what becomes of a claim that only a controller can bind: it stays as it is, and an Event says why, or it
// is flagged once it is bound.
func keptFrom(taken func(*corev1.PersistentVolumeClaim) bool) func(context.Context, *cell) (sight, error) {
	return func(ctx context.Context, c *cell) (sight, error) {
		p := &corev1.PersistentVolumeClaim{}
		if err := c.world.seen.Get(ctx, c.concerned[0], p); err != nil {
			return sight{}, fmt.Errorf("reading the claim: %w", err)
		}
		if taken(p) {
			return stored(ctx, c)
		}
		events := &eventsv1.EventList{}
		if err := c.world.seen.List(ctx, events, client.InNamespace(p.Namespace)); err != nil {
			return sight{}, fmt.Errorf("listing Events: %w", err)
		}
		for _, e := range events.Items {
			if e.Regarding.Kind == kindClaim && e.Regarding.Name == p.Name && e.Reason == "VolumeRefused" {
				return sight{word: wordPending, detail: e.Note}, nil
			}
		}
		return sight{detail: "the claim has no volume, and no Event says why"}, nil
	}
}

// permittedVolumes waits until the dataset counts at least one claim as permitted.
func (c *cell) permittedVolumes(ctx context.Context) error {
	return c.countedStored(ctx, func(s *residencyv1.DatasetStatus) *residencyv1.StorageCounts { return s.Volumes })
}

func (c *cell) countedStored(ctx context.Context, of func(*residencyv1.DatasetStatus) *residencyv1.StorageCounts) error {
	return c.world.until(ctx, "the dataset to count something permitted", func() error {
		dataset := &residencyv1.Dataset{}
		if err := c.world.seen.Get(ctx, client.ObjectKey{Name: c.name}, dataset); err != nil {
			return err
		}
		if counts := of(&dataset.Status); counts == nil || counts.Permitted == 0 {
			return errors.Join(errors.New("it does not"), fmt.Errorf("it counts %+v", counts))
		}
		return nil
	})
}
