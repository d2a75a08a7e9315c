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

// Package webhook answers the API server's admission reviews. Its handlers are thin:
// they decode what is judged, gather the facts, have the core evaluate them, and render
// the verdict. Nothing is decided here.
//
//	bytes ──decode──▶ object ──facts──▶ Input ──Evaluate──▶ Verdict ──render──▶ bytes
//
// Whatever cannot be judged is refused: a review that cannot be read, a lookup that
// fails, a rulebook that is not there yet, a panic.
//
// The handlers are plain ones, since decoding a whole pod costs more than judging it:
// they decode the fields that a verdict rests on and skip the rest. A review is written
// by the API server's own encoder, so no key of the user's can stand in it twice or in
// another case.
package webhook
