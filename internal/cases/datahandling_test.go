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

func dataHandling() document {
	return document{
		title: "Alibaba (China), GDPR Compliance",
		statements: []statement{
			{
				at: "Data Handling, sentence 1", says: "There is a region in Frankfurt.", pod: pod{calls: "alibaba-cloud/frankfurt"},
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "Data Handling, sentence 1", says: "London is called an EU region: it is in GB.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed, residency.ReasonPlaceNotAllowed},
			},
			{
				at: "Data Handling, sentence 1", says: "London by the adequacy decision on the UK.", pod: pod{calls: "alibaba-cloud/london"},
				policy: "by-adequacy", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "Data Handling, sentence 2", says: "Global deployment stores in Frankfurt and computes anywhere.", pod: pod{calls: "alibaba-model-studio/global-frankfurt"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonScheduledAnywhere},
			},
			{
				at: "Data Handling, sentence 2", says: "Global deployment stores in Virginia and computes anywhere.", pod: pod{calls: "alibaba-model-studio/global-virginia"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed, residency.ReasonScheduledAnywhere},
			},
			{
				at: "Data Handling, sentence 2", says: "The same, where the pod says nothing and its environment names the endpoint.", pod: pod{host: "https://dashscope-us.aliyuncs.com/compatible-mode/v1"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonUndeclaredProcessor, residency.ReasonPlaceNotAllowed, residency.ReasonScheduledAnywhere},
			},
			{
				at: "Data Handling, sentence 2", says: "International deployment stores in Singapore and computes anywhere but in the Chinese mainland.", pod: pod{calls: "alibaba-model-studio/international-singapore"},
				policy: "eea", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotAllowed, residency.ReasonScheduledAnywhere},
			},
			{
				at: "Data Handling, sentence 2", says: "The same for a customer who allows Singapore and denies China.", pod: pod{calls: "alibaba-model-studio/international-singapore"},
				policy: "eea-and-singapore", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonScheduledAnywhere},
			},
			{
				at: "Data Handling, sentence 3", says: "None of this is inference in the EU only. A later page of the provider has a mode that is.", pod: pod{calls: "alibaba-model-studio/eu-frankfurt"},
				policy: "eea", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonPlacePermitted},
			},
			{
				at: "Data Handling, sentence 4", says: "Direct calls save no conversation.", pod: pod{calls: "alibaba-model-studio/direct-api"},
				policy: "keep-nothing", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonNothingStored},
			},
			{
				at: "Data Handling, sentence 4", says: "Where direct calls compute is not said with it.", pod: pod{calls: "alibaba-model-studio/direct-api"},
				policy: "eea", on: today(), outcome: residency.Undetermined, reasons: []residency.Reason{residency.ReasonNothingStored, residency.ReasonPlaceNotStated},
			},
			{
				at: "Data Handling, sentence 5", says: "The Assistant API keeps conversations without an end.", pod: pod{calls: "alibaba-model-studio/assistant-api"},
				policy: "keep-30-days", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlaceNotStated, residency.ReasonRetentionTooLong},
			},
			{
				at: "Certifications and EU AI Act", says: "No source claims formal compliance with the AI Act.", pod: pod{calls: "alibaba-model-studio/eu-frankfurt"},
				policy: "ai-act", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonAttestationMissing},
			},
			{
				at: "last paragraph", says: "The data processing agreement is published.", pod: pod{calls: "alibaba-model-studio/eu-frankfurt"},
				policy: "agreement", on: today(), outcome: residency.Permitted, reasons: []residency.Reason{residency.ReasonPlacePermitted},
			},
			{
				at: "last paragraph", says: "Who the subprocessors are is told only to customers who log in.", pod: pod{calls: "alibaba-model-studio/eu-frankfurt"},
				policy: "public-subprocessors", on: today(), outcome: residency.Prohibited, reasons: []residency.Reason{residency.ReasonPlacePermitted, residency.ReasonSubprocessorsNotPublic},
			},
		},
		aside: []unjudged{
			{"Data Handling, sentence 6", "Personal data of accounts is kept as long as it is needed.", "The provider is its controller: it is no dataset that a pod handles, and no time is stated."},
			{"Data Handling, sentences 7 and 8", "Customer data trains no model; there are two roles.", "What data is used for, and in which role."},
			{"Verification", "Links to the sources.", "The samples name what was read."},
		},
	}
}
