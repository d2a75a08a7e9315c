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

package differential

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/webhook"
)

// askStored asks for the verdicts on claims and volumes.
func (e *examiner) askStored(ctx context.Context, o *operator) ([]string, error) {
	var found []string
	ask := func(of string, want oracle.Verdict, in *residency.Input, err error) error {
		if err != nil {
			return err
		}
		v := residency.Evaluate(o.rulebook, in)
		found = append(found, differ("core", of, want, e.core(&v, in))...)
		return nil
	}
	for i := range o.World.Claims {
		c := &o.World.Claims[i]
		in, err := o.gatherer.Claim(ctx, o.rulebook, &o.StoredObjects.Claims[i])
		if err := ask("claim "+c.Namespace+"/"+c.Name, o.World.Claim(c), in, err); err != nil {
			return nil, err
		}
	}
	for i := range o.World.Volumes {
		v := &o.World.Volumes[i]
		in, err := o.gatherer.PersistentVolume(ctx, o.rulebook, &o.StoredObjects.Volumes[i])
		if err := ask("volume "+v.Object.Name, o.World.PersistentVolume(v), in, err); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// hidesWhatIsMissing reports whether a claim without a volume has keys of its own and is to be made
// of a claim that is not there: then nobody knows what they hide, and it is refused.
func hidesWhatIsMissing(o *operator, c *corev1.PersistentVolumeClaim) bool {
	ref := c.Spec.DataSourceRef
	_, label := c.Labels[residencyv1.DatasetLabel]
	_, annotation := c.Annotations[residencyv1.DatasetsAnnotation]
	if ref == nil || c.Spec.VolumeName != "" || !label && !annotation {
		return false
	}
	namespace := c.Namespace
	if ref.Namespace != nil {
		namespace = *ref.Namespace
	}
	return !slices.ContainsFunc(o.World.Claims, func(s corev1.PersistentVolumeClaim) bool { return s.Namespace == namespace && s.Name == ref.Name })
}

// askGate sends every claim and every volume.
func askGate(_ context.Context, o *operator) ([]string, error) {
	handlers := o.handlers()
	var found []string
	send := func(path, resource string, object interface {
		runtime.Object
		metav1.Object
	}, want oracle.Verdict) error {
		of := &pod{Pod: corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: object.GetNamespace(), Name: object.GetName()}}}
		got, _, err := post(handlers[path], resource, "", object, of)
		if c, ok := object.(*corev1.PersistentVolumeClaim); ok && err == nil && hidesWhatIsMissing(o, c) {
			if got.Effect != "Deny" {
				found = append(found, fmt.Sprintf("webhook admits %s by %s, which has keys and is made of what is not there", object.GetName(), path))
			}
			return nil
		}
		found = append(found, differ("webhook", object.GetName()+" by "+path, flagged(want), got)...)
		return err
	}
	for i := range o.World.Claims {
		c := &o.World.Claims[i]
		for _, path := range []string{webhook.PathGovernedClaims, webhook.PathClaims, webhook.PathOtherClaims} {
			if err := send(path, "persistentvolumeclaims", c, o.World.Claim(c)); err != nil {
				return nil, err
			}
		}
	}
	for i := range o.World.Volumes {
		v := &o.World.Volumes[i]
		for _, path := range []string{webhook.PathVolumes, webhook.PathOtherVolumes} {
			if err := send(path, "persistentvolumes", &v.Object, o.World.PersistentVolume(v)); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}
