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

// Package differential holds everything that says a verdict against the others, and all of them
// against an oracle that has none of their code: the admission webhook, what judges the pods
// that run, the command line, and steering. It has tests only.
//
//	seed ──▶ nodes and volumes whose truth is known, Sites, policies, pods ──▶ webhook | detect | command line
//	                                                                      └──▶ oracle ──▶ all say the same
//
// What disagrees is printed as the least cluster that still disagrees, with the seed that makes
// it again: go test ./internal/differential -run TestAllAgree -seed N -worlds 1.
package differential
