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

// Package steer turns what policies ask of a node into the node affinity of a pod, so that
// the scheduler looks where the pod may be. It is pure: constraints and a pod's own affinity
// go in, a patch comes out.
//
//	residency.Constraint ──branch──▶ sites and a set of places ──terms──▶ Plan ──Patch──▶ JSON patch of a pod
//
// Steering is a convenience. It decides nothing: whatever it leaves reachable, or leaves out,
// admission judges the pod and its binding. Still, for nodes whose stamps are current and a
// Plan by stamps, no node is reachable that is Prohibited, and none is left out that is
// Permitted. A node that is Undetermined may be either.
package steer
