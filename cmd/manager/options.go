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
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/client/config"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/steer"
)

// options are what the command line says.
type options struct {
	webhookAddress string
	webhookCertDir string
	metricsAddress string
	healthAddress  string
	leaderElect    bool
	namespace      string
	excluded       []string
	unknownDataset string
	steerBy        string
	verbosity      int

	steer       steer.By
	webhookHost string
	webhookPort int
}

// parse reads the command line. Usage and what is wrong with a flag go to out.
func parse(args []string, out io.Writer) (*options, error) {
	o := &options{}
	fs := flag.NewFlagSet("manager", flag.ContinueOnError)
	fs.SetOutput(out)
	fs.StringVar(&o.webhookAddress, "webhook-bind-address", ":9443", "`host:port` on which admission reviews are answered")
	fs.StringVar(&o.webhookCertDir, "webhook-cert-dir", "/etc/domicile/webhook-certificate", "`folder` of the webhook's certificate, tls.crt and tls.key; read again when they change")
	fs.StringVar(&o.metricsAddress, "metrics-bind-address", ":8080", "`host:port` on which metrics are served, as plain HTTP; 0 serves none")
	fs.StringVar(&o.healthAddress, "health-probe-bind-address", ":8081", "`host:port` on which /healthz and /readyz are served; 0 serves none")
	fs.BoolVar(&o.leaderElect, "leader-elect", false, "let one of several replicas write statuses, Events and marks; all of them answer admission reviews")
	fs.StringVar(&o.namespace, "namespace", "domicile-system", "`namespace` of the operator itself: it never depends on the webhook")
	fs.Func("exclude-namespaces", "`namespaces`, separated by commas, in which nothing is refused and nothing steered, besides kube-system and the operator's own; what is in them is still judged and flagged", func(list string) error {
		for name := range strings.SplitSeq(list, ",") {
			if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
				return fmt.Errorf("%q is no name of a namespace: %s", name, problems[0])
			}
			o.excluded = append(o.excluded, name)
		}
		return nil
	})
	fs.StringVar(&o.unknownDataset, "unknown-dataset", string(residencyv1.EnforcementDeny), "what is done about a request that names a dataset which does not exist: the `mode` Deny or Warn")
	fs.StringVar(&o.steerBy, "steer-by", "stamp", "on which `labels` of nodes pods are steered: stamp, which is exact, or topology, by topology.kubernetes.io/region and zone, so that an autoscaler makes nodes in permitted places")
	fs.IntVar(&o.verbosity, "v", 0, "how much is logged: 0 what was decided, 1 the details, 5 every reconciliation")
	config.RegisterFlags(fs)
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: everything is a flag", fs.Arg(0))
	}
	return o, o.complete()
}

// complete checks what the flags' types do not.
func (o *options) complete() error {
	host, port, err := net.SplitHostPort(o.webhookAddress)
	if err != nil {
		return fmt.Errorf("reading --webhook-bind-address: %w", err)
	}
	o.webhookHost = host
	if o.webhookPort, err = strconv.Atoi(port); err != nil || o.webhookPort < 1 || o.webhookPort > 65535 {
		return fmt.Errorf("reading --webhook-bind-address: %q is not a port", port)
	}
	if o.namespace == "" {
		return errors.New("--namespace is empty: which namespace is the operator's own must be known")
	}
	switch residencyv1.EnforcementMode(o.unknownDataset) {
	case residencyv1.EnforcementDeny, residencyv1.EnforcementWarn:
	default:
		return fmt.Errorf("--unknown-dataset is %q; it can be Deny or Warn", o.unknownDataset)
	}
	switch o.steerBy {
	case "stamp":
		o.steer = steer.ByStamp
	case "topology":
		o.steer = steer.ByTopology
	default:
		return fmt.Errorf("--steer-by is %q; it can be stamp or topology", o.steerBy)
	}
	return nil
}
