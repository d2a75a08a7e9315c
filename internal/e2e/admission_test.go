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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

func TestPodsByTheNodeThatTheyName(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	for node, refused := range map[string][]string{
		"fra-aws-1": nil,
		"fra-ali-1": nil,
		"dub-aws-1": nil,
		"ber-gcp-1": nil,
		"ams-az-1":  nil,
		"ldn-ali-1": {"London, GB", "alibabacloud eu-west-1", "providerID and labels", "permits EEA", "privacy@example.com", "Choose a node in a permitted place"},
		"ldn-aws-1": {"London, GB", "aws eu-west-2", "permits EEA"},
		"iad-aws-1": {"N. Virginia, US", "aws us-east-1"},
		"ist-aws-1": {"Istanbul, TR", "eu-central-1-ist-1a"},
		"lost-1":    {"cannot be determined", "NoWitness", "permits only EEA"},
		"liar-1":    {"cannot be determined", "ConflictingWitnesses"},
		"no-such-1": {"cannot be determined", "NodeNotFound", "Name a node that exists"},
	} {
		t.Run(node, func(t *testing.T) {
			p := pod(ns, node, d.Name, node)
			err := admin.Create(t.Context(), p)
			if refused == nil {
				if err != nil {
					t.Fatalf("it should be admitted: %v", err)
				}
				remove(t, p)
				return
			}
			expectRefusal(t, err, append(refused, "pod "+ns.Name+"/"+node, `dataset "`+d.Name+`"`, `policy "`+d.Name+`"`)...)
		})
	}
	t.Run("nothing is asked of a pod that handles nothing", func(t *testing.T) {
		create(t, pod(ns, "free", "", "iad-aws-1"))
	})
}

func TestWaysToHandleADataset(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	annotations := map[string]string{residencyv1.DatasetsAnnotation: " " + d.Name + " ,, " + d.Name}
	labels := map[string]string{residencyv1.DatasetLabel: d.Name}
	plain := namespace(t)
	labelled := namespace(t, func(ns *corev1.Namespace) { ns.Labels = labels })
	annotated := namespace(t, func(ns *corev1.Namespace) { ns.Annotations = annotations })
	later := namespace(t)
	later.Labels[residencyv1.DatasetLabel] = d.Name
	if err := admin.Update(t.Context(), later); err != nil {
		t.Fatalf("labelling a namespace: %v", err)
	}
	for way, tc := range map[string]struct {
		ns  *corev1.Namespace
		pod func(*corev1.Pod)
	}{
		"label":                         {plain, func(p *corev1.Pod) { p.Labels = labels }},
		"annotation":                    {plain, func(p *corev1.Pod) { p.Annotations = annotations }},
		"namespace's label":             {labelled, func(*corev1.Pod) {}},
		"namespace's annotation":        {annotated, func(*corev1.Pod) {}},
		"namespace labelled afterwards": {later, func(*corev1.Pod) {}},
	} {
		t.Run(way, func(t *testing.T) {
			if tc.ns != plain {
				eventuallyRefused(t, tc.ns, tc.pod)
			}
			prohibited := pod(tc.ns, "abroad", "", "iad-aws-1")
			tc.pod(prohibited)
			expectRefusal(t, admin.Create(t.Context(), prohibited), "N. Virginia, US", `dataset "`+d.Name+`"`)
			permitted := pod(tc.ns, strings.ReplaceAll(strings.ReplaceAll(way, " ", "-"), "'", ""), "", "fra-aws-1")
			tc.pod(permitted)
			create(t, permitted)
		})
	}
}

// eventuallyRefused waits until the namespace's keys have reached the caches of the API
// server and of the manager. What slips through until then is flagged, not refused.
func eventuallyRefused(t *testing.T, ns *corev1.Namespace, change func(*corev1.Pod)) {
	t.Helper()
	eventually(t, "the keys of namespace "+ns.Name+" to be known", dryRunIsRefused(ns, change))
}

