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
	"slices"
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// azureFile is Azure Files and Azure Blob (kubernetes-sigs/azurefile-csi-driver@7b5ae18e
// pkg/azurefile/azurefile.go:71,571, controllerserver.go:870, nodeserver.go:1045;
// kubernetes-sigs/blob-csi-driver@0744a60b pkg/blob/controllerserver.go:558). The handle names
// a resource group and an account, and no region. The parameters of the class are copied into
// the attributes, their names as they are written. Where an account is named, or kept in a
// Secret, it is that account's own region and redundancy that count.
//
// Where none is named, the driver takes one of the resource group that fits, and makes one only if
// there is none. A location or a SKU that is not named fits every account, wherever it is and
// however it is copied: the default, which is the region of the cluster and Standard_LRS, is that
// of a new account alone (kubernetes-sigs/cloud-provider-azure@16ab36b2
// pkg/provider/storage/azure_storageaccount.go, EnsureStorageAccount, isLocationEqual and
// isStorageTypeEqual; docs/driver-parameters.md of azurefile-csi-driver: "driver will find a suitable
// storage account that matches skuName in the same resource group"). With createAccount the file
// driver does not look for one (pkg/azurefile/controllerserver.go). That shares by NFS have
// Premium_LRS by default holds for files alone, and so counts for neither.
var azureFile = driver{
	names:      []string{"file.csi.azure.com", "blob.csi.azure.com"},
	providers:  []string{"azure"},
	anyCase:    true,
	modifiable: true,
	home:       true,
	volume: func(w *World, v source) said {
		if v.secret || v.inline {
			return refused(location.ReasonUnknownAccount, "a Secret names the storage account that it is kept in, and the account's own region and redundancy count")
		}
		return azureAccount(w, v.attributes)
	},
	class: func(w *World, p parameters) said {
		s := azureAccount(w, p)
		if s.refusal == nil && !p.settled("location") && !makesAccount(p) {
			return refused(location.ReasonDependsOnProviderSettings, "the class names no location, so its driver takes any account of the resource group that fits, in whatever region; "+
				"with location and skuName, or createAccount, it would say where")
		}
		return s
	},
	snapshot: func(_ *World, s snapshotted) location.Rest {
		// A snapshot of a share stays in its account, and is copied with it.
		return s.volume
	},
}

// azureAccount says where the account is that a driver makes, and where its copies are.
func azureAccount(w *World, p parameters) said {
	for _, name := range [...]string{"storageaccount", "storageaccountname", "server"} {
		if named := p.all(name); len(named) > 0 {
			return refused(location.ReasonUnknownAccount, "it is kept in the existing account "+location.Quote(named[0])+
				", whose own region and redundancy count")
		}
	}
	if p.has("csi.storage.k8s.io/node-stage-secret-name", "csi.storage.k8s.io/node-publish-secret-name", "csi.storage.k8s.io/provisioner-secret-name") {
		return refused(location.ReasonUnknownAccount, "a Secret names the storage account that it is kept in, and the account's own region and redundancy count")
	}
	codes := p.codes(false, azureRegion, "location")
	s := said{codes: codes, anywhere: len(codes) > 0}
	if len(codes) > 0 && !p.settled("skuname", "storageaccounttype") && !makesAccount(p) {
		s.elsewhere = append(s.elsewhere, location.Undetermined(location.ReasonDependsOnProviderSettings,
			"no skuName is named, so its driver takes any account there that fits, which may be copied to another region"))
	}
	for _, sku := range p.all("skuname", "storageaccounttype") {
		switch azureRedundancy(sku) {
		case staysInRegion:
		case copiedToPair:
			s.copies = func(place *location.Location) []location.Location { return w.paired(place, sku) }
		default:
			s.elsewhere = append(s.elsewhere, location.Undetermined(location.ReasonUnknownReplica,
				"it is not known whether the SKU "+location.Quote(sku)+" copies data to another region"))
		}
	}
	return s
}

// makesAccount reports whether the driver makes an account and does not look for one.
func makesAccount(p parameters) bool {
	return p.settled("createaccount") && !slices.ContainsFunc(p.all("createaccount"), func(v string) bool { return !strings.EqualFold(v, "true") })
}

// redundancy is whether data is copied out of its region.
type redundancy uint8

const (
	redundancyUnknown redundancy = iota
	staysInRegion
	copiedToPair
)

// azureRedundancy reads a SKU, whose case does not matter: Standard_RAGZRS
// (MicrosoftDocs/azure-docs@004c7f7d storage-redundancy.md).
func azureRedundancy(sku string) redundancy {
	kind := strings.ToUpper(strings.TrimSpace(sku))
	if i := strings.LastIndexByte(kind, '_'); i >= 0 {
		kind = kind[i+1:]
	}
	switch kind {
	case "LRS", "ZRS":
		return staysInRegion
	case "GRS", "RAGRS", "GZRS", "RAGZRS":
		return copiedToPair
	default:
		return redundancyUnknown
	}
}
