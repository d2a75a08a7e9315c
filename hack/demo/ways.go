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

// tellSteering lets a Deployment be, and its pods go to where they may be.
func tellSteering(ctx context.Context, s *stage) error {
	s.say("%s", payroll)
	if _, err := s.admitted(ctx, payroll, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "wait", "--for=condition=Accepted", "residencypolicy/payroll-frankfurt", "--timeout=30s"); err != nil {
		return err
	}
	s.say("\n# a Deployment that handles payroll and says nothing about nodes\n%s", deployment)
	if _, err := s.admitted(ctx, deployment, "kubectl", "apply", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "rollout", "status", "-n", "crm", "deployment/salaries", "--timeout=30s"); err != nil {
		return err
	}
	r, err := s.admitted(ctx, "", "kubectl", "get", "pods", "-n", "crm", "-l", "app=salaries", "-o", "wide")
	if err != nil {
		return err
	}
	if n := strings.Count(r.text, "fra-"); n != 3 {
		return fmt.Errorf("%d of the 3 pods are on nodes in Frankfurt", n)
	}
	r, err = s.admitted(ctx, deployment, "kubectl", "diff", "-f", "-")
	if err == nil && r.text != "" {
		return fmt.Errorf("the Deployment is not what was applied")
	}
	return err
}

// tellSecret gives a key to a Secret that a pod in London already reads.
func tellSecret(ctx context.Context, s *stage) error {
	if _, err := s.admitted(ctx, "", "kubectl", "create", "namespace", "reports"); err != nil {
		return err
	}
	if _, err := s.waitFor(ctx, []string{"default"}, "kubectl", "get", "serviceaccounts", "-n", "reports"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "create", "secret", "generic", "salaries-db", "-n", "reports", "--from-literal=password=x"); err != nil {
		return err
	}
	s.say("\n# pod reporter reads the Secret salaries-db, in London; nobody has said that this is anything special")
	if _, err := s.admitted(ctx, reader("reporter", "ldn-aws-1"), "kubectl", "create", "-f", "-"); err != nil {
		return err
	}
	if _, err := s.admitted(ctx, "", "kubectl", "label", "secret", "-n", "reports", "salaries-db", "residency.domicile.dev/dataset=payroll"); err != nil {
		return err
	}
	took, err := s.waitFor(ctx, []string{"False"}, "kubectl", "get", "datasets.residency.domicile.dev", "payroll")
	if err != nil {
		return err
	}
	s.say("\nFlagged %.2f s after the Secret was labelled.", took.Seconds())
	if _, err := s.waitFor(ctx, []string{"governed"}, "kubectl", "get", "namespace", "reports", "--show-labels"); err != nil {
		return err
	}
	s.say("\n# another one is refused from now on")
	return s.refused(ctx, reader("reporter-2", "ldn-aws-1"), []string{"reports/reporter-2", "Secret salaries-db", "London, GB"}, "kubectl", "create", "-f", "-")
}
