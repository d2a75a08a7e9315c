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

package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// inCreates are the ways to create a pod that are no plain create.
func inCreates() []way {
	return []way{generated(), applied(), appliedTogether()}
}

// inEdits are the ways to take the label from a pod that are no merge patch.
func inEdits() []way {
	jsonPatch := relabelled("JSON patch of a pod's label", nil)
	jsonPatch.act = func(ctx context.Context, c *cell) error {
		path := "/metadata/labels/" + strings.ReplaceAll(residencyv1.DatasetLabel, "/", "~1")
		patch := client.RawPatch(types.JSONPatchType, []byte(`[{"op":"remove","path":"`+path+`"}]`))
		return c.actor.Patch(ctx, podNamed(c.key("home")), patch)
	}
	return []way{jsonPatch, replaced()}
}

// generated has the API server choose the name.
func generated() way {
	create := func(ctx context.Context, c *cell, name, node string) (types.NamespacedName, error) {
		p := c.pod("", on(node))
		p.Name, p.GenerateName = "", c.name+"-"+name+"-"
		err := c.actor.Create(ctx, p)
		return client.ObjectKeyFromObject(p), err
	}
	return way{
		name: "generateName",
		says: "London, GB",
		act: func(ctx context.Context, c *cell) error {
			key, err := create(ctx, c, "abroad", abroad)
			c.concerned = []types.NamespacedName{key}
			return err
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			key, err := create(ctx, c, "twin", home)
			if err != nil {
				return err
			}
			return c.running(ctx, key)
		},
	}
}

// applied creates a pod by server-side apply.
func applied() way {
	apply := func(ctx context.Context, c *cell, name, node string) error {
		p := c.pod(name, on(node))
		p.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Pod"))
		object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(p)
		if err != nil {
			return fmt.Errorf("encoding a pod: %w", err)
		}
		delete(object, "status")
		return c.actor.Apply(ctx, client.ApplyConfigurationFromUnstructured(&unstructured.Unstructured{Object: object}), client.FieldOwner("matrix"))
	}
	return way{
		name: "server-side apply",
		says: "London, GB",
		act: func(ctx context.Context, c *cell) error {
			c.concerns("abroad")
			return apply(ctx, c, "abroad", abroad)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			if err := apply(ctx, c, "twin", home); err != nil {
				return err
			}
			return c.runsAtHome(ctx, "twin")
		},
	}
}

// appliedTogether applies a namespace with the key and a pod in it, in one go.
func appliedTogether() way {
	apply := func(ctx context.Context, c *cell, namespace, node string) error {
		account := metav1.ObjectMeta{Namespace: namespace, Name: "own"}
		p := c.pod("applied", withoutKeys, on(node))
		p.Namespace = namespace
		p.Spec.ServiceAccountName = account.Name // The default one comes a moment after the namespace.
		return c.kubectl(ctx, "apply",
			&corev1.Namespace{TypeMeta: typeMeta("Namespace"), ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: c.keyed()}},
			&corev1.ServiceAccount{TypeMeta: typeMeta("ServiceAccount"), ObjectMeta: account},
			withType(p),
		)
	}
	key := func(c *cell, namespace string) types.NamespacedName {
		return types.NamespacedName{Namespace: namespace, Name: c.podName("applied")}
	}
	return way{
		name: "namespace and pods in one kubectl apply",
		act: func(ctx context.Context, c *cell) error {
			namespace := c.namespace + "-applied"
			c.concerned = []types.NamespacedName{key(c, namespace)}
			return apply(ctx, c, namespace, abroad)
		},
		seen: flagged,
		twin: func(ctx context.Context, c *cell) error {
			namespace := c.namespace + "-twin"
			if err := apply(ctx, c, namespace, home); err != nil {
				return err
			}
			return c.running(ctx, key(c, namespace))
		},
	}
}

// replaced replaces a pod that runs by one without the label.
func replaced() way {
	replace := func(ctx context.Context, c *cell, change func(labels map[string]string)) error {
		p := &corev1.Pod{}
		if err := c.world.admin.Get(ctx, c.key("home"), p); err != nil {
			return fmt.Errorf("reading a pod: %w", err)
		}
		change(p.Labels)
		p.ResourceVersion = ""
		return c.kubectl(ctx, "replace", withType(p))
	}
	w := relabelled("kubectl replace of a pod's label", nil)
	w.act = func(ctx context.Context, c *cell) error {
		return replace(ctx, c, func(labels map[string]string) { delete(labels, residencyv1.DatasetLabel) })
	}
	w.twin = func(ctx context.Context, c *cell) error {
		if err := replace(ctx, c, func(labels map[string]string) { labels[anotherLabel] = "a" }); err != nil {
			return err
		}
		return c.runsAtHome(ctx, "home")
	}
	return w
}

func typeMeta(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "v1", Kind: kind} }

func withType(p *corev1.Pod) *corev1.Pod {
	p.TypeMeta = typeMeta("Pod")
	return p
}

// kubectl does something with objects as the actor of the cell, with the real kubectl.
func (c *cell) kubectl(ctx context.Context, verb string, objects ...client.Object) error {
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}
	manifest, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("encoding objects: %w", err)
	}
	command := exec.CommandContext(ctx, c.world.cluster.Kubectl(), "--kubeconfig", c.world.cluster.Kubeconfig(),
		"--as", c.name, "--cache-dir", c.world.kubectlCache, verb, "--validate=false", "-f", "-")
	command.Stdin = strings.NewReader(string(manifest))
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w: %s", verb, err, out)
	}
	return nil
}
