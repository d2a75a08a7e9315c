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
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// claimed is a way in by a claim that carries the key, and that the actor creates.
func claimed(name string, setup func(ctx context.Context, c *cell) error, toAbroad, toHome func(c *cell, name string) *corev1.PersistentVolumeClaim, change ...func(*way)) way {
	w := way{
		name: name, stores: true, setup: setup,
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, abroadClass)
			return c.actor.Create(ctx, toAbroad(c, abroadClass))
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			// A Site may have been declared just now: until then nothing is known.
			err := c.world.until(ctx, "the twin to be admitted", func() error {
				return client.IgnoreAlreadyExists(c.actor.Create(ctx, toHome(c, atHomeClass)))
			})
			if err != nil {
				return err
			}
			if err := c.bound(ctx, atHomeClass); err != nil {
				return err
			}
			return c.permittedVolumes(ctx)
		},
	}
	for _, c := range change {
		c(&w)
	}
	return w
}

// classed is a way in by the class of a claim.
func classed(name string, toAbroad, toHome func(c *cell, name string) *storagev1.StorageClass, change ...func(*way)) way {
	claims := func(c *cell, name string) *corev1.PersistentVolumeClaim { return c.claimOf(name, name) }
	return claimed(name, func(ctx context.Context, c *cell) error {
		return c.make(ctx, toAbroad(c, abroadClass), toHome(c, atHomeClass))
	}, claims, claims, change...)
}

// named is a way in by the volume that a claim names. It exists already.
func named(name string, toAbroad, toHome func(c *cell, name string) *corev1.PersistentVolume, change ...func(*way)) way {
	claims := func(c *cell, name string) *corev1.PersistentVolumeClaim {
		return c.claimOf(name, byHand, of(c.className(name)))
	}
	return claimed(name, func(ctx context.Context, c *cell) error {
		return c.make(ctx, toAbroad(c, abroadClass), toHome(c, atHomeClass))
	}, claims, claims, change...)
}

// inClaims are the ways in by what a claim says.
func inClaims() []way {
	share := func(sku map[string]string) func(c *cell, name string) *storagev1.StorageClass {
		return func(c *cell, name string) *storagev1.StorageClass {
			return c.class(name, "file.csi.azure.com", sku, nil)
		}
	}
	local := share(map[string]string{"location": "westeurope", "skuName": "Standard_LRS"})
	regional := func(zones ...string) func(c *cell, name string) *storagev1.StorageClass {
		return func(c *cell, name string) *storagev1.StorageClass {
			return c.class(name, "pd.csi.storage.gke.io", map[string]string{"replication-type": "regional-pd"}, allowing("topology.gke.io/zone", zones...))
		}
	}
	in := func(zone string) func(c *cell, name string) *corev1.PersistentVolume {
		return func(c *cell, name string) *corev1.PersistentVolume { return c.disk(name, zone) }
	}
	// What is mounted is the server. The handle is a name, whatever it looks like.
	files := func(region string) func(c *cell, name string) *corev1.PersistentVolume {
		return func(c *cell, name string) *corev1.PersistentVolume {
			return c.volume(name, csi("nasplugin.csi.alibabacloud.com", "eu-central-1/"+c.className(name), map[string]string{
				"server": "0a1b2c." + region + ".nas.aliyuncs.com", "path": "/",
			}))
		}
	}
	folder := func(node string) func(c *cell, name string) *corev1.PersistentVolume {
		return func(c *cell, name string) *corev1.PersistentVolume {
			local := corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + c.className(name)}}
			return c.volume(name, local, reached(corev1.LabelHostname, node))
		}
	}
	return []way{
		classed("StorageClass in another region",
			func(c *cell, name string) *storagev1.StorageClass { return c.disks(name, abroadZone) },
			func(c *cell, name string) *storagev1.StorageClass { return c.disks(name, homeZone) }, saying("London, GB")),
		classed("geo-redundant SKU", share(map[string]string{"location": "westeurope", "skuName": "Standard_GRS"}), local, saying("IE")),
		classed("geo-redundant SKU in odd case", share(map[string]string{"Location": "westeurope", "SKUname": "sTANDARD_ragrs"}), local, saying("IE")),
		classed("regional disk across a border", regional("europe-west3-a", "europe-west2-a"), regional("europe-west3-a", "europe-west3-b"), saying("London, GB")),
		named("volumeName", in(abroadZone), in(homeZone), saying("London, GB")),
		named("handle in Frankfurt with attributes abroad", files("eu-west-1"), files("eu-central-1"), saying("London, GB")),
		named("local volume on a prohibited node", folder(abroad), folder(home), saying("London, GB")),
		nfsWithoutSite(), nfsAbroad(),
		cloned(), volumeNameLater(), attributesChanged(), defaultClassLater(),
	}
}

