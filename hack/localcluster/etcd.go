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

package localcluster

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

const etcdName = "etcd"

// etcdQuota is the largest database, in bytes. etcd's default of 2 GiB is too small for scale tests.
const etcdQuota = 4 << 30

func (c *Cluster) startEtcd(ctx context.Context) error {
	client, err := freePort()
	if err != nil {
		return err
	}
	peer, err := freePort()
	if err != nil {
		return err
	}
	c.etcdURL = "http://" + address(client)
	peerURL := "http://" + address(peer)
	err = c.run(etcdName, c.options.binary(etcdName),
		"--name=local",
		"--data-dir="+c.etcdDir(),
		"--unsafe-no-fsync", // The data does not outlive the cluster, so a crash of the machine may take it.
		fmt.Sprintf("--quota-backend-bytes=%d", int64(etcdQuota)),
		"--listen-client-urls="+c.etcdURL,
		"--advertise-client-urls="+c.etcdURL,
		"--listen-peer-urls="+peerURL,
		"--initial-advertise-peer-urls="+peerURL,
		"--initial-cluster=local="+peerURL,
		"--heartbeat-interval=20", // Milliseconds. The only member elects itself after one election timeout,
		"--election-timeout=200",  // which by default is a second of every start.
		"--log-level=warn",
	)
	if err != nil {
		return err
	}
	return c.waitEtcd(ctx)
}

func (c *Cluster) waitEtcd(ctx context.Context) error {
	return until(ctx, "etcd", 20*time.Millisecond, func(ctx context.Context) error {
		return getOK(ctx, http.DefaultClient, c.etcdURL+"/readyz")
	})
}

func (c *Cluster) etcdDir() string { return filepath.Join(c.options.Dir, "etcd") }

// getOK fails unless url answers with 200.
func getOK(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("making a request for %s: %w", url, err)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // Only the status is wanted.
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, response.Status)
	}
	return nil
}
