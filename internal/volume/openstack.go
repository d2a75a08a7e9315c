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

// The drivers of OpenStack (kubernetes/cloud-provider-openstack@c453fb7c
// pkg/csi/cinder/controllerserver.go:97,1044-1064, docs/manila-csi-plugin/using-manila-csi-plugin.md).
// A handle is a UUID. The zone is "nova" in a cloud that has no other, which is no place.
// Whose cloud it is, the driver does not say: a zone can tell, and clouds that the catalogue
// does not have may use the same name. The availability of a class counts before any topology.
var (
	cinder = driver{
		names:    []string{"cinder.csi.openstack.org"},
		scheme:   "openstack",
		open:     true,
		zoneKeys: []string{"topology.cinder.csi.openstack.org/zone"},
		silent:   isNova,
		attached: true,
		home:     true,
		class:    func(_ *World, p parameters) said { return availability(p) },
		snapshot: func(_ *World, s snapshotted) location.Rest {
			if s.parameters.has("availability") || s.parameters.is("type", "backup") {
				return unknown(location.ReasonDependsOnProviderSettings,
					"a backup goes to where the cloud keeps backups, which the cluster does not see")
			}
			return s.volume
		},
	}
	manila = driver{
		names:    []string{"manila.csi.openstack.org", "nfs.manila.csi.openstack.org", "cephfs.manila.csi.openstack.org"},
		scheme:   "openstack",
		open:     true,
		zoneKeys: []string{"topology.manila.csi.openstack.org/zone"},
		silent:   isNova,
		class:    func(_ *World, p parameters) said { return availability(p) },
	}
)

// availability reads the zone that a class fixes.
func availability(p parameters) said {
	codes := p.codes(true, func(zone string) string {
		if isNova(zone) {
			return ""
		}
		return zone
	}, "availability")
	return said{codes: codes, anywhere: p.has("availability")}
}

// isNova reports that a zone is the name that a cloud without zones gives to all that it has.
func isNova(zone string) bool { return zone == "nova" }
