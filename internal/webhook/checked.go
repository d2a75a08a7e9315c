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

package webhook

import (
	"context"
	"errors"
	"fmt"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/residency"
)

// maxNamed is how many policies a warning names.
const maxNamed = 12

var errNoCatalogue = errors.New("the catalogue is not loaded yet; if that lasts, the ConfigMap domicile-catalogue is wrong, and an Event on it says why")

// checkedKind is a kind of ours that can be wrong in ways that no schema knows.
type checkedKind struct {
	kind, resource string
	// spec is what the spec is decoded into, and check checks the whole under its name.
	spec  any
	check func(w residency.World, name string) residency.Checked
	// deleted says what it means that one is deleted. Without it deletions are not answered.
	deleted func(rb *residency.Rulebook, name string) []string
}

// answerPolicy answers a review of a ResidencyPolicy.
func (s *server) answerPolicy(ctx context.Context, body []byte, req *request) answer {
	rp := &residencyv1.ResidencyPolicy{}
	return s.answerChecked(ctx, body, req, checkedKind{
		kind: "ResidencyPolicy", resource: "residencypolicies", spec: &rp.Spec,
		check: func(w residency.World, name string) residency.Checked {
			rp.Name = name
			return residency.Check(w, rp)
		},
		deleted: func(rb *residency.Rulebook, name string) []string { return s.policyDeleted(ctx, rb, name) },
	})
}

// answerSite answers a review of a Site.
func (s *server) answerSite(ctx context.Context, body []byte, req *request) answer {
	site := &residencyv1.Site{}
	return s.answerChecked(ctx, body, req, checkedKind{
		kind: "Site", resource: "sites", spec: &site.Spec,
		check: func(w residency.World, name string) residency.Checked {
			site.Name = name
			return residency.CheckSite(w, site)
		},
		deleted: s.siteDeleted,
	})
}

// answerJurisdiction answers a review of a Jurisdiction.
func (s *server) answerJurisdiction(ctx context.Context, body []byte, req *request) answer {
	j := &residencyv1.Jurisdiction{}
	return s.answerChecked(ctx, body, req, checkedKind{
		kind: "Jurisdiction", resource: "jurisdictions", spec: &j.Spec,
		check: func(w residency.World, name string) residency.Checked {
			j.Name = name
			return residency.CheckJurisdiction(w, j)
		},
		deleted: jurisdictionDeleted,
	})
}

// answerProcessor answers a review of a Processor.
func (s *server) answerProcessor(ctx context.Context, body []byte, req *request) answer {
	p := &residencyv1.Processor{}
	return s.answerChecked(ctx, body, req, checkedKind{
		kind: "Processor", resource: "processors", spec: &p.Spec,
		check: func(w residency.World, name string) residency.Checked {
			p.Name = name
			return residency.CheckProcessor(w, p)
		},
		deleted: func(rb *residency.Rulebook, name string) []string { return s.processorDeleted(ctx, rb, name) },
	})
}

// answerChecked answers a review: what is known to be wrong is refused, what is surely not
// meant is warned of. So is a Site that does not exist: a folder is applied in the order
// of its files, and who makes the Site may come later. Deletions are let go with a warning.
func (s *server) answerChecked(ctx context.Context, body []byte, req *request, k checkedKind) answer {
	operations := []admissionv1.Operation{admissionv1.Create, admissionv1.Update}
	if k.deleted != nil {
		operations = append(operations, admissionv1.Delete)
	}
	found, err := decodeResource(body, req, k.kind, k.resource, k.spec, operations...)
	switch {
	case err != nil:
		return unreadable(req, err)
	case found.deleted:
		return s.answerDeletion(func(rb *residency.Rulebook) []string { return k.deleted(rb, found.name) })
	case found.unchanged:
		// Whoever takes a label or a finalizer from what got past us must not be held up by it.
		return allowed()
	}
	checked, err := s.check(ctx, func(w residency.World) residency.Checked { return k.check(w, found.name) })
	if err != nil {
		return unavailable(err)
	}
	told := oneEach(checked.Warnings)
	if checked.Fault == nil {
		return allowed(fit(told)...)
	}
	if missing, only := missingSites(checked.Fault, k.kind); only {
		return allowed(fit(append(missing, told...))...)
	}
	a := refused(apierrors.NewInvalid(residencyv1.GroupVersion.WithKind(k.kind).GroupKind(), found.name, checked.Fault.Errors).Status())
	a.response.Warnings = fit(told)
	return a
}

// oneEach makes texts of one sentence each.
func oneEach(warnings []string) [][]string {
	var texts [][]string
	for _, warning := range warnings {
		texts = append(texts, []string{warning})
	}
	return texts
}

// missingSites reports whether all that is wrong is that Sites do not exist, and warns of it.
func missingSites(f *residency.Fault, kind string) (warnings [][]string, only bool) {
	if !f.OnlyUnknownSites() {
		return nil, false
	}
	for _, err := range f.Errors {
		warnings = append(warnings, []string{err.Error()})
	}
	until := "until there is, the policy is not accepted (UnknownSite), and what it governs is Undetermined"
	if kind == "Processor" {
		until = "until there is, the Processor is not accepted (UnknownSite), and what calls it is Undetermined"
	}
	return append(warnings, []string{until}), true
}

// answerDeletion admits a deletion, with warnings by the rulebook in force.
func (s *server) answerDeletion(warnings func(*residency.Rulebook) []string) answer {
	rb := s.Rulebook.Current()
	if rb == nil {
		return allowed("what goes with it cannot be said: the rulebook is not compiled yet")
	}
	return allowed(fit(oneEach(warnings(rb)))...)
}

// siteDeleted says who names a Site, and whose place it says.
func (s *server) siteDeleted(rb *residency.Rulebook, name string) []string {
	var told []string
	if policies := rb.PoliciesOfSite(name); len(policies) > 0 {
		told = append(told, orphaned("Site "+name, policies))
	}
	if n := len(s.Gatherer.Nodes.OfSite(name)); n > 0 {
		told = append(told, fmt.Sprintf("Site %s matches nodes (%d): where they are is said by other Sites or by themselves, or is Undetermined", name, n))
	}
	return told
}

// jurisdictionDeleted says who names a Jurisdiction, directly or by another that includes it.
func jurisdictionDeleted(rb *residency.Rulebook, name string) []string {
	if policies := rb.PoliciesOfJurisdiction(name); len(policies) > 0 {
		return []string{orphaned("Jurisdiction "+name, policies)}
	}
	return nil
}

// orphaned warns that policies name what is deleted.
func orphaned(what string, policies []string) string {
	if len(policies) == 1 {
		return fmt.Sprintf("%s is named by policy %s: without it the policy is not accepted, and what the policy governs is Undetermined", what, policies[0])
	}
	return fmt.Sprintf("%s is named by policies %s: without it they are not accepted, and what they govern is Undetermined", what, several(policies))
}

// several names the first of the policies: "a, b and 3 more".
func several(policies []string) string {
	if more := len(policies) - maxNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(policies[:maxNamed], ", "), more)
	}
	return strings.Join(policies, ", ")
}
