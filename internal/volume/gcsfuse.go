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

import "github.com/domicile-dev/domicile/internal/location"

// gcsFuse is Cloud Storage FUSE (GoogleCloudPlatform/gcs-fuse-csi-driver@5fcdc04a
// pkg/webhook/volumes.go:45,75). The bucket is the handle of a PersistentVolume and the
// attribute bucketName in a pod; "_" is every bucket that its user may read. Where a bucket is,
// the cluster does not know.
var gcsFuse = driver{
	names:     []string{"gcsfuse.csi.storage.gke.io"},
	providers: []string{"gcp"},
	volume: func(_ *World, v source) said {
		s := said{silence: unknownBucket(v.handle)}
		buckets := v.attributes.all("bucketName")
		if v.handle != "" {
			buckets = append(buckets, v.handle)
		}
		for _, bucket := range buckets {
			if bucket == "_" {
				return refused(location.ReasonAnyBucket, "the bucket \"_\" is every bucket that its user may read, wherever it is")
			}
			s.silence = unknownBucket(bucket)
		}
		return s
	},
}
