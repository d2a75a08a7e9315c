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

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// credentials is the name of what the pods of a cell mount.
const credentials = "credentials"

func (c *cell) meta(name string, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: c.namespace, Name: name, Labels: labels}
}

func secret(meta metav1.ObjectMeta) *corev1.Secret { return &corev1.Secret{ObjectMeta: meta} }

func claim(meta metav1.ObjectMeta) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: meta, Spec: corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
	}}
}

// reading has a pod read a Secret through its environment.
func reading(name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
			SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: name}, Key: "token"},
		}}}
	}
}

// mounting has a pod mount a volume.
func mounting(source corev1.VolumeSource) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: source}} }
}

// carried is a way in by a pod that nobody labelled, and that refers to something that carries the key.
func carried(name string, object func(metav1.ObjectMeta) client.Object, refer func(*corev1.Pod)) way {
	create := func(ctx context.Context, c *cell, name, node string) error {
		return c.actor.Create(ctx, c.pod(name, withoutKeys, refer, on(node)))
	}
	return way{
		name: name,
		says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, object(c.meta(credentials, c.keyed()))); err != nil {
				return err
			}
			return c.marked(ctx)
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return create(ctx, c, "abroad", abroad)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := create(ctx, c, "twin", home); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}

// inMounts are the ways in by what a pod mounts.
func inMounts() []way {
	return []way{
		carried("PersistentVolumeClaim that carries the key",
			func(m metav1.ObjectMeta) client.Object { return claim(m) },
			mounting(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: credentials}})),
		carried("Secret by env", func(m metav1.ObjectMeta) client.Object { return secret(m) }, reading(credentials)),
		carried("ConfigMap by projected volume",
			func(m metav1.ObjectMeta) client.Object { return &corev1.ConfigMap{ObjectMeta: m} },
			mounting(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{
				ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: credentials}},
			}}}})),
		secretLabelled(), secretReplaced(),
	}
}

// secretLabelled gives the key to a Secret that pods read already.
func secretLabelled() way {
	const others = "credentials-at-home"
	label := func(ctx context.Context, c *cell, name string) error {
		return patched(ctx, c.actor, secret(c.meta(name, nil)), labelPatch(residencyv1.DatasetLabel, c.name))
	}
	return way{
		name: "Secret labelled after the pod runs",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, secret(c.meta(credentials, nil)), secret(c.meta(others, nil))); err != nil {
				return err
			}
			return c.run(ctx, c.pod("abroad", withoutKeys, reading(credentials), on(abroad)), c.pod("home", withoutKeys, reading(others), on(home)))
		},
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return label(ctx, c, credentials)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := label(ctx, c, others); err != nil {
				return err
			}
			return c.permitted(ctx, 1)
		},
	}
}

// secretReplaced makes a Secret again without its key. Who may declassify the dataset may do it.
func secretReplaced() way {
	replace := func(ctx context.Context, c *cell, by client.Client) error {
		if err := by.Delete(ctx, secret(c.meta(credentials, nil))); err != nil {
			return err
		}
		return by.Create(ctx, secret(c.meta(credentials, nil)))
	}
	return way{
		name: "Secret deleted and made again without its key",
		says: "declassify",
		setup: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, secret(c.meta(credentials, c.keyed()))); err != nil {
				return err
			}
			if err := c.marked(ctx); err != nil {
				return err
			}
			return c.run(ctx, c.pod("home", withoutKeys, reading(credentials), on(home)))
		},
		act:  func(ctx context.Context, c *cell) error { return replace(ctx, c, c.actor) },
		seen: never,
		twin: func(ctx context.Context, c *cell) error {
			rules, err := rulesOf(c.may)
			if err != nil {
				return err
			}
			owner, err := c.world.user(ctx, c.name+"-owner", c.namespace, append(rules, rbacv1.PolicyRule{
				Verbs: []string{"declassify"}, APIGroups: []string{residencyv1.GroupVersion.Group}, Resources: []string{"datasets"}, ResourceNames: []string{c.name},
			}))
			if err != nil {
				return err
			}
			if err := replace(ctx, c, owner); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "home")
		},
	}
}
