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
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/stamp"
)

func city(name residencyv1.CityName, code residencyv1.CountryCode) residencyv1.Place {
	return residencyv1.Place{City: &residencyv1.CityPlace{Name: name, Country: code}}
}

// deployment is one as an application team writes it: a label if it handles a dataset, and not a
// word on places.
func deployment(ns *corev1.Namespace, name, dataset string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	template := pod(ns, "", dataset, "")
	if template.Labels == nil {
		template.Labels = map[string]string{}
	}
	maps.Copy(template.Labels, labels)
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: template.Labels}, Spec: template.Spec},
		},
	}
}

// runs waits until a pod runs, and returns its node.
func runs(t *testing.T, p *corev1.Pod) *corev1.Node {
	t.Helper()
	n := &corev1.Node{}
	eventually(t, "pod "+p.Name+" to run", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if p.Status.Phase != corev1.PodRunning {
			return fmt.Errorf("it is %s on %q: %+v", p.Status.Phase, p.Spec.NodeName, p.Status.Conditions)
		}
		return admin.Get(ctx, client.ObjectKey{Name: p.Spec.NodeName}, n)
	})
	return n
}

// Nothing but a label says what the pods handle. All of them run in Frankfurt, at the first
// try, and the Deployment is as it was written.
func TestAnUnmodifiedDeploymentLandsWhereItMay(t *testing.T) {
	d, _ := governed(t, city("Frankfurt", "DE"))
	ns := namespace(t)
	app := deployment(ns, "profiles", d.Name, 6)
	manifest, err := yaml.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "profiles.yaml")
	if err := os.WriteFile(file, manifest, 0o600); err != nil {
		t.Fatal(err)
	}
	kubectl(t, "apply", "--server-side", "-f", file)
	remove(t, app)
	eventually(t, "all pods to run", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(app), app); err != nil {
			return err
		}
		if app.Status.AvailableReplicas != 6 {
			return fmt.Errorf("the status is %+v", app.Status)
		}
		return nil
	})
	pods := &corev1.PodList{}
	if err := admin.List(t.Context(), pods, client.InNamespace(ns.Name)); err != nil {
		t.Fatal(err)
	}
	if len(pods.Items) != 6 {
		t.Errorf("there are %d pods", len(pods.Items))
	}
	for i := range pods.Items {
		p := &pods.Items[i]
		if n := runs(t, p); n.Labels[residencyv1.StampCity] != "de.frankfurt" {
			t.Errorf("pod %s is on %s, in %q", p.Name, n.Name, n.Labels[residencyv1.StampCity])
		}
		required := p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
		want := []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
			{Key: residencyv1.StampCity, Operator: corev1.NodeSelectorOpIn, Values: []string{"de.frankfurt"}},
		}}}
		if diff := cmp.Diff(want, required); diff != "" {
			t.Errorf("its affinity (-want +got):\n%s", diff)
		}
	}
	if app.Generation != 1 || app.Spec.Template.Spec.Affinity != nil {
		t.Errorf("the Deployment is at generation %d, with affinity %v", app.Generation, app.Spec.Template.Spec.Affinity)
	}
	// Exit code 1 would be a difference.
	kubectl(t, "diff", "--server-side", "-f", file)
	kubectl(t, "apply", "--server-side", "-f", file)
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(app), app); err != nil || app.Generation != 1 {
		t.Errorf("applied again it is at generation %d, %v", app.Generation, err)
	}
}

func TestSteeringAddsToWhatThePodAsksFor(t *testing.T) {
	d, _ := governed(t, country("DE"), country("GB"))
	ns := namespace(t)
	term := func(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: op, Values: values}}}
	}
	ours := corev1.NodeSelectorRequirement{Key: residencyv1.StampCountry, Operator: corev1.NodeSelectorOpIn, Values: []string{"DE", "GB"}}
	p := pod(ns, "either", d.Name, "")
	own := []corev1.NodeSelectorTerm{
		term(corev1.LabelTopologyRegion, corev1.NodeSelectorOpIn, "us-east-1"),
		term(corev1.LabelTopologyRegion, corev1.NodeSelectorOpIn, "eu-west-1"), // Dublin and London
		{MatchFields: []corev1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{"iad-aws-1"}}}},
	}
	p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: own},
	}}
	create(t, p)
	if n := runs(t, p); n.Name != "ldn-ali-1" {
		t.Errorf("it runs on %s", n.Name)
	}
	var want []corev1.NodeSelectorTerm
	for _, o := range own {
		o.MatchExpressions = append(o.MatchExpressions[:len(o.MatchExpressions):len(o.MatchExpressions)], ours)
		want = append(want, o)
	}
	if diff := cmp.Diff(want, p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms); diff != "" {
		t.Errorf("its affinity (-want +got):\n%s", diff)
	}

	t.Run("and not to a pod with a node", func(t *testing.T) {
		p := pod(ns, "placed", d.Name, "fra-aws-1")
		create(t, p)
		if p.Spec.Affinity != nil {
			t.Errorf("its affinity is %+v", p.Spec.Affinity)
		}
	})
	t.Run("and not to a pod that handles nothing", func(t *testing.T) {
		p := pod(ns, "free", "", "")
		create(t, p)
		if p.Spec.Affinity != nil {
			t.Errorf("its affinity is %+v", p.Spec.Affinity)
		}
	})
	t.Run("and what asks for a prohibited node is refused", func(t *testing.T) {
		p := pod(ns, "abroad", d.Name, "")
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: own[2:]},
		}}
		expectRefusal(t, admin.Create(t.Context(), p), "N. Virginia, US", "iad-aws-1")
	})
}

func TestSteeringDisabled(t *testing.T) {
	d := dataset(t, "data")
	p := policyFor(t, d, country("DE"))
	p.Spec.Enforcement.Steering = residencyv1.SteeringDisabled
	create(t, p)
	accepted(t, p)
	ns := namespace(t)
	free := pod(ns, "free", d.Name, "")
	create(t, free)
	if free.Spec.Affinity != nil {
		t.Errorf("its affinity is %+v", free.Spec.Affinity)
	}
}

// A pod with no node to go to is not refused: one may come. It says what it waits for.
func TestAPodThatWaitsSaysWhy(t *testing.T) {
	d, _ := governed(t, country("IS"))
	ns := namespace(t)
	p := pod(ns, "waiting", d.Name, "")
	create(t, p)
	eventOn(t, ns.Name, p.Name, "--steer-by=topology")
	eventOn(t, ns.Name, p.Name, "dataset "+d.Name+" may be processed in: IS")
	n := newNode(t, "reykjavik", "", nil)
	site := siteOf(t, "hall", "IS", n)
	create(t, site)
	if got := runs(t, p); got.Name != n.Name || got.Labels[stamp.SiteKey(site.Name)] != residencyv1.StampMember {
		t.Errorf("it runs on %s with %v", got.Name, got.Labels)
	}
}
