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

// isTencentNumber reports that a zone is written as the number that Tencent Cloud gives it
// besides its name (kubernetes/autoscaler@55c37cd5
// cluster-autoscaler/cloudprovider/tencentcloud/tencentcloud_auto_scaling_group.go: 100003). No
// list of the numbers is published that could be relied on, so they say nothing.
func isTencentNumber(zone string) bool { return only(zone, digits) }
