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

// Package matrix tries every way in by which a pod could come to run in a prohibited place, in every state
// of the operator, on a real API server with the scheduler, and compares what comes of it with what was
// decided before, testdata/expected.txt. There is nothing in it but tests.
//
// A way is a value in a table: what is there before, the act, and its permitted twin. A state is a driver: it
// says when the acts are done and from when on a second is counted. Every way meets every state in a cell with
// a namespace, a dataset, and an actor of its own.
//
//	way ─┐
//	     ├─▶ cell: setup ─▶ act ─▶ settle ─▶ twin ─▶ a word ─▶ compared with the expected words
//	state┘
package matrix
