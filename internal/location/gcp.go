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

// parseGCP reads PROJECT/ZONE/NAME (kubernetes/cloud-provider-gcp@4e245312
// providers/gce/gce_util.go). A project may hold a domain: "example.com:project".
func parseGCP(rest string) (identity, bool) {
	project, rest, ok := strings.Cut(rest, "/")
	if !ok {
		return identity{}, false
	}
	zone, name, ok := strings.Cut(rest, "/")
	if !ok || project == "" || zone == "" || name == "" || strings.Contains(name, "/") {
		return identity{}, false
	}
	return identity{zone: zone}, true
}
