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
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// model makes a Processor that computes in Germany by the mode home, and anywhere by the mode
// global, each at a host of its own; and waits until the gate knows it.
func model(t *testing.T, change ...func(*residencyv1.Processor)) *residencyv1.Processor {
	t.Helper()
	p := &residencyv1.Processor{ObjectMeta: metav1.ObjectMeta{Name: name(t, "model")}, Spec: residencyv1.ProcessorSpec{Title: "Model"}}
	none := &residencyv1.Retention{Kind: residencyv1.RetentionNone}
	p.Spec.Modes = []residencyv1.ProcessorMode{
		{Name: "global", Retention: none, Processing: &residencyv1.ModeProcessing{Scheduling: residencyv1.SchedulingDynamic}},
		{Name: "home", Retention: none, Processing: &residencyv1.ModeProcessing{Places: []residencyv1.Place{country("DE")}}},
	}
	for i := range p.Spec.Modes {
		m := &p.Spec.Modes[i]
		m.Hosts = []residencyv1.HostName{residencyv1.HostName(hostOf(p, string(m.Name)))}
	}
	for _, c := range change {
		c(p)
	}
	create(t, p)
	waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionTrue, residencyv1.ReasonValid)
	return p
}

// hostOf is where a mode of a processor is called.
func hostOf(p *residencyv1.Processor, mode string) string { return mode + "." + p.Name + ".example" }

// processed has an object name the processors that it calls.
func processed[O client.Object](o O, processors string) O {
	all := map[string]string{}
	for key, value := range o.GetAnnotations() {
		all[key] = value
	}
	delete(all, residencyv1.ProcessorsAnnotation)
	if processors != "" {
		all[residencyv1.ProcessorsAnnotation] = processors
	}
	o.SetAnnotations(all)
	return o
}

// A host in what a pod is run by is the processor's, whatever the pod says.
func TestProcessorsThatPodsCall(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p := model(t)
	ns := namespace(t)
	global := "https://" + hostOf(p, "global") + "/v1"
	by := func(name string, change func(*corev1.Container)) *corev1.Pod {
		out := pod(ns, name, d.Name, "fra-aws-1")
		change(&out.Spec.Containers[0])
		return out
	}
	inEnv := func(url string) func(*corev1.Container) {
		return func(c *corev1.Container) { c.Env = []corev1.EnvVar{{Name: "MODEL_URL", Value: url}} }
	}
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		says []string
	}{
		"in its environment": {by("env", inEnv(global)), []string{
			"it calls processor " + p.Name + "/global (its host " + hostOf(p, "global") + " is in spec.containers[main].env[MODEL_URL])",
			"the endpoint's city is not where it computes", "Of its modes it would permit home.",
		}},
		"in its arguments":       {by("args", func(c *corev1.Container) { c.Args = []string{"--model", global} }), []string{"spec.containers[main].args[1]"}},
		"in its command":         {by("command", func(c *corev1.Container) { c.Command = []string{"curl", global} }), []string{"spec.containers[main].command[1]"}},
		"by its annotation":      {processed(pod(ns, "says", d.Name, "fra-aws-1"), p.Name+"/global"), []string{p.Name + "/global"}},
		"by no such mode":        {processed(pod(ns, "mode", d.Name, "fra-aws-1"), p.Name+"/local"), []string{"has no such mode"}},
		"by no such processor":   {processed(pod(ns, "nobody", d.Name, "fra-aws-1"), "nobody/home"), []string{"there is no such Processor"}},
		"by no processor's mode": {processed(pod(ns, "malformed", d.Name, "fra-aws-1"), p.Name), []string{"which is no processor/mode"}},
	} {
		t.Run(name, func(t *testing.T) {
			expectRefusal(t, admin.Create(t.Context(), tc.pod), append(tc.says, `dataset "`+d.Name+`"`)...)
		})
	}
	create(t, by("undeclared", inEnv("https://"+hostOf(p, "home"))))
	create(t, processed(by("declared", inEnv("https://"+hostOf(p, "home"))), p.Name+"/home"))
	create(t, by("another", inEnv("https://global.x"+p.Name+".example")))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 3})
}

// A Service is another name of a host: all pods of its namespace may call it.
func TestProcessorsBehindServices(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p := model(t)
	ns, elsewhere := namespace(t), namespace(t)
	create(t, pod(ns, "app", d.Name, "fra-aws-1"))
	create(t, pod(elsewhere, "app", d.Name, "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "model"}}
	s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, hostOf(p, "global")
	create(t, s)
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1})
	eventOn(t, ns.Name, "app", "is in service model")
	expectRefusal(t, admin.Create(t.Context(), pod(ns, "another", d.Name, "fra-aws-1")), p.Name+"/global", "service model")
	point := func(mode string) {
		t.Helper()
		if err := written(t, admin, s, "update", func(o client.Object) { o.(*corev1.Service).Spec.ExternalName = hostOf(p, mode) }); err != nil {
			t.Fatal(err)
		}
	}
	point("home")
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
	point("global")
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1, Prohibited: 1})
	if err := admin.Delete(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 2})
}

