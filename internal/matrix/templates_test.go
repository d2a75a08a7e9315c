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
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// app is the label by which a workload knows its pods.
const app = "app"

// labelled adds a label to a pod.
func labelled(key, value string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		labels := map[string]string{key: value}
		maps.Copy(labels, p.Labels)
		p.Labels = labels
	}
}

// template is that of the pods of a workload, which go to nodes of a region, or anywhere if it is empty.
func (c *cell) template(name, region string) corev1.PodTemplateSpec {
	p := c.pod(name, labelled(app, name))
	if region != "" {
		selecting(region)(p)
	}
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: p.Labels}, Spec: p.Spec}
}

func selector(t *corev1.PodTemplateSpec) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{app: t.Labels[app]}}
}

// kind makes workloads of a kind. Its first pod is made by the controller of the kind, or if there is none that would
// within the test by hand.
type kind struct {
	way  string
	make func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object
	hand func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object
}

func kinds() []kind {
	job := func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
		t.Spec.RestartPolicy = corev1.RestartPolicyNever
		return &batchv1.Job{ObjectMeta: m, Spec: batchv1.JobSpec{Template: t}}
	}
	return []kind{
		{way: "template of a Deployment", make: deployment},
		{way: "template of a StatefulSet", make: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
			return &appsv1.StatefulSet{ObjectMeta: m, Spec: appsv1.StatefulSetSpec{Selector: selector(&t), Template: t}}
		}},
		{way: "template of a ReplicaSet", make: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
			return &appsv1.ReplicaSet{ObjectMeta: m, Spec: appsv1.ReplicaSetSpec{Selector: selector(&t), Template: t}}
		}},
		{way: "template of a ReplicationController", make: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
			return &corev1.ReplicationController{ObjectMeta: m, Spec: corev1.ReplicationControllerSpec{Selector: selector(&t).MatchLabels, Template: &t}}
		}},
		{way: "template of a Job", make: job},
		{
			way: "template of a CronJob",
			make: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
				t.Spec.RestartPolicy = corev1.RestartPolicyNever
				return &batchv1.CronJob{ObjectMeta: m, Spec: batchv1.CronJobSpec{
					Schedule: "0 0 29 2 *", JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: t}},
				}}
			},
			hand: job,
		},
		{
			way: "PodTemplate",
			make: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
				return &corev1.PodTemplate{ObjectMeta: m, Template: t}
			},
			hand: func(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
				m.Labels = t.Labels
				return &corev1.Pod{ObjectMeta: m, Spec: t.Spec}
			},
		},
	}
}

func deployment(m metav1.ObjectMeta, t corev1.PodTemplateSpec) client.Object {
	return &appsv1.Deployment{ObjectMeta: m, Spec: appsv1.DeploymentSpec{Selector: selector(&t), Template: t}}
}

// markNamespace has something at home handle the dataset, so that the namespace has the mark.
func markNamespace(ctx context.Context, c *cell) error {
	if err := c.run(ctx, c.pod("first", on(home))); err != nil {
		return err
	}
	return c.marked(ctx)
}

// inTemplates are the ways in by the template of a workload.
func inTemplates() []way {
	var all []way
	for _, k := range kinds() {
		w := way{
			name: k.way, setup: markNamespace, seen: spread,
			act: func(ctx context.Context, c *cell) error {
				return c.actor.Create(ctx, k.make(c.meta("abroad", nil), c.template("abroad", abroadRegion)))
			},
			twin: func(ctx context.Context, c *cell) error {
				if err := c.actor.Create(ctx, k.make(c.meta("twin", nil), c.template("twin", homeRegion))); err != nil {
					return err
				}
				if k.hand != nil {
					if err := c.make(ctx, k.hand(c.meta("twin-by-hand", nil), c.template("twin", homeRegion))); err != nil {
						return err
					}
				}
				return c.runOn(ctx, "twin", 1)
			},
		}
		if k.hand != nil {
			w.seen = idle
		}
		all = append(all, w)
	}
	return append(all, templatePatched(), daemons())
}

