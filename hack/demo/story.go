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
	"fmt"
	"strings"
)

type step struct {
	title string
	tell  func(context.Context, *stage) error
	why   string
}

func story() []step {
	return []step{
		{"Seven nodes, five cities", tellNodes,
			"Two clouds call two different cities eu-west-1, and the machine in Istanbul carries the region label of Frankfurt. The manager says on each node where it is, and on how good a word."},
		{"A dataset, and where it may be processed", tellPolicy,
			"The people who own the data say where. `kubectl get` shows the state at a glance, and it can be waited for."},
		{"A pod bound for Virginia is refused", tellVirginia,
			"The sentence says what, where, on whose word, what is allowed, and what to do: the team needs no access to the policy."},
		{"A pod for Frankfurt is admitted", tellFrankfurt,
			"Nothing is rewritten in it, so tools that compare it with its source see no drift."},
		{"The two eu-west-1 are told apart, and Istanbul is not Frankfurt", tellSameCodes,
			"A region code is not a place. A check of the region label would have done the opposite in all of these cases."},
		{"A scheduler's binding to London is refused, and so is the legacy one", tellBindings,
			"A pod that names no node is judged again when it is bound, by any scheduler, through both doors."},
		{"An unmodified Deployment lands in Frankfurt by itself", tellSteering,
			"Its pods are steered when they are made. Nothing in the Deployment is rewritten, so nothing drifts."},
		{"A Secret makes a pod governed that nobody labelled", tellSecret,
			"Credentials are access. Whoever reads the Secret handles what it opens, and nobody had to say so of the pod."},
		{"Processed at home and stored abroad, and the other way round", tellStorage,
			"Storage is not processing. A pod in Frankfurt with a volume in London keeps its data abroad, and a check of where pods run would have called it fine."},
		{"London is permitted, and then it is not", tellLeave,
			"Nothing was restarted and nobody asked: a rule that changes is a question to everything that already runs."},
		{"An endpoint in Frankfurt that computes anywhere", tellProcessors,
			"The pod runs in Frankfurt, its endpoint is in Frankfurt, and the answers may be computed on any continent. What a processor states of each mode is judged, and the refusal names the mode that would do."},
		{"London, by a decision that has an end", tellAdequacy,
			"Data from the EEA may go to London for as long as the decision on the UK holds. Its end is no surprise: it is shown today, and any other time can be asked for."},
		{"A contract ends while a pod runs by it", tellEnd,
			"Nobody wrote anything at that instant: the manager knows when its next answer turns, and waits for it. What runs is flagged and runs on, what comes is refused."},
		{"The same verdicts without a cluster", tellOffline,
			"One function decides, so a pipeline hears the same answer before anything is applied. 1 means that something is prohibited."},
	}
}

func tellNodes(ctx context.Context, s *stage) error {
	r, err := s.admitted(ctx, "", "kubectl", "get", "nodes", "-L", "topology.kubernetes.io/region,topology.kubernetes.io/zone")
	if err != nil {
		return err
	}
	for _, node := range []string{"fra-aws-1", "fra-ali-1", "dub-aws-1", "ldn-ali-1", "ldn-aws-1", "iad-aws-1", "ist-aws-1"} {
		if !strings.Contains(r.text, node) {
			return fmt.Errorf("there is no node %s", node)
		}
	}
	// What the manager has stamped on them, as soon as it has.
	if _, err := s.waitFor(ctx, []string{"London", "Istanbul", "7 known"}, "kubectl", "residency", "locations"); err != nil {
		return err
	}
	_, err = s.admitted(ctx, "", "kubectl", "create", "namespace", "crm")
	if err != nil {
		return err
	}
	_, err = s.waitFor(ctx, []string{"default"}, "kubectl", "get", "serviceaccounts", "-n", "crm")
	return err
}

func tellPolicy(ctx context.Context, s *stage) error {
	manifest := dataset + "---\n" + policy("")
	s.say("%s", manifest)
	if _, err := s.admitted(ctx, manifest, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "residencypolicy/gdpr-personal", "--timeout=30s"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Compliant", "dataset/customers", "--timeout=30s"); err != nil {
		return err
	}
	r, err := s.admitted(ctx, "", "kubectl", "get", "residency")
	if err == nil && !hasAll(r.text, []string{"gdpr-personal", "EEA", "True"}) {
		return fmt.Errorf("the columns do not say that customers may be processed in the EEA")
	}
	return err
}

// place sends a pod that has to be refused with the words, or admitted if there are none.
func (s *stage) place(ctx context.Context, name, node string, words ...string) error {
	manifest := pod(name, node)
	s.say("\n# pod %s handles customers and names node %s", name, node)
	if words == nil {
		_, err := s.admitted(ctx, manifest, "kubectl", "create", "-f", "-")
		return err
	}
	return s.refused(ctx, manifest, append(words, "crm/"+name, "permits EEA"), "kubectl", "create", "-f", "-")
}

