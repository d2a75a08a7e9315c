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

package location

import (
	"slices"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// isBareUUID recognises 8-4-4-4-12 hexadecimal digits, which the nodes of Huawei's CCE have and
// nothing else (kubernetes/autoscaler cluster-autoscaler/cloudprovider/huaweicloud/
// huaweicloud_cloud_provider.go takes the whole field as the server's ID), and so may those of
// others that run on OpenStack.
func isBareUUID(id string) (string, bool) {
	if len(id) != 36 {
		return "", false
	}
	for i := range len(id) {
		c := id[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return "", false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return "", false
			}
		}
	}
	return id, true
}

// parseBareUUID reads what isBareUUID has recognised: it says no more than that.
func parseBareUUID(string) (identity, bool) { return identity{}, true }

// writersOfBareUUIDs are Huawei Cloud and the providers that run on OpenStack.
func writersOfBareUUIDs(cat *catalogue.Catalogue) []string {
	var names []string
	for _, scheme := range [...]string{"huaweicloud", "openstack"} {
		if row, ok := cat.Scheme(scheme); ok {
			if names == nil {
				names = make([]string, 0, 8)
			}
			for _, name := range row.Providers {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// isNovaDefault reports that a zone label is the name that OpenStack's Nova gives to the
// availability zone of a cloud that has no other
// (https://docs.openstack.org/nova/latest/admin/availability-zones.html, default_availability_zone).
func isNovaDefault(zone string) bool { return zone == "nova" }
