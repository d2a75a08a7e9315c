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
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/domicile-dev/domicile/internal/rulebook"
)

// The webhook server serves before the caches are filled, so whoever routes requests to
// it has to ask whether it can answer them.

// RulebookReady is ready once a rulebook is in force.
func RulebookReady(holder *rulebook.Holder) healthz.Checker {
	return func(*http.Request) error {
		if holder.Current() == nil {
			return errors.New("the rulebook is not compiled yet")
		}
		return nil
	}
}

// SyncedReady is ready once synced says that the caches are filled.
func SyncedReady(synced func() bool) healthz.Checker {
	return func(*http.Request) error {
		if !synced() {
			return errors.New("the caches are not filled yet")
		}
		return nil
	}
}

// CertificateReady is ready while the webhook server at an address (host:port; without a
// host, this one) serves a certificate that is valid now. now is the clock.
func CertificateReady(address string, now func() time.Time) healthz.Checker {
	return func(r *http.Request) error {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return fmt.Errorf("reading the webhook's address: %w", err)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		// Who has signed it is for the API server to judge, by the bundle of its webhook configuration.
		dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: time.Second}, Config: &tls.Config{InsecureSkipVerify: true}}
		connection, err := dialer.DialContext(r.Context(), "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return fmt.Errorf("connecting to the webhook: %w", err)
		}
		err = validNow(connection, now())
		return errors.Join(err, connection.Close())
	}
}

func validNow(connection net.Conn, now time.Time) error {
	t, ok := connection.(*tls.Conn)
	if !ok || len(t.ConnectionState().PeerCertificates) == 0 {
		return errors.New("the webhook serves no certificate")
	}
	leaf := t.ConnectionState().PeerCertificates[0]
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return fmt.Errorf("the webhook's certificate is valid from %s to %s only", leaf.NotBefore.UTC().Format(time.RFC3339), leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}
