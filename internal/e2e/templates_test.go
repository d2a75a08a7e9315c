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
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// toward are labels of nodes, all of them in Frankfurt or all of them abroad.
var (
	towardHome   = map[string]string{corev1.LabelTopologyZone: "eu-central-1a"}
	towardAbroad = map[string]string{corev1.LabelTopologyRegion: "us-east-1"}
)

// templated is one object of every kind that makes pods, by kind, in which each makes as many as
// are asked for of pods that handle the dataset and go where the node selector says.
func templated(ns *corev1.Namespace, name, dataset string, pods int32, toward map[string]string) map[string]client.Object {
	meta := metav1.ObjectMeta{Namespace: ns.Name, Name: name}
	p := pod(ns, name, dataset, "")
	template := func(kind string, restart corev1.RestartPolicy) corev1.PodTemplateSpec {
		spec := *p.Spec.DeepCopy()
		spec.NodeSelector, spec.RestartPolicy = toward, restart
		labels := map[string]string{"app": strings.ToLower(kind)}
		if dataset != "" {
			labels[residencyv1.DatasetLabel] = dataset
		}
		return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec}
	}
	always := func(kind string) corev1.PodTemplateSpec { return template(kind, corev1.RestartPolicyAlways) }
	selector := func(kind string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": strings.ToLower(kind)}}
	}
	job := batchv1.JobSpec{Parallelism: &pods, Template: template("Job", corev1.RestartPolicyNever)}
	controller := always("ReplicationController")
	return map[string]client.Object{
		"Deployment":  &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: &pods, Selector: selector("Deployment"), Template: always("Deployment")}},
		"StatefulSet": &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Replicas: &pods, Selector: selector("StatefulSet"), Template: always("StatefulSet")}},
		"ReplicaSet":  &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Replicas: &pods, Selector: selector("ReplicaSet"), Template: always("ReplicaSet")}},
		"DaemonSet":   &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: selector("DaemonSet"), Template: always("DaemonSet")}},
		"Job":         &batchv1.Job{ObjectMeta: meta, Spec: job},
		"CronJob": &batchv1.CronJob{ObjectMeta: meta, Spec: batchv1.CronJobSpec{
			Schedule: "0 0 1 1 *", Suspend: new(true), JobTemplate: batchv1.JobTemplateSpec{Spec: *job.DeepCopy()},
		}},
		"ReplicationController": &corev1.ReplicationController{ObjectMeta: meta, Spec: corev1.ReplicationControllerSpec{Replicas: &pods, Template: &controller}},
		"PodTemplate":           &corev1.PodTemplate{ObjectMeta: meta, Template: always("PodTemplate")},
	}
}

func TestTemplatesOfEveryKind(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	for kind := range templated(&corev1.Namespace{}, "", "", 0, nil) {
		t.Run(kind, func(t *testing.T) {
			ns := namespace(t)
			words := []string{strings.ToLower(kind) + " " + ns.Name + "/profiles", d.Name, "N. Virginia, US", "privacy@example.com"}
			expectRefusal(t, admin.Create(t.Context(), templated(ns, "profiles", d.Name, 0, towardAbroad)[kind]), words...)
			c, warnings := warningClient(t)
			home := templated(ns, "profiles", d.Name, 0, towardHome)[kind]
			if err := c.Create(t.Context(), home); err != nil {
				t.Fatalf("to a permitted place: %v", err)
			}
			remove(t, home)
			if warnings.contain("dataset") {
				t.Errorf("to a permitted place: warned %q", warnings.all())
			}
			governedNamespace(t, ns)
			// Now the namespace asks about all templates, also those that carry no key.
			expectRefusal(t, admin.Create(t.Context(), templated(ns, "others", d.Name, 0, towardAbroad)[kind]), "N. Virginia, US")
			create(t, templated(ns, "free", "", 0, towardAbroad)[kind])
		})
	}
}

func TestATemplateHandlesWhatItRefersTo(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	create(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "db", Labels: map[string]string{residencyv1.DatasetLabel: d.Name}}})
	governedNamespace(t, ns)
	deployment := templated(ns, "profiles", "", 0, towardAbroad)["Deployment"].(*appsv1.Deployment)
	deployment.Spec.Template.Spec.Containers[0].EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "db"}}}}
	expectRefusal(t, admin.Create(t.Context(), deployment), "Secret db", "N. Virginia, US")

	// The claims of a StatefulSet carry the key, and nothing else in a namespace without the mark.
	set := templated(namespace(t), "profiles", "", 0, towardAbroad)["StatefulSet"].(*appsv1.StatefulSet)
	set.Spec.VolumeClaimTemplates = []corev1.PersistentVolumeClaim{{
		ObjectMeta: metav1.ObjectMeta{Name: "data", Annotations: map[string]string{residencyv1.DatasetsAnnotation: d.Name}},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}}
	expectRefusal(t, admin.Create(t.Context(), set), "PersistentVolumeClaim data", "N. Virginia, US")
}

