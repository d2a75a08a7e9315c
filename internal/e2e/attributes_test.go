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

package e2e

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// A VolumeAttributesClass on a volume that is there can have its data copied to another country.
func TestAttributesOfAVolumeAreGated(t *testing.T) {
	d := governedStorage(t, country("NL"))
	ns := namespace(t)
	attributes := func(suffix, sku string) string {
		class := &storagev1.VolumeAttributesClass{
			ObjectMeta: metav1.ObjectMeta{Name: name(t, suffix)}, DriverName: "file.csi.azure.com", Parameters: map[string]string{"skuName": sku},
		}
		create(t, class)
		return class.Name
	}
	abroad, home := attributes("abroad", "Standard_GRS"), attributes("home", "Standard_ZRS")
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, "shares")}, Provisioner: "file.csi.azure.com", Parameters: map[string]string{"location": "westeurope", "skuName": "Standard_LRS"},
	}
	create(t, class)
	share := func(suffix string, change func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return volumeIn(t, suffix, "nobody-asks-for-it", func(pv *corev1.PersistentVolume) {
			pv.Spec.CSI = &corev1.CSIPersistentVolumeSource{
				Driver: "file.csi.azure.com", VolumeHandle: "rg#account#" + pv.Name + "###", VolumeAttributes: map[string]string{"location": "westeurope", "skuName": "Standard_LRS"},
			}
			change(pv)
		})
	}
	wanting := claimed(ns, "data", d, class.Name)
	create(t, wanting)
	keyed := share("keyed", func(pv *corev1.PersistentVolume) { setLabel(pv, residencyv1.DatasetLabel, d.Name) })
	inUse := share("in-use", func(pv *corev1.PersistentVolume) { reserved(pv, wanting).Spec.StorageClassName = class.Name })
	others := share("others", func(*corev1.PersistentVolume) {})
	set := func(pv *corev1.PersistentVolume, name string) error {
		return written(t, admin, pv, "merge patch", func(o client.Object) {
			o.(*corev1.PersistentVolume).Spec.VolumeAttributesClassName = &name
		})
	}
	for _, pv := range []*corev1.PersistentVolume{keyed, inUse} {
		expectRefusal(t, set(pv, abroad), "persistentvolume "+pv.Name, "IE", d.Name)
		if err := set(pv, home); err != nil {
			t.Errorf("%s at home: %v", pv.Name, err)
		}
	}
	if err := set(others, abroad); err != nil {
		t.Errorf("a volume of nobody's: %v", err)
	}
}
