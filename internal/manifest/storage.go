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

package manifest

import (
	"reflect"
	"strings"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateStorage checks what a verdict rests on about where data rests. All else is left to
// the API server.
func validateStorage(object metav1.Object) field.ErrorList {
	spec := field.NewPath("spec")
	switch o := object.(type) {
	case *corev1.PersistentVolumeClaim:
		return validateSources(&o.Spec, spec)
	case *corev1.PersistentVolume:
		return validateVolume(&o.Spec, spec)
	case *storagev1.StorageClass:
		return validateClass(o)
	case *storagev1.VolumeAttributesClass:
		return required(o.DriverName, field.NewPath("driverName"))
	case *snapshotv1.VolumeSnapshot:
		source := &o.Spec.Source
		return oneOf(spec.Child("source"), map[string]*string{
			"persistentVolumeClaimName": source.PersistentVolumeClaimName, "volumeSnapshotContentName": source.VolumeSnapshotContentName,
		})
	case *snapshotv1.VolumeSnapshotContent:
		source, ref := &o.Spec.Source, &o.Spec.VolumeSnapshotRef
		errs := required(o.Spec.Driver, spec.Child("driver"))
		errs = append(errs, required(ref.Name, spec.Child("volumeSnapshotRef", "name"))...)
		errs = append(errs, required(ref.Namespace, spec.Child("volumeSnapshotRef", "namespace"))...)
		return append(errs, oneOf(spec.Child("source"), map[string]*string{
			"volumeHandle": source.VolumeHandle, "snapshotHandle": source.SnapshotHandle,
		})...)
	case *snapshotv1.VolumeSnapshotClass:
		return required(o.Driver, field.NewPath("driver"))
	default:
		return nil
	}
}

func required(value string, path *field.Path) field.ErrorList {
	if value != "" {
		return nil
	}
	return field.ErrorList{field.Required(path, "")}
}

// oneOf checks that just one of two fields is there, and that it says something.
func oneOf(path *field.Path, fields map[string]*string) field.ErrorList {
	set := 0
	for _, value := range fields {
		if value == nil {
			continue
		}
		set++
		if *value == "" {
			return field.ErrorList{field.Required(path, "an empty name names nothing")}
		}
	}
	if set == 1 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, field.OmitValueType{}, "must have exactly one source")}
}

// validateSources checks of what a claim is to be made. The API server has both fields say the
// same, and refuses them if they do not.
func validateSources(spec *corev1.PersistentVolumeClaimSpec, path *field.Path) field.ErrorList {
	source, ref := spec.DataSource, spec.DataSourceRef
	var errs field.ErrorList
	if source != nil {
		errs = append(errs, required(source.Kind, path.Child("dataSource", "kind"))...)
		errs = append(errs, required(source.Name, path.Child("dataSource", "name"))...)
	}
	if ref != nil {
		errs = append(errs, required(ref.Kind, path.Child("dataSourceRef", "kind"))...)
		errs = append(errs, required(ref.Name, path.Child("dataSourceRef", "name"))...)
	}
	if source == nil || ref == nil || len(errs) > 0 {
		return errs
	}
	if source.Kind != ref.Kind || source.Name != ref.Name || ref.Namespace != nil && *ref.Namespace != "" {
		errs = append(errs, field.Invalid(path.Child("dataSourceRef"), field.OmitValueType{}, "must be the same as dataSource, if both are there"))
	}
	return errs
}

// validateVolume checks a PersistentVolume: it has one source, and its node affinity can be read.
func validateVolume(spec *corev1.PersistentVolumeSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	var sources []string
	all := reflect.ValueOf(spec.PersistentVolumeSource)
	for i := range all.NumField() {
		if !all.Field(i).IsNil() {
			name, _, _ := strings.Cut(all.Type().Field(i).Tag.Get("json"), ",")
			sources = append(sources, name)
		}
	}
	switch len(sources) {
	case 0:
		errs = append(errs, field.Required(path, "must have a volume source, such as csi"))
	case 1:
	default:
		errs = append(errs, field.Forbidden(path.Child(sources[1]), "may not have more than one volume source: it has "+sources[0]))
	}
	if csi := spec.CSI; csi != nil {
		errs = append(errs, required(csi.Driver, path.Child("csi", "driver"))...)
		errs = append(errs, required(csi.VolumeHandle, path.Child("csi", "volumeHandle"))...)
	}
	if spec.NodeAffinity == nil {
		return errs
	}
	path = path.Child("nodeAffinity")
	if spec.NodeAffinity.Required == nil {
		return append(errs, field.Required(path.Child("required"), "name at least one term"))
	}
	return append(errs, validateNodeSelector(spec.NodeAffinity.Required, path.Child("required"))...)
}

// validateClass checks a StorageClass.
func validateClass(c *storagev1.StorageClass) field.ErrorList {
	errs := required(c.Provisioner, field.NewPath("provisioner"))
	modes := []storagev1.VolumeBindingMode{storagev1.VolumeBindingImmediate, storagev1.VolumeBindingWaitForFirstConsumer}
	if m := c.VolumeBindingMode; m != nil && *m != modes[0] && *m != modes[1] {
		errs = append(errs, field.NotSupported(field.NewPath("volumeBindingMode"), *m, modes))
	}
	terms := field.NewPath("allowedTopologies")
	for i := range c.AllowedTopologies {
		expressions := terms.Index(i).Child("matchLabelExpressions")
		for j, r := range c.AllowedTopologies[i].MatchLabelExpressions {
			errs = append(errs, required(r.Key, expressions.Index(j).Child("key"))...)
			if len(r.Values) == 0 {
				errs = append(errs, field.Required(expressions.Index(j).Child("values"), ""))
			}
		}
	}
	return errs
}
