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
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("registering the built-in kinds: %w", err)
	}
	if err := apiextensionsv1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("registering CustomResourceDefinitions: %w", err)
	}
	return scheme, nil
}

// renderConfig reads config/local as kustomize renders it.
func (c *Cluster) renderConfig(ctx context.Context) error {
	path := filepath.Join(c.options.ConfigDir, "local")
	var stdout, stderr bytes.Buffer
	kustomize := exec.CommandContext(ctx, c.Kubectl(), "kustomize", path)
	kustomize.Stdout = &stdout
	kustomize.Stderr = &stderr
	if err := kustomize.Run(); err != nil {
		return fmt.Errorf("rendering %s: %w: %s", path, err, strings.TrimSpace(stderr.String()))
	}
	objects, err := decodeObjects(&stdout)
	if err != nil {
		return fmt.Errorf("reading what kustomize made of %s: %w", path, err)
	}
	c.objects, c.webhooks = nil, nil
	for _, object := range objects {
		switch object.GetKind() {
		case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
			c.webhooks = append(c.webhooks, object)
		default:
			c.objects = append(c.objects, object)
		}
	}
	return nil
}

// decodeObjects reads YAML of several documents.
func decodeObjects(from io.Reader) ([]*unstructured.Unstructured, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(from))
	var objects []*unstructured.Unstructured
	for number := 1; ; number++ {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, fmt.Errorf("splitting document %d: %w", number, err)
		}
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(document, &object.Object); err != nil {
			return nil, fmt.Errorf("decoding document %d: %w", number, err)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

// ApplyConfig applies config/local except the webhook configurations, returns when its CRDs serve, and gives the
// manager's service account a new token. It may be repeated, as after an uninstall.
func (c *Cluster) ApplyConfig(ctx context.Context) error {
	ctx, release := c.bind(ctx)
	defer release()
	var definitions, rest []*unstructured.Unstructured
	for _, object := range c.objects {
		switch object.GetKind() {
		case "CustomResourceDefinition", "Namespace":
			definitions = append(definitions, object)
		default:
			rest = append(rest, object)
		}
	}
	if err := c.apply(ctx, definitions...); err != nil {
		return err
	}
	for _, object := range definitions {
		if err := c.waitServed(ctx, object); err != nil {
			return err
		}
	}
	if err := c.apply(ctx, rest...); err != nil {
		return err
	}
	return c.issueManagerToken(ctx)
}

func (c *Cluster) apply(ctx context.Context, objects ...*unstructured.Unstructured) error {
	for _, object := range objects {
		// A copy, because the client writes the answer into it.
		configuration := client.ApplyConfigurationFromUnstructured(object.DeepCopy())
		if err := c.admin.Apply(ctx, configuration, client.ForceOwnership); err != nil {
			return fmt.Errorf("applying %s %s: %w", object.GetKind(), client.ObjectKeyFromObject(object), err)
		}
	}
	return nil
}

// waitServed returns when every served version of a CRD answers. Established comes first and is not enough: discovery
// follows a moment later, and a manager that starts in between finds no such kind.
func (c *Cluster) waitServed(ctx context.Context, object *unstructured.Unstructured) error {
	if object.GetKind() != "CustomResourceDefinition" {
		return nil
	}
	definition := &apiextensionsv1.CustomResourceDefinition{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, definition); err != nil {
		return fmt.Errorf("reading CustomResourceDefinition %s: %w", object.GetName(), err)
	}
	for _, version := range definition.Spec.Versions {
		if !version.Served {
			continue
		}
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(schema.GroupVersionKind{
			Group: definition.Spec.Group, Version: version.Name, Kind: definition.Spec.Names.ListKind,
		})
		err := until(ctx, object.GetName()+" to be served", 50*time.Millisecond, func(ctx context.Context) error {
			return c.admin.List(ctx, list, client.Limit(1))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
