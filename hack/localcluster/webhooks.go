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
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// datasetLabel is the key by which a pod says what it handles.
const datasetLabel = "residency.domicile.dev/dataset"

// probeName is the name of the pod, and of the dataset that nobody has, by which the webhook is asked whether it
// answers. Nothing is ever stored under it: the request is a dry run.
const probeName = "local-cluster-probe"

// ApplyWebhooks applies the webhook configurations of config/local, pointed at the manager that runs here, and returns
// when they are in force. The manager must have been started.
func (c *Cluster) ApplyWebhooks(ctx context.Context) error {
	ctx, release := c.bind(ctx)
	defer release()
	bundle := base64.StdEncoding.EncodeToString(c.WebhookCA())
	if bundle == "" {
		return errors.New("the manager was never started, so its webhook has no certificate")
	}
	for _, configuration := range c.webhooks {
		patched, err := redirect(configuration, c.WebhookURL(), bundle)
		if err != nil {
			return err
		}
		if err := c.apply(ctx, patched); err != nil {
			return err
		}
	}
	return c.waitWebhook(ctx)
}

// redirect returns the configuration with the address of the webhook changed from a Service to a URL, and nothing else.
func redirect(configuration *unstructured.Unstructured, base, bundle string) (*unstructured.Unstructured, error) {
	name := fmt.Sprintf("%s %s", configuration.GetKind(), configuration.GetName())
	patched := configuration.DeepCopy()
	webhooks, _, err := unstructured.NestedSlice(patched.Object, "webhooks")
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	for i, entry := range webhooks {
		webhook, ok := entry.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("reading %s: webhooks[%d] is no object", name, i)
		}
		path, found, err := unstructured.NestedString(webhook, "clientConfig", "service", "path")
		if err != nil || !found {
			return nil, fmt.Errorf("reading %s: webhooks[%d].clientConfig.service.path is missing", name, i)
		}
		webhook["clientConfig"] = map[string]any{"url": base + path, "caBundle": bundle}
	}
	if err := unstructured.SetNestedSlice(patched.Object, webhooks, "webhooks"); err != nil {
		return nil, fmt.Errorf("changing %s: %w", name, err)
	}
	return patched, nil
}

// waitWebhook asks for a pod that handles an unknown dataset until Domicile says something about it. The API server
// takes up a webhook configuration some time after it was written.
func (c *Cluster) waitWebhook(ctx context.Context) error {
	warnings := &warnings{}
	asking, err := c.newClient(warnings, client.Options{Scheme: c.admin.Scheme(), Mapper: c.admin.RESTMapper()})
	if err != nil {
		return err
	}
	return until(ctx, "the webhook to answer", 50*time.Millisecond, func(ctx context.Context) error {
		pod := probePod()
		pod.Labels = map[string]string{datasetLabel: probeName}
		err := asking.Create(ctx, pod, client.DryRunAll)
		// With --unknown-dataset=Warn it admits and warns.
		if err == nil && warnings.mention(probeName) {
			return nil
		}
		if err == nil {
			return errors.New("a pod that handles an unknown dataset was admitted without a word")
		}
		if apierrors.IsForbidden(err) && strings.Contains(err.Error(), "denied the request") && strings.Contains(err.Error(), probeName) {
			return nil
		}
		return err
	})
}

func probePod() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: probeName},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "none", Image: "registry.invalid/none"}}},
	}
}

// warnings keeps what the API server warned of.
type warnings struct {
	mu   sync.Mutex
	seen []string
}

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (w *warnings) HandleWarningHeaderWithContext(_ context.Context, _ int, _ string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, text)
}

func (w *warnings) mention(word string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range w.seen {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
