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

package differential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/domicile-dev/domicile/internal/cli"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// askCommandLine has the command line check files of all objects, and of workloads whose pods
// would be those of the cluster.
func askCommandLine(ctx context.Context, o *operator) ([]string, error) {
	var input bytes.Buffer
	want := map[string]said{}
	expect := func(kind string, v oracle.Verdict, of metav1.Object) {
		if len(v.Datasets) > 0 {
			want[kind+" "+of.GetNamespace()+"/"+of.GetName()] = said{v.Outcome.String(), v.Effect.String()}
		}
	}
	objects := o.objects()
	for i := range o.World.Claims {
		c := &o.World.Claims[i]
		expect(c.Kind, o.World.Claim(c), c)
	}
	for i := range o.World.Volumes {
		v := &o.World.Volumes[i]
		expect(v.Object.Kind, o.World.PersistentVolume(v), &v.Object)
	}
	for i := range o.Pods {
		p := &o.Pods[i]
		expect("Pod", o.World.Pod(&p.Pod), &p.Pod)
		w := workloadOf(&p.Pod, i+len(o.Nodes))
		kind := w.GetObjectKind().GroupVersionKind().Kind
		expect(kind, o.template(kind, &p.Pod), &p.Pod)
		objects = append(objects, w)
	}
	for _, object := range objects {
		text, err := json.Marshal(object)
		if err != nil {
			return nil, err
		}
		input.WriteString("---\n")
		input.Write(text)
		input.WriteString("\n")
	}
	var out, problems bytes.Buffer
	code := cli.Run(ctx, genericiooptions.IOStreams{In: &input, Out: &out, ErrOut: &problems}, []string{"check", "-f", "-", "-o", "json", "--at", o.Now.Format(time.RFC3339Nano)})
	var report cli.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		return nil, fmt.Errorf("reading the report: %w: %s", err, problems.String())
	}
	got := map[string]said{}
	for _, item := range report.Items {
		effect := oracle.Allow
		for _, f := range item.Findings {
			for e := oracle.Audit; e <= oracle.Deny; e++ {
				if f.Effect == e.String() {
					effect = max(effect, e)
				}
			}
		}
		got[item.Workload.Kind+" "+item.Workload.Namespace+"/"+item.Workload.Name] = said{item.Outcome, effect.String()}
	}
	found := differ("command line", "all workloads", want, got)
	found = append(found, differ("command line", "all together, by its exit code,", exitCode(want, report.Errors), code)...)
	refused, unsound := map[string]bool{}, map[string]bool{}
	for i := range o.Processors {
		if p := &o.Processors[i]; !o.Sound(p) {
			unsound[p.Name] = true
		}
	}
	for _, issue := range report.Errors {
		switch issue.Object.Kind {
		case "ResidencyPolicy":
		case "Processor":
			refused[issue.Object.Name] = true
		default:
			found = append(found, "the command line refuses "+issue.Object.Kind+" "+issue.Object.Name+": "+issue.Message)
		}
	}
	found = append(found, differ("command line", "the Processors that it refuses", unsound, refused)...)
	return found, nil
}

// exitCode is how the command line has to end.
func exitCode(want map[string]said, broken []cli.Issue) cli.ExitCode {
	code := cli.ExitPermitted
	for _, s := range want {
		switch s.Outcome {
		case oracle.Prohibited.String():
			code = cli.ExitProhibited
		case oracle.Undetermined.String():
			if code == cli.ExitPermitted {
				code = cli.ExitUndetermined
			}
		}
	}
	if len(broken) > 0 {
		code = cli.ExitBroken
	}
	return code
}
