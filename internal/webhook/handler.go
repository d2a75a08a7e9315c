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
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"
)

const (
	// maxBody is how long a review may be, in bytes. The API server takes requests of at
	// most 3 MiB, and etcd stores objects of at most 1.5: no review of an object that can
	// be stored is longer.
	maxBody = 3 << 20
	// maxKept is how long a buffer may be to be used again.
	maxKept = 256 << 10
	// lookupTimeout is how long lookups may take. The API server waits for 3 s; an answer
	// that names what could not be read is better than none.
	lookupTimeout = 2500 * time.Millisecond
)

// handler answers the reviews of one path.
type handler struct {
	*server
	// resource is what the metrics call it.
	resource string
	// answer answers one review. It fills in the request as far as it can be read.
	answer func(ctx context.Context, body []byte, req *request) answer
	// fails says that what cannot be judged, and is not known to handle a dataset, is
	// answered as a call that has failed, so that the failurePolicy decides.
	fails bool
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	var req request
	a := h.handle(r, &req)
	var err error
	if h.fails && !a.handles && a.cause != nil && !a.response.Allowed && a.response.Result.Code >= http.StatusInternalServerError {
		http.Error(w, a.response.Result.Message, int(a.response.Result.Code))
	} else {
		err = a.write(w, req.UID)
	}
	if req.dryRun() {
		return
	}
	h.Metrics.observe(h.resource, a.effect, time.Since(start))
	h.log(&a, &req)
	if err != nil {
		h.Log.Error(err, "Could not answer", "resource", h.resource, "namespace", req.Namespace, "name", req.Name)
	}
}

// handle reads and answers a review. It never panics.
func (h *handler) handle(r *http.Request, req *request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = broken(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	if r.Method != http.MethodPost {
		return malformed(fmt.Errorf("an AdmissionReview is posted; this is a %s", r.Method))
	}
	body, ok := h.bodies.Get().(*bytes.Buffer)
	if !ok {
		body = &bytes.Buffer{}
	}
	if err := read(body, r); err != nil {
		if errors.Is(err, errTooLong) {
			req.UID = uidOf(body.Bytes())
			// A client that is still sending may never read the answer. If this fails it has gone.
			_, _ = io.CopyN(io.Discard, r.Body, maxBody)
		}
		return malformed(err)
	}
	ctx, cancel := limit(r.Context(), lookupTimeout)
	defer cancel()
	a = h.answer(ctx, dropManagedFields(body.Bytes()), req)
	if body.Cap() <= maxKept {
		body.Reset()
		h.bodies.Put(body)
	}
	return a
}

var errTooLong = fmt.Errorf("an AdmissionReview of %d bytes or more is not read", maxBody)

// read reads the body of a request, as far as it is not too long.
func read(body *bytes.Buffer, r *http.Request) error {
	if r.Body == nil {
		return errors.New("the request has no body")
	}
	if n := r.ContentLength; n > 0 {
		body.Grow(int(min(n, maxBody)) + bytes.MinRead)
	}
	n, err := body.ReadFrom(io.LimitReader(r.Body, maxBody))
	switch {
	case err != nil:
		return fmt.Errorf("reading the request: %w", err)
	case n == 0:
		return errors.New("the request has no body")
	case n == maxBody:
		return errTooLong
	}
	return nil
}

// log tells the operators of what was refused. What was admitted with a flag is in the
// status of the dataset, and here only for who asks for detail.
func (h *handler) log(a *answer, req *request) {
	if a.effect == effectAllow || a.effect == effectSteer {
		return
	}
	words := []any{
		"resource", h.resource, "namespace", req.Namespace, "name", req.Name, "uid", req.UID,
		"effect", a.effect,
	}
	switch {
	case a.cause != nil && a.response.Allowed:
		h.Log.Error(a.cause, "Admitted as it is", words...)
	case a.cause != nil:
		h.Log.Error(a.cause, "Could not judge", words...)
	case !a.response.Allowed:
		h.Log.Info("Refused", append(words, "message", a.response.Result.Message)...)
	default:
		h.Log.V(1).Info("Admitted although flagged", words...)
	}
}
