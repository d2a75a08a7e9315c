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

package stamp

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/location"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 500, time.FixedZone("", 2*60*60))

func must(t *testing.T, uid string, answer location.Answer, present Stamp, now time.Time) Stamp {
	t.Helper()
	s, err := For(uid, answer, present, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func full() location.Answer {
	l := london()
	l.Sites = []string{"hall", "london"}
	l.Contradiction = "its providerID says Paris, FR"
	return location.Answer{Location: l, Memory: &location.Memory{
		Provider: "aws", Region: "eu-west-2", Zone: "eu-west-2a", City: "London", Country: "GB",
		Sites: []location.SiteRef{{Name: "hall", UID: "s1", Word: "3"}}, Said: "5f", MovedTo: "Paris, FR",
	}}
}

func moved() location.Answer {
	a := full()
	a.Location = location.Location{
		Reason: location.ReasonMovedNode, Detail: `it was in "London" & is not`, Sites: []string{"hall"},
		Witnesses: []location.Witness{{Kind: location.WitnessProviderID, Value: "<x>"}},
	}
	return a
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	several := location.Answer{
		Location: location.Location{Providers: []string{"alibaba", "aws"}, Region: "eu-central-1", Area: "Hesse", Country: "DE", Assurance: location.Claimed},
		Memory:   &location.Memory{Providers: []string{"alibaba", "aws"}, Region: "eu-central-1", Area: "Hesse", Country: "DE"},
	}
	for name, answer := range map[string]location.Answer{"known": full(), "moved": moved(), "several providers": several, "nothing": {Location: location.Location{Reason: "NoWitness"}}} {
		t.Run(name, func(t *testing.T) {
			r, err := Decode("n1", must(t, "n1", answer, Stamp{}, noon).Annotation)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(answer.Location, r.Location()); diff != "" {
				t.Errorf("location (-written +read):\n%s", diff)
			}
			if diff := cmp.Diff(answer.Memory, r.Remembered()); diff != "" {
				t.Errorf("memory (-written +read):\n%s", diff)
			}
		})
	}
}

func TestTheAnnotationIsAsDocumented(t *testing.T) {
	const want = `{"uid":"n1","provider":"aws","region":"eu-west-2","zone":"eu-west-2a","city":"London","country":"GB","sites":["hall","london"],` +
		`"assurance":"Consistent","contradiction":"its providerID says Paris, FR","source":"a table",` +
		`"witnesses":[{"kind":"zone label","value":"eu-west-2a"}],"time":"2026-10-01T10:00:00Z",` +
		`"memory":{"provider":"aws","region":"eu-west-2","zone":"eu-west-2a","city":"London","country":"GB",` +
		`"sites":[{"name":"hall","uid":"s1","word":"3"}],"said":"5f","movedTo":"Paris, FR"}}`
	if got := must(t, "n1", full(), Stamp{}, noon).Annotation; got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

func TestAnAnswerThatStaysIsAStampThatStays(t *testing.T) {
	for name, answer := range map[string]location.Answer{"known": full(), "moved": moved(), "nothing": {Location: location.Location{Reason: "NoWitness"}}} {
		t.Run(name, func(t *testing.T) {
			first := must(t, "n1", answer, Stamp{}, noon)
			if second := must(t, "n1", answer, first, noon.Add(time.Hour)); !second.Equal(first) {
				t.Errorf("it became\n%+v, was\n%+v", second, first)
			}
		})
	}
}

func TestTheTimeIsThatOfTheLastChange(t *testing.T) {
	first := must(t, "n1", full(), Stamp{}, noon)
	second := must(t, "n1", moved(), first, noon.Add(time.Hour))
	r, err := Decode("n1", second.Annotation)
	if err != nil || !r.Time.Time.Equal(noon.Add(time.Hour).Truncate(time.Second)) {
		t.Errorf("the time is %v, %v", r.Time, err)
	}
}

// A node that becomes Undetermined goes on having the labels of its last place, whether
// that place was declared or witnessed, and however often the reason changes.
func TestTheLastPlaceStaysInTheLabels(t *testing.T) {
	declared := location.Answer{Location: location.Location{Sites: []string{"hall", "house"}, City: "Paris", Country: "FR", Assurance: location.Declared}}
	lost := location.Answer{Location: location.Location{Reason: location.ReasonDeclarationExpired}}
	nothing := location.Answer{Location: location.Location{Reason: location.ReasonNoWitness}}
	want := map[string]string{
		residencyv1.StampCity: "fr.paris", residencyv1.StampCountry: "FR", residencyv1.StampAssurance: "undetermined",
		residencyv1.StampSite: "hall", SiteKey("hall"): "true", SiteKey("house"): "true",
	}
	s := must(t, "n1", declared, Stamp{}, noon)
	for _, answer := range []location.Answer{lost, nothing, lost} {
		s = must(t, "n1", answer, s, noon)
		if diff := cmp.Diff(want, s.Labels); diff != "" {
			t.Errorf("labels (-want +got):\n%s", diff)
		}
		r, err := Decode("n1", s.Annotation)
		if err != nil || r.Country != "" || r.Last == nil || r.Last.Country != "FR" {
			t.Errorf("the record is %+v, %v", r, err)
		}
	}
	if back := must(t, "n1", declared, s, noon); back.Labels[residencyv1.StampAssurance] != "declared" || strings.Contains(back.Annotation, `"last"`) {
		t.Errorf("the stamp of a known place is %+v", back)
	}
}

// The label of a Site that a kubelet could have chosen must not appear by way of Undetermined.
// That the node was in it stays: a kubelet fails the pods of a label that vanishes.
func TestTheLastPlaceBringsNoSite(t *testing.T) {
	before := must(t, "n1", full(), Stamp{}, noon)
	after := must(t, "n1", moved(), before, noon)
	if site, ok := after.Labels[residencyv1.StampSite]; ok {
		t.Errorf("the site is %q", site)
	}
	for _, s := range []Stamp{before, after} {
		if s.Labels[SiteKey("hall")] != "true" || s.Labels[SiteKey("london")] != "true" {
			t.Errorf("the labels are %v", s.Labels)
		}
	}
}

// A node that is known to have left a Site has its label no more.
func TestASiteThatIsLeftHasNoLabel(t *testing.T) {
	before := must(t, "n1", full(), Stamp{}, noon)
	answer := full()
	answer.Location.Sites = []string{"london"}
	after := must(t, "n1", answer, before, noon)
	if _, is := after.Labels[SiteKey("hall")]; is || after.Labels[SiteKey("london")] != "true" {
		t.Errorf("the labels are %v", after.Labels)
	}
}

func TestIsStamp(t *testing.T) {
	for key, want := range map[string]bool{
		residencyv1.StampCountry: true, SiteKey("hall"): true, PossibleRegionKey("aws", "eu-west-2"): true,
		"x.domicile.node-restriction.kubernetes.io/y": true, "xdomicile.node-restriction.kubernetes.io/y": false,
		"node-restriction.kubernetes.io/y": false, "country": false, "": false,
	} {
		if residencyv1.IsStamp(key) != want {
			t.Errorf("IsStamp(%q) is %v", key, !want)
		}
	}
}

func TestTheStampOfAnotherNodeIsNotBelieved(t *testing.T) {
	foreign := must(t, "n0", full(), Stamp{}, noon)
	for uid, want := range map[string]error{"n0": nil, "n1": ErrAnother, "": ErrAnother} {
		if _, err := Decode(uid, foreign.Annotation); !errors.Is(err, want) {
			t.Errorf("read for %q: %v, want %v", uid, err, want)
		}
	}
	if _, err := Decode("", must(t, "", full(), Stamp{}, noon).Annotation); !errors.Is(err, ErrAnother) {
		t.Errorf("a record without a UID, for a node without one: %v", err)
	}
	// Neither its place nor its time goes on.
	got := must(t, "n1", location.Answer{Location: location.Location{Reason: "NoWitness"}}, foreign, noon.Add(time.Hour))
	want := must(t, "n1", location.Answer{Location: location.Location{Reason: "NoWitness"}}, Stamp{}, noon.Add(time.Hour))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the stamp (-without +with a foreign one):\n%s", diff)
	}
}

func TestWhatIsNoRecordIsNotRead(t *testing.T) {
	for _, text := range []string{"", "null", "{}", "[]", `{"uid":1}`, "GB", `{"uid":"n1"`, strings.Repeat("[", 1<<16)} {
		if r, err := Decode("n1", text); err == nil {
			t.Errorf("%.20q is read as %+v", text, r)
		}
	}
}

func TestLongWitnessesAreCut(t *testing.T) {
	answer := full()
	answer.Location.Witnesses = []location.Witness{{Kind: location.WitnessProviderID, Value: strings.Repeat("é", 100_000)}}
	answer.Location.Detail = strings.Repeat("é", 100_000)
	s := must(t, "n1", answer, Stamp{}, noon)
	r, err := Decode("n1", s.Annotation)
	if err != nil {
		t.Fatal(err)
	}
	value := r.Witnesses[0].Value
	if len(value) > maxWitness || len(value) < maxWitness-4 || !utf8.ValidString(value) || !strings.HasSuffix(value, "é…") || len(s.Annotation) > 2*maxWords {
		t.Errorf("%d bytes are left in %d", len(value), len(s.Annotation))
	}
	if answer.Location.Witnesses[0].Value[:2] != "é" || len(answer.Location.Witnesses[0].Value) != 200_000 {
		t.Error("the answer itself was cut")
	}
	if again := must(t, "n1", answer, s, noon.Add(time.Hour)); !again.Equal(s) {
		t.Error("what is cut is written again and again")
	}
}

// A name with bytes that are no UTF-8 must not be written again and again.
func TestBytesThatAreNoTextStayTheSame(t *testing.T) {
	answer := full()
	answer.Location.Witnesses = []location.Witness{{Kind: location.WitnessProviderID, Value: "aws:///\xff\xfe"}}
	s := must(t, "n1", answer, Stamp{}, noon)
	if again := must(t, "n1", answer, s, noon.Add(time.Hour)); !again.Equal(s) {
		t.Errorf("it became\n%s, was\n%s", again.Annotation, s.Annotation)
	}
}

func TestOf(t *testing.T) {
	got := Of(
		map[string]string{residencyv1.StampCountry: "GB", residencyv1.StampPrefix + "foreign": "x", SiteKey("hall"): "true", "other": "y"},
		map[string]string{residencyv1.LocationAnnotation: "{}", "other": "y"},
	)
	want := Stamp{Labels: map[string]string{residencyv1.StampCountry: "GB", residencyv1.StampPrefix + "foreign": "x", SiteKey("hall"): "true"}, Annotation: "{}"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if none := Of(nil, nil); !none.Equal(Stamp{}) {
		t.Errorf("no stamp is %+v", none)
	}
}
