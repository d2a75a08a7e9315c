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

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"

	admissionv1 "k8s.io/api/admission/v1"
	registrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	k8sjson "sigs.k8s.io/json"
)

// plainFlag makes the bench the plain handler.
const plainFlag = "plain"

// plainHandler is what admission costs at the least: it decodes a pod and allows. It is a
// process of its own, as the manager and every webhook is one: in this one it would be awake
// already whenever it is asked, as this one asks, and its collector would see the heap of the bench.
// It speaks HTTP/1.1 and collects garbage as seldom as the manager does.
type plainHandler struct {
	url         string
	certificate []byte // PEM
	pid         int
	stop        func() error
	client      *http.Client
}

// plainAddress is what the plain handler prints when it serves.
type plainAddress struct {
	URL         string `json:"url"`
	Certificate []byte `json:"certificate"`
}

// servePlain is the plain handler, until its input ends.
func servePlain(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(400) // the manager's
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answerPlainly(w, r, nil)
	})
	mux.HandleFunc("POST "+patchPath, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answerPlainly(w, r, []byte(plainPatch))
	})
	mux.HandleFunc("GET /asked", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, asked.Load()) })
	server := httptest.NewUnstartedServer(mux)
	server.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
	server.StartTLS()
	defer server.Close()
	if err := json.NewEncoder(out).Encode(plainAddress{server.URL, server.Certificate().Raw}); err != nil {
		return fmt.Errorf("saying where the plain handler is: %w", err)
	}
	_, err := io.Copy(io.Discard, in)
	return err
}

// patchPath is where the plain handler answers with a patch.
const patchPath = "/patch"

// plainPatch is always the same, and of the form and the size of one by which a pod is steered.
const plainPatch = `[{"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[` +
	`{"matchExpressions":[{"key":"domicile.node-restriction.kubernetes.io/country","operator":"In","values":["AT","BE","BG","CY","CZ","DE","DK","EE","ES","FI",` +
	`"FR","GR","HR","HU","IE","IS","IT","LI","LT","LU","LV","MT","NL","NO","PL","PT","RO","SE","SI","SK"]}]}]}}}}]`

// answerPlainly decodes as much of a pod as a verdict rests on, and allows it, with the patch if
// there is one.
func answerPlainly(w http.ResponseWriter, r *http.Request, patch []byte) {
	var review struct {
		Request struct {
			UID    types.UID `json:"uid"`
			Object struct {
				Metadata struct {
					Name, Namespace     string
					Labels, Annotations map[string]string
				} `json:"metadata"`
				Spec struct {
					NodeName     string            `json:"nodeName"`
					NodeSelector map[string]string `json:"nodeSelector"`
					Affinity     *corev1.Affinity  `json:"affinity"`
					Volumes      []corev1.Volume   `json:"volumes"`
					Containers   []struct {
						Env []struct {
							ValueFrom *corev1.EnvVarSource `json:"valueFrom"`
						} `json:"env"`
						EnvFrom []corev1.EnvFromSource `json:"envFrom"`
					} `json:"containers"`
				} `json:"spec"`
			} `json:"object"`
		} `json:"request"`
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = k8sjson.UnmarshalCaseSensitivePreserveInts(body, &review)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer := admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Response: &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true},
	}
	if patch != nil {
		answer.Response.Patch, answer.Response.PatchType = patch, new(admissionv1.PatchTypeJSONPatch)
	}
	w.Header().Set("Content-Type", "application/json")
	// Whoever asked and is gone needs no answer.
	_ = json.NewEncoder(w).Encode(&answer)
}

// startPlain starts the plain handler and returns when it serves. It ends with stop, or when
// this process does.
func startPlain(ctx context.Context) (*plainHandler, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the bench: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "-"+plainFlag)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return nil, fmt.Errorf("starting the plain handler: %w", err)
	}
	stop := func() error { return errors.Join(in.Close(), cmd.Wait()) }
	var at plainAddress
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for the plain handler: %w", err), stop())
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: at.Certificate})
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(certificate) {
		return nil, errors.Join(errors.New("the plain handler has no certificate"), stop())
	}
	return &plainHandler{
		url: at.URL, certificate: certificate, pid: cmd.Process.Pid, stop: stop,
		client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}},
	}, nil
}

// asked is how many reviews the plain handler has answered.
func (h *plainHandler) asked(ctx context.Context) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/asked", nil)
	if err != nil {
		return 0, fmt.Errorf("asking the plain handler: %w", err)
	}
	response, err := h.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("asking the plain handler: %w", err)
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return 0, fmt.Errorf("asking the plain handler: %w", err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("asking the plain handler: %w", err)
	}
	return n, nil
}

// rules are those of all pods that are created.
func rules() []registrationv1.RuleWithOperations {
	return []registrationv1.RuleWithOperations{{
		Operations: []registrationv1.OperationType{registrationv1.Create},
		Rule:       registrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
	}}
}

func (h *plainHandler) patchingWebhook() registrationv1.WebhookClientConfig {
	return registrationv1.WebhookClientConfig{URL: new(h.url + patchPath), CABundle: h.certificate}
}

func (h *plainHandler) webhook() registrationv1.WebhookClientConfig {
	return registrationv1.WebhookClientConfig{URL: new(h.url + "/"), CABundle: h.certificate}
}