// What a namespace says counts for all pods in it.
func TestProcessorsOfNamespaces(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p := model(t)
	ns := namespace(t)
	create(t, pod(ns, "app", d.Name, "fra-aws-1"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	if err := written(t, admin, ns, "merge patch", func(o client.Object) { processed(o, p.Name+"/global") }); err != nil {
		t.Fatal(err)
	}
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
	eventOn(t, ns.Name, "app", p.Name+"/global")
}

// Of a running pod and of a namespace nobody takes what it calls without the verb for it, nor
// switches the mode.
func TestFrozenProcessors(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p, other := model(t), model(t, func(p *residencyv1.Processor) { p.Name += "-other" })
	home := p.Name + "/home, " + other.Name + "/home"
	verb := declassify(p.Name)
	verb.Resources = []string{"processors"}
	writer, may := withRules(t, writeCarriers()), withRules(t, writeCarriers(), verb)
	ns := namespace(t, func(ns *corev1.Namespace) { processed(ns, home) })
	for _, kind := range []string{"pod", "namespace"} {
		for _, way := range waysToWrite(kind) {
			t.Run(kind+"/"+way, func(t *testing.T) {
				var object client.Object = namespace(t, func(ns *corev1.Namespace) { processed(ns, home) })
				if kind == "pod" {
					object = processed(pod(ns, strings.ReplaceAll(strings.ToLower(way), " ", "-"), d.Name, "fra-aws-1"), home)
					create(t, object)
				}
				for what, after := range map[string]string{
					"removed": "", "one of them removed": other.Name + "/home", "switched": p.Name + "/global," + other.Name + "/home",
				} {
					err := written(t, writer, object, way, func(o client.Object) { processed(o, after) })
					if err := refusedWith(err, "domicile-frozen-processors", kind+" ", object.GetName(), p.Name+"/home",
						"kubectl auth can-i declassify processors.residency.domicile.dev/"+p.Name); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
				err := written(t, may, object, way, func(o client.Object) { processed(o, "") })
				if err := refusedWith(err, "domicile-frozen-processors", other.Name+"/home"); err != nil {
					t.Errorf("with the verb on one of the two: %v", err)
				}
				for _, step := range []struct {
					who   client.Client
					after string
				}{
					{writer, other.Name + "/home," + p.Name + "/home,nonsense," + p.Name + "/other"}, {may, other.Name + "/home,nonsense"}, {writer, other.Name + "/home"},
				} {
					if err := written(t, step.who, object, way, func(o client.Object) { processed(o, step.after) }); err != nil {
						t.Errorf("to %q: %v", step.after, err)
					}
				}
			})
		}
	}
	t.Run("many at once", func(t *testing.T) {
		everything := verb
		everything.ResourceNames = nil
		all := withRules(t, writeCarriers(), everything)
		five, many := "a/a,b/b,c/c,d/d,e/e", strings.Repeat("a/a,", 64)+"b/b"
		for before, says := range map[string]string{five: "more than four processors at a time", many: "names more than 64 processors"} {
			other := namespace(t, func(ns *corev1.Namespace) { processed(ns, before) })
			off := func(o client.Object) { processed(o, "") }
			expectRefusal(t, written(t, may, other, "update", off), "domicile-frozen-processors", says, "kubectl auth can-i declassify processors.residency.domicile.dev")
			if err := written(t, all, other, "update", off); err != nil {
				t.Errorf("with the verb on all: %v", err)
			}
		}
	})
	t.Run("of a pod without a node", func(t *testing.T) {
		waiting := processed(unscheduled(ns, "waiting", d.Name), p.Name+"/home")
		create(t, waiting)
		governedNamespace(t, ns)
		if err := written(t, writer, waiting, "update", func(o client.Object) { processed(o, "") }); err != nil {
			t.Errorf("removed: %v", err)
		}
		err := written(t, writer, waiting, "update", func(o client.Object) { processed(o, p.Name+"/global") })
		expectRefusal(t, err, "governed-pod-updates.residency.domicile.dev", p.Name+"/global")
	})
	t.Run("by a Binding", func(t *testing.T) {
		waiting := processed(unscheduled(ns, "bound", d.Name), p.Name+"/home")
		create(t, waiting)
		for _, bind := range bindingDoors(t) {
			expectRefusal(t, bind(t.Context(), processed(binding(waiting, "fra-aws-1"), p.Name+"/home")), "domicile-frozen-bindings", waiting.Name)
		}
	})
}

// A container that is added to a pod may be told another host.
func TestEphemeralContainersThatCall(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p := model(t)
	ns := namespace(t)
	who := withRules(t, append(mayDo("update", "pods/ephemeralcontainers"), mayDo("get", "pods")...)...)
	running := pod(ns, "app", d.Name, "fra-aws-1")
	create(t, running)
	governedNamespace(t, ns)
	add := func(name string, args ...string) error {
		if err := admin.Get(t.Context(), client.ObjectKeyFromObject(running), running); err != nil {
			t.Fatal(err)
		}
		after := running.DeepCopy()
		after.Spec.EphemeralContainers = append(after.Spec.EphemeralContainers, corev1.EphemeralContainer{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: name, Image: "example/debug:1", Args: args},
		})
		after.ResourceVersion = ""
		return who.SubResource("ephemeralcontainers").Update(t.Context(), after)
	}
	expectRefusal(t, add("global", "curl", hostOf(p, "global")), "governed-pod-updates.residency.domicile.dev", p.Name+"/global", "spec.ephemeralContainers[global].args[1]")
	escaped := strings.ReplaceAll(hostOf(p, "global"), ".", "%2E")
	expectRefusal(t, add("escaped", "curl", escaped), "governed-pod-updates.residency.domicile.dev", p.Name+"/global", "spec.ephemeralContainers[escaped].args[1]")
	for name, host := range map[string]string{"home": hostOf(p, "home"), "shell": "sh", "unknown": "www.example.com"} {
		if err := add(name, host); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
}

// Nobody knows any more where what runs calls.
func TestAProcessorIsDeletedWhilePodsCallIt(t *testing.T) {
	d, _ := governed(t, jurisdiction("EEA"))
	p := model(t)
	ns := namespace(t)
	create(t, processed(pod(ns, "app", d.Name, "fra-aws-1"), p.Name+"/home"))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	out := kubectl(t, "delete", "processor", p.Name)
	if !strings.Contains(out, "without it they are Undetermined (UnknownProcessor)") {
		t.Errorf("kubectl delete says: %s", out)
	}
	gone := time.Now()
	counts(t, d, residencyv1.OutcomeCounts{Undetermined: 1})
	if v := d.Status.Violations; len(v) != 1 || v[0].Reason != "UnknownProcessor" || v[0].Since.Sub(gone) > time.Second {
		t.Errorf("it was gone at %s, and violations are %+v", gone, v)
	}
}

// An attestation ends by itself, and with it what rests on it.
func TestAnAttestationEndsWhileAPodRuns(t *testing.T) {
	d, rp := governed(t, jurisdiction("EEA"))
	end := time.Now().Add(6 * time.Second).Truncate(time.Second)
	p := model(t, func(p *residencyv1.Processor) {
		p.Spec.Attestations = []residencyv1.Attestation{{Scheme: "ISO27001", ValidUntil: new(metav1.NewTime(end))}}
	})
	before := rp.DeepCopy()
	rp.Spec.Processors = &residencyv1.ProcessorsRule{RequireAttestations: []residencyv1.RequiredAttestation{{Scheme: "ISO27001"}}}
	if err := admin.Patch(t.Context(), rp, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	accepted(t, rp)
	ns := namespace(t)
	create(t, processed(pod(ns, "app", d.Name, "fra-aws-1"), p.Name+"/home"))
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(p), p); err != nil {
		t.Fatal(err)
	}
	for what, next := range map[string]*metav1.Time{"policy": rp.Status.NextChange, "Processor": p.Status.NextChange} {
		if next == nil || !next.Time.Equal(end) {
			t.Errorf("the next change of the %s is %v, want %s", what, next, end)
		}
	}
	counts(t, d, residencyv1.OutcomeCounts{Prohibited: 1})
	if v := d.Status.Violations; len(v) != 1 || v[0].Reason != "AttestationExpired" || v[0].Since.Time.Before(end) || v[0].Since.Sub(end) > time.Second {
		t.Errorf("the attestation ended at %s, and violations are %+v", end, v)
	}
	eventOn(t, ns.Name, "app", "ISO27001")
	expectRefusal(t, admin.Create(t.Context(), processed(pod(ns, "late", d.Name, "fra-aws-1"), p.Name+"/home")), "was valid until")
	waitCondition(t, rp, residencyv1.ConditionCompliant, metav1.ConditionFalse, residencyv1.ReasonProhibited)
	for _, o := range []client.Object{rp, p} {
		ended(t, o)
	}
}

// ended waits until an object says that nothing of it changes by itself any more.
func ended(t *testing.T, object client.Object) {
	t.Helper()
	eventually(t, kindOf(object)+" to have no next change", func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		var next *metav1.Time
		switch o := object.(type) {
		case *residencyv1.ResidencyPolicy:
			next = o.Status.NextChange
		case *residencyv1.Processor:
			next = o.Status.NextChange
		}
		if next != nil {
			return fmt.Errorf("it is %s", next)
		}
		return nil
	})
}
