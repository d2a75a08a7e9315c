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

// s3 is Mountpoint for Amazon S3 (awslabs/mountpoint-s3-csi-driver@57c6bed
// docs/CONFIGURATION.md:32-44,447-462). bucketName is what is mounted; its region is that of the
// mount option, or in the ARN of an access point. stsRegion is where credentials come from, and
// says nothing of the data. With another endpoint the region is that of whoever serves it.
var s3 = driver{
	names:     []string{"s3.csi.aws.com"},
	providers: []string{"aws"},
	volume: func(_ *World, v source) said {
		var s said
		for _, bucket := range v.attributes.all("bucketName") {
			if parts := strings.SplitN(bucket, ":", 6); len(parts) == 6 && parts[0] == "arn" {
				s.codes = append(s.codes, location.Code{Kind: location.WitnessVolumeAttribute.Named("bucketName"), Value: parts[3]})
			}
			s.silence = unknownBucket(bucket)
		}
		for _, option := range v.mountOptions {
			switch name, value := mountOption(option); name {
			case "region":
				s.codes = append(s.codes, location.Code{Kind: location.WitnessMountOption, Value: value})
			case "endpoint-url":
				return refused(location.ReasonUnknownServer, "the mount option endpoint-url says "+location.Quote(value)+
					", and nothing says where that stands")
			}
		}
		return s
	},
}

// mountOption takes an option apart: "region us-east-1", "--region=us-east-1".
func mountOption(option string) (name, value string) {
	option = strings.TrimLeft(strings.TrimSpace(option), "-")
	if i := strings.IndexAny(option, "= \t"); i >= 0 {
		return option[:i], strings.TrimSpace(option[i+1:])
	}
	return option, ""
}

// unknownBucket says that nothing is known of a bucket but its name.
func unknownBucket(name string) *location.Location {
	l := location.Undetermined(location.ReasonNoVolumeWitness, "nothing says where the bucket "+location.Quote(name)+" is; a Site can")
	return &l
}
