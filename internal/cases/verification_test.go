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

func verification() document {
	return document{
		title: "EU Cloud CoC, Verification of Declaration of Adherence of Alibaba Cloud (2023)",
		statements: []statement{
			{
				at: "2.1.1 to 2.1.12", says: "The declared services: the computing, storage and containers that a customer in Frankfurt uses are among them.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct", on: declared(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "2.1.8", says: "Of artificial intelligence it lists five services, and not Model Studio.", pod: pod{calls: "alibaba-cloud/frankfurt", uses: []string{"Model Studio"}},
				policy: "code-of-conduct", on: declared(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonServiceNotDeclared},
			},
			{
				at: "3.4.1 and 5", says: "There are three levels; this is the second, which is not the third.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct-level-3", on: declared(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationLevelTooLow},
			},
			{
				at: "4.2", says: "ISO 27001, 27018 and 27701 are held for the time of the declaration, for all declared services.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "three-isos", on: declared(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "4.2", says: "They are stated for that time, and not for today.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "three-isos", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationExpired, residency.ReasonAttestationExpired, residency.ReasonAttestationExpired},
			},
			{
				at: "4.2", says: "Of ISO 22301 it says nothing.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "iso-22301", on: declared(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationMissing},
			},
			{
				at: "4.3.2, subprocessors", says: "Customers are told of changes of subprocessors in the portal: no public list.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "public-subprocessors", on: declared(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonSubprocessorsNotPublic},
			},
			{
				at: "4.3.2, audit rights", says: "There is a data processing addendum for the EEA.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "agreement", on: declared(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "4.3.2, data subject rights", says: "Customers retrieve their data themselves, without a limit in time: for how long it is kept is theirs to say.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "keep-30-days", on: declared(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonRetentionNotStated},
			},
			{
				at: "4.3.2, third country transfers", says: "It relies on adequacy decisions: London, while the decision on the UK lasts.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "by-adequacy", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "4.3.2, third country transfers", says: "The same on the day after the end of the decision on the UK.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "by-adequacy", on: day(2031, time.December, 28), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonTransferExpired, residency.ReasonTransferExpired},
			},
			{
				at: "4.3.2, third country transfers", says: "The same for a customer who names no instrument.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "without-transfer", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonTransferMissing, residency.ReasonTransferMissing},
			},
			{
				at: "6", says: "Verified in June 2023: not the day before.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct", on: day(2023, time.June, 1).Add(-time.Second), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationNotYetValid},
			},
			{
				at: "6", says: "Valid until June 2024: to the last second of it.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct", on: day(2024, time.July, 1).Add(-time.Second), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "6", says: "The second after that it has ended.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct", on: day(2024, time.July, 1), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationExpired},
			},
			{
				at: "6", says: "It has ended today.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "code-of-conduct", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationExpired},
			},
		},
		aside: []unjudged{
			{"1; 3.1", "Version 2.11 of the code, approved in May 2021, with an accredited monitoring body.", "Of the scheme, not of a processor: a policy that names the scheme has accepted it."},
			{"3.2 to 3.4", "How adherence is examined.", "How an attestation comes to be."},
			{"4.3.2, subprocessors", "Subprocessors are assessed and sign agreements of the same standard.", "What is between others; where they are is not stated."},
			{"4.3.2, requests and breaches", "Requests by authorities and by people, and breaches, have procedures.", "No place, transfer, retention or attestation."},
		},
	}
}
