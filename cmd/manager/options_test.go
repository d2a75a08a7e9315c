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
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestDefaults(t *testing.T) {
	o, err := parse(nil, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if o.webhookHost != "" || o.webhookPort != 9443 || o.metricsAddress != ":8080" || o.healthAddress != ":8081" ||
		o.leaderElect || o.namespace != "domicile-system" || o.unknownDataset != "Deny" {
		t.Errorf("the defaults are %+v", o)
	}
}

func TestFlags(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"the webhook on one address": {args: []string{"--webhook-bind-address=127.0.0.1:18443"}},
		"an address of IPv6":         {args: []string{"--webhook-bind-address=[::1]:9443"}},
		"warnings":                   {args: []string{"--unknown-dataset=Warn"}},
		"no such mode":               {[]string{"--unknown-dataset=Audit"}, `--unknown-dataset is "Audit"; it can be Deny or Warn`},
		"a mode in lower case":       {[]string{"--unknown-dataset=deny"}, `it can be Deny or Warn`},
		"no port":                    {[]string{"--webhook-bind-address=localhost"}, "reading --webhook-bind-address"},
		"a port that is none":        {[]string{"--webhook-bind-address=:https"}, `"https" is not a port`},
		"a port that is too high":    {[]string{"--webhook-bind-address=:70000"}, `"70000" is not a port`},
		"no namespace":               {[]string{"--namespace="}, "--namespace is empty"},
		"an argument":                {[]string{"start"}, `unexpected argument "start"`},
		"steering by topology":       {args: []string{"--steer-by=topology"}},
		"no such labels":             {[]string{"--steer-by=zone"}, `--steer-by is "zone"; it can be stamp or topology`},
		"no such flag":               {[]string{"--nope"}, "nope"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(tc.args, &bytes.Buffer{})
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("the error is %v, want %q", err, tc.want)
			}
		})
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	var out bytes.Buffer
	if _, err := parse([]string{"--help"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, name := range []string{
		"webhook-bind-address", "webhook-cert-dir", "metrics-bind-address", "health-probe-bind-address",
		"leader-elect", "namespace", "unknown-dataset", "steer-by", "kubeconfig",
	} {
		if !strings.Contains(out.String(), "-"+name) {
			t.Errorf("--%s is not in the help", name)
		}
	}
}