// nfs is a folder of a file server.
func nfs(c *cell, name string) *corev1.PersistentVolume {
	return c.volume(name, corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "192.0.2.7", Path: "/" + c.className(name)}})
}

// nfsWithoutSite is on a server of which nobody says where it is. That of the twin stands in a Site.
func nfsWithoutSite() way {
	w := named("NFS without a Site", nfs, nfs, saying("192.0.2.7"))
	volumes := w.setup
	w.setup = func(ctx context.Context, c *cell) error {
		if err := volumes(ctx, c); err != nil {
			return err
		}
		return c.make(ctx, c.site("rooms", "DE", volumeNames(c.className(atHomeClass))))
	}
	return w
}

// nfsAbroad is on a server that stands in a Site that is not permitted.
func nfsAbroad() way {
	w := nfsWithoutSite()
	w.name, w.says = "NFS in a Site abroad", ""
	rooms := w.setup
	w.setup = func(ctx context.Context, c *cell) error {
		if err := rooms(ctx, c); err != nil {
			return err
		}
		return c.make(ctx, c.site("others", "GB", volumeNames(c.className(abroadClass))))
	}
	return w
}

// cloned makes a claim of another one, and does not say what it holds.
func cloned() way {
	clone := func(c *cell, name string) *corev1.PersistentVolumeClaim {
		return c.claimOf(name, name, withoutKey, func(p *corev1.PersistentVolumeClaim) {
			p.Spec.DataSource = &corev1.TypedLocalObjectReference{Kind: kindClaim, Name: "source"}
		})
	}
	return claimed("clone of a claim", func(ctx context.Context, c *cell) error {
		if err := c.make(ctx, c.disks(abroadClass, abroadZone), c.disks(atHomeClass, homeZone)); err != nil {
			return err
		}
		return c.holds(ctx, c.claimOf("source", atHomeClass))
	}, clone, clone, saying("London, GB"))
}

// volumeNameLater gives a claim that waits for a volume one that is abroad.
func volumeNameLater() way {
	// No volume fits by itself.
	waiting := func(p *corev1.PersistentVolumeClaim) {
		p.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{anotherLabel: "none"}}
	}
	name := func(ctx context.Context, c *cell, claim string) error {
		return patched(ctx, c.actor, claimNamed(c, claim), fmt.Sprintf(`{"spec":{"volumeName":%q}}`, c.className(claim)))
	}
	return way{
		name: "volumeName set later", stores: true, tolerant: true, says: "London, GB",
		setup: func(ctx context.Context, c *cell) error {
			return c.make(ctx, c.disk(abroadClass, abroadZone), c.disk(atHomeClass, homeZone), c.claimOf(abroadClass, byHand, waiting))
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, abroadClass)
			return name(ctx, c, abroadClass)
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			if err := c.make(ctx, c.claimOf(atHomeClass, byHand, waiting)); err != nil {
				return err
			}
			if err := name(ctx, c, atHomeClass); err != nil {
				return err
			}
			return c.bound(ctx, atHomeClass)
		},
	}
}

func claimNamed(c *cell, name string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{ObjectMeta: c.meta(name, nil)}
}

