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

package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestDeniedWinsWithAWarning(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, jurisdiction("EEA"), country("GB"))
	p.Spec.Processing.Denied = []residencyv1.Place{country("GB")}
	c, warnings := warningClient(t)
	if err := c.Create(t.Context(), p); err != nil {
		t.Fatalf("creating the policy: %v", err)
	}
	remove(t, p)
	if !warnings.contain("denied wins") {
		t.Errorf("no warning says that denied wins: %q", warnings.all())
	}
	accepted(t, p)
	expectRefusal(t, admin.Create(t.Context(), pod(namespace(t), "london", d.Name, "ldn-aws-1")), "London, GB")
}

func TestASelectorThatSelectsNothingIsACondition(t *testing.T) {
	p := &residencyv1.ResidencyPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, "policy")},
		Spec: residencyv1.ResidencyPolicySpec{
			DatasetSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"nobody": "has-this"}},
			Processing:      residencyv1.PlacesRule{Allowed: []residencyv1.Place{jurisdiction("EU")}},
			Enforcement:     residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		},
	}
	create(t, p)
	accepted(t, p)
	waitCondition(t, p, residencyv1.ConditionCompliant, metav1.ConditionUnknown, residencyv1.ReasonNoDatasets)
}

// A policy that the catalogue refuses can still be stored while the webhook is absent.
func TestAnInvalidPolicyThatGotPastTheWebhook(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: "aws", Name: "eu-centrl-1"}})
	if err := admin.Create(t.Context(), p); err == nil || !strings.Contains(err.Error(), "did you mean eu-central-1") {
		t.Fatalf("the webhook does not refuse it: %v", err)
	}
	withoutWebhook(t, func() { create(t, p) })
	waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonUnknownRegion)
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionUnknown, residencyv1.ReasonPolicyNotAccepted)
	expectRefusal(t, admin.Create(t.Context(), pod(namespace(t), "home", d.Name, "fra-aws-1")),
		`policy "`+p.Name+`"`, "is not valid", "aws has no region eu-centrl-1")
	t.Run("its labels can be changed, and it can be mended", func(t *testing.T) {
		changed := p.DeepCopy()
		changed.Labels = map[string]string{"team": "legal"}
		if err := admin.Patch(t.Context(), changed, client.MergeFrom(p)); err != nil {
			t.Errorf("labelling it: %v", err)
		}
		mended := changed.DeepCopy()
		mended.Spec.Processing.Allowed[0].Region.Name = "eu-central-1"
		if err := admin.Patch(t.Context(), mended, client.MergeFrom(changed)); err != nil {
			t.Fatalf("mending it: %v", err)
		}
		accepted(t, p)
	})
}

// withoutWebhook does something while no policy is sent to the webhook.
func withoutWebhook(t *testing.T, do func()) {
	t.Helper()
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := admin.Get(t.Context(), client.ObjectKey{Name: "domicile"}, configuration); err != nil {
		t.Fatal(err)
	}
	if err := admin.Delete(t.Context(), configuration.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		configuration.ObjectMeta = metav1.ObjectMeta{Name: configuration.Name, Labels: configuration.Labels, Annotations: configuration.Annotations}
		if err := admin.Create(t.Context(), configuration); err != nil {
			t.Fatalf("putting the webhook back: %v", err)
		}
		eventually(t, "the webhook to be asked again", func(ctx context.Context) error {
			err := admin.Create(ctx, pod(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, "probe", "no-such-dataset", ""), client.DryRunAll)
			if err == nil {
				return fmt.Errorf("a pod with an unknown dataset would be admitted")
			}
			return nil
		})
	}()
	eventually(t, "the webhook to be asked no more", func(ctx context.Context) error {
		return admin.Create(ctx, pod(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, "probe", "no-such-dataset", ""), client.DryRunAll)
	})
	do()
}

func TestTwoHundredNames(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	names := []string{d.Name}
	for i := range 199 {
		names = append(names, fmt.Sprintf("missing-%03d", i))
	}
	p := pod(namespace(t), "many", "", "fra-aws-1")
	p.Annotations = map[string]string{residencyv1.DatasetsAnnotation: strings.Join(names, ",")}
	expectRefusal(t, admin.Create(t.Context(), p), `"missing-000"`)
}

// post sends bytes to the manager's webhook as the API server would.
func post(t *testing.T, path string, body []byte) (int, []byte) {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(cluster.WebhookCA()) {
		t.Fatal("the webhook's authority cannot be read")
	}
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, cluster.WebhookURL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.Do(request)
	if err != nil {
		t.Fatalf("posting to %s: %v", path, err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestReviewsThatAreNone(t *testing.T) {
	review := func(kind, resource string, object string) []byte {
		return fmt.Appendf(nil, `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"","version":"v1","kind":%q},"resource":{"group":"","version":"v1","resource":%q},"name":"x","namespace":"default","operation":"CREATE","object":%s}}`, kind, resource, object)
	}
	for name, tc := range map[string]struct {
		body []byte
		uid  string
	}{
		"not JSON":          {[]byte("residency"), ""},
		"nothing":           {nil, ""},
		"no request":        {[]byte(`{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}`), ""},
		"another kind":      {review("ConfigMap", "configmaps", `{"metadata":{"name":"x"}}`), "u-1"},
		"an object of text": {review("Pod", "pods", `"text"`), "u-1"},
		"no object":         {review("Pod", "pods", `null`), "u-1"},
		"3 MiB and more":    {review("Pod", "pods", `{"metadata":{"name":"`+strings.Repeat("a", 4<<20)+`"}}`), ""},
	} {
		for _, path := range []string{"/admit/pods", "/admit/governed-pods", "/admit/bindings", "/admit/other-bindings", "/admit/datasets", "/admit/residencypolicies", "/admit/sites", "/admit/jurisdictions", "/admit/processors", "/mutate/namespaces"} {
			t.Run(name+path, func(t *testing.T) {
				status, answer := post(t, path, tc.body)
				var got admissionv1.AdmissionReview
				if err := json.Unmarshal(answer, &got); err != nil || got.Response == nil {
					if status < 400 || status == http.StatusInternalServerError {
						t.Fatalf("status %d and no review that refuses: %s", status, answer)
					}
					return
				}
				if got.Response.Allowed || got.Response.Result == nil || got.Response.Result.Message == "" {
					t.Errorf("it is not refused with a reason: %s", answer)
				}
				if tc.uid != "" && string(got.Response.UID) != tc.uid {
					t.Errorf("the answer is to %q, the question was %q", got.Response.UID, tc.uid)
				}
			})
		}
	}
	if err := admin.Create(t.Context(), pod(namespace(t), "after", "", "fra-aws-1"), client.DryRunAll); err != nil {
		t.Errorf("the gate does not answer any more: %v", err)
	}
}
