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

package residencypolicy

import (
	"context"
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/residency"
)

// lister lists datasets and counts how often it is asked.
type lister struct {
	client.Reader
	datasets []residencyv1.Dataset
	err      error
	asked    int
}

func (l *lister) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	l.asked++
	into.(*residencyv1.DatasetList).Items = l.datasets
	return l.err
}

// Whoever waits for Accepted relies on it for the datasets that were there before.
func TestAcceptedWaitsForTheDatasetsAsTheyAre(t *testing.T) {
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	of := func(label string) []residencyv1.Dataset {
		return []residencyv1.Dataset{{ObjectMeta: metav1.ObjectMeta{Name: "customers", Labels: map[string]string{"sensitivity": label}}}}
	}
	stale := residency.Compile(residency.World{Catalogue: cat}, of("public"), nil, residency.Options{})
	current := residency.Compile(residency.World{Catalogue: cat}, of("personal"), nil, residency.Options{})
	live := &lister{datasets: of("personal")}
	r := &Reconciler{Live: live}
	step := func(rb *residency.Rulebook, want bool, asked int) {
		t.Helper()
		got, err := r.holdsDatasets(t.Context(), rb)
		if err != nil || got != want || live.asked != asked {
			t.Errorf("got %v, %v after asking %d times; want %v after %d", got, err, live.asked, want, asked)
		}
	}
	step(stale, false, 1)
	step(stale, false, 2)
	step(current, true, 3)
	step(current, true, 3) // every policy in it is older than the first answer
	live.err = errors.New("the API server is away")
	if held, err := r.holdsDatasets(t.Context(), stale); err == nil || held {
		t.Errorf("got %v, %v from an API server that does not answer", held, err)
	}
}

func TestAcceptedNowIsOfTheGenerationThatThePolicyHas(t *testing.T) {
	for name, tc := range map[string]struct {
		condition metav1.Condition
		want      bool
	}{
		"accepted":                   {metav1.Condition{Type: residencyv1.ConditionAccepted, Status: metav1.ConditionTrue, ObservedGeneration: 2}, true},
		"accepted, a generation ago": {metav1.Condition{Type: residencyv1.ConditionAccepted, Status: metav1.ConditionTrue, ObservedGeneration: 1}, false},
		"not accepted":               {metav1.Condition{Type: residencyv1.ConditionAccepted, Status: metav1.ConditionFalse, ObservedGeneration: 2}, false},
		"another condition":          {metav1.Condition{Type: residencyv1.ConditionCompliant, Status: metav1.ConditionTrue, ObservedGeneration: 2}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := &residencyv1.ResidencyPolicy{ObjectMeta: metav1.ObjectMeta{Generation: 2}}
			p.Status.Conditions = []metav1.Condition{tc.condition}
			if got := acceptedNow(p); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
