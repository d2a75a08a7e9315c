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

package webhook

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/json"
)

const reviewKind = "AdmissionReview"

// review is what is decoded of an AdmissionReview about an object of type O.
type review[O any] struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Request    *struct {
		request
		Object    *O `json:"object"`
		OldObject *O `json:"oldObject"`
	} `json:"request"`
}

// request is what is decoded of a review besides the object.
type request struct {
	UID         types.UID             `json:"uid"`
	Kind        groupKind             `json:"kind"`
	Resource    groupResource         `json:"resource"`
	SubResource string                `json:"subResource"`
	Namespace   string                `json:"namespace"`
	Name        string                `json:"name"`
	Operation   admissionv1.Operation `json:"operation"`
	DryRun      *bool                 `json:"dryRun"`
	// UserInfo is who asks.
	UserInfo authenticationv1.UserInfo `json:"userInfo"`
}

type groupKind struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
}

type groupResource struct {
	Group    string `json:"group"`
	Resource string `json:"resource"`
}

// objectMeta is what is decoded of an object's metadata.
type objectMeta struct {
	Name         string            `json:"name"`
	GenerateName string            `json:"generateName"`
	Namespace    string            `json:"namespace"`
	UID          types.UID         `json:"uid"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	// OwnerReferences say who made it. No verdict rests on them.
	OwnerReferences []metav1.OwnerReference `json:"ownerReferences"`
}

// dryRun reports whether nothing may be marked, counted or recorded.
func (r *request) dryRun() bool { return r.DryRun != nil && *r.DryRun }

// resource is the resource with its subresource: "pods/binding".
func (r *request) resource() string {
	if r.SubResource == "" {
		return r.Resource.Resource
	}
	return r.Resource.Resource + "/" + r.SubResource
}

// want is what a path answers about one kind.
type want struct {
	kind       groupKind
	resources  []string
	operations []admissionv1.Operation
}

// decode decodes a review. Whatever can be read of the request is filled in, even if
// there is an error. The object is never nil without an error; the old one may be. Of a
// deletion both are what is deleted.
func decode[O any](body []byte, req *request, wants ...want) (object, old *O, err error) {
	var rev review[O]
	err = json.UnmarshalCaseSensitivePreserveInts(body, &rev)
	if rev.Request != nil {
		*req = rev.Request.request
	}
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("decoding the AdmissionReview: %w", err)
	case rev.APIVersion != admissionv1.SchemeGroupVersion.String() || rev.Kind != reviewKind:
		return nil, nil, fmt.Errorf("this is a %q of %q, not an AdmissionReview of %s", rev.Kind, rev.APIVersion, admissionv1.SchemeGroupVersion)
	case rev.Request == nil:
		return nil, nil, errors.New("the AdmissionReview has no request")
	case req.UID == "":
		return nil, nil, errors.New("the request of the AdmissionReview has no uid")
	}
	if err := check(req, wants); err != nil {
		return nil, nil, err
	}
	object, old = rev.Request.Object, rev.Request.OldObject
	if req.Operation == admissionv1.Delete {
		// What is deleted is the old object; there is no other.
		object = old
	}
	if object == nil {
		return nil, nil, errors.New("the request of the AdmissionReview has no object")
	}
	return object, old, nil
}

// check holds a request to what the path answers. A configuration that sends something
// else is wrong, and must not be told that all is well.
func check(req *request, wants []want) error {
	at := slices.IndexFunc(wants, func(w want) bool { return w.kind == req.Kind })
	if at < 0 {
		kinds := make([]string, len(wants))
		for i := range wants {
			kinds[i] = wants[i].kind.String()
		}
		return fmt.Errorf("the review is about kind %s, and only %s is answered here", req.Kind, strings.Join(kinds, " or "))
	}
	w := &wants[at]
	if req.Resource.Group != w.kind.Group || !slices.Contains(w.resources, req.resource()) {
		return fmt.Errorf("the review is about resource %q of group %q, and only %s of group %q is answered here",
			req.resource(), req.Resource.Group, strings.Join(w.resources, " or "), w.kind.Group)
	}
	if !slices.Contains(w.operations, req.Operation) {
		return fmt.Errorf("the review is about operation %q, and only %s is answered here", req.Operation, w.operations)
	}
	return nil
}

// String returns the kind for people.
func (k groupKind) String() string {
	if k.Group == "" {
		return fmt.Sprintf("%q", k.Kind)
	}
	return fmt.Sprintf("%q of %q", k.Kind, k.Group)
}

// namespaced returns the namespace of the object of a request. The API server has made
// the two the same; if they are not, nobody knows which is meant.
func (r *request) namespaced(m *objectMeta) (string, error) {
	if m.Namespace == "" || m.Namespace == r.Namespace {
		return r.Namespace, nil
	}
	if r.Namespace == "" {
		return m.Namespace, nil
	}
	return "", fmt.Errorf("the request is for namespace %q and its object for %q", r.Namespace, m.Namespace)
}

// uidOf returns the uid of the request at the beginning of a review that was not read to
// its end; empty if it is not there.
func uidOf(begin []byte) types.UID {
	var uid types.UID
	members(stdjson.NewDecoder(bytes.NewReader(begin)), "request", func(d *stdjson.Decoder) {
		members(d, "uid", func(d *stdjson.Decoder) {
			if err := d.Decode(&uid); err != nil {
				uid = ""
			}
		})
	})
	return uid
}

// members calls found at the value of a member of the object that d is at. It gives up
// at what it cannot read.
func members(d *stdjson.Decoder, name string, found func(*stdjson.Decoder)) {
	if t, err := d.Token(); err != nil || t != stdjson.Delim('{') {
		return
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return
		}
		if t == name {
			found(d)
			return
		}
		var skipped stdjson.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return
		}
	}
}
