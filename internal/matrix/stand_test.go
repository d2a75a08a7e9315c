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
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// Where things are. testdata/nodes.yaml has the nodes.
const (
	home   = "fra-aws-1"
	abroad = "ldn-aws-1"

	homeRegion   = "eu-central-1" // Frankfurt, whoever runs it.
	abroadRegion = "eu-west-2"    // London of AWS; no other node here has the code.
)

// atHome tells whether the node is in a permitted place.
func atHome(node string) bool {
	return strings.HasPrefix(node, "fra-") || strings.HasPrefix(node, "dub-")
}

// stand is what a cell works with: all of it its own.
type stand struct {
	world *world
	// name is that of its dataset, policy, actor, and namespace if it has one of its own.
	name      string
	namespace string
	// actor acts as the one whose permissions are in the table.
	actor client.Client
	// concerned are the pods that have to be flagged when the act is admitted, or the objects of storedKind.
	concerned  []types.NamespacedName
	storedKind string
	// restorer acts as the actor in another namespace.
	restorer client.Client
	// ends is when the transfer of a dated policy ends; the zero time: never.
	ends time.Time
	// attestedUntil is how long the processor of the cell is attested.
	attestedUntil time.Time
	// once is what was done while looking, and must not be done again.
	once map[string]bool
}

// prepare implements stage.
func (w *world) prepare(ctx context.Context, c *cell, law law) error {
	c.stand = stand{world: w, name: cellName(c), once: map[string]bool{}}
	c.namespace = c.name
	if c.way.excluded {
		c.namespace = excludedNamespace
	} else if err := w.namespace(ctx, c.namespace, nil); err != nil {
		return err
	}
	dataset := &residencyv1.Dataset{
		ObjectMeta: metav1.ObjectMeta{Name: c.name},
		Spec:       residencyv1.DatasetSpec{Title: c.expectation.way},
	}
	if err := w.admin.Create(ctx, dataset); err != nil {
		return fmt.Errorf("creating the dataset: %w", err)
	}
	if law != noLaw {
		if err := w.admin.Create(ctx, policyOf(c, law)); err != nil {
			return fmt.Errorf("creating the policy: %w", err)
		}
		if err := w.inForce(ctx, c); err != nil {
			return err
		}
		if err := w.governed(ctx, c.name); err != nil {
			return err
		}
	} else if c.state == stateChanged {
		// Until the operator knows the dataset, whatever names it is refused for that.
		if err := w.known(ctx, c.name); err != nil {
			return err
		}
	}
	return w.cast(ctx, c)
}

// cellName is short, a DNS label, and of one cell only.
func cellName(c *cell) string {
	return fmt.Sprintf("w%02d%s-%s", c.row, c.suffix, strings.ReplaceAll(strings.ToLower(c.state), " ", "-"))
}

func policyOf(c *cell, law law) *residencyv1.ResidencyPolicy {
	eea, gb := residencyv1.JurisdictionName("EEA"), residencyv1.CountryCode("GB")
	allowed := []residencyv1.Place{{Jurisdiction: &eea}}
	if law == mildLaw || c.way.dated {
		allowed = append(allowed, residencyv1.Place{Country: &gb})
	}
	policy := &residencyv1.ResidencyPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: c.name},
		Spec: residencyv1.ResidencyPolicySpec{
			Datasets:    []residencyv1.ObjectName{residencyv1.ObjectName(c.name)},
			Processing:  residencyv1.PlacesRule{Allowed: allowed},
			Enforcement: residencyv1.Enforcement{Admission: residencyv1.EnforcementDeny},
		},
	}
	if c.way.stores {
		de, nl := residencyv1.CountryCode("DE"), residencyv1.CountryCode("NL")
		policy.Spec.Processing = residencyv1.PlacesRule{}
		policy.Spec.Storage = residencyv1.PlacesRule{Allowed: []residencyv1.Place{{Country: &de}, {Country: &nl}}}
	}
	if c.way.dated {
		ends := c.ends
		if law == mildLaw {
			ends = time.Time{}
		}
		transfersOf(policy, ends)
	}
	if c.way.attested {
		policy.Spec.Processors = &residencyv1.ProcessorsRule{RequireAttestations: []residencyv1.RequiredAttestation{{Scheme: attestation}}}
	}
	if c.way.tolerant {
		policy.Spec.Enforcement.Undetermined = residencyv1.EnforcementWarn
	}
	return policy
}

