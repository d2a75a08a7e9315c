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

// Package cases holds Domicile to what providers state about themselves: for each statement of
// five public documents that speaks of a place, a transfer, a retention, an attestation or a list
// of services, what the one Evaluate concludes from it, by the samples of Processors that are
// shipped. docs/cases.md is written from its tests.
package cases
