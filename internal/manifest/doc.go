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

// Package manifest reads Kubernetes objects from files, as kubectl does, and holds them
// to what the API server would: custom resources to their schema, by the API server's
// own libraries, and built-in kinds to their fields and to what a verdict rests on.
//
// It never stops at the first mistake: whatever can be read is returned, together with
// every problem and the place in the input where it is.
package manifest
