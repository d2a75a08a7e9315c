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

// parseAzure reads the path of a machine of Microsoft.Compute
// (kubernetes-sigs/cloud-provider-azure@7b31c76c pkg/provider/azure_wrap.go). It names no
// place, nor which of Azure's clouds it is. Resource IDs are case-insensitive: the
// cloud provider lowers the case of some of their parts.
func parseAzure(rest string) (identity, bool) {
	ok := true
	// part takes the next part of the path; with a name, it must be that one.
	part := func(name string) {
		var got string
		got, rest, _ = strings.Cut(rest, "/")
		ok = ok && got != "" && (name == "" || strings.EqualFold(got, name))
	}
	rest, ok = strings.CutPrefix(rest, "/")
	part("subscriptions")
	part("")
	part("resourceGroups")
	part("")
	part("providers")
	part("Microsoft.Compute")
	return identity{}, ok && rest != ""
}
