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

import "strings"

// parseOCI reads the OCID of an instance, with or without oci:// before it
// (oracle/oci-cloud-controller-manager@1100ac36 pkg/cloudprovider/providers/oci/util.go). Oracle
// documents its parts (https://docs.oracle.com/en-us/iaas/Content/General/Concepts/identifiers.htm):
//
//	ocid1.instance.REALM.[REGION][.FUTURE USE].UNIQUE ID
//
// The region is a three-letter key for the regions that are older than Frankfurt, which are
// phx and iad, as in the region label, and the region's name for all others.
func parseOCI(rest string) (identity, bool) {
	rest, ok := strings.CutPrefix(rest, "ocid1.instance.")
	if !ok {
		return identity{}, false
	}
	realm, rest, _ := strings.Cut(rest, ".")
	region, rest, ok := strings.Cut(rest, ".")
	if !ok || !only(realm, lowerLetters+digits) || region != "" && !only(region, lowerLetters+digits+"-") {
		return identity{}, false
	}
	// What is reserved for the future is blank today, or left out.
	unique := strings.TrimPrefix(rest, ".")
	return identity{region: region}, only(unique, lowerLetters+digits)
}

// bareOCI recognises an OCID of anything: that of a volume is a malformed node's.
func bareOCI(id string) (string, bool) { return id, strings.HasPrefix(id, "ocid1.") }
