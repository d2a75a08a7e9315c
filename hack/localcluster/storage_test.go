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

package localcluster

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
)

// bindsClaim has a pod of a StatefulSet's sort wait for its volume: the scheduler selects a node, the provisioner makes a
// volume there, the controller of volumes binds it, and the pod runs.
func bindsClaim(t *testing.T, admin *kubernetes.Clientset) {
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: "folders"}, Provisioner: "rancher.io/local-path",
		VolumeBindingMode: new(storagev1.VolumeBindingWaitForFirstConsumer),
	}
	if _, err := admin.StorageV1().StorageClasses().Create(t.Context(), class, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "stores"},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "main", Image: "registry.invalid/app"}},
			Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
				VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: corev1.PersistentVolumeClaimSpec{
					StorageClassName: &class.Name, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
					Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
				}},
			}}}},
		},
	}
	if _, err := admin.CoreV1().Pods("default").Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := until(ctx, "the pod to run with a volume of its node", 50*time.Millisecond, func(ctx context.Context) error {
		pod, err := admin.CoreV1().Pods("default").Get(ctx, "stores", metav1.GetOptions{})
		if err != nil || pod.Status.Phase != corev1.PodRunning {
			return errors.Join(err, fmt.Errorf("it is %s", pod.Status.Phase))
		}
		claim, err := admin.CoreV1().PersistentVolumeClaims("default").Get(ctx, "stores-data", metav1.GetOptions{})
		if err != nil {
			return err
		}
		volume, err := admin.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		required := volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0]
		if required.Key != corev1.LabelHostname || required.Values[0] != pod.Spec.NodeName {
			return fmt.Errorf("the pod is on %s and its volume needs %v", pod.Spec.NodeName, required)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// takesSnapshots installs the kinds of snapshots in a cluster that runs.
func takesSnapshots(t *testing.T, cluster *Cluster) {
	class := func() *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass",
			"metadata": map[string]any{"name": "plain"}, "driver": "pd.csi.storage.gke.io", "deletionPolicy": "Delete",
		}}
	}
	if err := cluster.admin.Create(t.Context(), class()); !apimeta.IsNoMatchError(err) {
		t.Errorf("before the kinds are there: %v", err)
	}
	if err := cluster.ApplySnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := cluster.admin.Create(t.Context(), class()); err != nil {
		t.Error(err)
	}
}