func TestEnforcementModes(t *testing.T) {
	ns := namespace(t)
	for mode, tc := range map[residencyv1.EnforcementMode]struct {
		refused bool
		warned  bool
	}{
		residencyv1.EnforcementDeny:  {refused: true},
		residencyv1.EnforcementWarn:  {warned: true},
		residencyv1.EnforcementAudit: {},
	} {
		t.Run(string(mode), func(t *testing.T) {
			d := dataset(t, "data")
			p := policyFor(t, d, jurisdiction("EEA"))
			p.Spec.Enforcement.Admission = mode
			create(t, p)
			accepted(t, p)
			c, warnings := warningClient(t)
			object := pod(ns, strings.ToLower(string(mode)), d.Name, "iad-aws-1")
			err := c.Create(t.Context(), object)
			if tc.refused {
				expectRefusal(t, err, "N. Virginia, US")
				return
			}
			if err != nil {
				t.Fatalf("mode %s refused: %v", mode, err)
			}
			remove(t, object)
			if warned := warnings.contain("N. Virginia, US"); warned != tc.warned {
				t.Errorf("warned %v, want %v: %q", warned, tc.warned, warnings.all())
			}
			waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
		})
	}
}

func TestUndeterminedHasAModeOfItsOwn(t *testing.T) {
	ns := namespace(t)
	d := dataset(t, "data")
	p := policyFor(t, d, jurisdiction("EEA"))
	p.Spec.Enforcement.Undetermined = residencyv1.EnforcementWarn
	create(t, p)
	accepted(t, p)
	c, warnings := warningClient(t)
	object := pod(ns, "lost", d.Name, "lost-1")
	if err := c.Create(t.Context(), object); err != nil {
		t.Fatalf("creating: %v", err)
	}
	remove(t, object)
	if !warnings.contain("NoWitness") {
		t.Errorf("no warning says why: %q", warnings.all())
	}
	expectRefusal(t, c.Create(t.Context(), pod(ns, "abroad", d.Name, "iad-aws-1")), "N. Virginia, US")
	waitCondition(t, d, residencyv1.ConditionCompliant, metav1.ConditionUnknown, residencyv1.ReasonUndetermined)
}

func TestAllPoliciesMustPermit(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"), country("GB"))
	second := policyFor(t, d, jurisdiction("EEA"), country("US"))
	second.Name += "-2"
	create(t, second)
	accepted(t, second)
	ns := namespace(t)
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "a", d.Name, "ldn-aws-1")), `policy "`+second.Name+`"`, "London")
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "b", d.Name, "iad-aws-1")), `policy "`+d.Name+`"`, "Virginia")
	create(t, pod(ns, "c", d.Name, "fra-aws-1"))
}

func TestPodsWithoutANodeByWhatTheyCanReach(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	for name, tc := range map[string]struct {
		selector map[string]string
		refused  []string
	}{
		"permitted region":       {map[string]string{corev1.LabelTopologyZone: "eu-central-1a"}, nil},
		"prohibited region":      {map[string]string{corev1.LabelTopologyRegion: "us-east-1"}, []string{"the only node that its node constraints allow", "N. Virginia, US", "nodeSelector"}},
		"ambiguous, no node":     {map[string]string{corev1.LabelTopologyRegion: "me-central-1"}, []string{"AmbiguousRegion", "places that its node constraints name"}},
		"prohibited, no node":    {map[string]string{corev1.LabelTopologyRegion: "ap-northeast-3"}, []string{"Osaka", "places that its node constraints name"}},
		"permitted, no node":     {map[string]string{corev1.LabelTopologyRegion: "eu-north-1"}, nil},
		"no place and no node":   {map[string]string{"disk": "tape"}, nil},
		"one permitted, one not": {map[string]string{corev1.LabelTopologyRegion: "eu-west-1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := pod(ns, strings.NewReplacer(" ", "-", ",", "").Replace(name), d.Name, "")
			p.Spec.NodeSelector = tc.selector
			err := admin.Create(t.Context(), p)
			if tc.refused != nil {
				expectRefusal(t, err, tc.refused...)
				return
			}
			if err != nil {
				t.Fatalf("it should be admitted: %v", err)
			}
			remove(t, p)
		})
	}
}

