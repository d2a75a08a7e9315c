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

package matrix

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
)

// flagged sees whether exactly the pods that are concerned are flagged: by the counts of the dataset, and by name.
func flagged(ctx context.Context, c *cell) (sight, error) {
	dataset := &residencyv1.Dataset{}
	if err := c.world.seen.Get(ctx, types.NamespacedName{Name: c.name}, dataset); err != nil {
		return sight{}, fmt.Errorf("reading the dataset: %w", err)
	}
	s := sight{illegal: true}
	counts := dataset.Status.Workloads
	if counts == nil {
		s.detail = "the dataset counts nothing"
		return s, nil
	}
	s.detail = fmt.Sprintf("the dataset counts %+v, concerned are %v", counts.OutcomeCounts, c.concerned)
	if int(counts.Prohibited+counts.Undetermined) != len(c.concerned) || len(c.concerned) == 0 {
		return s, nil
	}
	for _, pod := range c.concerned {
		if !slices.ContainsFunc(dataset.Status.Violations, func(v residencyv1.Violation) bool {
			return v.Kind == "Pod" && v.Namespace == pod.Namespace && v.Name == pod.Name
		}) {
			s.detail = fmt.Sprintf("the dataset does not name %s", pod)
			return s, nil
		}
	}
	s.word = wordFlagged
	return s, nil
}

// never is for acts that cannot be admitted with Domicile there: what they would undo is what flagging rests on.
func never(context.Context, *cell) (sight, error) {
	return sight{lost: true, detail: "what it undid is what it would be flagged by"}, nil
}

// patched patches an object with a JSON merge patch.
func patched(ctx context.Context, by client.Client, object client.Object, patch string, subresource ...string) error {
	p := client.RawPatch(types.MergePatchType, []byte(patch))
	if len(subresource) > 0 {
		return by.SubResource(subresource[0]).Patch(ctx, object, p)
	}
	return by.Patch(ctx, object, p)
}

// labelPatch sets a label, or removes it if the value is null.
func labelPatch(key, value string) string {
	if value != null {
		value = `"` + value + `"`
	}
	return fmt.Sprintf(`{"metadata":{"labels":{%q:%s}}}`, key, value)
}

// null removes what a merge patch sets to it.
const null = "null"

// anotherLabel is one that means nothing to Domicile.
const anotherLabel = "example.com/team"
