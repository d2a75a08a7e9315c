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
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// inPodVolumes are the ways in by the volumes of pods. The policies say nothing of where pods may run, but for the last.
func inPodVolumes() []way {
	both := func(changes ...func(*corev1.Pod)) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			for _, change := range changes {
				change(p)
			}
		}
	}
	stores := func(w *way) { w.stores = true }
	folder := mounting(corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/lib/customers"}})
	scratch := mounting(corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
	bucket := func(region string) func(*corev1.Pod) {
		return mounting(corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{
			Driver: "ossplugin.csi.alibabacloud.com", VolumeAttributes: map[string]string{"bucket": "customers", "url": "oss-" + region + ".aliyuncs.com"},
		}})
	}
	return []way{
		creation("hostPath on a prohibited node", both(folder, on(abroad)), both(folder, on(home)), stores, saying("London, GB")),
		creation("emptyDir on a prohibited node", both(scratch, on(abroad)), both(scratch, on(home)), stores, saying("London, GB")),
		// eu-west-1 of Alibaba Cloud is London. The pods run at home, both of them.
		creation("inline CSI volume", both(bucket("eu-west-1"), on(home)), both(bucket("eu-central-1"), on(home)), stores, saying("London, GB")),
		claimTemplates(), retained(),
	}
}

// claimTemplates has a StatefulSet whose pods run at home keep its data abroad.
func claimTemplates() way {
	stateful := func(c *cell, name, class string) *appsv1.StatefulSet {
		t := c.template(name, homeRegion)
		data := claim(c.meta("data", nil))
		data.Namespace = ""
		data.Spec.StorageClassName = new(c.className(class))
		t.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: data.Name, MountPath: "/data"}}
		return &appsv1.StatefulSet{ObjectMeta: c.meta(name, nil), Spec: appsv1.StatefulSetSpec{
			Selector: selector(&t), Template: t, VolumeClaimTemplates: []corev1.PersistentVolumeClaim{*data},
		}}
	}
	return way{
		name: "volumeClaimTemplates of a StatefulSet", stores: true, says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, c.shares(abroadClass, "eu-west-1"), c.shares(atHomeClass, "eu-central-1")); err != nil {
				return err
			}
			return markNamespace(ctx, c)
		},
		act: func(ctx context.Context, c *cell) error {
			return c.actor.Create(ctx, stateful(c, "abroad", abroadClass))
		},
		seen: func(ctx context.Context, c *cell) (sight, error) { return storing(ctx, c, "abroad") },
		twin: func(ctx context.Context, c *cell) error {
			if err := c.actor.Create(ctx, stateful(c, "twin", atHomeClass)); err != nil {
				return err
			}
			return c.runOn(ctx, "twin", 1)
		},
	}
}

// storing sees what becomes of the pods of a workload that run at home and store abroad.
func storing(ctx context.Context, c *cell, workload string) (sight, error) {
	pods, err := c.pods(ctx, client.MatchingLabels{app: workload})
	if err != nil {
		return sight{}, err
	}
	c.concerned = nil
	for i := range pods {
		c.concerned = append(c.concerned, client.ObjectKeyFromObject(&pods[i]))
	}
	if len(c.concerned) > 0 {
		return flagged(ctx, c)
	}
	events := &eventsv1.EventList{}
	if err := c.world.seen.List(ctx, events, client.InNamespace(c.namespace)); err != nil {
		return sight{}, fmt.Errorf("listing Events: %w", err)
	}
	for _, e := range events.Items {
		if slices.Contains(couldNotCreate(), e.Reason) && classify(e.Note) == wordRefused {
			return sight{word: wordPodsRefused, detail: e.Note}, nil
		}
	}
	return sight{detail: "there are no pods and no Events of pods that were refused"}, nil
}

// retained gives a volume that was kept after its claim to an unlabelled claim in another namespace. An unlabelled pod
// mounts that.
func retained() way {
	const data = "data"
	other := func(c *cell) string { return c.namespace + "-other" }
	reading := func(c *cell, name, node string) *corev1.Pod {
		p := c.pod(name, withoutKeys, on(node), mounting(corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: data},
		}))
		p.Namespace = other(c)
		return p
	}
	return way{
		name: "retained volume claimed by an unlabelled claim", says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, c.shares(atHomeClass, "eu-central-1")); err != nil {
				return err
			}
			if err := c.holds(ctx, c.claimOf(data, atHomeClass)); err != nil {
				return err
			}
			pv, err := c.volumeOf(ctx, data)
			if err != nil {
				return err
			}
			if err := c.world.namespace(ctx, other(c), nil); err != nil {
				return err
			}
			if err := c.release(ctx, pv); err != nil {
				return err
			}
			again := c.claimOf(data, atHomeClass, withoutKey, of(pv.Name))
			again.Namespace = other(c)
			if err := c.make(ctx, again); err != nil {
				return err
			}
			if err := c.boundIn(ctx, other(c), data); err != nil {
				return err
			}
			rules, err := rulesOf(c.may)
			if err != nil {
				return err
			}
			if c.restorer, err = c.world.user(ctx, c.name+"-other", other(c), rules); err != nil {
				return err
			}
			return c.markedIn(ctx, other(c))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerned = append(c.concerned[:0], inNamespace(other(c), c.podName("abroad")))
			return c.restorer.Create(ctx, reading(c, "abroad", abroad))
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.restorer.Create(ctx, reading(c, "twin", home)); err != nil {
				return err
			}
			if err := c.running(ctx, inNamespace(other(c), c.podName("twin"))); err != nil {
				return err
			}
			return c.counted(ctx, 1, func(w *residencyv1.WorkloadCounts) int32 { return w.Permitted })
		},
	}
}

// release deletes the claim of a volume and leaves the volume to whoever names it.
func (c *cell) release(ctx context.Context, pv *corev1.PersistentVolume) error {
	old := claimNamed(c, pv.Spec.ClaimRef.Name)
	if err := c.world.admin.Delete(ctx, old); err != nil {
		return fmt.Errorf("deleting a claim: %w", err)
	}
	err := c.world.until(ctx, "volume "+pv.Name+" to be released", func() error {
		if err := c.world.seen.Get(ctx, client.ObjectKeyFromObject(pv), pv); err != nil {
			return err
		}
		if pv.Status.Phase != corev1.VolumeReleased {
			return fmt.Errorf("it is %s", pv.Status.Phase)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return patched(ctx, c.world.admin, pv, `{"spec":{"claimRef":null}}`)
}
