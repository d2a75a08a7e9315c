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

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/controllers/late"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/volume"
)

// meant returns what a request means, and whether what that touches is meant too: what it holds
// may have changed, or pods may be touched of whom nothing else tells.
func (r *Reconciler) meant(ctx context.Context, req Request) (refs []ledger.Ref, spreads bool, err error) {
	f := r.finder(ctx)
	switch req.Kind {
	case oneClaim:
		f.add(ledger.KindClaim, req.Namespace, req.Name)
	case oneVolume:
		f.add(ledger.KindVolume, "", req.Name)
	case oneSnapshot:
		f.add(ledger.KindSnapshot, req.Namespace, req.Name)
	case oneContent:
		f.add(ledger.KindContent, "", req.Name)
	case sameData:
		f.volumes(facts.VolumeHandle, req.Name)
		f.contents(index.ContentVolume, req.Name)
	case inNamespace:
		f.claims(client.InNamespace(req.Name))
		f.snapshots(client.InNamespace(req.Name))
	case ofClass:
		f.claims(client.MatchingFields{index.ClaimClass: req.Name})
		f.volumes(index.VolumeClass, req.Name)
	case ofAttributes:
		f.claims(client.MatchingFields{index.ClaimAttributes: req.Name})
		f.volumes(index.VolumeAttributes, req.Name)
	case ofSnapshotClass:
		f.snapshots(client.MatchingFields{index.SnapshotClass: req.Name})
		f.contents(index.ContentClass, req.Name)
	case onHost:
		f.volumes(index.VolumeHost, req.Name)
	case open:
		return r.Ledger.Open(ledger.Stores), false, nil
	case ofDataset:
		return r.Ledger.Of(req.Name, ledger.Stores), false, nil
	case storing:
		return r.Ledger.Storing(ledger.Stores), false, nil
	}
	return f.found, true, f.err
}

// touched returns what changes of these touch, each once, they themselves first.
func (r *Reconciler) touched(ctx context.Context, refs []ledger.Ref) ([]ledger.Ref, error) {
	seen, asked := make(map[ledger.Ref]bool, len(refs)), map[volume.Identity]bool{}
	var out []ledger.Ref
	for len(refs) > 0 {
		ref := refs[0]
		refs = refs[1:]
		if seen[ref] {
			continue
		}
		seen[ref] = true
		out = append(out, ref)
		next, err := r.beyond(ctx, ref, asked)
		if err != nil {
			return nil, err
		}
		refs = append(refs, next...)
	}
	return out, nil
}

// beyond returns what rests where the thing does, or holds what it holds: the other side of its
// binding, what was made from it, and what holds the same data, if it was not asked for yet: of a
// share there can be many volumes, and each of them leads to all the others.
func (r *Reconciler) beyond(ctx context.Context, ref ledger.Ref, asked map[volume.Identity]bool) ([]ledger.Ref, error) {
	f := r.finder(ctx)
	switch ref.Kind {
	case ledger.KindClaim:
		c := &corev1.PersistentVolumeClaim{}
		if f.get(ref, c) && c.Spec.VolumeName != "" {
			f.add(ledger.KindVolume, "", c.Spec.VolumeName)
		}
		f.volumes(index.VolumeClaim, index.Qualified(ref.Namespace, ref.Name))
		f.claims(client.MatchingFields{index.ClaimSource: index.Source(string(ref.Kind), ref.Namespace, ref.Name)})
		f.snapshots(client.InNamespace(ref.Namespace), client.MatchingFields{index.SnapshotClaim: ref.Name})
	case ledger.KindVolume:
		pv := &corev1.PersistentVolume{}
		if f.get(ref, pv) {
			if claim := pv.Spec.ClaimRef; claim != nil {
				f.add(ledger.KindClaim, claim.Namespace, claim.Name)
			}
			for _, name := range volume.Names(pv) {
				if asked[name] {
					continue
				}
				asked[name] = true
				f.volumes(facts.VolumeHandle, facts.HandleKey(name.Of, name.Value))
				f.contents(index.ContentVolume, facts.HandleKey(name.Of, name.Value))
			}
		}
		f.claims(client.MatchingFields{index.ClaimVolume: ref.Name})
	case ledger.KindSnapshot:
		f.claims(client.MatchingFields{index.ClaimSource: index.Source(string(ref.Kind), ref.Namespace, ref.Name)})
		f.contents(index.ContentSnapshot, index.Qualified(ref.Namespace, ref.Name))
	case ledger.KindContent:
		c := &snapshotv1.VolumeSnapshotContent{}
		if r.kinds.Has(kindContents) && f.get(ref, c) {
			for _, handle := range facts.SnapshotHandles(c) {
				f.contents(facts.SnapshotHandle, facts.HandleKey(c.Spec.Driver, handle))
			}
			f.add(ledger.KindSnapshot, c.Spec.VolumeSnapshotRef.Namespace, c.Spec.VolumeSnapshotRef.Name)
		}
		f.snapshots(client.MatchingFields{index.SnapshotContent: ref.Name})
	}
	return f.found, f.err
}

// finder finds things until it meets an error.
type finder struct {
	ctx    context.Context
	reader client.Reader
	kinds  *late.Kinds[Request]
	found  []ledger.Ref
	err    error
}

func (r *Reconciler) finder(ctx context.Context) *finder {
	return &finder{ctx: ctx, reader: r.Reader, kinds: &r.kinds}
}

func (f *finder) add(kind ledger.Kind, namespace, name string) {
	f.found = append(f.found, ledger.Ref{Kind: kind, Namespace: namespace, Name: name})
}

// get reads a thing, and reports whether it is there.
func (f *finder) get(ref ledger.Ref, into client.Object) bool {
	if f.err != nil {
		return false
	}
	ok, err := exists(f.reader.Get(f.ctx, types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}, into, client.UnsafeDisableDeepCopy))
	if err != nil {
		f.err = fmt.Errorf("reading %s %s: %w", ref.Kind, index.Qualified(ref.Namespace, ref.Name), err)
	}
	return ok
}

func (f *finder) claims(opts ...client.ListOption) {
	f.list(ledger.KindClaim, &corev1.PersistentVolumeClaimList{}, opts...)
}

func (f *finder) volumes(field, value string) {
	f.list(ledger.KindVolume, &corev1.PersistentVolumeList{}, client.MatchingFields{field: value})
}

func (f *finder) snapshots(opts ...client.ListOption) {
	if f.kinds.Has(kindSnapshots) {
		f.list(ledger.KindSnapshot, &snapshotv1.VolumeSnapshotList{}, opts...)
	}
}

func (f *finder) contents(field, value string) {
	if f.kinds.Has(kindContents) {
		f.list(ledger.KindContent, &snapshotv1.VolumeSnapshotContentList{}, client.MatchingFields{field: value})
	}
}

func (f *finder) everyContent() {
	if f.kinds.Has(kindContents) {
		f.list(ledger.KindContent, &snapshotv1.VolumeSnapshotContentList{})
	}
}

func (f *finder) list(kind ledger.Kind, into client.ObjectList, opts ...client.ListOption) {
	if f.err != nil {
		return
	}
	if err := f.reader.List(f.ctx, into, append(opts, client.UnsafeDisableDeepCopy)...); err != nil {
		f.err = fmt.Errorf("listing what is of kind %s: %w", kind, err)
		return
	}
	f.err = apimeta.EachListItem(into, func(o runtime.Object) error {
		m, err := apimeta.Accessor(o)
		if err == nil {
			f.add(kind, m.GetNamespace(), m.GetName())
		}
		return err
	})
}
