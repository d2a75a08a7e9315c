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
	"fmt"
	"net/http"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/domicile-dev/domicile/internal/residency"
)

// What a kubelet authenticates as, with the Node authorizer
// (https://kubernetes.io/docs/reference/access-authn-authz/node/).
const (
	kubeletPrefix = "system:node:"
	kubeletGroup  = "system:nodes"
)

// mirrors reports whether a pod is how a kubelet shows a static pod, which runs whatever is
// answered. From anybody else the annotation says nothing.
func mirrors(pod *corev1.Pod, user *authenticationv1.UserInfo) bool {
	_, mirror := pod.Annotations[corev1.MirrorPodAnnotationKey]
	return mirror && strings.HasPrefix(user.Username, kubeletPrefix) && slices.Contains(user.Groups, kubeletGroup)
}

// renderMirror renders the verdict on a static pod: to refuse it would only hide it.
func renderMirror(v *residency.Verdict) answer {
	if !soften(v, func(*residency.Finding) bool { return true }) {
		return render(v)
	}
	return renderAfter(v, fmt.Sprintf("%s is a static pod, which runs whatever admission says: it is admitted, and flagged", v.Subject))
}

// admitMirror admits a static pod that could not be judged. It will be, once it can be seen.
func admitMirror(a answer) answer {
	if a.response.Allowed || a.response.Result.Code < http.StatusInternalServerError {
		return a
	}
	why := a.response.Result.Message
	a.response.Allowed, a.response.Result = true, nil
	a.response.Warnings = fit([][]string{{"it is a static pod, which runs whatever admission says, so it is admitted", why}})
	return a
}