// untouched are changes of an object that leave its template as it is, by what they are.
func untouched(object client.Object) map[string]func(ctx context.Context) error {
	patch := func(body string) func(context.Context) error {
		return func(ctx context.Context) error {
			return admin.Patch(ctx, object.DeepCopyObject().(client.Object), client.RawPatch(types.MergePatchType, []byte(body)))
		}
	}
	out := map[string]func(ctx context.Context) error{
		"metadata": patch(`{"metadata":{"labels":{"note":"a"},"annotations":{"note":"a"}}}`),
		"finalizers": func(ctx context.Context) error {
			return errors.Join(patch(`{"metadata":{"finalizers":["e2e.residency.domicile.dev/stay"]}}`)(ctx), patch(`{"metadata":{"finalizers":null}}`)(ctx))
		},
		"replaced as it is": func(ctx context.Context) error {
			return retry.RetryOnConflict(retry.DefaultRetry, func() error {
				now := object.DeepCopyObject().(client.Object)
				if err := admin.Get(ctx, client.ObjectKeyFromObject(object), now); err != nil {
					return err
				}
				return admin.Update(ctx, now)
			})
		},
	}
	switch object.(type) {
	case *appsv1.Deployment, *appsv1.StatefulSet, *appsv1.ReplicaSet, *corev1.ReplicationController:
		out["scale to zero"] = func(ctx context.Context) error {
			return admin.SubResource("scale").Update(ctx, object.DeepCopyObject().(client.Object), client.WithSubResourceBody(&autoscalingv1.Scale{
				ObjectMeta: metav1.ObjectMeta{Namespace: object.GetNamespace(), Name: object.GetName()},
			}))
		}
		out["replicas"] = patch(`{"spec":{"replicas":0}}`)
	case *appsv1.DaemonSet:
		out["spec"] = patch(`{"spec":{"minReadySeconds":1}}`)
	case *batchv1.Job:
		out["spec"] = patch(`{"spec":{"parallelism":0}}`)
	case *batchv1.CronJob:
		out["spec"] = patch(`{"spec":{"schedule":"0 0 2 1 *"}}`)
	case *corev1.PodTemplate:
		return out // it has no status
	}
	out["status"] = func(ctx context.Context) error {
		return admin.Status().Patch(ctx, object.DeepCopyObject().(client.Object), client.RawPatch(types.MergePatchType, []byte(`{"status":{}}`)))
	}
	return out
}

// changedTemplate is a patch of the template alone.
func changedTemplate(object client.Object) client.Patch {
	body := `{"spec":{"template":{"metadata":{"annotations":{"note":"b"}}}}}`
	switch object.(type) {
	case *batchv1.CronJob:
		body = `{"spec":{"jobTemplate":` + body + `}}`
	case *corev1.PodTemplate:
		body = `{"template":{"metadata":{"annotations":{"note":"b"}}}}`
	}
	return client.RawPatch(types.MergePatchType, []byte(body))
}

// A policy that comes later stops nobody from scaling down, and neither does an outage.
func TestWhatIsIllegalByALaterPolicyIsStillInHand(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"), country("US"))
	ns := namespace(t)
	objects := templated(ns, "profiles", d.Name, 1, towardAbroad)
	for _, object := range objects {
		create(t, object)
	}
	running := client.MatchingLabels{"app": "deployment"}
	eventually(t, "the pod of the Deployment to run abroad", podsOn(ns, running, "iad-aws-1"))
	amended(t, p, func(s *residencyv1.ResidencyPolicySpec) {
		s.Processing.Allowed = []residencyv1.Place{jurisdiction("EEA")}
	})

	try := func(when string, blocked func(error) error) {
		for kind, object := range objects {
			for what, change := range untouched(object) {
				if err := change(t.Context()); err != nil {
					t.Errorf("%s, %s: %s: %v", when, kind, what, err)
				}
			}
			if kind == "Job" { // of which the template never changes
				continue
			}
			if err := blocked(admin.Patch(t.Context(), object.DeepCopyObject().(client.Object), changedTemplate(object))); err != nil {
				t.Errorf("%s, %s: another template: %v", when, kind, err)
			}
		}
	}
	try("operator up", func(err error) error { return refusedWith(err, "N. Virginia, US") })
	if err := cluster.KillManager(); err != nil {
		t.Fatalf("killing the manager: %v", err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.StartManager(context.Background()); err != nil {
			t.Errorf("starting the manager: %v", err)
		}
	})
	try("operator down", func(err error) error {
		if !gateIsDown(err) {
			return fmt.Errorf("it did not have to ask: %w", err)
		}
		return nil
	})
	eventually(t, "the Deployment to be scaled to zero", podsOn(ns, running))
	for kind, object := range objects {
		if err := admin.Delete(t.Context(), object.DeepCopyObject().(client.Object), client.PropagationPolicy(metav1.DeletePropagationForeground)); err != nil {
			t.Errorf("operator down: deleting the %s: %v", kind, err)
		}
		eventually(t, "the "+kind+" to be gone", func(ctx context.Context) error {
			err := admin.Get(ctx, client.ObjectKeyFromObject(object), object.DeepCopyObject().(client.Object))
			if err == nil {
				return errors.New("it is there")
			}
			return client.IgnoreNotFound(err)
		})
	}
}

