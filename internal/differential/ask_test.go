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

package differential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	admissionv1 "k8s.io/api/admission/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/domicile-dev/domicile/controllers/event"
	"github.com/domicile-dev/domicile/controllers/wake"
	"github.com/domicile-dev/domicile/controllers/workload"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/ledger"
	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/steer"
	"github.com/domicile-dev/domicile/internal/webhook"
)

// said is what one of those that say a verdict has said.
type said struct {
	Outcome, Effect string
}

// flagged is a verdict by what the webhook tells of it: nothing, if nothing is done about it.
func flagged(v oracle.Verdict) said {
	if v.Effect == oracle.Allow {
		return said{Effect: v.Effect.String()}
	}
	return said{v.Outcome.String(), v.Effect.String()}
}

// examiner asks everybody about clusters.
type examiner struct {
	cat *catalogue.Catalogue
	// reasons counts how often the core has given each reason.
	reasons map[residency.Reason]int
	// topology counts the nodes that steering by topology had to keep or to leave out.
	topology map[asked]int
	// turned counts the verdicts that have become others when time passed.
	turned int
}

// ask asks somebody about a cluster, and returns where the answer is not the oracle's.
type ask func(context.Context, *operator) ([]string, error)

// disagreements returns what is said of a cluster that the oracle does not say.
func (e *examiner) disagreements(ctx context.Context, c *cluster, asks ...ask) ([]string, error) {
	o, err := operate(e.cat, c)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, ask := range asks {
		found, err := ask(ctx, o)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// lessCalled sorts what is said of processors: in which order is for people.
func lessCalled(a, b oracle.Called) bool { return fmt.Sprint(a) < fmt.Sprint(b) }

// differ says who says something else than the oracle of what.
func differ(who, of string, want, got any) []string {
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(lessCalled)); diff != "" {
		return []string{fmt.Sprintf("%s says of %s (-oracle +%s):\n%s", who, of, who, diff)}
	}
	return nil
}

// askCore asks for the verdicts themselves, by what the cache keeps of the pods.
func (e *examiner) askCore(ctx context.Context, o *operator) ([]string, error) {
	var found []string
	for i := range o.Pods {
		p := &o.Pods[i]
		kept, err := o.Pod(ctx, p.Namespace, p.Name, "")
		if err != nil {
			return nil, err
		}
		in, err := o.gatherer.Pod(ctx, o.rulebook, facts.PodSubject(kept), kept)
		if err != nil {
			return nil, err
		}
		v := residency.Evaluate(o.rulebook, in)
		found = append(found, differ("core", p.Name, o.World.Pod(&p.Pod), e.core(&v, in))...)
	}
	return found, nil
}

// core is a verdict of the core as the oracle writes it.
func (e *examiner) core(v *residency.Verdict, in *residency.Input) oracle.Verdict {
	got := oracle.Verdict{
		Outcome: oracle.Outcome(v.Outcome), Effect: oracle.Effect(v.Effect),
		Datasets: map[string]oracle.Outcome{}, Policies: map[string]oracle.Outcome{},
	}
	for _, h := range in.Handles {
		got.Datasets[h.Dataset] = oracle.Outcome(v.OfDataset(h.Dataset))
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		got.Unsteered = got.Unsteered || f.Unsteered()
		got.Calls = appendCalled(got.Calls, f)
		if f.Policy != "" {
			of := f.Dataset + " " + f.Policy
			got.Policies[of] = max(got.Policies[of], oracle.Outcome(f.Outcome))
		}
		e.reasons[f.Reason]++
	}
	return got
}

// ofPlaces are the reasons of what is said of a processor by where it stores or computes.
var ofPlaces = []residency.Reason{
	residency.ReasonPlacePermitted, residency.ReasonPlaceNotAllowed, residency.ReasonPlaceDenied, residency.ReasonImpreciseLocation,
	residency.ReasonTransferMissing, residency.ReasonTransferExpired, residency.ReasonTransferNotYetValid,
}

// appendCalled appends a finding if it is about a processor.
func appendCalled(out []oracle.Called, f *residency.Finding) []oracle.Called {
	use := f.Processor()
	if use == nil {
		return out
	}
	c := oracle.Called{Dataset: f.Dataset, Policy: f.Policy, Call: use.Malformed, Outcome: oracle.Outcome(f.Outcome), Reason: string(f.Reason)}
	if use.Malformed == "" {
		c.Call = use.ModeRef.String()
	}
	if slices.Contains(ofPlaces, f.Reason) {
		c.Reason = ""
	}
	return append(out, c)
}

// silence is where Events go.
type silence struct{}

func (silence) Send(event.Event) {}

// askDetect has all pods judged as they are when the manager starts, and asks for the sums.
func askDetect(ctx context.Context, o *operator) ([]string, error) {
	r := &workload.Reconciler{
		Reader: o, Gatherer: o.gatherer, Ledger: ledger.New(), Events: silence{}, Summaries: silence{},
		Clock: clocktesting.NewFakePassiveClock(o.Now), Datasets: &wake.Source[reconcile.Request]{}, Policies: &wake.Source[reconcile.Request]{},
		Woken: &wake.Source[workload.Request]{},
	}
	r.Ledger.Turnover(o.rulebook, nil)
	if _, err := r.Reconcile(ctx, workload.Request{}); err != nil {
		return nil, err
	}
	want, got := map[string]ledger.Counts{}, map[string]ledger.Counts{}
	for name, tally := range r.Ledger.Tallies() {
		got[name] = tally.Workloads
	}
	for i := range o.Pods {
		for name, outcome := range o.World.Pod(&o.Pods[i].Pod).Datasets {
			c := want[name]
			switch outcome {
			case oracle.Permitted:
				c.Permitted++
			case oracle.Undetermined:
				c.Undetermined++
			case oracle.Prohibited:
				c.Prohibited++
			default:
				c.NotGoverned++
			}
			want[name] = c
		}
	}
	return differ("detect", "all pods", want, got), nil
}

// handlers are those of the webhook.
func (o *operator) handlers() map[string]http.Handler { return o.handlersBy(steer.ByStamp) }

func (o *operator) handlersBy(by steer.By) map[string]http.Handler {
	rulebooks, places := &rulebook.Holder{}, &catalogue.Holder{}
	rulebooks.Swap(o.rulebook)
	places.Swap(o.cat)
	return webhook.Handlers(webhook.Options{Rulebook: rulebooks, Catalogue: places, Gatherer: o.gatherer, Pods: o, Marker: o, Declassifiers: o, SteerBy: by})
}

// askWebhook sends every pod, and the Binding of every pod that has no node.
func askWebhook(_ context.Context, o *operator) ([]string, error) {
	handlers := o.handlers()
	var found []string
	for i := range o.Pods {
		p := &o.Pods[i]
		for _, path := range []string{webhook.PathPods, webhook.PathGovernedPods} {
			got, _, err := post(handlers[path], "pods", "", &p.Pod, p)
			if err != nil {
				return nil, err
			}
			found = append(found, differ("webhook", p.Name+" by "+path, flagged(o.World.Pod(&p.Pod)), got)...)
		}
		if p.Spec.NodeName != "" {
			continue
		}
		binding := &corev1.Binding{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Binding"},
			ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name, Labels: p.brings.Labels, Annotations: p.brings.Annotations},
			Target:     corev1.ObjectReference{Kind: "Node", Name: p.boundTo},
		}
		v := o.Binding(&p.Pod, p.boundTo, p.brings.Labels, p.brings.Annotations)
		want := flagged(v)
		seen := slices.ContainsFunc(v.Calls, func(c oracle.Called) bool { return c.Reason == string(residency.ReasonUndeclaredProcessor) })
		if v.Outcome <= oracle.Permitted && !seen {
			want.Outcome = "" // It is refused for what it takes off the pod, and nothing is flagged.
		}
		for _, path := range []string{webhook.PathBindings, webhook.PathOtherBindings} {
			for _, resource := range [][2]string{{"pods", "binding"}, {"bindings", ""}} {
				got, _, err := post(handlers[path], resource[0], resource[1], binding, p)
				if err != nil {
					return nil, err
				}
				found = append(found, differ("webhook", "binding "+p.Name+" to "+p.boundTo+" by "+path, want, got)...)
			}
		}
	}
	return found, nil
}

