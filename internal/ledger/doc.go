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

// Package ledger remembers, in memory, what was found about everything that has to do with
// a dataset: the pods that handle it, the volumes that hold it, and their snapshots. From it come
// the counts and violations that the statuses of Datasets and ResidencyPolicies show. It is
// exact at every moment: each change of one thing changes the sums by that thing's
// contribution, and nothing is ever counted anew.
//
//	pod's Verdict ────────┐
//	volume's Verdict ─────┼─Record──▶ entry ──▶ sums by dataset and by policy ──▶ status, metrics
//	snapshot's Verdict ───┘
//
// It holds no client and no clock.
package ledger
