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

package workload

import (
	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/index"
	"github.com/domicile-dev/domicile/internal/residency"
)

// Kind says which pods a request means.
type Kind uint8

const (
	// everything: all pods, at the start.
	everything Kind = iota
	// onePod: the pod of that name.
	onePod
	// podsInNamespace: the pods in the namespace of that name.
	podsInNamespace
	// podsCalling: the pods in the namespace of that name, since they may call others than before.
	podsCalling
	// podsOnNode: the pods on the node of that name.
	podsOnNode
	// podsOfDataset: the pods that handle the dataset of that name.
	podsOfDataset
	// podsWithoutNode: the pods that handle a dataset and have no node.
	podsWithoutNode
	// podsStoring: the pods that were judged where their volumes rest.
	podsStoring
	// podsSelected: the pods that the dataset of that name selects.
	podsSelected
	// podsOfClaim, podsOfSecret and podsOfConfigMap: the pods that refer to the object of that name.
	podsOfClaim
	podsOfSecret
	podsOfConfigMap
)

func (k Kind) String() string {
	switch k {
	case onePod:
		return "pod"
	case podsInNamespace:
		return "pods in namespace"
	case podsCalling:
		return "pods calling from namespace"
	case podsOnNode:
		return "pods on node"
	case podsOfDataset:
		return "pods of dataset"
	case podsWithoutNode:
		return "pods without node"
	case podsStoring:
		return "pods with volumes"
	case podsSelected:
		return "pods selected by dataset"
	case podsOfClaim:
		return "pods of claim"
	case podsOfSecret:
		return "pods of Secret"
	case podsOfConfigMap:
		return "pods of ConfigMap"
	default:
		return "everything"
	}
}

// Request asks for pods to be judged.
type Request struct {
	Kind            Kind
	Namespace, Name string
}

// OfClaim asks for the pods that refer to a claim.
func OfClaim(namespace, name string) Request {
	return Request{Kind: podsOfClaim, Namespace: namespace, Name: name}
}

// onNode selects the pods on a node by the index.
func onNode(node string) client.ListOption { return client.MatchingFields{index.PodNode: node} }

// podsOf is the kind of requests for the pods that refer to an object.
func podsOf(way residency.Way) Kind {
	switch way {
	case residency.BySecret:
		return podsOfSecret
	case residency.ByConfigMap:
		return podsOfConfigMap
	default:
		return podsOfClaim
	}
}

// referringTo selects the pods that refer to an object, by the index.
func referringTo(way residency.Way, namespace, name string) []client.ListOption {
	return []client.ListOption{client.InNamespace(namespace), client.MatchingFields{index.PodReference: index.Reference(way, name)}}
}

// logger names what a request means in logs.
func logger(base logr.Logger) func(*Request) logr.Logger {
	base = base.WithValues("controller", name)
	return func(r *Request) logr.Logger {
		if r == nil {
			return base
		}
		return base.WithValues("judging", r.Kind.String(), "namespace", r.Namespace, "name", r.Name)
	}
}