// post sends a review to a handler and returns what it has answered.
func post(h http.Handler, resource, subResource string, object runtime.Object, p *pod) (said, *admissionv1.AdmissionResponse, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return said{}, nil, err
	}
	kind := object.GetObjectKind().GroupVersionKind()
	body, err := json.Marshal(&admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: "one", Kind: metav1.GroupVersionKind{Group: kind.Group, Version: "v1", Kind: kind.Kind},
			Resource: metav1.GroupVersionResource{Group: kind.Group, Version: "v1", Resource: resource}, SubResource: subResource,
			Namespace: p.Namespace, Name: p.Name, Operation: admissionv1.Create, Object: runtime.RawExtension{Raw: raw},
		},
	})
	if err != nil {
		return said{}, nil, err
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)))
	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		return said{}, nil, err
	}
	answer := review.Response
	got := said{Outcome: answer.AuditAnnotations["outcome"], Effect: oracle.Allow.String()}
	switch {
	case !answer.Allowed && answer.Result.Code != http.StatusForbidden:
		return said{}, nil, fmt.Errorf("the webhook answers %d: %s", answer.Result.Code, answer.Result.Message)
	case !answer.Allowed:
		got.Effect = oracle.Deny.String()
	case len(answer.Warnings) > 0:
		got.Effect = oracle.Warn.String()
	case got.Outcome != "":
		got.Effect = oracle.Audit.String()
	}
	return got, answer, nil
}

