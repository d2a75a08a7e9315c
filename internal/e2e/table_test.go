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

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// wideRow is what kubectl get -o wide prints of an object.
func wideRow(ctx context.Context, resource, name string) (map[string]string, error) {
	clients, err := kubernetes.NewForConfig(cluster.AdminConfig())
	if err != nil {
		return nil, err
	}
	raw, err := clients.RESTClient().Get().AbsPath("/apis", residencyv1.GroupVersion.Group, residencyv1.GroupVersion.Version, resource, name).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").DoRaw(ctx)
	if err != nil {
		return nil, err
	}
	table := &metav1.Table{}
	if err := json.Unmarshal(raw, table); err != nil {
		return nil, err
	}
	if len(table.Rows) != 1 {
		return nil, fmt.Errorf("there are %d rows", len(table.Rows))
	}
	row := map[string]string{}
	for i, c := range table.ColumnDefinitions {
		row[c.Name] = fmt.Sprint(table.Rows[0].Cells[i])
	}
	return row, nil
}

func TestTheWideTableOfDatasets(t *testing.T) {
	if err := cluster.ApplySnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := storedIn(t, country("DE"))
	keyed := map[string]string{residencyv1.DatasetLabel: d.Name}
	for suffix, zone := range map[string]string{"home": "eu-central-1a", "abroad": "eu-west-2a", "lost": "nowhere-1a"} {
		volumeIn(t, suffix, name(t, "manual"), func(pv *corev1.PersistentVolume) {
			onEBS("vol-"+name(t, suffix), zone)(pv)
			pv.Labels = keyed
		})
	}
	content := &snapshotv1.VolumeSnapshotContent{
		ObjectMeta: metav1.ObjectMeta{Name: name(t, "content"), Labels: keyed},
		Spec: snapshotv1.VolumeSnapshotContentSpec{
			Driver: "ebs.csi.aws.com", DeletionPolicy: snapshotv1.VolumeSnapshotContentRetain,
			VolumeSnapshotRef: corev1.ObjectReference{Namespace: "default", Name: "nightly"},
			Source:            snapshotv1.VolumeSnapshotContentSource{SnapshotHandle: new("snap-" + d.Name)},
		},
	}
	create(t, content)
	want := map[string]string{
		"Volumes": "3", "Prohibited Volumes": "1", "Undetermined Volumes": "1",
		"Snapshots": "1", "Prohibited Snapshots": "0", "Undetermined Snapshots": "1",
	}
	eventually(t, "the table of datasets to count what is stored", func(ctx context.Context) error {
		row, err := wideRow(ctx, "datasets", d.Name)
		if err != nil {
			return err
		}
		got := map[string]string{}
		for column := range want {
			got[column] = row[column]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("(-want +got):\n%s", diff)
		}
		return nil
	})
}
