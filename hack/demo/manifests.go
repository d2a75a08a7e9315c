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
	"fmt"
	"time"
)

const dataset = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata:
  name: customers
  labels: {sensitivity: personal}
spec:
  title: Customer profiles
  controller: {name: Example GmbH, contact: privacy@example.com}
`

// policy permits the EEA, and what is added.
func policy(more string) string {
	return `apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata:
  name: gdpr-personal
spec:
  datasetSelector: {matchLabels: {sensitivity: personal}}
  processing:
    allowed:
    - {jurisdiction: EEA}
` + more + `  enforcement: {admission: Deny}
`
}

const londonToo = "    - {city: {name: London, country: GB}}\n"

// pod handles the dataset customers and names its node, or none and no scheduler.
func pod(name, node string) string { return podOf("customers", name, node, "") }

// podOf handles a dataset, names its node, or none and no scheduler, and calls a processor, or none.
func podOf(dataset, name, node, processor string) string {
	where, calls := "schedulerName: nobody", ""
	if node != "" {
		where = "nodeName: " + node
	}
	if processor != "" {
		calls = "  annotations: {residency.domicile.dev/processors: " + processor + "}\n"
	}
	return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata:
  namespace: crm
  name: %[1]s
  labels: {residency.domicile.dev/dataset: %[2]s}
%[3]sspec:
  %[4]s
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: example/%[2]s:1}]
`, name, dataset, calls, where)
}

// payroll may be processed in Frankfurt alone.
const payroll = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata:
  name: payroll
spec:
  title: Salaries
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata:
  name: payroll-frankfurt
spec:
  datasets: [payroll]
  processing:
    allowed:
    - {city: {name: Frankfurt, country: DE}}
  enforcement: {admission: Deny}
`

// deployment handles payroll, and says nothing about nodes.
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: crm
  name: salaries
spec:
  replicas: 3
  selector: {matchLabels: {app: salaries}}
  template:
    metadata:
      labels: {app: salaries, residency.domicile.dev/dataset: payroll}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: app, image: example/salaries:1}]
`

// reader reads the Secret salaries-db, and names its node. It carries no key.
func reader(name, node string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata:
  namespace: reports
  name: %s
spec:
  nodeName: %s
  terminationGracePeriodSeconds: 0
  containers:
  - name: app
    image: example/reports:1
    env:
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: salaries-db, key: password}}}
`, name, node)
}

func binding(pod, node string) string {
	return fmt.Sprintf(`{"apiVersion": "v1", "kind": "Binding", "metadata": {"name": %q, "namespace": "crm"}, "target": {"kind": "Node", "name": %q}}`, pod, node)
}

// classes make network file systems of Alibaba Cloud: pods can use them from wherever they run.
const classes = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: nas-frankfurt}
provisioner: nasplugin.csi.alibabacloud.com
parameters: {regionId: eu-central-1}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: nas-london}
provisioner: nasplugin.csi.alibabacloud.com
parameters: {regionId: eu-west-1}
`

// storage has a claim of a class, and a pod on a node that uses it. The claim says what it holds.
func storage(dataset, class, node string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  namespace: crm
  name: %[1]s
  labels: {residency.domicile.dev/dataset: %[1]s}
spec:
  storageClassName: %[2]s
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 10Gi}}
---
apiVersion: v1
kind: Pod
metadata: {namespace: crm, name: %[1]s}
spec:
  nodeName: %[3]s
  terminationGracePeriodSeconds: 0
  containers:
  - name: app
    image: example/%[1]s:1
    volumeMounts: [{name: data, mountPath: /data}]
  volumes:
  - name: data
    persistentVolumeClaim: {claimName: %[1]s}
`, dataset, class, node)
}

// inGermany are two datasets, and a policy for both that says where each of the two may happen.
const inGermany = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: orders}
spec: {title: Orders}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: invoices}
spec: {title: Invoices}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: books-germany}
spec:
  datasets: [orders, invoices]
  storage:
    allowed:
    - {country: DE}
  processing:
    allowed:
    - {country: DE}
  enforcement: {admission: Deny}
`

// prompts are what people ask an assistant. They may be stored and processed in the EEA.
const prompts = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: prompts}
spec: {title: What people ask the assistant}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: prompts-eea}
spec:
  datasets: [prompts]
  storage:
    allowed:
    - {jurisdiction: EEA}
  processing:
    allowed:
    - {jurisdiction: EEA}
  enforcement: {admission: Deny}
`

// tickets come from the EEA, and may go to the UK for as long as the decision on it holds.
const tickets = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: tickets}
spec: {title: Support tickets}
---
apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: tickets-transfers}
spec:
  datasets: [tickets]
  origin: {jurisdiction: EEA}
  processing:
    allowed:
    - {jurisdiction: EEA}
    - {country: GB}
  transfers:
  - to: {country: GB}
    mechanism: AdequacyDecision
    reference: Implementing Decision (EU) 2021/1772, renewed 2025-12-19
  enforcement: {admission: Deny}
`

const surveys = `apiVersion: residency.domicile.dev/v1alpha1
kind: Dataset
metadata: {name: surveys}
spec: {title: Answers to surveys}
`

// surveysTransfers come from the EEA, and may go to the US by a contract until it ends.
func surveysTransfers(until time.Time) string {
	return `apiVersion: residency.domicile.dev/v1alpha1
kind: ResidencyPolicy
metadata: {name: surveys-transfers}
spec:
  datasets: [surveys]
  origin: {jurisdiction: EEA}
  processing:
    allowed:
    - {jurisdiction: EEA}
    - {country: US}
  transfers:
  - to: {country: US}
    mechanism: StandardContractualClauses
    module: ControllerToProcessor
    reference: contract 2026-31 with Example Inc., annex 3
    assessment: TIA-2026-04
    validUntil: "` + until.UTC().Format(time.RFC3339) + `"
  enforcement: {admission: Deny}
`
}
