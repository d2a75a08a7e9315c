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

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// driver makes volumes as a real one does.
type driver struct {
	// serves is how the providerIDs begin of the nodes on which the driver could run.
	serves string
	make   func(request) (*made, error)
}

// drivers is the table of all drivers, by the name of the provisioner. What each returns is what its source does; where
// that is, beside each.
func drivers() map[string]driver {
	return map[string]driver{
		// kubernetes-sigs/aws-ebs-csi-driver@429e202e pkg/driver/controller.go:1214.
		"ebs.csi.aws.com": {serves: "aws://", make: zonal(corev1.LabelTopologyZone, "vol-%s", corev1.LabelTopologyZone)},
		// kubernetes-sigs/aws-efs-csi-driver@a4fc6760 pkg/driver/controller.go:411-438: it can be reached from anywhere.
		"efs.csi.aws.com": {serves: "aws://", make: func(r request) (*made, error) {
			if r.parameters["fileSystemId"] == "" {
				return nil, errors.New("the parameter fileSystemId is missing")
			}
			return &made{handle: r.parameters["fileSystemId"] + "::fsap-" + digest(r.name)}, nil
		}},
		"pd.csi.storage.gke.io":           {serves: "gce://", make: gcePD},
		"filestore.csi.storage.gke.io":    {serves: "gce://", make: filestore},
		"disk.csi.azure.com":              {serves: "azure://", make: azureDisk},
		"file.csi.azure.com":              {serves: "azure://", make: azureFile("share")},
		"blob.csi.azure.com":              {serves: "azure://", make: azureFile("container")},
		"diskplugin.csi.alibabacloud.com": {make: zonal("topology.diskplugin.csi.alibabacloud.com/zone", "d-%s", corev1.LabelTopologyZone)},
		"nasplugin.csi.alibabacloud.com":  {make: alibabaNAS},
		// longhorn/longhorn-manager@5ddaa369: csi-allowed-topology-keys is empty by default.
		"driver.longhorn.io": {make: func(r request) (*made, error) {
			return &made{handle: r.name, attributes: maps.Clone(r.parameters)}, nil
		}},
		// kubernetes-csi/csi-driver-nfs@d3b27c00 pkg/nfs/controllerserver.go:858.
		"nfs.csi.k8s.io": {make: func(r request) (*made, error) {
			server, share := r.parameter("server"), r.parameter("share")
			if server == "" {
				return nil, errors.New("the parameter server is missing")
			}
			attributes := maps.Clone(r.parameters)
			attributes["subdir"] = r.name
			return &made{handle: strings.Join([]string{server, strings.Trim(share, "/"), r.name, "", ""}, "#"), attributes: attributes}, nil
		}},
		// scaleway/scaleway-csi@e2edd7a pkg/driver/helpers.go:38.
		"csi.scaleway.com": {serves: "scaleway://", make: func(r request) (*made, error) {
			m, err := zonal("topology.csi.scaleway.com/zone", "%s", corev1.LabelTopologyZone)(r)
			if err == nil {
				m.handle = m.topology[0]["topology.csi.scaleway.com/zone"] + "/" + m.handle
			}
			return m, err
		}},
		// rancher/local-path-provisioner v0.0.30 provisioner.go:37.
		"rancher.io/local-path": {make: func(r request) (*made, error) {
			if r.node == nil {
				return nil, errNoPlace
			}
			hostname := map[string]string{corev1.LabelHostname: r.node.Labels[corev1.LabelHostname]}
			return &made{handle: "/opt/local-path-provisioner/" + r.name, topology: []map[string]string{hostname}, host: true}, nil
		}},
	}
}

// driverNames are the names of all drivers, in order.
func driverNames() []string { return slices.Sorted(maps.Keys(drivers())) }

// digest stands for the identifier that a cloud gives.
func digest(name string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(name)))[:17] }

// zonal makes a disk in one zone, whose name the handle does not have. The key is the driver's own.
func zonal(key, handle string, others ...string) func(request) (*made, error) {
	return func(r request) (*made, error) {
		zones, err := r.values(append([]string{key}, others...)...)
		if err != nil {
			return nil, err
		}
		return &made{handle: fmt.Sprintf(handle, digest(r.name)), topology: []map[string]string{{key: zones[0]}}}, nil
	}
}