// templatePatched sends a Deployment that runs at home abroad.
func templatePatched() way {
	patch := func(ctx context.Context, c *cell, template string) error {
		d := &appsv1.Deployment{ObjectMeta: c.meta("shop", nil)}
		return c.actor.Patch(ctx, d, client.RawPatch(types.StrategicMergePatchType, []byte(`{"spec":{"template":`+template+`}}`)))
	}
	return way{
		name: "strategic merge patch of a Deployment",
		setup: func(ctx context.Context, c *cell) error {
			if err := markNamespace(ctx, c); err != nil {
				return err
			}
			if err := c.make(ctx, deployment(c.meta("shop", nil), c.template("shop", homeRegion))); err != nil {
				return err
			}
			return c.runOn(ctx, "shop", 1)
		},
		act: func(ctx context.Context, c *cell) error {
			return patch(ctx, c, fmt.Sprintf(`{"spec":{"nodeSelector":{%q:%q}}}`, corev1.LabelTopologyRegion, abroadRegion))
		},
		seen: spread,
		twin: func(ctx context.Context, c *cell) error {
			err := patch(ctx, c, fmt.Sprintf(`{"metadata":{"labels":{%q:"a"}},"spec":{"nodeSelector":{%q:%q}}}`, anotherLabel, corev1.LabelTopologyRegion, homeRegion))
			if err != nil {
				return err
			}
			return c.world.until(ctx, "the new pod", func() error {
				pods, err := c.pods(ctx, client.MatchingLabels{anotherLabel: "a"})
				if err == nil && !slices.ContainsFunc(pods, runsInPlace) {
					err = errors.New("it does not run")
				}
				return err
			})
		},
	}
}

// daemons run on every node, unless they are told otherwise. The twin does as the refusal says.
func daemons() way {
	daemonSet := func(c *cell, name string, affinity *corev1.Affinity) *appsv1.DaemonSet {
		t := c.template(name, "")
		t.Spec.Affinity = affinity
		return &appsv1.DaemonSet{ObjectMeta: c.meta(name, nil), Spec: appsv1.DaemonSetSpec{Selector: selector(&t), Template: t}}
	}
	return way{
		name:  "DaemonSet over mixed nodes",
		setup: markNamespace,
		act: func(ctx context.Context, c *cell) error {
			return c.actor.Create(ctx, daemonSet(c, "abroad", nil))
		},
		seen: spread,
		twin: func(ctx context.Context, c *cell) error {
			affinity, err := toPaste(ctx, c, daemonSet(c, "twin", nil))
			if err != nil {
				return err
			}
			if err := c.actor.Create(ctx, daemonSet(c, "twin", affinity)); err != nil {
				return err
			}
			nodes := &corev1.NodeList{}
			if err := c.world.seen.List(ctx, nodes); err != nil {
				return fmt.Errorf("listing nodes: %w", err)
			}
			want := 0
			for _, node := range nodes.Items {
				if atHome(node.Name) && len(node.Spec.Taints) == 0 {
					want++
				}
			}
			return c.runOn(ctx, "twin", want)
		},
	}
}

// toPaste returns the affinity that the refusal of a DaemonSet gives. While a node has just said that it is elsewhere,
// and has the stamp of before, none can be given that keeps from it, so it is asked for until there is one.
func toPaste(ctx context.Context, c *cell, daemons *appsv1.DaemonSet) (*corev1.Affinity, error) {
	var affinity *corev1.Affinity
	err := c.world.until(ctx, "an affinity to paste", func() error {
		refusal := c.actor.Create(ctx, daemons.DeepCopy(), client.DryRunAll)
		if refusal == nil {
			return errors.New("a DaemonSet without affinity is admitted")
		}
		var err error
		affinity, err = affinityIn(refusal.Error())
		return err
	})
	return affinity, err
}

// affinityIn reads the affinity that a refusal gives to be pasted, as YAML.
func affinityIn(message string) (*corev1.Affinity, error) {
	const begin = "nodeAffinity:\n"
	from := strings.Index(message, begin)
	if from < 0 {
		return nil, fmt.Errorf("there is no affinity to paste in %q", message)
	}
	lead := message[strings.LastIndex(message[:from], "\n")+1 : from]
	if strings.TrimSpace(lead) != "" {
		lead = "" // It stands behind words.
	}
	text := lead + begin
	for line := range strings.Lines(message[from+len(begin):]) {
		if !strings.HasPrefix(line, lead+" ") {
			break
		}
		text += line
	}
	affinity := &corev1.Affinity{}
	if err := yaml.UnmarshalStrict([]byte(text), affinity); err != nil {
		return nil, fmt.Errorf("reading the affinity in %q: %w", message, err)
	}
	return affinity, nil
}

