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

// Package residency is the core: it decides whether something may be where it is.
//
//	catalogue, Sites, Jurisdictions ─▶ World ─┐
//	            Datasets, ResidencyPolicies ──┴─Compile──▶ Rulebook ─┐
//	                                what is judged ──facts──▶ Input ─┴─Evaluate──▶ Verdict
//
// A Site counts twice: LocationSites makes of it what package location says where nodes
// are by, and a policy that names it speaks of the nodes that are in it.
//
// Webhook, reconcilers, reports and command line all call the same Evaluate. The
// package is pure: no client, context, clock, logger or random source. Whatever a
// verdict rests on is in the Rulebook or in the Input.
package residency