func tellVirginia(ctx context.Context, s *stage) error {
	return s.place(ctx, "profiles-us", "iad-aws-1", "N. Virginia, US", "aws us-east-1", "privacy@example.com")
}

func tellFrankfurt(ctx context.Context, s *stage) error {
	if err := s.place(ctx, "profiles", "fra-aws-1"); err != nil {
		return err
	}
	return s.place(ctx, "profiles-2", "fra-ali-1")
}

func tellSameCodes(ctx context.Context, s *stage) error {
	if err := s.place(ctx, "profiles-dublin", "dub-aws-1"); err != nil {
		return err
	}
	if err := s.place(ctx, "profiles-london", "ldn-ali-1", "London, GB", "alibabacloud eu-west-1"); err != nil {
		return err
	}
	return s.place(ctx, "profiles-istanbul", "ist-aws-1", "Istanbul, TR", "eu-central-1-ist-1a")
}

func tellBindings(ctx context.Context, s *stage) error {
	for _, way := range []struct{ pod, path string }{
		{"scheduled-1", "/api/v1/namespaces/crm/pods/scheduled-1/binding"},
		{"scheduled-2", "/api/v1/namespaces/crm/bindings"},
	} {
		s.say("\n# pod %s handles customers, names no node and waits to be bound", way.pod)
		if _, err := s.admitted(ctx, pod(way.pod, ""), "kubectl", "create", "-f", "-"); err != nil {
			return err
		}
		s.say("\n# %s", binding(way.pod, "ldn-aws-1"))
		if err := s.refused(ctx, binding(way.pod, "ldn-aws-1"), []string{"London, GB", "aws eu-west-2", "crm/" + way.pod}, "kubectl", "create", "--raw", way.path, "-f", "-"); err != nil {
			return err
		}
		s.say("\n# %s", binding(way.pod, "dub-aws-1"))
		if _, err := s.admitted(ctx, binding(way.pod, "dub-aws-1"), "kubectl", "create", "--raw", way.path, "-f", "-"); err != nil {
			return err
		}
	}
	return nil
}

func tellLeave(ctx context.Context, s *stage) error {
	s.say("\n# the policy, with London among the places that it allows")
	if _, err := s.admitted(ctx, policy(londonToo), "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	// Not the condition alone: it was True before as well, of the generation before.
	if _, err := s.waitFor(ctx, []string{"London"}, "kubectl", "get", "datasets.residency.domicile.dev", "customers"); err != nil {
		return err
	}
	s.say("\n# pod profiles-london handles customers and names node ldn-aws-1")
	if _, err := s.admitted(ctx, pod("profiles-london", "ldn-aws-1"), "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.waitFor(ctx, []string{"Running"}, "kubectl", "get", "pod", "-n", "crm", "profiles-london", "-o", "wide"); err != nil {
		return err
	}
	s.say("\n# the policy, without London again")
	if _, err := s.admitted(ctx, policy(""), "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	took, err := s.waitFor(ctx, []string{"False"}, "kubectl", "get", "datasets.residency.domicile.dev", "customers")
	if err != nil {
		return err
	}
	s.say("\nFlagged %.2f s after the policy was applied.", took.Seconds())
	if _, err := s.waitFor(ctx, []string{"profiles-london", "London, GB"}, "kubectl", "get", "events", "-n", "crm", "--field-selector", "involvedObject.name=profiles-london"); err != nil {
		return err
	}
	r, err := s.admitted(ctx, "", "kubectl", "get", "dataset", "customers", "-o", "jsonpath={.status.violations}")
	if err == nil && !hasAll(r.text, []string{"profiles-london", "PlaceNotAllowed", "gdpr-personal"}) {
		return fmt.Errorf("the status does not name the pod, the reason and the policy")
	}
	return err
}

func tellOffline(ctx context.Context, s *stage) error {
	nodes, err := s.quietly(ctx, "", "kubectl", "get", "nodes", "-o", "yaml")
	if err != nil {
		return err
	}
	manifest := strings.Join([]string{
		dataset, policy(""), nodes.text, pod("profiles", "fra-aws-1"), pod("profiles-dublin", "dub-aws-1"),
		pod("profiles-us", "iad-aws-1"), pod("profiles-london", "ldn-ali-1"), pod("profiles-istanbul", "ist-aws-1"),
	}, "---\n")
	s.say("\n# the dataset, the policy, the nodes and five pods, from standard input")
	r, err := s.do(ctx, manifest, "kubectl", "residency", "check", "-f", "-")
	if err != nil {
		return err
	}
	s.say("exit code %d", r.exit)
	if r.exit != 1 {
		return fmt.Errorf("the exit code is %d, and has to be 1", r.exit)
	}
	for _, words := range []string{"N. Virginia, US", "London, GB", "Istanbul, TR", "2 permitted, 3 prohibited, 0 undetermined"} {
		if !strings.Contains(r.text, words) {
			return fmt.Errorf("the check does not say %q", words)
		}
	}
	return nil
}
