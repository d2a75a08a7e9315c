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

package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// admissionRow is one figure of admission, and what it has to be.
type admissionRow struct {
	figure string
	got    value
	atMost *value // nil: printed only
	// noise is how much the figure may be off by chance.
	noise float64
	// forgiven is whether the target may be missed by noise: where it is that nothing is added.
	forgiven bool
}

// median is that of all requests of a setting.
func (g *gauge) median(s setting, concurrency int) time.Duration {
	return median(g.found[probeKey{s.name, concurrency}].all)
}

// added is what a setting adds to no webhook: the median of what it has added in each round.
func (g *gauge) added(s setting, concurrency int) time.Duration {
	return median(g.differences(s, concurrency, func(p *probed) []time.Duration { return p.medians }))
}

// addedNoise is how far the rounds lie apart in what a setting adds.
func (g *gauge) addedNoise(s setting, concurrency int) time.Duration {
	return width(g.differences(s, concurrency, func(p *probed) []time.Duration { return p.medians }))
}

// differences are what a setting has added to no webhook, round by round.
func (g *gauge) differences(s setting, concurrency int, of func(*probed) []time.Duration) []time.Duration {
	with, without := of(g.found[probeKey{s.name, concurrency}]), of(g.found[probeKey{s.without().name, concurrency}])
	out := make([]time.Duration, len(with))
	for i := range with {
		out[i] = with[i] - without[i]
	}
	return out
}

func width(of []time.Duration) time.Duration { return slices.Max(of) - slices.Min(of) }

// spread is how far the rounds of a setting lie apart.
func (g *gauge) spread(s setting, concurrency int) time.Duration {
	return width(g.found[probeKey{s.name, concurrency}].medians)
}

// cpu is what the manager computes for one request, beyond what it does anyway, and how far
// that may be off.
func (g *gauge) cpu(s setting) (each, noise time.Duration) {
	added := g.differences(s, 1, func(p *probed) []time.Duration { return p.cpu })
	requests := time.Duration(g.requests)
	return median(added) / requests, width(added) / requests
}

// plainCPU is what the plain handler computes for one request of a setting. It does nothing else.
func (g *gauge) plainCPU(s setting) time.Duration {
	return median(g.found[probeKey{s.name, 1}].cpu) / time.Duration(g.requests)
}

// ratio is how many times as much one setting adds as another, and how far it may be off.
func (g *gauge) ratio(s, over setting) (ratio, noise float64) {
	a, b := float64(g.added(s, 1)), float64(max(1, g.added(over, 1)))
	return a / b, float64(g.addedNoise(s, 1)+g.addedNoise(over, 1)) / b
}

func (g *gauge) rows() []admissionRow {
	ms := func(d time.Duration) value { return value{nanoseconds, float64(d.Nanoseconds())} }
	var table []admissionRow
	for _, c := range concurrencies {
		for _, s := range settings() {
			for _, of := range []setting{s.without(), s} {
				table = append(table, admissionRow{figure: fmt.Sprintf("%s, p50, c=%d", of.name, c), got: ms(g.median(of, c)), noise: float64(g.spread(of, c))})
			}
		}
	}
	for _, t := range []struct {
		s           setting
		added, cpu  time.Duration
		comparedTo  setting
		comparedMax float64
	}{
		{settingGate, 1500 * time.Microsecond, 700 * time.Microsecond, settingAllows, 1.3},
		{settingBoth, 4 * time.Millisecond, 1300 * time.Microsecond, settingPatches, 1.3},
	} {
		noise := float64(g.addedNoise(t.s, 1))
		cpu, cpuNoise := g.cpu(t.s)
		ratio, ratioNoise := g.ratio(t.s, t.comparedTo)
		table = append(table,
			admissionRow{figure: t.s.name + " adds, p50, c=1", got: ms(g.added(t.s, 1)), atMost: upTo(t.added), noise: noise},
			admissionRow{figure: t.s.name + ", CPU of the manager a request", got: ms(cpu), atMost: upTo(t.cpu), noise: float64(cpuNoise)},
			admissionRow{figure: t.comparedTo.name + ", CPU of its handler a request", got: ms(g.plainCPU(t.comparedTo))},
			admissionRow{figure: t.s.name + " over " + t.comparedTo.name, got: value{factor, ratio}, atMost: times(t.comparedMax), noise: ratioNoise})
	}
	twice, twiceNoise := g.ratio(settingBoth, settingAllowsTwice)
	table = append(table, admissionRow{figure: settingBoth.name + " over " + settingAllowsTwice.name, got: value{factor, twice}, noise: twiceNoise})
	return append(table, admissionRow{
		figure: settingUngoverned.name + " adds, p50, c=1", got: ms(g.added(settingUngoverned, 1)), atMost: upTo(0),
		noise: float64(g.addedNoise(settingUngoverned, 1)), forgiven: true,
	})
}

// report prints the table. Its error says how many targets were missed.
func (g *gauge) report(to io.Writer) error { return reportAdmission(to, g.rows()) }

func reportAdmission(to io.Writer, table []admissionRow) error {
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	_, _ = fmt.Fprintln(out, "FIGURE\tMEASURED\tTARGET\tNOISE\t")
	missed := 0
	for _, r := range table {
		target, note := "", ""
		if r.atMost != nil {
			target = "<= " + r.atMost.String()
			allowed := r.atMost.number
			if r.forgiven {
				target += " + noise"
				allowed += r.noise
			}
			if r.got.number > allowed {
				missed++
				note = "MISSED"
			}
		}
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", r.figure, r.got, target, value{r.got.kind, r.noise}, note)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	if missed > 0 {
		return errors.New(strconv.Itoa(missed) + " figures are not what they have to be")
	}
	return nil
}
