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

// Package localcluster runs a whole Kubernetes cluster on this machine: etcd, kube-apiserver, kube-controller-manager,
// kube-scheduler, kwok for the nodes, and Domicile's manager. Everything listens on 127.0.0.1 only.
//
// Start gives a whole cluster or an error with nothing left running. What it starts dies with the process that started
// it, also when that process is killed (on Linux, by the parent death signal).
//
// Nothing is kept: every start begins with an empty etcd, and Stop removes its data and leaves the logs.
package localcluster
