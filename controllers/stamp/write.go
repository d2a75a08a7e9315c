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

package stamp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// owner is the field manager of the stamps.
const owner = client.FieldOwner("domicile")

// clean removes the labels that the stamp is not to have, also those that somebody else
// owns: applying removes only our own.
func (r *Reconciler) clean(ctx context.Context, w *work) error {
	gone := map[string]any{}
	for key := range w.Present.Labels {
		if _, kept := w.want.Labels[key]; !kept {
			gone[key] = nil
		}
	}
	if len(gone) == 0 {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": w.UID, "labels": gone}})
	if err != nil {
		return fmt.Errorf("writing the patch: %w", err)
	}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: w.Name}}
	return r.Client.Patch(ctx, node, client.RawPatch(types.MergePatchType, patch), owner)
}

// apply writes the stamp and nothing else. The UID makes it fail where the node is
// another one by now, or gone: it is never made by this.
func (r *Reconciler) apply(ctx context.Context, w *work) error {
	node := applycorev1.Node(w.Name).
		WithUID(types.UID(w.UID)).
		WithLabels(maps.Clone(w.want.Labels)).
		WithAnnotations(map[string]string{residencyv1.LocationAnnotation: w.want.Annotation})
	return r.Client.Apply(ctx, node, owner, client.ForceOwnership)
}