func TestUnknownDatasetIsLoud(t *testing.T) {
	ns := namespace(t)
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "typo", "custmers", "fra-aws-1")),
		`"custmers"`, "there is no such Dataset", "label residency.domicile.dev/dataset")
	empty := pod(ns, "empty", "", "fra-aws-1")
	empty.Labels = map[string]string{residencyv1.DatasetLabel: ""}
	expectRefusal(t, admin.Create(t.Context(), empty), `dataset ""`)
}

func TestDryRunIsAnsweredTheSameAndRecordsNothing(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := namespace(t)
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "abroad", d.Name, "iad-aws-1"), client.DryRunAll), "N. Virginia, US")
	before := metric(t, "domicile_admission_requests_total")
	if err := admin.Create(t.Context(), pod(ns, "home", d.Name, "fra-aws-1"), client.DryRunAll); err != nil {
		t.Fatalf("a dry run that is permitted: %v", err)
	}
	if after := metric(t, "domicile_admission_requests_total"); after != before {
		t.Errorf("a dry run was counted: %q before, %q after", before, after)
	}
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(ns), ns); err != nil {
		t.Fatal(err)
	}
	if _, marked := ns.Labels[residencyv1.GovernedLabel]; marked {
		t.Error("a dry run has marked the namespace")
	}
	create(t, pod(ns, "home", d.Name, "fra-aws-1"))
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(ns), ns); err != nil {
		t.Fatal(err)
	}
	if ns.Labels[residencyv1.GovernedLabel] != residencyv1.GovernedValue {
		t.Errorf("the first pod with a key has not marked its namespace: %v", ns.Labels)
	}
}

func TestTheMarkIsWrittenInTheGoverningRequestAndStays(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-", Labels: map[string]string{residencyv1.DatasetLabel: d.Name}}}
	create(t, ns)
	if ns.Labels[residencyv1.GovernedLabel] != residencyv1.GovernedValue {
		t.Fatalf("a namespace with a key is not marked when it is created: %v", ns.Labels)
	}
	for what, change := range map[string]func(*corev1.Namespace){
		"removed": func(ns *corev1.Namespace) { delete(ns.Labels, residencyv1.GovernedLabel) },
		"changed": func(ns *corev1.Namespace) { ns.Labels[residencyv1.GovernedLabel] = "false" },
	} {
		t.Run(what, func(t *testing.T) {
			changed := ns.DeepCopy()
			change(changed)
			err := admin.Patch(t.Context(), changed, client.MergeFrom(ns))
			if err == nil || !strings.Contains(err.Error(), residencyv1.GovernedLabel) {
				t.Errorf("the mark was %s: %v", what, err)
			}
			err = admin.Status().Patch(t.Context(), changed, client.MergeFrom(ns))
			if err == nil || !strings.Contains(err.Error(), residencyv1.GovernedLabel) {
				t.Errorf("the mark was %s through the status: %v", what, err)
			}
			err = admin.SubResource("finalize").Update(t.Context(), changed)
			if err == nil || !strings.Contains(err.Error(), residencyv1.GovernedLabel) {
				t.Errorf("the mark was %s through finalize: %v", what, err)
			}
		})
	}
	t.Run("other labels change freely", func(t *testing.T) {
		changed := ns.DeepCopy()
		changed.Labels["team"] = "crm"
		if err := admin.Patch(t.Context(), changed, client.MergeFrom(ns)); err != nil {
			t.Errorf("labelling a marked namespace: %v", err)
		}
	})
}
