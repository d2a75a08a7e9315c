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
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/domicile-dev/domicile/internal/residency"
)

// effectError is what the metrics call the effect of a review that could not be judged.
const effectError = "Error"

// effectAllow is the effect of a review about which nothing is to be said.
var effectAllow = residency.Allow.String()

// answer is what is answered to a review.
type answer struct {
	response admissionv1.AdmissionResponse
	// effect is what the metrics count.
	effect string
	// cause is why the review could not be judged; nil if it was.
	cause error
	// handles is whether what was to be judged is known to handle a dataset.
	handles bool
}

// allowed admits.
func allowed(warnings ...string) answer {
	a := answer{effect: effectAllow, response: admissionv1.AdmissionResponse{Allowed: true, Warnings: warnings}}
	if len(warnings) > 0 {
		a.effect = residency.Warn.String()
	}
	return a
}

// refused refuses.
func refused(status metav1.Status) answer {
	status.Status = metav1.StatusFailure
	return answer{effect: residency.Deny.String(), response: admissionv1.AdmissionResponse{Result: &status}}
}

// unjudged refuses what could not be judged.
func unjudged(code int32, reason metav1.StatusReason, message string, cause error) answer {
	a := refused(metav1.Status{Code: code, Reason: reason, Message: message})
	a.effect, a.cause = effectError, cause
	return a
}

// malformed refuses a review that cannot be read.
func malformed(cause error) answer {
	return unjudged(http.StatusBadRequest, metav1.StatusReasonBadRequest, cause.Error(), cause)
}

// unavailable refuses what cannot be judged now.
func unavailable(cause error) answer {
	return unjudged(http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable,
		fmt.Sprintf("whether this is permitted cannot be said now: %s. Try again.", cause), cause)
}

// broken refuses after a fault of our own. What it was is logged, not told.
func broken(cause error) answer {
	return unjudged(http.StatusInternalServerError, metav1.StatusReasonInternalError,
		"whether this is permitted cannot be said, because of an internal error that is in the manager's log", cause)
}

// write writes the answer to a review of the given uid. Without one nobody can match
// the answer to a review, and the request as a whole has failed.
func (a *answer) write(w http.ResponseWriter, uid types.UID) error {
	a.response.UID = uid
	body, err := json.Marshal(struct {
		metav1.TypeMeta `json:",inline"`
		Response        *admissionv1.AdmissionResponse `json:"response"`
	}{
		TypeMeta: metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: reviewKind},
		Response: &a.response,
	})
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return fmt.Errorf("encoding the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if uid == "" {
		w.WriteHeader(http.StatusBadRequest)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}
