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
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	registrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// webhooksName is what both of Domicile's configurations are called.
const webhooksName = "domicile"

// configurations are Domicile's webhooks as they are installed.
type configurations struct {
	validating []registrationv1.ValidatingWebhook
	mutating   []registrationv1.MutatingWebhook
}

func (c *configurations) readConfigurations(ctx context.Context, from client.Reader) error {
	var v registrationv1.ValidatingWebhookConfiguration
	var m registrationv1.MutatingWebhookConfiguration
	name := types.NamespacedName{Name: webhooksName}
	if err := errors.Join(from.Get(ctx, name, &v), from.Get(ctx, name, &m)); err != nil {
		return fmt.Errorf("reading the webhook configurations: %w", err)
	}
	c.validating, c.mutating = v.Webhooks, m.Webhooks
	return nil
}

// configure puts the webhooks of a setting in force, and returns when they are.
func (g *gauge) configure(ctx context.Context, s setting) error {
	governed := &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "governed"}}
	v := &registrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: webhooksName}}
	m := &registrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: webhooksName}}
	if s.gate {
		v.Webhooks = g.validating
		m.Webhooks = slices.DeleteFunc(slices.Clone(g.mutating), func(w registrationv1.MutatingWebhook) bool {
			return !s.steering && steers(w.Rules)
		})
	}
	if s.judges {
		v.Webhooks = []registrationv1.ValidatingWebhook{{
			Name: "plain.example.com", ClientConfig: g.plain.webhook(), Rules: rules(), NamespaceSelector: governed,
			SideEffects: new(registrationv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}}
	}
	if s.changes {
		m.Webhooks = []registrationv1.MutatingWebhook{{
			Name: "plain.example.com", ClientConfig: g.plain.webhook(), Rules: rules(), NamespaceSelector: governed,
			SideEffects: new(registrationv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}}
		if s.patches {
			m.Webhooks[0].ClientConfig = g.plain.patchingWebhook()
		}
	}
	for _, configuration := range []client.Object{v, m} {
		if err := client.IgnoreNotFound(g.admin.Delete(ctx, configuration.DeepCopyObject().(client.Object))); err != nil {
			return fmt.Errorf("removing a webhook configuration: %w", err)
		}
		if err := g.admin.Create(ctx, configuration); err != nil {
			return fmt.Errorf("making a webhook configuration: %w", err)
		}
	}
	return wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		return g.inForce(ctx, s)
	})
}

// steers reports whether a webhook changes pods.
func steers(rules []registrationv1.RuleWithOperations) bool {
	return slices.ContainsFunc(rules, func(r registrationv1.RuleWithOperations) bool { return slices.Contains(r.Resources, "pods") })
}

// inForce asks, with one pod that is refused where the gate is and one that steering changes,
// which webhooks the API server calls.
func (g *gauge) inForce(ctx context.Context, s setting) (bool, error) {
	steered := g.pod(true)
	asked, err := g.plain.asked(ctx)
	if err != nil {
		return false, err
	}
	if err := g.admin.Create(ctx, steered, client.DryRunAll); err != nil {
		return false, fmt.Errorf("creating a pod: %w", err)
	}
	plain := int64(0)
	for _, there := range []bool{s.judges, s.changes} {
		if there {
			plain++
		}
	}
	prohibited := g.pod(true)
	prohibited.Spec.NodeName = "node-3" // in the United States
	refused := g.admin.Create(ctx, prohibited, client.DryRunAll)
	if refused != nil && !strings.Contains(refused.Error(), "denied the request") {
		return false, fmt.Errorf("creating a pod that is to be refused: %w", refused)
	}
	now, err := g.plain.asked(ctx)
	if err != nil {
		return false, err
	}
	// It is asked about both pods.
	return (refused != nil) == s.gate && (steered.Spec.Affinity != nil) == (s.steering || s.patches) && now-asked == 2*plain, nil
}

// ticks is how many clock ticks are a second in /proc, on every Linux that Go runs on.
const ticks = 100

// answererCPU is how long whoever answers in a setting has computed: the plain handler or else
// the manager.
func (g *gauge) answererCPU(s setting) (time.Duration, error) {
	if s.judges || s.changes {
		return cpuOf(strconv.Itoa(g.plain.pid))
	}
	pid, err := os.ReadFile(filepath.Join(g.dir, "manager.pid"))
	if err != nil {
		return 0, fmt.Errorf("finding the manager: %w", err)
	}
	return cpuOf(strings.TrimSpace(string(pid)))
}

// cpuOf is how long a process has computed.
func cpuOf(pid string) (time.Duration, error) {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return 0, fmt.Errorf("reading the times of a process: %w", err)
	}
	// The name, in brackets, may hold anything; utime and stime are the 12th and 13th after it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("reading the times of a process: %q", stat)
	}
	total := 0
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0, fmt.Errorf("reading the times of a process: %w", err)
		}
		total += n
	}
	return time.Duration(total) * time.Second / ticks, nil
}
