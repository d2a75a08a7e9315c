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

// The drivers of Alibaba Cloud (kubernetes-sigs/alibaba-cloud-csi-driver@8aacf900
// pkg/disk/utils.go:427,926-941, pkg/nas/filesystem_controller.go:303, pkg/oss/utils.go:191,238).
// A disk is where its topology says; NAS and OSS are mounted from the server or the URL in the
// attributes, and their handles are only names.
var (
	alibabaDisk = driver{
		names:     []string{"diskplugin.csi.alibabacloud.com"},
		providers: []string{"alibabacloud"},
		zoneKeys:  []string{"topology.diskplugin.csi.alibabacloud.com/zone"},
		attached:  true,
		volume: func(_ *World, v source) said {
			return said{codes: slices.Concat(
				v.attributes.codes(true, nil,
					alibabaLabelPrefix+"topology.diskplugin.csi.alibabacloud.com/zone", alibabaLabelPrefix+"topology.kubernetes.io/zone"),
				v.attributes.codes(false, nil, alibabaLabelPrefix+"topology.kubernetes.io/region"),
			)}
		},
		class: func(_ *World, p parameters) said { return alibabaPlace(p) },
	}
	alibabaNAS = driver{
		names:     []string{"nasplugin.csi.alibabacloud.com"},
		providers: []string{"alibabacloud"},
		home:      true,
		volume:    func(_ *World, v source) said { return alibabaServer(v.attributes, said{}) },
		class:     func(_ *World, p parameters) said { return alibabaServer(p, alibabaPlace(p)) },
	}
	alibabaOSS = driver{
		names:     []string{"ossplugin.csi.alibabacloud.com"},
		providers: []string{"alibabacloud"},
		anyCase:   true,
		volume:    func(_ *World, v source) said { return alibabaURL(v.attributes) },
		class:     func(_ *World, p parameters) said { return alibabaURL(p) },
	}
)

// alibabaLabelPrefix stands before the topology keys of a disk in its attributes.
const alibabaLabelPrefix = "csi.alibabacloud.com/label-prefix/"

// alibabaPlace reads the place that a class fixes.
func alibabaPlace(p parameters) said {
	codes := slices.Concat(p.codes(true, nil, "zoneId"), p.codes(false, nil, "regionId"))
	return said{codes: codes, anywhere: len(codes) > 0}
}

// alibabaServer adds what the server says: ID.REGION.nas.aliyuncs.com, or with .extreme after
// the region.
func alibabaServer(p parameters, s said) said {
	for _, server := range p.all("server") {
		host, _, _ := strings.Cut(strings.ToLower(server), ":")
		host, ok := strings.CutSuffix(host, ".nas.aliyuncs.com")
		host = strings.TrimSuffix(host, ".extreme")
		_, region, dotted := strings.Cut(host, ".")
		if !ok || !dotted || region == "" {
			return refused(location.ReasonUnknownServer, "it is mounted from "+location.Quote(server)+", and nothing says where that stands")
		}
		s.codes = append(s.codes, location.Code{Kind: p.kind.Named("server"), Value: region})
		s.anywhere = true
	}
	return s
}

// alibabaURL reads the place of a bucket: oss-REGION.aliyuncs.com, or with -internal after the
// region.
func alibabaURL(p parameters) said {
	s := said{codes: p.codes(false, nil, "region"), anywhere: true}
	for _, url := range p.all("url") {
		host := strings.ToLower(url)
		if _, after, ok := strings.Cut(host, "://"); ok {
			host = after
		}
		host, _, _ = strings.Cut(host, "/")
		name, ok := strings.CutSuffix(host, ".aliyuncs.com")
		region, named := strings.CutPrefix(name, "oss-")
		if !ok || !named {
			return refused(location.ReasonUnknownServer, "it is mounted from "+location.Quote(url)+", and nothing says where that stands")
		}
		s.codes = append(s.codes, location.Code{Kind: p.kind.Named("url"), Value: strings.TrimSuffix(region, "-internal")})
	}
	for _, bucket := range p.all("bucket") {
		s.silence = unknownBucket(bucket)
	}
	return s
}
