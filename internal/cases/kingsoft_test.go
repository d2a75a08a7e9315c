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

func kingsoft() document {
	return document{
		title: "Kingsoft Cloud, General Data Protection Regulation (GDPR), last updated 2020-10-22",
		statements: []statement{
			{
				at: "GDPR compliance highlights", says: "Data is stored on the cloud: no place is named.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "eea", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonPlaceNotStated},
			},
			{
				at: "Account cancellation", says: "With the account its data is deleted: for how long it is kept until then is not said.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "keep-30-days", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonRetentionNotStated},
			},
			{
				at: "Authoritative compliance guarantee", says: "ISO 22301 is held, without a date: it counts until its end is stated. The place stays unknown.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "iso-22301", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlaceNotStated},
			},
			{
				at: "Authoritative compliance guarantee", says: "ISO 27001 is held; for which services is not said.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "iso-27001-covered", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonServiceNotDeclared},
			},
			{
				at: "Authoritative compliance guarantee", says: "ISO 27701 is not among those named.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "iso-27701", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonAttestationMissing},
			},
			{
				at: "Authoritative compliance guarantee", says: "The EU Cloud Code of Conduct is not among those named.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "code-of-conduct", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonAttestationMissing},
			},
			{
				at: "whole page", says: "No data processing agreement is named.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "agreement", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonAgreementMissing},
			},
			{
				at: "whole page", says: "Subprocessors are not spoken of.", pod: pod{calls: "kingsoft-cloud/default"},
				policy: "public-subprocessors", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonSubprocessorsNotStated},
			},
		},
		aside: []unjudged{
			{"What is the GDPR", "The GDPR binds organisations that serve or watch people in the EU.", "Whom a law binds."},
			{"Privacy policy", "Data is collected only as far as needed; there are security measures and a procedure for breaches.", "No place, transfer, retention or attestation."},
			{"Authoritative compliance guarantee", "Stored data is not accessed without consent, but where law requires it.", "Access: Domicile judges where data is stored and processed."},
		},
	}
}
