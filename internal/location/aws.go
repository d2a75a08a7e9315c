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

// parseAWS reads an ID that AWS or Outscale writes. The forms are those of
// k8s.io/cloud-provider-aws v1.37.0 pkg/providers/v1/instances.go, and on Fargate a
// task in between, as seen in https://github.com/kubernetes/autoscaler/pull/2737:
//
//	aws:///ZONE/i-ID
//	aws:////i-ID
//	aws:///ZONE/fargate-IP
//	aws:///ZONE/TASK/fargate-ip-IP.HOST
//
// Outscale writes the first of them too (outscale/cloud-provider-osc@64174f3b
// ccm/cloud/vm.go). The ID tells the two apart: AWS has given 17 hexadecimal digits since
// 2018, Outscale gives 8, as AWS did before. Only EKS writes fargate.
func parseAWS(rest string) (identity, bool) {
	zone, machine, ok := cutZone(rest)
	if !ok {
		return identity{}, false
	}
	if digits, ok := strings.CutPrefix(machine, "i-"); ok {
		switch {
		case !only(digits, lowerHex):
			return identity{}, false
		case len(digits) == 17:
			return identity{provider: providerAWS, zone: zone}, true
		case len(digits) == 8:
			return identity{zone: zone}, true
		default:
			return identity{}, false
		}
	}
	if _, last, ok := strings.Cut(machine, "/"); ok {
		machine = last
	}
	host, ok := strings.CutPrefix(machine, "fargate-")
	if !ok || zone == "" || !only(host, lowerLetters+digits+".:-") {
		return identity{}, false
	}
	return identity{provider: providerAWS, zone: zone}, true
}

// bareAWS recognises the ID of an instance without anything around it.
func bareAWS(id string) (string, bool) {
	return "//" + id, strings.HasPrefix(id, "i-")
}

// parseOutscale reads the scheme that Outscale's cloud provider takes besides aws://.
func parseOutscale(rest string) (identity, bool) {
	zone, machine, ok := cutZone(rest)
	if !ok {
		return identity{}, false
	}
	digits, ok := strings.CutPrefix(machine, "i-")
	return identity{zone: zone}, ok && len(digits) == 8 && only(digits, lowerHex)
}

// outscaleByInstanceType knows Outscale by its own family of types, such as
// "tinav5.c4r8p1". Types that look like Amazon's tell nothing: Outscale has those too
// (https://docs.outscale.com/en/userguide/About-VMs.html).
func outscaleByInstanceType(instanceType string) string {
	if strings.HasPrefix(instanceType, "tinav") {
		return providerOutscale
	}
	return ""
}

// cutZone takes "/ZONE/MACHINE" apart; the zone may be empty, the machine may hold slashes.
func cutZone(rest string) (zone, machine string, ok bool) {
	rest, ok = strings.CutPrefix(rest, "/")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}
