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

package webhook

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/domicile-dev/domicile/internal/residency"
	"github.com/domicile-dev/domicile/internal/rulebook"
)

func TestReady(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/readyz", nil)
	holder := &rulebook.Holder{}
	if err := RulebookReady(holder)(r); err == nil {
		t.Error("ready without a rulebook")
	}
	holder.Swap(residency.Compile(residency.World{Catalogue: newWorld(t).catalogue}, nil, nil, residency.Options{}))
	if err := RulebookReady(holder)(r); err != nil {
		t.Errorf("not ready with a rulebook: %v", err)
	}
	synced := false
	check := SyncedReady(func() bool { return synced })
	if err := check(r); err == nil {
		t.Error("ready without caches")
	}
	synced = true
	if err := check(r); err != nil {
		t.Errorf("not ready with caches: %v", err)
	}
}

func TestCertificateReady(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	address := server.Listener.Addr().String()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	leaf := server.Certificate()
	tests := map[string]struct {
		address string
		now     time.Time
		says    string
	}{
		"valid":                           {address: address, now: leaf.NotBefore.Add(time.Hour)},
		"valid, on every address of ours": {address: ":" + port, now: leaf.NotBefore.Add(time.Hour)},
		"valid, on 0.0.0.0":               {address: "0.0.0.0:" + port, now: leaf.NotBefore.Add(time.Hour)},
		"not yet valid":                   {address: address, now: leaf.NotBefore.Add(-time.Hour), says: "is valid from"},
		"expired":                         {address: address, now: leaf.NotAfter.Add(time.Hour), says: "is valid from"},
		"no address":                      {address: "nowhere", says: "reading the webhook's address"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			err := CertificateReady(tc.address, func() time.Time { return tc.now })(httptest.NewRequest(http.MethodGet, "/readyz", nil))
			if (err != nil) != (tc.says != "") || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want %q", err, tc.says)
			}
		})
	}
	server.Close()
	if err := CertificateReady(address, time.Now)(httptest.NewRequest(http.MethodGet, "/readyz", nil)); err == nil {
		t.Error("ready without a server")
	}
}
