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

package volume

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/workload"
	"github.com/domicile-dev/domicile/internal/ledger"
)

func TestWhatIsCounted(t *testing.T) {
	one := ledger.Counts{Permitted: 1}
	abroad := ledger.Counts{Prohibited: 1}
	for name, tc := range map[string]struct {
		objects []client.Object
		want    ledger.Tally
	}{
		"nothing that holds the dataset":        {[]client.Object{claim("other", "pv"), disk("pv", "eu-west-2a", "other")}, ledger.Tally{}},
		"a claim that waits":                    {[]client.Object{claim("data", "", "customers")}, ledger.Tally{Volumes: ledger.Counts{Undetermined: 1}}},
		"a claim with its volume, once":         {[]client.Object{claim("data", "pv", "customers"), disk("pv", "eu-central-1a", "data")}, ledger.Tally{Volumes: one}},
		"a claim with a volume abroad":          {[]client.Object{claim("data", "pv", "customers"), disk("pv", "eu-west-2a", "data")}, ledger.Tally{Volumes: abroad}},
		"a volume whose claim is gone":          {[]client.Object{disk("pv", "eu-west-2a", "data", "customers")}, ledger.Tally{Volumes: abroad}},
		"a volume whose claim is another one":   {[]client.Object{claim("data", "other"), disk("pv", "eu-west-2a", "data", "customers")}, ledger.Tally{Volumes: abroad}},
		"an unlabelled claim of a volume":       {[]client.Object{claim("data", "pv"), disk("pv", "eu-west-2a", "data", "customers")}, ledger.Tally{Volumes: abroad}},
		"a snapshot with its content, once":     {[]client.Object{claim("data", "pv", "customers"), disk("pv", "eu-central-1a", "data"), snapshot("nightly", "data", "c"), content("c", "nightly", "vol-of-pv")}, ledger.Tally{Volumes: one, Snapshots: one}},
		"a content whose snapshot is gone":      {[]client.Object{disk("pv", "eu-central-1a", ""), content("c", "nightly", "vol-of-pv", "customers")}, ledger.Tally{Snapshots: one}},
		"a snapshot of a volume that is abroad": {[]client.Object{claim("data", "pv", "customers"), disk("pv", "eu-west-2a", "data"), snapshot("nightly", "data", "c"), content("c", "nightly", "vol-of-pv")}, ledger.Tally{Volumes: abroad, Snapshots: abroad}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tc.objects...)
			w.begin(t)
			if diff := cmp.Diff(tc.want, w.Ledger.Tallies()["customers"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAVolumeThatIsGoneIsCountedNoMore(t *testing.T) {
	pv := disk("pv", "eu-west-2a", "data", "customers")
	w := newWorld(t, pv)
	w.begin(t)
	if len(w.sent) != 1 || w.sent[0].Regarding.Kind != "PersistentVolume" || w.sent[0].Regarding.Name != "pv" || w.sent[0].Type != corev1.EventTypeWarning {
		t.Errorf("Events are %+v", w.sent)
	}
	view := w.Ledger.Dataset("customers")
	if len(view.Violations) != 1 || view.Violations[0].Location != "London, GB (aws eu-west-2)" || view.Violations[0].Namespace != "" || view.Violations[0].Aspect != "Storage" {
		t.Errorf("violations are %+v", view.Violations)
	}
	if err := w.client.Delete(t.Context(), pv); err != nil {
		t.Fatal(err)
	}
	if err := w.judgeAll(t.Context(), Request{Kind: oneVolume, Name: "pv"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Ledger.Tallies(); len(got) != 0 {
		t.Errorf("counts are %+v", got)
	}
}

func TestWhatAChangeTouches(t *testing.T) {
	ref := func(kind ledger.Kind, name string) ledger.Ref {
		r := ledger.Ref{Kind: kind, Name: name}
		if kind == ledger.KindClaim || kind == ledger.KindSnapshot {
			r.Namespace = "crm"
		}
		return r
	}
	again := disk("again", "eu-central-1a", "")
	again.Spec.CSI.VolumeHandle = "vol-of-pv"
	shareContent := content("of-share", "gone", "one")
	shareContent.Spec.Driver = "nfs.csi.k8s.io"
	w := newWorld(t,
		claim("data", "pv", "customers"), disk("pv", "eu-central-1a", "data"), again,
		snapshot("nightly", "data", "c"), content("c", "nightly", "vol-of-pv"),
		made(claim("restored", "restored-pv"), "VolumeSnapshot", "nightly"), disk("restored-pv", "eu-central-1a", "restored"),
		made(claim("clone", ""), "PersistentVolumeClaim", "data"), made(claim("clone-of-clone", ""), "PersistentVolumeClaim", "clone"),
		claim("other", "other-pv"), disk("other-pv", "eu-central-1a", "other"),
		share("share", "one"), share("share-again", "two"), shareContent,
	)
	shared := []ledger.Ref{ref(ledger.KindVolume, "share"), ref(ledger.KindVolume, "share-again")}
	made := []ledger.Ref{
		ref(ledger.KindClaim, "clone"), ref(ledger.KindClaim, "clone-of-clone"), ref(ledger.KindClaim, "restored"),
		ref(ledger.KindVolume, "restored-pv"), ref(ledger.KindSnapshot, "nightly"), ref(ledger.KindContent, "c"),
	}
	whole := append(slices.Clone(made), ref(ledger.KindClaim, "data"), ref(ledger.KindVolume, "pv"), ref(ledger.KindVolume, "again"))
	for name, tc := range map[string]struct {
		req  Request
		want []ledger.Ref
	}{
		"a claim":                        {Request{Kind: oneClaim, Namespace: "crm", Name: "data"}, whole},
		"its volume":                     {Request{Kind: oneVolume, Name: "pv"}, whole},
		"another volume of its data":     {Request{Kind: oneVolume, Name: "again"}, whole},
		"what holds the data":            {Request{Kind: sameData, Name: "ebs.csi.aws.com/vol-of-pv"}, whole},
		"a volume of a share":            {Request{Kind: oneVolume, Name: "share-again"}, append(shared, ref(ledger.KindContent, "of-share"), ref(ledger.KindSnapshot, "gone"))},
		"what has the handle of a share": {Request{Kind: sameData, Name: "nfs.csi.k8s.io/two"}, append(shared, ref(ledger.KindContent, "of-share"), ref(ledger.KindSnapshot, "gone"))},
		"a snapshot":                     {Request{Kind: oneSnapshot, Namespace: "crm", Name: "nightly"}, []ledger.Ref{made[4], made[5], made[2], made[3]}},
		"a content":                      {Request{Kind: oneContent, Name: "c"}, []ledger.Ref{made[4], made[5], made[2], made[3]}},
		"a clone":                        {Request{Kind: oneClaim, Namespace: "crm", Name: "clone"}, []ledger.Ref{made[0], made[1]}},
		"what the default class makes":   {Request{Kind: ofClass, Name: "(default)"}, []ledger.Ref{made[0], made[1]}},
		"a claim that is not there":      {Request{Kind: oneClaim, Namespace: "crm", Name: "gone"}, []ledger.Ref{ref(ledger.KindClaim, "gone")}},
		"another namespace":              {Request{Kind: inNamespace, Name: "shop"}, nil},
		"a class that makes nothing now": {Request{Kind: ofClass, Name: "fast"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			refs, _, err := w.meant(t.Context(), tc.req)
			if err != nil {
				t.Fatal(err)
			}
			got, err := w.touched(t.Context(), refs)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Clone(tc.want)
			slices.SortFunc(got, ledger.Ref.Compare)
			slices.SortFunc(want, ledger.Ref.Compare)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhoIsToldOfAChange(t *testing.T) {
	w := newWorld(t, claim("data", "pv"), disk("pv", "eu-central-1a", "data", "customers"), made(claim("clone", ""), "PersistentVolumeClaim", "data"))
	w.begin(t)
	if diff := cmp.Diff([]ledger.Ref{{Kind: ledger.KindClaim, Namespace: "crm", Name: "clone"}, {Kind: ledger.KindClaim, Namespace: "crm", Name: "data"}}, drain(w.heirs)); diff != "" {
		t.Errorf("who lacks a key at the start (-want +got):\n%s", diff)
	}
	for _, tc := range []struct {
		req  Request
		want []workload.Request
	}{
		{Request{Kind: oneVolume, Name: "pv"}, []workload.Request{workload.OfClaim("crm", "data"), workload.OfClaim("crm", "clone")}},
		// Who judges pods hears of the claim itself.
		{Request{Kind: oneClaim, Namespace: "crm", Name: "data"}, []workload.Request{workload.OfClaim("crm", "clone")}},
		{Request{Kind: ofDataset, Name: "customers"}, nil},
		{Request{Kind: storing}, nil},
	} {
		if err := w.judgeAll(t.Context(), tc.req); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, drain(w.pods)); diff != "" {
			t.Errorf("whose pods %v asks for (-want +got):\n%s", tc.req, diff)
		}
	}
}