// amended changes a policy, and waits until that is in force.
func amended(t *testing.T, p *residencyv1.ResidencyPolicy, change func(*residencyv1.ResidencyPolicySpec)) {
	t.Helper()
	before := p.DeepCopy()
	change(&p.Spec)
	if err := admin.Patch(t.Context(), p, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing policy %s: %v", p.Name, err)
	}
	accepted(t, p)
}

// podsOn reports no error once the pods of the labels are on these nodes, one on each, and run.
func podsOn(ns *corev1.Namespace, labels client.MatchingLabels, nodes ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		list := &corev1.PodList{}
		if err := admin.List(ctx, list, client.InNamespace(ns.Name), labels); err != nil {
			return err
		}
		on := map[string]corev1.PodPhase{}
		for i := range list.Items {
			on[list.Items[i].Spec.NodeName] = list.Items[i].Status.Phase
		}
		for _, node := range nodes {
			if on[node] != corev1.PodRunning {
				return fmt.Errorf("none runs on %s: %v", node, on)
			}
		}
		if len(list.Items) != len(nodes) {
			return fmt.Errorf("there are %v", on)
		}
		return nil
	}
}

func TestWithoutSteeringADeploymentIsWarnedOf(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, jurisdiction("EEA"))
	p.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	create(t, p)
	accepted(t, p)
	c, warnings := warningClient(t)
	deployment := templated(namespace(t), "profiles", d.Name, 0, nil)["Deployment"]
	if err := c.Create(t.Context(), deployment); err != nil {
		t.Fatal(err)
	}
	remove(t, deployment)
	told := strings.ReplaceAll(strings.Join(warnings.all(), " "), " ... ... ", " ")
	if !strings.Contains(told, "The policy steers no pods, so the binding of each decides.") {
		t.Errorf("warned %q", warnings.all())
	}
}

// What is refused names who made it, so that the one who wonders why there are no pods finds out.
func TestAPodNamesItsOwners(t *testing.T) {
	d, p := governed(t, jurisdiction("EEA"), country("US"))
	ns := namespace(t)
	deployment := templated(ns, "profiles", d.Name, 0, towardAbroad)["Deployment"]
	create(t, deployment)
	var replicaSet *appsv1.ReplicaSet
	eventually(t, "the ReplicaSet of the Deployment", func(ctx context.Context) error {
		list := &appsv1.ReplicaSetList{}
		if err := admin.List(ctx, list, client.InNamespace(ns.Name)); err != nil {
			return err
		}
		if len(list.Items) != 1 {
			return fmt.Errorf("there are %d", len(list.Items))
		}
		replicaSet = &list.Items[0]
		return nil
	})
	amended(t, p, func(s *residencyv1.ResidencyPolicySpec) {
		s.Processing.Allowed = []residencyv1.Place{jurisdiction("EEA")}
	})
	if err := admin.Patch(t.Context(), deployment, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"replicas":1}}`))); err != nil {
		t.Fatal(err)
	}
	words := "It is made by ReplicaSet " + replicaSet.Name + " of Deployment profiles."
	eventually(t, "an Event on the ReplicaSet", func(ctx context.Context) error {
		list := &eventsv1.EventList{}
		if err := admin.List(ctx, list, client.InNamespace(ns.Name)); err != nil {
			return err
		}
		var notes []string
		for _, e := range list.Items {
			if e.Regarding.Name == replicaSet.Name && strings.Contains(e.Note, words) {
				return nil
			}
			notes = append(notes, e.Regarding.Name+": "+e.Note)
		}
		return fmt.Errorf("there are %q", notes)
	})

	t.Run("and a custom resource by its kind and name", func(t *testing.T) {
		rolled := templated(ns, "rolled", "", 0, nil)["ReplicaSet"]
		rolled.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "argoproj.io/v1alpha1", Kind: "Rollout", Name: "canary", UID: "1", Controller: new(true)}})
		create(t, rolled)
		owned := pod(ns, "owned", d.Name, "iad-aws-1")
		owned.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(rolled, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))}
		expectRefusal(t, admin.Create(t.Context(), owned), "It is made by ReplicaSet rolled of Rollout canary.")
	})
}
