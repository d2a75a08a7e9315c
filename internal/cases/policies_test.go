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

// policies are what a customer may ask for, by name, each as the spec of a ResidencyPolicy. Each
// governs a dataset that has the same name.
var policies = map[string]string{
	"eea": `storage: {allowed: [{jurisdiction: EEA}]}
processing: {allowed: [{jurisdiction: EEA}]}`,
	"eea-and-singapore": `storage: {allowed: [{jurisdiction: EEA}, {country: SG}]}
processing: {allowed: [{jurisdiction: EEA}, {country: SG}], denied: [{country: CN}]}`,
	"without-transfer": `origin: {jurisdiction: EEA}
storage: {allowed: [{jurisdiction: EEA}, {country: GB}]}
processing: {allowed: [{jurisdiction: EEA}, {country: GB}]}`,
	"by-adequacy": `origin: {jurisdiction: EEA}
storage: {allowed: [{jurisdiction: EEA}, {country: GB}]}
processing: {allowed: [{jurisdiction: EEA}, {country: GB}]}
transfers:
- {to: {country: GB}, mechanism: AdequacyDecision, reference: (EU) 2021/1772}`,
	"by-clauses": `origin: {jurisdiction: EEA}
storage: {allowed: [{jurisdiction: EEA}, {country: SG}]}
processing: {allowed: [{jurisdiction: EEA}, {country: SG}]}
transfers:
- {to: {country: SG}, mechanism: StandardContractualClauses, module: ControllerToProcessor, reference: GDPR Addendum, assessment: TIA-1}`,
	"code-of-conduct": `processing: {allowed: [{jurisdiction: EEA}, {country: GB}]}
processors: {requireAttestations: [{scheme: EUCloudCoC, minimumLevel: 2, services: Covered}]}`,
	"code-of-conduct-level-3": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireAttestations: [{scheme: EUCloudCoC, minimumLevel: 3, services: Any}]}`,
	"iso-27001-covered": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireAttestations: [{scheme: ISO27001, services: Covered}]}`,
	"three-isos": `processing: {allowed: [{jurisdiction: EEA}]}
processors:
  requireAttestations:
  - {scheme: ISO27001, services: Covered}
  - {scheme: ISO27018, services: Covered}
  - {scheme: ISO27701, services: Covered}`,
	"iso-22301": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireAttestations: [{scheme: ISO22301, services: Any}]}`,
	"iso-27701": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireAttestations: [{scheme: ISO27701, services: Any}]}`,
	"ai-act": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireAttestations: [{scheme: EU-AI-Act, services: Any}]}`,
	"public-subprocessors": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {subprocessors: Public}`,
	"agreement": `processing: {allowed: [{jurisdiction: EEA}]}
processors: {requireDataProcessingAgreement: true}`,
	"keep-nothing": `storage: {allowed: [{jurisdiction: EEA}]}
processors: {maxRetention: 0s}`,
	"keep-30-days": `storage: {allowed: [{jurisdiction: EEA}]}
processors: {maxRetention: 720h}`,
}
