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
	"context"
	"fmt"
	"slices"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/inherit"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
)

// judge judges one thing and records what was found. What is not there leaves the ledger.
func (r *Reconciler) judge(ctx context.Context, ref ledger.Ref) error {
	object := facts.NewStored(string(ref.Kind))
	ok, err := exists(r.Reader.Get(ctx, types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}, object, client.UnsafeDisableDeepCopy))
	switch {
	case err != nil:
		return fmt.Errorf("reading %s %s/%s: %w", ref.Kind, ref.Namespace, ref.Name, err)
	case !ok:
		r.wakeStatuses(r.Ledger.Remove(ref))
		return nil
	}
	thing := ledger.Thing{Ref: ref, UID: object.GetUID()}
	if c, ok := object.(*corev1.PersistentVolumeClaim); ok {
		thing.Open = c.Spec.VolumeName == ""
	}
	var handles []residency.Handling
	j, err := r.Ledger.Judge(thing, r.Clock.Now(), func(rb *residency.Rulebook) (*residency.Input, error) {
		in, err := r.Gatherer.Stored(ctx, rb, object)
		if err != nil {
			return nil, err
		}
		handles = in.Handles
		in.Handles, err = r.unheld(ctx, object, handles)
		return in, err
	})
	if err != nil {
		return fmt.Errorf("judging %s %s/%s: %w", ref.Kind, ref.Namespace, ref.Name, err)
	}
	r.wakeStatuses(j.Change)
	if j.Change.Turned() && !j.Change.Known {
		r.tell(event.Turned(regarding(ref, object), &j.Verdict))
	}
	if _, lacks := inherit.Lacking(object, handles); lacks {
		r.Inherit.Wake(ref)
	}
	return nil
}

// unheld leaves out what the claim of a volume, or the snapshot of a content, holds too: it is
// judged and counted with that, once.
func (r *Reconciler) unheld(ctx context.Context, object client.Object, handles []residency.Handling) ([]residency.Handling, error) {
	if len(handles) == 0 {
		return nil, nil
	}
	held, err := r.heldWith(ctx, object)
	if err != nil || len(held) == 0 {
		return handles, err
	}
	var out []residency.Handling
	for _, h := range handles {
		if !slices.ContainsFunc(held, func(o residency.Handling) bool { return o.Dataset == h.Dataset }) {
			out = append(out, h)
		}
	}
	return out, nil
}

// heldWith returns what is held by the claim that a volume is bound to, or by the snapshot that
// a content is of.
func (r *Reconciler) heldWith(ctx context.Context, object client.Object) ([]residency.Handling, error) {
	f := r.finder(ctx)
	switch o := object.(type) {
	case *corev1.PersistentVolume:
		c := &corev1.PersistentVolumeClaim{}
		if ref := o.Spec.ClaimRef; ref != nil && f.get(ledger.Ref{Kind: ledger.KindClaim, Namespace: ref.Namespace, Name: ref.Name}, c) &&
			(ref.UID == "" || ref.UID == c.UID) && c.Spec.VolumeName == o.Name {
			return r.Gatherer.WaysOfClaim(ctx, c)
		}
	case *snapshotv1.VolumeSnapshotContent:
		s := &snapshotv1.VolumeSnapshot{}
		if ref := o.Spec.VolumeSnapshotRef; f.get(ledger.Ref{Kind: ledger.KindSnapshot, Namespace: ref.Namespace, Name: ref.Name}, s) &&
			(ref.UID == "" || ref.UID == s.UID) && s.Status != nil && s.Status.BoundVolumeSnapshotContentName != nil &&
			*s.Status.BoundVolumeSnapshotContentName == o.Name {
			return r.Gatherer.WaysOfSnapshot(ctx, s)
		}
	}
	return nil, f.err
}

func regarding(ref ledger.Ref, object client.Object) corev1.ObjectReference {
	return corev1.ObjectReference{
		APIVersion: facts.StoredVersion(string(ref.Kind)), Kind: string(ref.Kind), Namespace: ref.Namespace, Name: ref.Name,
		UID: object.GetUID(), ResourceVersion: object.GetResourceVersion(),
	}
}

func (r *Reconciler) wakeStatuses(c ledger.Change) {
	r.Datasets.WakeAfter(wake.Batch, wake.Named(c.Datasets)...)
	r.Policies.WakeAfter(wake.Batch, wake.Named(c.Policies)...)
}

// tell sends an Event, or keeps it while the beginning may have to begin again, so that a turn
// is told once.
func (r *Reconciler) tell(e event.Event) {
	if r.Ledger.Primed(ledger.Stores) {
		r.Events.Send(e)
		return
	}
	r.held = append(r.held, e)
}
