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

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// iscsi are disks of a target, by its portals (kubernetes-csi/csi-driver-iscsi@0fe81d14
// pkg/iscsi/iscsi.go). The attributes are what is attached, and the handle is only a name. Where
// a portal stands, no field says.
var iscsi = driver{
	names:  []string{"iscsi.csi.k8s.io"},
	volume: func(_ *World, v source) said { return iscsiTarget(v.attributes) },
	class:  func(_ *World, p parameters) said { return iscsiTarget(p) },
	same: func(_ string, v source) ([]Identity, bool) {
		portals := v.attributes.all("targetPortal")
		for _, list := range v.attributes.all("portals") {
			// Only a list is ever attached.
			var more []string
			if json.Unmarshal([]byte(list), &more) == nil {
				portals = append(portals, more...)
			}
		}
		var names []Identity
		for _, iqn := range v.attributes.all("iqn") {
			for _, lun := range v.attributes.all("lun") {
				if number, err := strconv.ParseInt(lun, 10, 32); err == nil {
					names = append(names, iscsiLUN(portals, iqn, int32(number))...)
				}
			}
		}
		return names, false
	},
}

// iscsiTarget says that nothing is known of a target.
func iscsiTarget(p parameters) said {
	detail := "it is attached from an iSCSI target"
	for _, portal := range p.all("targetPortal") {
		detail = "it is attached from the iSCSI target " + location.Quote(portal)
	}
	return refused(location.ReasonUnknownServer, detail+", and nothing says where that stands; a Site can")
}

// iscsiLUN names a disk by each of its portals: another volume may give fewer of them.
func iscsiLUN(portals []string, iqn string, lun int32) []Identity {
	disk := short(strings.ToLower(iqn)) + " " + strconv.Itoa(int(lun))
	var names []Identity
	for _, portal := range portals {
		if portal == "" {
			continue
		}
		at, port := hostAndPort(portal)
		if port == "" {
			port = "3260"
		}
		names = append(names, named(ofISCSI, host(at), port, disk))
	}
	return names
}
