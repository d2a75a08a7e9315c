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
	"os"
)

const provisionerName = "provisioner"

// startProvisioner starts what stands in for all storage drivers, if it is wanted. It acts as an administrator, because
// it is several drivers in one, each of which would be let write volumes and Events. It opens no port.
func (c *Cluster) startProvisioner() error {
	if !c.options.Provisioner {
		return nil
	}
	kubeconfig, err := c.writeUserKubeconfig(provisionerName, "local-provisioner", "system:masters")
	if err != nil {
		return err
	}
	return c.run(provisionerName, c.options.binary(provisionerName), "--kubeconfig="+kubeconfig)
}

// ApplySnapshots installs the kinds of snapshots of volumes, as external-snapshotter ships them, and returns when they
// serve. Nothing makes snapshots: its controller is not there.
func (c *Cluster) ApplySnapshots(ctx context.Context) error {
	ctx, release := c.bind(ctx)
	defer release()
	file, err := os.Open(c.options.snapshotCRDs())
	if err != nil {
		return fmt.Errorf("reading the kinds of snapshots: %w", err)
	}
	defer func() { _ = file.Close() }() // It was only read.
	definitions, err := decodeObjects(file)
	if err != nil {
		return fmt.Errorf("reading the kinds of snapshots: %w", err)
	}
	if err := c.apply(ctx, definitions...); err != nil {
		return err
	}
	for _, definition := range definitions {
		if err := c.waitServed(ctx, definition); err != nil {
			return err
		}
	}
	return nil
}
