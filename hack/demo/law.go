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
	"time"
)

// studio is the sample that says what Alibaba Cloud states of Model Studio.
const studio = "config/samples/processors/processor_alibaba-model-studio.yaml"

// tellProcessors sends the same prompts from the same node by two modes of the same processor.
func tellProcessors(ctx context.Context, s *stage) error {
	s.say("\n# what Alibaba Cloud states of Model Studio: its modes, and where each stores and computes")
	if _, err := s.admitted(ctx, "", "kubectl", "apply", "-f", studio); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "processor/alibaba-model-studio", "--timeout=30s"); err != nil {
		return err
	}
	s.say("\n%s", prompts)
	if _, err := s.admitted(ctx, prompts, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "residencypolicy/prompts-eea", "--timeout=30s"); err != nil {
		return err
	}
	anywhere := podOf("prompts", "assistant-global", "fra-ali-1", "alibaba-model-studio/global-frankfurt")
	s.say("\n# a pod in Frankfurt that sends prompts to an endpoint in Frankfurt\n%s", anywhere)
	if err := s.refused(ctx, anywhere, []string{"crm/assistant-global", "the endpoint's city is not where it computes", "it would permit eu-frankfurt"}, "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	inEU := podOf("prompts", "assistant-eu", "fra-ali-1", "alibaba-model-studio/eu-frankfurt")
	s.say("\n# the same pod, by the mode that the sentence names: alibaba-model-studio/eu-frankfurt")
	if _, err := s.admitted(ctx, inEU, "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "residency", "explain", "pod/assistant-eu", "-n", "crm"); err != nil {
		return err
	}
	nodes, err := s.quietly(ctx, "", "kubectl", "get", "nodes", "-o", "yaml")
	if err != nil {
		return err
	}
	s.say("\n# a pipeline tells them apart too: the dataset, the policy, the nodes and both pods, from standard input")
	r, err := s.do(ctx, strings.Join([]string{prompts, nodes.text, anywhere, inEU}, "---\n"), "kubectl", "residency", "check", "-f", studio, "-f", "-")
	if err != nil {
		return err
	}
	s.say("exit code %d", r.exit)
	if r.exit != 1 || !hasAll(r.text, []string{"ScheduledAnywhere", "1 permitted, 1 prohibited, 0 undetermined"}) {
		return fmt.Errorf("the check does not tell the two modes apart")
	}
	return nil
}

// tellAdequacy sends tickets to London, and asks until when that is legal.
func tellAdequacy(ctx context.Context, s *stage) error {
	s.say("%s", tickets)
	if _, err := s.admitted(ctx, tickets, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "residencypolicy/tickets-transfers", "--timeout=30s"); err != nil {
		return err
	}
	s.say("\n# pod support handles tickets and names node ldn-aws-1")
	if _, err := s.admitted(ctx, podOf("tickets", "support", "ldn-aws-1", ""), "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.waitFor(ctx, []string{"2031-12-28T00:00:00Z"}, "kubectl", "get", "residencypolicies", "tickets-transfers", "-o", "wide"); err != nil {
		return err
	}
	where := []string{"kubectl", "residency", "where", "tickets"}
	r, err := s.admitted(ctx, "", where...)
	if err != nil {
		return err
	}
	if !hasAll(r.text, []string{"GB until the end of 2031-12-27", "London, GB"}) || strings.Contains(r.text, "TransferExpired") {
		return fmt.Errorf("it does not say until when London is permitted")
	}
	r, err = s.admitted(ctx, "", append(where, "--at", "2031-12-28T00:00:00Z")...)
	if err == nil && !hasAll(r.text, []string{"London, GB", "TransferExpired", "Prohibited"}) {
		return fmt.Errorf("it does not say that London is prohibited by then")
	}
	return err
}

// tellEnd has a contract end while a pod runs by it.
func tellEnd(ctx context.Context, s *stage) error {
	contract := surveysTransfers(time.Now().AddDate(1, 0, 0))
	s.say("%s", surveys+"---\n"+contract)
	if _, err := s.admitted(ctx, surveys+"---\n"+contract, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "residencypolicy/surveys-transfers", "--timeout=30s"); err != nil {
		return err
	}
	s.say("\n# pod surveys handles surveys and names node iad-aws-1")
	if _, err := s.admitted(ctx, podOf("surveys", "surveys", "iad-aws-1", ""), "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	// Ahead by what the next commands take on a slow machine, and a few seconds in which to look.
	end := time.Now().Truncate(time.Second).Add(10 * time.Second)
	instant := end.UTC().Format(time.RFC3339)
	s.say("\n# the contract is cancelled: the policy, with validUntil: %q, which is seconds ahead", instant)
	if _, err := s.admitted(ctx, surveysTransfers(end), "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.waitFor(ctx, []string{instant}, "kubectl", "get", "residencypolicies", "surveys-transfers", "-o", "wide"); err != nil {
		return err
	}
	dataset := []string{"kubectl", "get", "datasets.residency.domicile.dev", "surveys"}
	if _, err := s.waitFor(ctx, []string{"US until " + instant, "True"}, dataset...); err != nil {
		return err
	}
	s.say("\n# nobody touches anything now; it is asked until it says otherwise")
	if _, err := s.waitFor(ctx, []string{"False"}, dataset...); err != nil {
		return err
	}
	late := time.Since(end)
	if late < 0 {
		return fmt.Errorf("this was flagged %s before the contract ended", -late)
	}
	s.say("\nFlagged, and shown, %.2f s after %s.", late.Seconds(), instant)
	if _, err := s.waitFor(ctx, []string{"surveys", "the transfer to US has ended"}, "kubectl", "get", "events", "-n", "crm", "--field-selector", "involvedObject.name=surveys"); err != nil {
		return err
	}
	s.say("\n# another one is refused from now on")
	return s.refused(ctx, podOf("surveys", "surveys-2", "iad-aws-1", ""), []string{"crm/surveys-2", "N. Virginia, US", "the transfer to US has ended"}, "kubectl", "create", "-f", "-")
}
