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
	"strings"

	"github.com/domicile-dev/domicile/internal/location"
)

// fsx is Amazon FSx for Lustre (kubernetes-sigs/aws-fsx-csi-driver@5b227125
// pkg/driver/controller.go:524, examples). The dnsname is what is mounted, and holds the
// region. A file system that imports from and exports to a bucket has its data there too.
var fsx = driver{
	names:     []string{"fsx.csi.aws.com"},
	providers: []string{"aws"},
	home:      true,
	volume: func(_ *World, v source) said {
		s := said{elsewhere: lustreBuckets(v.attributes)}
		for _, name := range v.attributes.all("dnsname") {
			region, ok := fsxRegion(name)
			if !ok {
				return refused(location.ReasonUnknownServer, "it is mounted from "+location.Quote(name)+", and nothing says where that stands")
			}
			s.codes = append(s.codes, location.Code{Kind: location.WitnessVolumeAttribute.Named("dnsname"), Value: region})
		}
		return s
	},
	class: func(_ *World, p parameters) said { return said{elsewhere: lustreBuckets(p)} },
}

// fsxRegion reads fs-ID.fsx.REGION.amazonaws.com.
func fsxRegion(name string) (string, bool) {
	host := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), "."), ".cn")
	host, ok := strings.CutSuffix(host, ".amazonaws.com")
	if !ok {
		return "", false
	}
	_, region, ok := strings.Cut(host, ".fsx.")
	return region, ok && region != "" && !strings.Contains(region, ".")
}

// lustreBuckets are the buckets that a file system is filled from and written to.
func lustreBuckets(p parameters) []location.Location {
	var all []location.Location
	for _, path := range p.all("s3ImportPath", "s3ExportPath") {
		all = append(all, location.Undetermined(location.ReasonUnknownReplica,
			"its data is also in "+location.Quote(path)+", and nothing says where that bucket is"))
	}
	return all
}
