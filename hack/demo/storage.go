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

// tellStorage has two workloads run before anybody says where their data may be. One is processed where it may be and
// stored where it may not, the other one the other way round.
func tellStorage(ctx context.Context, s *stage) error {
	s.say("%s", classes)
	if _, err := s.admitted(ctx, classes, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	before := strings.Join([]string{storage("orders", "nas-london", "fra-aws-1"), storage("invoices", "nas-frankfurt", "ldn-ali-1")}, "---\n")
	s.say("\n# the datasets; nobody says yet where they may be")
	datasets, policy, _ := strings.Cut(inGermany, "---\napiVersion: residency.domicile.dev/v1alpha1\nkind: ResidencyPolicy\n")
	if _, err := s.admitted(ctx, datasets, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	s.say("\n# orders runs in Frankfurt and keeps its data in London, invoices the other way round\n%s", before)
	if _, err := s.admitted(ctx, before, "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	for _, name := range []string{"orders", "invoices"} {
		if _, err := s.waitFor(ctx, []string{"Bound"}, "kubectl", "get", "pvc", "-n", "crm", name); err != nil {
			return err
		}
	}
	policy = "apiVersion: residency.domicile.dev/v1alpha1\nkind: ResidencyPolicy\n" + policy
	s.say("\n%s", policy)
	if _, err := s.admitted(ctx, policy, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if err := s.toldApart(ctx); err != nil {
		return err
	}
	s.say("\n# another claim for orders is refused from now on")
	more, _, _ := strings.Cut(strings.Replace(before, "name: orders", "name: orders-2", 1), "---\n")
	return s.refused(ctx, more, []string{"crm/orders-2", "London, GB"}, "kubectl", "create", "-f", "-")
}

// toldApart shows both datasets in one answer: the volume of orders is in a prohibited place, that of invoices is not, and
// what is wrong with each is its storage or its processing.
func (s *stage) toldApart(ctx context.Context) error {
	const columns = "NAME:.metadata.name,STORAGE:.status.storage,PROCESSING:.status.processing,VIOLATED:.status.violations[*].aspect"
	get := []string{"kubectl", "get", "datasets.residency.domicile.dev", "orders", "invoices"}
	if _, err := s.waitFor(ctx, []string{"Storage", "Processing\n"}, append(get, "-o", "custom-columns="+columns)...); err != nil {
		return err
	}
	r, err := s.admitted(ctx, "", get...)
	if err != nil {
		return err
	}
	// The last columns: workloads, prohibited, undetermined, volumes, prohibited volumes, compliant, age.
	for name, want := range map[string]string{"orders": "1 1 0 1 1 False", "invoices": "1 1 0 1 0 False"} {
		found := false
		for line := range strings.Lines(r.text) {
			fields := strings.Fields(line)
			found = found || len(fields) > 1 && fields[0] == name && strings.HasSuffix(strings.Join(fields[:len(fields)-1], " "), want)
		}
		if !found {
			return fmt.Errorf("the columns of %s do not end with %s", name, want)
		}
	}
	return nil
}