// gcePD is sigs.k8s.io/gcp-compute-persistent-disk-csi-driver v1.28.1 pkg/common/utils.go:44-52,
// pkg/gce-pd-csi-driver/controller.go:2644: a regional disk is in two zones, which share the region of the first. That
// they do is not checked here, so that a class can ask for what the cloud would refuse.
func gcePD(r request) (*made, error) {
	const key = "topology.gke.io/zone"
	zones, err := r.values(key, corev1.LabelTopologyZone)
	if err != nil {
		return nil, err
	}
	const disk = "projects/example/%s/%s/disks/%s"
	if !strings.EqualFold(r.parameter("replication-type"), "regional-pd") {
		return &made{handle: fmt.Sprintf(disk, "zones", zones[0], r.name), topology: []map[string]string{{key: zones[0]}}}, nil
	}
	if len(zones) < 2 {
		return nil, fmt.Errorf("a regional disk needs two zones, and there is %q", zones)
	}
	region := zones[0][:max(strings.LastIndexByte(zones[0], '-'), 0)]
	m := &made{handle: fmt.Sprintf(disk, "regions", region, r.name)}
	for _, zone := range zones[:2] {
		m.topology = append(m.topology, map[string]string{key: zone})
	}
	return m, nil
}

// filestore is kubernetes-sigs/gcp-filestore-csi-driver@2edb466b pkg/csi_driver/volume_id.go:41-50, controller.go:840.
func filestore(r request) (*made, error) {
	zones, err := r.values("topology.gke.io/zone", corev1.LabelTopologyZone)
	if err != nil {
		return nil, err
	}
	return &made{handle: "modeInstance/" + zones[0] + "/" + r.name + "/vol1", attributes: map[string]string{"ip": "10.0.0.2", "volume": "vol1"}}, nil
}

// azureDisk is kubernetes-sigs/azuredisk-csi-driver@d983d613 pkg/azuredisk/controllerserver.go:402-420.
func azureDisk(r request) (*made, error) {
	const key = "topology.disk.csi.azure.com/zone"
	zones, err := r.values(key, corev1.LabelTopologyZone)
	if err != nil && !errors.Is(err, errNoPlace) {
		return nil, err
	}
	m := &made{
		handle:     "/subscriptions/example/resourceGroups/example/providers/Microsoft.Compute/disks/" + r.name,
		attributes: maps.Clone(r.parameters),
	}
	switch sku := r.parameter("skuName") + r.parameter("storageAccountType"); {
	case len(zones) == 0:
		m.topology = []map[string]string{{key: ""}}
	case strings.HasSuffix(strings.ToUpper(sku), "_ZRS"):
		region := zones[0][:max(strings.LastIndexByte(zones[0], '-'), 0)]
		for _, zone := range []string{region + "-1", region + "-2", region + "-3", region + "-4", ""} {
			m.topology = append(m.topology, map[string]string{key: zone})
		}
	default:
		m.topology = []map[string]string{{key: zones[0]}}
	}
	return m, nil
}

// azureFile is kubernetes-sigs/azurefile-csi-driver@7b5ae18e pkg/azurefile/controllerserver.go:870 and
// kubernetes-sigs/blob-csi-driver@0744a60b pkg/blob/controllerserver.go:558: parameters are copied as they are written.
func azureFile(kind string) func(request) (*made, error) {
	return func(r request) (*made, error) {
		account := r.parameter("storageAccount")
		if account == "" {
			account = "f" + digest(r.name)
		}
		attributes := maps.Clone(r.parameters)
		if attributes == nil {
			attributes = map[string]string{}
		}
		attributes[kind+"Name"] = r.name
		return &made{handle: strings.Join([]string{"example", account, r.name, "", digest(r.name), ""}, "#"), attributes: attributes}, nil
	}
}

// alibabaNAS is kubernetes-sigs/alibaba-cloud-csi-driver@8aacf900 pkg/nas/filesystem_controller.go:303.
func alibabaNAS(r request) (*made, error) {
	server := r.parameters["server"]
	if server == "" {
		region := r.parameters["regionId"]
		if region == "" {
			regions, err := r.values(corev1.LabelTopologyRegion)
			if err != nil {
				return nil, err
			}
			region = regions[0]
		}
		server = digest(r.name) + "." + region + ".nas.aliyuncs.com"
	}
	return &made{handle: r.name, attributes: map[string]string{"server": server, "path": "/" + r.name}}, nil
}