// attributesChanged asks for a share to be copied to another region.
func attributesChanged() way {
	attributes := func(c *cell, name, sku string) *storagev1.VolumeAttributesClass {
		return &storagev1.VolumeAttributesClass{
			ObjectMeta: metav1.ObjectMeta{Name: c.className(name)}, DriverName: "file.csi.azure.com", Parameters: map[string]string{"skuName": sku},
		}
	}
	change := func(ctx context.Context, c *cell, name string) error {
		return patched(ctx, c.actor, claimNamed(c, "data"), fmt.Sprintf(`{"spec":{"volumeAttributesClassName":%q}}`, c.className(name)))
	}
	return way{
		name: "VolumeAttributesClass changed", stores: true, says: "IE",
		setup: func(ctx context.Context, c *cell) error {
			err := c.make(ctx,
				c.class(atHomeClass, "file.csi.azure.com", map[string]string{"location": "westeurope", "skuName": "Standard_LRS"}, nil),
				attributes(c, abroadClass, "Standard_GRS"), attributes(c, atHomeClass, "Standard_ZRS"))
			if err != nil {
				return err
			}
			return c.holds(ctx, c.claimOf("data", atHomeClass))
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, "data")
			return change(ctx, c, abroadClass)
		},
		seen: stored,
		twin: func(ctx context.Context, c *cell) error {
			if err := change(ctx, c, atHomeClass); err != nil {
				return err
			}
			return c.permittedVolumes(ctx)
		},
	}
}

// defaultClassLater makes a class the default of the cluster. A claim that waits for one gets it from the controller of
// volumes. The twin is the same claim, and a class at home.
func defaultClassLater() way {
	const claim = "waiting"
	isDefault := func(class *storagev1.StorageClass) *storagev1.StorageClass {
		class.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
		return class
	}
	return way{
		name: "default class assigned later", stores: true, tolerant: true,
		setup: func(ctx context.Context, c *cell) error {
			if err := c.forgetDefaults(ctx); err != nil {
				return err
			}
			return c.make(ctx, c.claimOf(claim, "", func(p *corev1.PersistentVolumeClaim) { p.Spec.StorageClassName = nil }))
		},
		act: func(ctx context.Context, c *cell) error {
			c.storing(kindClaim, c.namespace, claim)
			return c.actor.Create(ctx, isDefault(c.disks(abroadClass, abroadZone)))
		},
		seen: keptFrom(func(p *corev1.PersistentVolumeClaim) bool { return p.Spec.StorageClassName != nil }),
		twin: func(ctx context.Context, c *cell) error {
			if err := c.forgetDefaults(ctx); err != nil {
				return err
			}
			p := claimNamed(c, claim)
			if err := c.world.admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
				return fmt.Errorf("reading the claim: %w", err)
			}
			twin := claim
			if p.Spec.StorageClassName != nil { // It has the class abroad already: there was no policy then.
				twin = "twin"
				if err := c.make(ctx, c.claimOf(twin, "", func(p *corev1.PersistentVolumeClaim) { p.Spec.StorageClassName = nil })); err != nil {
					return err
				}
			}
			if err := c.actor.Create(ctx, isDefault(c.disks(atHomeClass, homeZone))); err != nil {
				return err
			}
			if err := c.bound(ctx, twin); err != nil {
				return err
			}
			return c.forgetDefaults(ctx)
		},
	}
}

// forgetDefaults deletes the classes that are the default of the cluster: those of other cells must not count.
func (c *cell) forgetDefaults(ctx context.Context) error {
	classes := &storagev1.StorageClassList{}
	if err := c.world.admin.List(ctx, classes); err != nil {
		return fmt.Errorf("listing classes: %w", err)
	}
	for i := range classes.Items {
		if classes.Items[i].Annotations["storageclass.kubernetes.io/is-default-class"] != "true" {
			continue
		}
		if err := c.world.admin.Delete(ctx, &classes.Items[i]); err != nil {
			return fmt.Errorf("deleting a class: %w", err)
		}
	}
	return nil
}

// inNamespace is the key of an object in a namespace.
func inNamespace(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}
