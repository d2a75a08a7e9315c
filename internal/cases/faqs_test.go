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
	"github.com/domicile-dev/domicile/internal/residency"
)

func faqs() document {
	return document{
		title: "Alibaba Cloud, Security Compliance FAQs",
		statements: []statement{
			{
				at: "2.1 and 2.2", says: "Customers choose the geographic region in which content is stored: Frankfurt.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "2.1 and 2.2", says: "Customers choose the geographic region in which content is stored: London.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed, residency.ReasonPlaceNotAllowed},
			},
			{
				at: "2.2", says: "Customers decide for how long content is stored: the provider states no time.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "keep-30-days", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonRetentionNotStated},
			},
			{
				at: "4.1", says: "Customers choose the regions and zones where content is: a machine in Frankfurt.",
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "4.1", says: "Customers choose the regions and zones where content is: a machine in London.", pod: pod{node: london},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed},
			},
			{
				at: "4.2", says: "Content is stored and processed only in the chosen region.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "4.2", says: "Whoever copies content to a second region has both to answer for.", pod: pod{calls: "alibaba-cloud/frankfurt,alibaba-cloud/london"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted, residency.ReasonPlaceNotAllowed, residency.ReasonPlaceNotAllowed},
			},
			{
				at: "4.2", says: "For transfers out of the EEA there is an addendum with standard contractual clauses: storage in Singapore by them. They do not say where inference runs.", pod: pod{calls: "alibaba-model-studio/international-singapore"},
				policy: "by-clauses", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonScheduledAnywhere},
			},
			{
				at: "4.2", says: "There is a GDPR addendum with standard contractual clauses.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "agreement", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
		},
		aside: []unjudged{
			{"1.1; 1.2", "Who is responsible for which security.", "No place, transfer, retention or attestation."},
			{"2.1", "Content is not used for marketing.", "What data is used for: Domicile judges where it is."},
			{"3.1; 3.2", "The provider does not access content without permission.", "Access: Domicile judges where data is stored and processed."},
			{"4.1", "Customers should tell people of the places, and may need consent.", "What customers owe to people."},
			{"4.2", "The clauses of decision 2010/87/EU, or those that follow it.", "Which clauses an addendum holds is for its reader: a transfer names them by reference."},
			{"5.1; 5.2", "Logical isolation is more effective than physical separation.", "Isolation: no place."},
		},
	}
}
