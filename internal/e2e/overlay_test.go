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
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// overlayRows adds a region that no catalogue has.
const overlayRows = `provider,region,city,country,aliases,source,confidence
aws,zz-test-1,Reykjavik,IS,,the test's own invention,high
`

// overlay makes the overlay, and takes it away when the test ends.
func overlay(t *testing.T, rows string) *corev1.ConfigMap {
	t.Helper()
	cm := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "domicile-system", Name: "domicile-catalogue"},
		Data:       map[string]string{"regions.csv": rows},
	}
	create(t, cm)
	return cm
}

// setOverlay changes what the overlay holds.
func setOverlay(t *testing.T, cm *corev1.ConfigMap, rows string) {
	t.Helper()
	before := cm.DeepCopy()
	cm.Data = map[string]string{"regions.csv": rows}
	if err := admin.Patch(t.Context(), cm, client.MergeFrom(before)); err != nil {
		t.Fatalf("changing the overlay: %v", err)
	}
}

// overlayIs waits until the manager has read the overlay and says so everywhere.
func overlayIs(t *testing.T, p *residencyv1.ResidencyPolicy, valid bool) {
	t.Helper()
	metric, status := "domicile_catalogue_overlay_valid 0", metav1.ConditionFalse
	if valid {
		metric, status = "domicile_catalogue_overlay_valid 1", metav1.ConditionTrue
	}
	eventually(t, "the manager to say "+metric, metricLine(t, metric))
	eventually(t, fmt.Sprintf("the policy to be CatalogueCurrent=%s", status), func(ctx context.Context) error {
		if err := admin.Get(ctx, client.ObjectKeyFromObject(p), p); err != nil {
			return err
		}
		if c := condition(p, "CatalogueCurrent"); c == nil || c.Status != status {
			return fmt.Errorf("it is %+v", c)
		}
		return nil
	})
}

// metricLine reports no error once the metrics hold a line without labels.
func metricLine(t *testing.T, line string) func(context.Context) error {
	name, _, _ := strings.Cut(line, " ")
	return func(context.Context) error {
		if got := metric(t, name); got != line+"\n" {
			return fmt.Errorf("it says %q", got)
		}
		return nil
	}
}

func TestAnOverlayOfTheCatalogue(t *testing.T) {
	place := residencyv1.Place{Region: &residencyv1.RegionPlace{Provider: "aws", Name: "zz-test-1"}}
	d := dataset(t, "data")
	p := policyFor(t, d, place)
	if err := admin.Create(t.Context(), p.DeepCopy()); err == nil || !strings.Contains(err.Error(), "zz-test-1") {
		t.Fatalf("a policy about a region that nobody knows: %v", err)
	}
	cm := overlay(t, overlayRows)
	eventually(t, "the policy to be admitted", func(ctx context.Context) error { return admin.Create(ctx, p) })
	remove(t, p)
	accepted(t, p)
	overlayIs(t, p, true)
	ns := namespace(t)
	node := newNode(t, "node", "", map[string]string{corev1.LabelTopologyRegion: "zz-test-1"})
	admitted(t, pod(ns, "home", d.Name, node.Name))
	counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
	stamped(t, node, map[string]string{residencyv1.StampCountry: "IS", residencyv1.StampRegion: "aws.zz-test-1"})
	if record := node.Annotations[residencyv1.LocationAnnotation]; !strings.Contains(record, "overlay: ") {
		t.Errorf("the stamp does not say that the place comes from the overlay: %s", record)
	}

	t.Run("broken, the last good one stays", func(t *testing.T) {
		setOverlay(t, cm, overlayRows+"aws,zz-test-2,London,UK,,the test's own invention,high\n")
		overlayIs(t, p, false)
		eventOn(t, cm.Namespace, cm.Name, "overlay/regions.csv:3")
		counts(t, d, residencyv1.OutcomeCounts{Permitted: 1})
		admitted(t, pod(ns, "second", d.Name, node.Name))
		accepted(t, p)
	})
	t.Run("the manager does not start with a broken one", func(t *testing.T) {
		if err := cluster.KillManager(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		if err := cluster.StartManager(ctx); err == nil {
			t.Error("it became ready")
		}
		eventually(t, "the probe to name the catalogue", func(ctx context.Context) error { return probeFails(ctx, "catalogue") })
		setOverlay(t, cm, overlayRows)
		if err := cluster.StartManager(t.Context()); err != nil {
			t.Fatalf("it is not ready with a good one: %v", err)
		}
		overlayIs(t, p, true)
		admitted(t, pod(ns, "third", d.Name, node.Name))
	})
	t.Run("corrected, and then taken away", func(t *testing.T) {
		setOverlay(t, cm, strings.Replace(overlayRows, "Reykjavik,IS", "Dublin,IE", 1))
		stamped(t, node, map[string]string{residencyv1.StampCountry: "IE", residencyv1.StampAssurance: "claimed"})
		if err := admin.Delete(t.Context(), cm); err != nil {
			t.Fatal(err)
		}
		waitCondition(t, p, residencyv1.ConditionAccepted, metav1.ConditionFalse, residencyv1.ReasonUnknownRegion)
		overlayIs(t, p, true)
		stamped(t, node, map[string]string{residencyv1.StampAssurance: "undetermined"})
	})
}

// probeFails reports no error if the manager is not ready because of the check.
func probeFails(ctx context.Context, check string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, cluster.HealthURL()+"/readyz?verbose", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK || !strings.Contains(string(body), "[-]"+check) {
		return errors.New(string(body))
	}
	return nil
}
