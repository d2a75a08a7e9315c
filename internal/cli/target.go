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

package cli

import (
	"slices"
	"strings"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	"github.com/spf13/cobra"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// target is the object that a question is about.
type target struct {
	targetKind
	namespace, name string
	// places is whether only the places of a dataset matter, and not what handles it.
	places bool
}

// targetKind is a kind that can be asked about.
type targetKind struct {
	kind  string
	group string
	// names are the resource's names as kubectl knows them, its own first.
	names []string
	// empty returns an object to read into; nil if the object itself is not read.
	empty func() client.Object
}

// The kinds that are no workloads.
const (
	kindPod       = "Pod"
	kindNamespace = "Namespace"
	kindDataset   = "Dataset"
)

// targetKinds returns all kinds that can be asked about.
func targetKinds() []targetKind {
	return []targetKind{
		{kind: kindPod, names: []string{"pods", "pod", "po"}, empty: func() client.Object { return &corev1.Pod{} }},
		{kind: "Deployment", group: "apps", names: []string{"deployments", "deployment", "deploy"}, empty: func() client.Object { return &appsv1.Deployment{} }},
		{kind: "StatefulSet", group: "apps", names: []string{"statefulsets", "statefulset", "sts"}, empty: func() client.Object { return &appsv1.StatefulSet{} }},
		{kind: "DaemonSet", group: "apps", names: []string{"daemonsets", "daemonset", "ds"}, empty: func() client.Object { return &appsv1.DaemonSet{} }},
		{kind: "ReplicaSet", group: "apps", names: []string{"replicasets", "replicaset", "rs"}, empty: func() client.Object { return &appsv1.ReplicaSet{} }},
		{kind: "ReplicationController", names: []string{"replicationcontrollers", "replicationcontroller", "rc"}, empty: func() client.Object { return &corev1.ReplicationController{} }},
		{kind: "Job", group: "batch", names: []string{"jobs", "job"}, empty: func() client.Object { return &batchv1.Job{} }},
		{kind: "CronJob", group: "batch", names: []string{"cronjobs", "cronjob", "cj"}, empty: func() client.Object { return &batchv1.CronJob{} }},
		{kind: kindClaim, names: []string{"persistentvolumeclaims", "persistentvolumeclaim", "pvc"}, empty: func() client.Object { return &corev1.PersistentVolumeClaim{} }},
		{kind: kindVolume, names: []string{"persistentvolumes", "persistentvolume", "pv"}, empty: func() client.Object { return &corev1.PersistentVolume{} }},
		{kind: kindSnapshot, group: snapshotv1.GroupName, names: []string{"volumesnapshots", "volumesnapshot", "vs"}, empty: func() client.Object { return &snapshotv1.VolumeSnapshot{} }},
		{kind: kindSnapshotContent, group: snapshotv1.GroupName, names: []string{"volumesnapshotcontents", "volumesnapshotcontent", "vsc", "vscs"}, empty: func() client.Object { return &snapshotv1.VolumeSnapshotContent{} }},
		{kind: kindNamespace, names: []string{"namespaces", "namespace", "ns"}},
		{kind: kindDataset, group: residencyv1.GroupVersion.Group, names: []string{"datasets", "dataset", "rds"}},
	}
}

// resource is what rights are given on: "deployments.apps".
func (k *targetKind) resource() string {
	if k.group == "" {
		return k.names[0]
	}
	return k.names[0] + "." + k.group
}

// cluster reports whether objects of the kind have no namespace.
func (k *targetKind) cluster() bool {
	return slices.Contains([]string{kindNamespace, kindDataset, kindVolume, kindSnapshotContent}, k.kind)
}

// stores reports whether objects of the kind hold data and compute nothing.
func (k *targetKind) stores() bool {
	return slices.Contains([]string{kindClaim, kindVolume, kindSnapshot, kindSnapshotContent}, k.kind)
}

// targetOf reads the arguments as kubectl does: TYPE/NAME, or TYPE NAME.
func targetOf(cmd *cobra.Command, args []string) (target, error) {
	var typ, name string
	switch {
	case len(args) == 0:
		return target{}, misuse(cmd, "nothing to explain: name an object, such as pod/NAME")
	case strings.Contains(args[0], "/"):
		typ, name, _ = strings.Cut(args[0], "/")
		args = args[1:]
	case len(args) == 1:
		return target{}, misuse(cmd, "%q names no object: write %s/NAME", args[0], args[0])
	default:
		typ, name, args = args[0], args[1], args[2:]
	}
	if len(args) > 0 {
		return target{}, misuse(cmd, "one object can be asked about, but there is %q too", args[0])
	}
	if wrong := content.IsPathSegmentName(name); name == "" || len(wrong) > 0 {
		return target{}, misuse(cmd, "%q is no name of an object", name)
	}
	var known []string
	for _, k := range targetKinds() {
		resource, group, _ := strings.Cut(strings.ToLower(typ), ".")
		// deployments.v1.apps is a way to say it, too.
		group = strings.TrimPrefix(strings.TrimPrefix(group+".", "v1."), residencyv1.GroupVersion.Version+".")
		if slices.Contains(k.names, resource) && (group == "." || group == "" || group == k.group+".") {
			return target{targetKind: k, name: name}, nil
		}
		known = append(known, k.names[1])
	}
	return target{}, misuse(cmd, "there is no type %q to explain: there are %s", typ, strings.Join(known, ", "))
}
