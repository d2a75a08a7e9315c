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

package localcluster

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

// fakeManager makes the test binary a manager when it is started as one: the library is tested without the real one.
const fakeManager = "LOCALCLUSTER_FAKE_MANAGER"

const (
	managerServes  = "serves"
	managerCrashes = "crashes"
)

func TestMain(m *testing.M) {
	behaviour := os.Getenv(fakeManager)
	if behaviour == "" || os.Getenv("HOME") == os.Getenv("LOCALCLUSTER_TEST_HOME") {
		os.Exit(m.Run())
	}
	fmt.Fprintln(os.Stderr, serveFake(behaviour, os.Args[1:]))
	os.Exit(3)
}

// beManager makes this binary behave as a manager when the cluster starts it, and returns its path. The cluster gives
// its children a HOME of their own, by which the two roles are told apart.
func beManager(t *testing.T, behaviour string) string {
	t.Helper()
	t.Setenv(fakeManager, behaviour)
	t.Setenv("LOCALCLUSTER_TEST_HOME", os.Getenv("HOME"))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self
}

// serveFake takes the flags that the real manager has, reads with its own permissions, and refuses every pod that it is
// asked about.
func serveFake(behaviour string, args []string) error {
	if behaviour == managerCrashes {
		return errors.New("the fake manager is broken on purpose")
	}
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "")
	webhook := flags.String("webhook-bind-address", "", "")
	certificates := flags.String("webhook-cert-dir", "", "")
	health := flags.String("health-probe-bind-address", "", "")
	flags.String("metrics-bind-address", "", "")
	flags.String("namespace", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := listWidgets(*kubeconfig); err != nil {
		return err
	}
	ended := make(chan error)
	mux := http.NewServeMux()
	mux.HandleFunc("/admit/pods", refuse)
	go func() {
		ended <- http.ListenAndServeTLS(*webhook, filepath.Join(*certificates, "tls.crt"), filepath.Join(*certificates, "tls.key"), mux)
	}()
	go func() {
		ended <- http.ListenAndServe(*health, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	}()
	return <-ended
}

func listWidgets(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	reading, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	widgets := schema.GroupVersionResource{Group: "test.domicile.dev", Version: "v1", Resource: "widgets"}
	_, err = reading.Resource(widgets).List(context.Background(), metav1.ListOptions{})
	return err
}

func refuse(response http.ResponseWriter, request *http.Request) {
	review := admissionv1.AdmissionReview{}
	if err := json.NewDecoder(request.Body).Decode(&review); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	pod := metav1.PartialObjectMetadata{}
	if err := json.Unmarshal(review.Request.Object.Raw, &pod); err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	review.Response = &admissionv1.AdmissionResponse{
		UID: review.Request.UID,
		Result: &metav1.Status{
			Code:    http.StatusForbidden,
			Reason:  metav1.StatusReasonForbidden,
			Message: fmt.Sprintf("nobody knows dataset %q", pod.Labels[datasetLabel]),
		},
	}
	review.Request = nil
	if err := json.NewEncoder(response).Encode(review); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