// prohibit implements stage.
func (w *world) prohibit(ctx context.Context, c *cell) error {
	full := policyOf(c, fullLaw)
	if !c.way.moved {
		return w.admin.Create(ctx, full)
	}
	before := policyOf(c, mildLaw)
	return w.admin.Patch(ctx, full, client.MergeFrom(before))
}

// inForce implements stage.
func (w *world) inForce(ctx context.Context, c *cell) error {
	policy := &residencyv1.ResidencyPolicy{}
	if err := w.admin.Get(ctx, types.NamespacedName{Name: c.name}, policy); err != nil {
		return fmt.Errorf("reading the policy: %w", err)
	}
	generation := policy.Generation
	return w.until(ctx, "the policy to be accepted", func() error {
		if err := w.seen.Get(ctx, types.NamespacedName{Name: c.name}, policy); err != nil {
			return err
		}
		accepted := apimeta.FindStatusCondition(policy.Status.Conditions, residencyv1.ConditionAccepted)
		if accepted == nil || accepted.Status != metav1.ConditionTrue || accepted.ObservedGeneration < generation {
			return fmt.Errorf("generation %d: it is %+v", generation, accepted)
		}
		return nil
	})
}

func (w *world) governed(ctx context.Context, name string) error {
	return w.until(ctx, "the dataset to be governed", func() error {
		dataset := &residencyv1.Dataset{}
		if err := w.seen.Get(ctx, types.NamespacedName{Name: name}, dataset); err != nil {
			return err
		}
		if !apimeta.IsStatusConditionTrue(dataset.Status.Conditions, residencyv1.ConditionGoverned) {
			return errors.New("it is not")
		}
		return nil
	})
}

// known waits until the operator has said something of the dataset.
func (w *world) known(ctx context.Context, name string) error {
	return w.until(ctx, "the dataset to be known", func() error {
		dataset := &residencyv1.Dataset{}
		if err := w.seen.Get(ctx, types.NamespacedName{Name: name}, dataset); err != nil {
			return err
		}
		if apimeta.FindStatusCondition(dataset.Status.Conditions, residencyv1.ConditionGoverned) == nil {
			return errors.New("it is not")
		}
		return nil
	})
}

// namespace makes a namespace in which pods can be made.
func (w *world) namespace(ctx context.Context, name string, labels map[string]string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	if err := w.admin.Create(ctx, namespace); client.IgnoreAlreadyExists(err) != nil {
		return fmt.Errorf("creating a namespace: %w", err)
	}
	return w.until(ctx, "the default service account", func() error {
		return w.seen.Get(ctx, types.NamespacedName{Namespace: name, Name: "default"}, &corev1.ServiceAccount{})
	})
}

// marked waits until the namespace of the cell has the mark.
func (c *cell) marked(ctx context.Context) error { return c.markedIn(ctx, c.namespace) }

func (c *cell) markedIn(ctx context.Context, name string) error {
	return c.world.until(ctx, "the mark on namespace "+name, func() error {
		namespace := &corev1.Namespace{}
		if err := c.world.seen.Get(ctx, types.NamespacedName{Name: name}, namespace); err != nil {
			return err
		}
		if namespace.Labels[residencyv1.GovernedLabel] == "" {
			return errors.New("it has none")
		}
		return nil
	})
}

// cast makes the actor: a user who may do what the table says, and nothing else.
func (w *world) cast(ctx context.Context, c *cell) error {
	if c.may == kubelet {
		return nil // The ways know which node's.
	}
	rules, err := rulesOf(c.may)
	if err != nil {
		return err
	}
	c.actor, err = w.user(ctx, c.name, c.namespace, rules)
	return err
}

// user makes a user with these permissions. If they speak of namespaces, they are for the whole cluster.
func (w *world) user(ctx context.Context, name, namespace string, rules []rbacv1.PolicyRule) (client.Client, error) {
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "matrix-" + name}, Rules: rules}
	if err := w.admin.Create(ctx, role); err != nil {
		return nil, fmt.Errorf("creating a role: %w", err)
	}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name}
	var binding client.Object = &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: role.Name}, RoleRef: ref, Subjects: subjects,
	}
	if clusterWide(rules) {
		namespace = ""
		binding = &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: role.Name}, RoleRef: ref, Subjects: subjects}
	}
	if err := w.admin.Create(ctx, binding); err != nil {
		return nil, fmt.Errorf("binding a role: %w", err)
	}
	for _, rule := range rules {
		if err := w.allowed(ctx, name, namespace, rule); err != nil {
			return nil, err
		}
	}
	return w.as(name)
}

func clusterWide(rules []rbacv1.PolicyRule) bool {
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
		resource, _, _ := strings.Cut(rule.Resources[0], "/")
		return slices.Contains([]string{"namespaces", "datasets", "persistentvolumes", "storageclasses"}, resource)
	})
}

