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

// Disks that a node can use only where it is, and of which their topology says all that there
// is to be said.
var (
	// digitalOcean: digitalocean/csi-digitalocean@0711283d driver/controller.go:231.
	digitalOcean = driver{
		names:      []string{"dobs.csi.digitalocean.com"},
		providers:  []string{"digitalocean"},
		regionKeys: []string{"region"},
		attached:   true,
	}
	// hetzner: hetznercloud/csi-driver@53ead0b internal/driver/driver.go:11.
	hetzner = driver{
		names:      []string{"csi.hetzner.cloud"},
		providers:  []string{"hcloud"},
		regionKeys: []string{"csi.hetzner.cloud/location"},
		attached:   true,
	}
	// linode: linode/linode-blockstorage-csi-driver@def6be4 internal/driver/controllerserver_helper.go:614.
	linode = driver{
		names:      []string{"linodebs.csi.linode.com"},
		providers:  []string{"linode"},
		regionKeys: []string{"topology.linode.com/region"},
		attached:   true,
	}
)
