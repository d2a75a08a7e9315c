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
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// With --steer-by=topology pods ask for what an autoscaler knows of the nodes that it would make.
func TestSteeringByTopology(t *testing.T) {
	if err := cluster.RestartManager(t.Context(), managerArgs("--steer-by=topology")...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Not the test's own context, which has ended by now.
		if err := cluster.RestartManager(context.Background(), managerArgs()...); err != nil {
			t.Errorf("starting the manager as before: %v", err)
		}
	})
	t.Run("an unmodified Deployment lands where it may", landsByTopology)
	t.Run("two providers with one code are left to the gate", sharedCode)
	t.Run("a pod waits until a node is made", waitsForANewNode)
}

// regionsAskedFor are the values of the only expression on regions that the pod's affinity has. No
// term may ask for a stamp: no node has one that an autoscaler has yet to make.
func regionsAskedFor(t *testing.T, p *corev1.Pod) []string {
	t.Helper()
	if p.Spec.Affinity == nil || p.Spec.Affinity.NodeAffinity == nil {
		t.Fatalf("pod %s is not steered: its affinity is %v", p.Name, p.Spec.Affinity)
	}
	var regions []string
	for _, term := range p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, e := range term.MatchExpressions {
			switch {
			case residencyv1.IsStamp(e.Key):
				t.Errorf("it asks for the stamp %s", e.Key)
			case e.Key == corev1.LabelTopologyRegion && e.Operator == corev1.NodeSelectorOpIn && regions == nil:
				regions = e.Values
			case e.Key != corev1.LabelTopologyZone:
				t.Errorf("it asks for %+v", e)
			}
		}
	}
	return regions
}

func landsByTopology(t *testing.T) {
	d, _ := governed(t, country("NL"))
	ns := namespace(t)
	app := deployment(ns, "profiles", d.Name, 2)
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
	p := podOf(t, ns.Name, app.Spec.Selector, "")
	for _, one := range []*corev1.Pod{p, podOf(t, ns.Name, app.Spec.Selector, p.UID)} {
		regions := regionsAskedFor(t, one)
		if !slices.Contains(regions, "westeurope") || slices.Contains(regions, "eu-central-1") {
			t.Errorf("it asks for the regions %v", regions)
		}
		if n := runs(t, one); n.Name != "ams-az-1" {
			t.Errorf("it runs on %s", n.Name)
		}
	}

	// Applied again nothing changes; exit code 1 of diff would be a difference.
	kubectl(t, "diff", "--server-side", "-f", file)
	kubectl(t, "apply", "--server-side", "-f", file)
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(app), app); err != nil || app.Generation != 1 || app.Spec.Template.Spec.Affinity != nil {
		t.Errorf("applied again it is at generation %d with affinity %v, %v", app.Generation, app.Spec.Template.Spec.Affinity, err)
	}
	again := pod(ns, "again", d.Name, "")
	again.Spec.Affinity = p.Spec.Affinity.DeepCopy()
	if err := admin.Create(t.Context(), again, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Spec.Affinity, again.Spec.Affinity); diff != "" {
		t.Errorf("steered a second time (-once +twice):\n%s", diff)
	}
}

// eu-west-1 is Dublin to one provider and London to another.
func sharedCode(t *testing.T) {
	d, _ := governed(t, country("IE"))
	ns := namespace(t)
	for resource, bind := range binders(t) {
		abroad, home := unscheduled(ns, resource+"-abroad", d.Name), unscheduled(ns, resource+"-home", d.Name)
		for _, p := range []*corev1.Pod{abroad, home} {
			create(t, p)
			if regions := regionsAskedFor(t, p); !slices.Contains(regions, "eu-west-1") {
				t.Errorf("it asks for the regions %v", regions)
			}
		}
		expectRefusal(t, bind(t.Context(), abroad, "ldn-ali-1"), "London, GB")
		if err := bind(t.Context(), home, "dub-aws-1"); err != nil {
			t.Errorf("%s to the permitted node: %v", resource, err)
		}
	}
}

// Whoever steers by topology already is not told to.
func waitsForANewNode(t *testing.T) {
	d, _ := governed(t, country("SE"))
	ns := namespace(t)
	p := pod(ns, "waiting", d.Name, "")
	create(t, p)
	if regions := regionsAskedFor(t, p); !slices.Contains(regions, "eu-north-1") {
		t.Errorf("it asks for the regions %v", regions)
	}
	eventOn(t, ns.Name, p.Name, "dataset "+d.Name+" may be processed in: SE")
	events := &eventsv1.EventList{}
	if err := admin.List(t.Context(), events, client.InNamespace(ns.Name)); err != nil {
		t.Fatal(err)
	}
	for _, e := range events.Items {
		if strings.Contains(e.Note, "--steer-by") {
			t.Errorf("an Event names the flag that is set: %s", e.Note)
		}
	}
	n := newNode(t, "stockholm", "aws:///eu-north-1a/i-0a1b2c3d4e5f60731", map[string]string{
		corev1.LabelTopologyRegion: "eu-north-1", corev1.LabelTopologyZone: "eu-north-1a",
	})
	if got := runs(t, p); got.Name != n.Name {
		t.Errorf("it runs on %s", got.Name)
	}
}