func TestTheAffinityInARefusal(t *testing.T) {
	const pasted = "nodeAffinity:\n  requiredDuringSchedulingIgnoredDuringExecution:\n    nodeSelectorTerms:\n    - matchExpressions:\n      - {key: example.com/country, operator: In, values: [DE, \"NO\"]}"
	want := &corev1.Affinity{}
	asked := corev1.NodeSelectorRequirement{Key: "example.com/country", Operator: corev1.NodeSelectorOpIn, Values: []string{"DE", "NO"}}
	want.NodeAffinity = &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{asked}}},
	}}
	for name, message := range map[string]string{
		"at the end":    "it is refused. Add:\n" + pasted,
		"between words": "Add: " + pasted + "\nOr ask.",
		"indented":      "Add:\n    " + strings.ReplaceAll(pasted, "\n", "\n    ") + "\nOr ask.",
	} {
		got, err := affinityIn(message)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, err := affinityIn("it is refused"); err == nil {
		t.Error("an affinity is found where there is none")
	}
}

func (c *cell) pods(ctx context.Context, labels client.MatchingLabels) ([]corev1.Pod, error) {
	pods := &corev1.PodList{}
	if err := c.world.seen.List(ctx, pods, client.InNamespace(c.namespace), labels); err != nil {
		return nil, fmt.Errorf("listing pods: %w", err)
	}
	return pods.Items, nil
}

// runsInPlace tells whether a pod runs where it is permitted.
func runsInPlace(p corev1.Pod) bool {
	return p.Status.Phase == corev1.PodRunning && atHome(p.Spec.NodeName)
}

// runOn waits until a workload has exactly so many pods, on so many nodes, and all run where it is permitted.
func (c *cell) runOn(ctx context.Context, name string, want int) error {
	return c.world.until(ctx, fmt.Sprintf("%d pods of %s", want, name), func() error {
		pods, err := c.pods(ctx, client.MatchingLabels{app: name})
		if err != nil {
			return err
		}
		nodes := map[string]bool{}
		for _, p := range pods {
			if !runsInPlace(p) {
				return fmt.Errorf("pod %s is %s on %q", p.Name, p.Status.Phase, p.Spec.NodeName)
			}
			nodes[p.Spec.NodeName] = true
		}
		if len(pods) != want || len(nodes) != want {
			return fmt.Errorf("there are %d, on %d nodes", len(pods), len(nodes))
		}
		return nil
	})
}

// spread sees what becomes of the pods of a workload whose template can only lead abroad, or that makes a pod for each
// node: those that are abroad have to be flagged, or have been refused.
func spread(ctx context.Context, c *cell) (sight, error) {
	pods := &corev1.PodList{}
	if err := c.world.seen.List(ctx, pods, client.InNamespace(c.namespace)); err != nil {
		return sight{}, fmt.Errorf("listing pods: %w", err)
	}
	c.concerned = nil
	for i := range pods.Items {
		if p := &pods.Items[i]; !atHome(p.Spec.NodeName) {
			c.concerned = append(c.concerned, client.ObjectKeyFromObject(p))
		}
	}
	if len(c.concerned) > 0 {
		return flagged(ctx, c)
	}
	events := &eventsv1.EventList{}
	if err := c.world.seen.List(ctx, events, client.InNamespace(c.namespace)); err != nil {
		return sight{}, fmt.Errorf("listing Events: %w", err)
	}
	for _, e := range events.Items {
		if slices.Contains(couldNotCreate(), e.Reason) && classify(e.Note) == wordRefused {
			return sight{word: wordPodsRefused, detail: e.Note}, nil
		}
	}
	return sight{detail: "there are no pods and no Events of pods that were refused"}, nil
}

// couldNotCreate are the reasons of Events of controllers that could not create a pod, or what makes it.
func couldNotCreate() []string { return []string{"FailedCreate", "ReplicaSetCreateError"} }

// idle sees that a template makes no pods.
func idle(ctx context.Context, c *cell) (sight, error) {
	pods := &corev1.PodList{}
	if err := c.world.seen.List(ctx, pods, client.InNamespace(c.namespace), client.HasLabels{app}); err != nil {
		return sight{}, fmt.Errorf("listing pods: %w", err)
	}
	if len(pods.Items) > 0 {
		return sight{illegal: true, detail: "it made a pod"}, nil
	}
	return sight{word: wordNothingRuns}, nil
}
