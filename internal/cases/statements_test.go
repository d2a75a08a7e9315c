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

package cases

import (
	"time"

	"github.com/domicile-dev/domicile/internal/residency"
)

// document is a public document, and what it states.
type document struct {
	title      string
	statements []statement
	// aside are statements that Domicile does not judge, and why.
	aside []unjudged
}

// statement is what a document states at a place in it, and what a pod does that rests on it.
type statement struct {
	// at is the section, or what else finds the sentence.
	at string
	// says is the statement in our words.
	says string
	pod
	policy string
	// on is when it is judged.
	on time.Time

	outcome residency.Outcome
	// reasons are all that are found about whom the pod calls, or, if it calls nobody, about its
	// node: in their order.
	reasons []residency.Reason
}

// pod is what matters about the pod.
type pod struct {
	// calls is its annotation; host stands in its environment.
	calls, host string
	// node is where it runs; Frankfurt if nothing is said.
	node string
	// uses are services that the modes use instead of those of the sample.
	uses []string
}

type unjudged struct{ at, says, why string }

const (
	frankfurt = "frankfurt"
	london    = "london"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// today is the day of the cases that name none.
func today() time.Time { return day(2026, time.November, 27) }

func declared() time.Time { return day(2023, time.December, 1) }

func documents() []document {
	return []document{gdprPage(), verification(), faqs(), dataHandling(), kingsoft()}
}

func gdprPage() document {
	return document{
		title: "Alibaba Cloud, European Union General Data Protection Regulation (EU GDPR) (page)",
		statements: []statement{
			{
				at: "question 6", says: "Between a Chinese provider of infrastructure and a European one the requirements do not differ.",
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "question 6", says: "The same provider in another place is another case.", pod: pod{node: london},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed},
			},
		},
		aside: []unjudged{
			{"Important Changes; question 1", "The GDPR also binds controllers outside the EU that watch or serve people in it.", "Domicile judges where data is, not whom a law binds: a policy says what is asked for."},
			{"Important Changes", "Breaches are told of within 72 hours.", "No place, transfer, retention or attestation."},
			{"Important Changes", "People can ask for erasure and portability.", "Rights of people: no place of processing."},
			{"How Can Alibaba Cloud Help?", "It adopts national and international standards and is reviewed by others.", "No scheme, level or date is named: there is nothing to declare as an attestation."},
			{"question 5", "It will comply by 28 May 2018.", "A promise, and not an attestation by others."},
		},
	}
}