// template is what has to be said of an object of a kind whose pods would be like one.
func (o *operator) template(kind string, p *corev1.Pod) oracle.Verdict {
	pod := p.DeepCopy()
	pod.Name = ""
	if kind == "DaemonSet" {
		return o.DaemonSet(pod)
	}
	return o.World.Pod(pod)
}

// askTemplates sends objects whose pods would be like those of the cluster.
func askTemplates(_ context.Context, o *operator) ([]string, error) {
	handlers := o.handlers()
	var found []string
	for i := range o.Pods {
		p := &o.Pods[i]
		w := workloadOf(&p.Pod, i+len(o.Nodes))
		kind := w.GetObjectKind().GroupVersionKind().Kind
		v := o.template(kind, &p.Pod)
		want := flagged(v)
		if v.Unsteered && v.Effect < oracle.Warn {
			want.Effect = oracle.Warn.String()
		}
		for _, path := range []string{webhook.PathTemplates, webhook.PathGovernedTemplates} {
			got, _, err := post(handlers[path], strings.ToLower(kind)+"s", "", w, p)
			if err != nil {
				return nil, err
			}
			found = append(found, differ("webhook", kind+" "+p.Name+" by "+path, want, got)...)
		}
	}
	return found, nil
}

// workloadOf is an object whose pods would be like one.
func workloadOf(p *corev1.Pod, i int) runtime.Object {
	meta := metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: p.Labels, Annotations: p.Annotations}, Spec: *p.Spec.DeepCopy()}
	selector := &metav1.LabelSelector{MatchLabels: p.Labels}
	apps := func(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "apps/v1", Kind: kind} }
	batch := func(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "batch/v1", Kind: kind} }
	core := func(kind string) metav1.TypeMeta { return metav1.TypeMeta{APIVersion: "v1", Kind: kind} }
	switch i % 8 {
	case 0:
		return &appsv1.Deployment{TypeMeta: apps("Deployment"), ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Selector: selector, Template: template}}
	case 1:
		return &appsv1.StatefulSet{TypeMeta: apps("StatefulSet"), ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Selector: selector, Template: template}}
	case 2:
		return &appsv1.ReplicaSet{TypeMeta: apps("ReplicaSet"), ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Selector: selector, Template: template}}
	case 3:
		return &corev1.ReplicationController{TypeMeta: core("ReplicationController"), ObjectMeta: meta, Spec: corev1.ReplicationControllerSpec{Selector: p.Labels, Template: &template}}
	case 4:
		return &batchv1.Job{TypeMeta: batch("Job"), ObjectMeta: meta, Spec: batchv1.JobSpec{Template: template}}
	case 5:
		job := batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template}}
		return &batchv1.CronJob{TypeMeta: batch("CronJob"), ObjectMeta: meta, Spec: batchv1.CronJobSpec{Schedule: "0 0 * * *", JobTemplate: job}}
	case 6:
		return &corev1.PodTemplate{TypeMeta: core("PodTemplate"), ObjectMeta: meta, Template: template}
	default:
		return &appsv1.DaemonSet{TypeMeta: apps("DaemonSet"), ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: selector, Template: template}}
	}
}
