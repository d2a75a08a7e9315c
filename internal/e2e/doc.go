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

// Package e2e tries Domicile as its users do: on a real API server with a scheduler and
// a controller manager, the manager running as its own service account, with the CRDs,
// permissions, policies and webhooks of config/. There is nothing in it but tests.
//
// All tests of the package share one cluster. Each works in namespaces and with
// datasets of its own, and policies name datasets, so they do not see each other.
package e2e
