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

package differential

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/residency"
)

// askWaiting asks for another time, and waits for it: the rulebook that is made then says the same,
// and names a dataset of every pod about which that is something else than now, since all of a pod's
// datasets are judged together. Up to the instant at which
// the rulebook says that it turns next, all stays as it is.
func (e *examiner) askWaiting(ctx context.Context, o *operator) ([]string, error) {
	then := o.later
	waited := residency.Compile(o.world, o.Datasets, o.World.Policies, residency.Options{AsOf: then})
	changed := waited.ChangedSince(o.rulebook)
	turn, turns := o.rulebook.NextTurn()
	var found []string
	for i := range o.Pods {
		p := &o.Pods[i]
		in, err := o.gatherer.Pod(ctx, o.rulebook, facts.PodSubject(&p.Pod), &p.Pod)
		if err != nil {
			return nil, err
		}
		verdict := func(rb *residency.Rulebook, at time.Time) residency.Verdict {
			in.At = at
			return residency.Evaluate(rb, in)
		}
		now, asked, came := verdict(o.rulebook, o.Now), verdict(o.rulebook, then), verdict(waited, then)
		found = append(found, unlike(p.Name+", asked and waited for,", then, &asked, &came)...)
		if turns {
			last := verdict(o.rulebook, turn.Add(-time.Nanosecond))
			found = append(found, unlike(p.Name+", before the next turn,", turn, &now, &last)...)
		}
		named := slices.ContainsFunc(in.Handles, func(h residency.Handling) bool { return slices.Contains(changed, h.Dataset) })
		for _, h := range in.Handles {
			before, after := now.OfDataset(h.Dataset), came.OfDataset(h.Dataset)
			switch {
			case before == after:
			case named:
				e.turned++
			default:
				found = append(found, fmt.Sprintf("at %s %s is %s for %s and not %s, and the rulebook names only %v", then.Format(time.RFC3339Nano), p.Name, after, h.Dataset, before, changed))
			}
		}
	}
	return found, nil
}

// unlike says what two verdicts on one pod say differently, in words too.
func unlike(of string, at time.Time, a, b *residency.Verdict) []string {
	if diff := cmp.Diff(sentences(a), sentences(b)); diff != "" {
		return []string{fmt.Sprintf("the verdicts on %s differ at %s:\n%s", of, at.Format(time.RFC3339Nano), diff)}
	}
	return nil
}

func sentences(v *residency.Verdict) []string {
	out := []string{v.Outcome.String(), v.Effect.String()}
	for i := range v.Findings {
		f := &v.Findings[i]
		out = append(out, f.Dataset+" "+f.Policy+" "+f.Outcome.String()+" "+string(f.Reason)+" "+f.Sentence(v.Subject))
	}
	return out
}