// allowed waits until the API server has taken up a rule.
func (w *world) allowed(ctx context.Context, user, namespace string, rule rbacv1.PolicyRule) error {
	resource, subresource, _ := strings.Cut(rule.Resources[0], "/")
	for _, verb := range rule.Verbs {
		err := w.until(ctx, user+" to be allowed", func() error {
			review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
				User: user,
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Namespace: namespace, Verb: verb, Group: rule.APIGroups[0], Resource: resource, Subresource: subresource,
				},
			}}
			if len(rule.ResourceNames) > 0 {
				review.Spec.ResourceAttributes.Name = rule.ResourceNames[0]
			}
			if err := w.admin.Create(ctx, review); err != nil {
				return err
			}
			if !review.Status.Allowed {
				return fmt.Errorf("%s %s is not allowed", verb, rule.Resources[0])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// as returns a client that acts as a user, by impersonation.
func (w *world) as(user string, groups ...string) (client.Client, error) {
	config := rest.CopyConfig(w.cluster.AdminConfig())
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	return w.client(config)
}

// asKubelet returns a client that acts as the kubelet of a node.
func (w *world) asKubelet(node string) (client.Client, error) {
	return w.as("system:node:"+node, "system:nodes")
}

// keyed is the label by which something handles the dataset of the cell.
func (c *cell) keyed() map[string]string {
	return map[string]string{residencyv1.DatasetLabel: c.name}
}

// pod is a pod of the cell that handles its dataset by its label.
func (c *cell) pod(name string, changes ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace, Name: c.podName(name), Labels: c.keyed()},
		Spec: corev1.PodSpec{
			TerminationGracePeriodSeconds: new(int64(0)),
			Containers:                    []corev1.Container{{Name: "main", Image: "registry.invalid/app"}},
		},
	}
	for _, change := range changes {
		change(p)
	}
	return p
}

// podName keeps the pods of cells apart that share a namespace.
func (c *cell) podName(name string) string { return c.name + "-" + name }

// on puts a pod on a node.
func on(node string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.Spec.NodeName = node }
}

// withoutKeys takes the keys from a pod.
func withoutKeys(p *corev1.Pod) { p.Labels = nil }

// run creates pods as the administrator, and waits until those with a node run.
func (c *cell) run(ctx context.Context, pods ...*corev1.Pod) error {
	for _, p := range pods {
		err := c.world.until(ctx, "pod "+p.Name+" to be admitted", func() error {
			return client.IgnoreAlreadyExists(c.world.admin.Create(ctx, p.DeepCopy()))
		})
		if err != nil {
			return err
		}
	}
	for _, p := range pods {
		if p.Spec.NodeName == "" {
			continue
		}
		if err := c.running(ctx, client.ObjectKeyFromObject(p)); err != nil {
			return err
		}
	}
	return nil
}

// running waits until a pod runs.
func (c *cell) running(ctx context.Context, key types.NamespacedName) error {
	return c.world.until(ctx, "pod "+key.String()+" to run", func() error {
		p := &corev1.Pod{}
		if err := c.world.seen.Get(ctx, key, p); err != nil {
			return err
		}
		if p.Status.Phase != corev1.PodRunning {
			return fmt.Errorf("it is %s on %q", p.Status.Phase, p.Spec.NodeName)
		}
		return nil
	})
}

// runsAtHome waits until a pod of the cell runs in a permitted place.
func (c *cell) runsAtHome(ctx context.Context, name string) error {
	key := types.NamespacedName{Namespace: c.namespace, Name: c.podName(name)}
	if err := c.running(ctx, key); err != nil {
		return err
	}
	p := &corev1.Pod{}
	if err := c.world.seen.Get(ctx, key, p); err != nil {
		return err
	}
	if !atHome(p.Spec.NodeName) {
		return fmt.Errorf("the twin runs on %s", p.Spec.NodeName)
	}
	return nil
}

// concerns says which pods have to be flagged.
func (c *cell) concerns(names ...string) {
	c.concerned = nil
	for _, name := range names {
		c.concerned = append(c.concerned, types.NamespacedName{Namespace: c.namespace, Name: c.podName(name)})
	}
}

// make creates objects as the administrator; one that is there from an attempt before is left as it is.
func (c *cell) make(ctx context.Context, objects ...client.Object) error {
	for _, object := range objects {
		if err := c.world.admin.Create(ctx, object); err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("creating %T %s: %w", object, object.GetName(), err)
		}
	}
	return nil
}
