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

// parseAlibaba reads REGION.i-ID, which Alibaba Cloud writes without a scheme; its
// controller takes alicloud:// before it too (kubernetes/cloud-provider-alibaba-cloud@eeb0ddc6
// pkg/controller/helper/node_utils.go).
func parseAlibaba(rest string) (identity, bool) {
	region, machine, ok := strings.Cut(rest, ".")
	if !ok || !only(region, lowerLetters+digits+"-") {
		return identity{}, false
	}
	id, ok := strings.CutPrefix(machine, "i-")
	return identity{region: region}, ok && only(id, lowerLetters+digits)
}

// bareAlibaba recognises the form by its shape, which no other cloud has.
func bareAlibaba(id string) (string, bool) {
	_, machine, ok := strings.Cut(id, ".")
	return id, ok && strings.HasPrefix(machine, "i-")
}
