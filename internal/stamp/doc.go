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

// Package stamp writes and reads what the manager leaves on a Node about where it is:
// labels that a constraint can select on, and an annotation with the whole answer and the
// memory of where the node was. It is pure: a node's answer and its present stamp go in,
// the stamp that it should have comes out.
package stamp
