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

// bareUUID recognises a UUID, which the nodes of Huawei's CCE have and nothing else
// (kubernetes/autoscaler cluster-autoscaler/cloudprovider/huaweicloud/
// huaweicloud_cloud_provider.go takes the whole field as the server's ID), and so may those of
// others that run on OpenStack.
func bareUUID(id string) (string, bool) { return id, catalogue.IsUUID(id) }

// parseBareUUID reads what bareUUID has recognised: it says no more than that.
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
