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
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/yaml"

	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
	"github.com/domicile-dev/domicile/internal/location"
	"github.com/domicile-dev/domicile/internal/residency"
)

var (
	seed   = flag.Uint64("seed", 0, "the seed of the first cluster; 0 takes one by the clock")
	worlds = flag.Int("worlds", 0, "how many clusters to make; 0 makes them until the time is over")
)

// commandLineEvery is for which clusters the command line is asked too: compiling its schemas
// takes as long as all else of ten clusters.
const commandLineEvery = 8

// defaultTime is how long clusters are made if the environment variable FUZZ says nothing.
const defaultTime = 30 * time.Second

// TestAllAgree makes clusters until the time is over, and holds what everybody says of each
// against the oracle.
func TestAllAgree(t *testing.T) {
	length := defaultTime
	if text := os.Getenv("FUZZ"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("the environment variable FUZZ is no time such as 10m: %v", err)
		}
	}
	ctrllog.SetLogger(logr.Discard())
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	e := newExaminer(cat)
	always := []ask{e.askCore, e.askStored, askDetect, askWebhook, askGate, askTemplates, askSteering, e.askTopology, e.askWaiting}
	everybody := append(slices.Clone(always), askCommandLine)
	atlas, end := atlasOf(cat), time.Now().Add(length)
	n := 0
	for ; n != *worlds || *worlds == 0; n++ {
		if *worlds == 0 && !time.Now().Before(end) {
			break
		}
		this := first + uint64(n)
		asks := always
		if this%commandLineEvery == 0 {
			asks = everybody
		}
		found, err := e.disagreements(t.Context(), generate(cat, atlas, this), asks...)
		if err != nil {
			t.Fatalf("seed %d: %v", this, err)
		}
		if len(found) == 0 {
			continue
		}
		// What is left must be the same disagreement, and not one that comes of what was taken away.
		least, first := generate(cat, atlas, this), firstLine(found[0])
		fails := func() bool {
			found, err := e.disagreements(t.Context(), least, asks...)
			return err == nil && slices.ContainsFunc(found, func(text string) bool { return firstLine(text) == first })
		}
		least.shrink(fails)
		if found, err = e.disagreements(t.Context(), least, asks...); err != nil {
			t.Fatalf("seed %d, once it is shrunk: %v", this, err)
		}
		t.Fatalf("seed %d: %s\nof\n%s", this, strings.Join(found, "\n"), least)
	}
	t.Logf("%d clusters from seed %d on, and all agree", n, first)
}

// enough bounds how many clusters are made until everything has come up.
const enough = 10000

// What never comes up is held against nothing: among some clusters there must be every reason, and
// verdicts that turn with the time.
func TestEveryReasonComesUp(t *testing.T) {
	wanted := []residency.Reason{
		residency.ReasonTransferMissing, residency.ReasonTransferExpired, residency.ReasonTransferNotYetValid,
		residency.ReasonPlacePermitted, residency.ReasonPlaceNotAllowed, residency.ReasonPlaceDenied, residency.ReasonImpreciseLocation,
		residency.ReasonInsufficientAssurance, residency.ReasonPolicyNotAccepted, residency.ReasonUnknownDataset, residency.ReasonNodeNotFound,
		residency.ReasonNoPermittedNode, residency.ReasonSomeNodesNotPermitted, residency.ReasonNoNodeForAllPolicies, residency.ReasonNoNodeYet, residency.ReasonNoVolumeYet,
		residency.Reason(location.ReasonNoWitness), residency.Reason(location.ReasonUnknownProvider), residency.Reason(location.ReasonUnknownZone),
		residency.Reason(location.ReasonUnknownRegion), residency.Reason(location.ReasonAmbiguousProvider), residency.Reason(location.ReasonAmbiguousRegion),
		residency.Reason(location.ReasonConflictingWitnesses), residency.Reason(location.ReasonLowConfidence),
		residency.Reason(location.ReasonMalformedProviderID), residency.Reason(location.ReasonDeclarationExpired),
		residency.ReasonSomePlacesNotPermitted, residency.Reason(location.ReasonNoVolumeWitness), residency.Reason(location.ReasonUnknownDriver),
		residency.Reason(location.ReasonUnknownStorageClass), residency.Reason(location.ReasonUnknownVolume), residency.Reason(location.ReasonUnknownServer),
		residency.Reason(location.ReasonUnknownAccount), residency.Reason(location.ReasonUnknownPair), residency.Reason(location.ReasonDependsOnProviderSettings), residency.Reason(location.ReasonUnknownNode),
		residency.ReasonUndeclaredProcessor, residency.ReasonUnknownProcessor, residency.ReasonUnknownMode, residency.ReasonProcessorNotAccepted,
		residency.ReasonProcessorNotAllowed, residency.ReasonNothingStored, residency.ReasonPlaceNotStated, residency.ReasonScheduledAnywhere,
		residency.ReasonAttestationMissing, residency.ReasonAttestationExpired, residency.ReasonAttestationNotYetValid, residency.ReasonAttestationLevelTooLow,
		residency.ReasonServiceNotDeclared, residency.ReasonRetentionTooLong, residency.ReasonRetentionNotStated, residency.ReasonSubprocessorsNotPublic,
		residency.ReasonSubprocessorsNotStated, residency.ReasonAgreementMissing,
	}
	e := comesUp(t, func(e *examiner) []string {
		var missing []string
		for _, reason := range wanted {
			if e.reasons[reason] == 0 {
				missing = append(missing, string(reason))
			}
		}
		if e.turned == 0 {
			missing = append(missing, "a verdict that turns")
		}
		return missing
	}, func(e *examiner) []ask { return []ask{e.askCore, e.askStored, e.askWaiting} })
	t.Logf("there were %v, and %d verdicts turned", e.reasons, e.turned)
}

// Nor may what is asked of steering by topology be asked of no node.
func TestTopologyIsAskedOfNodes(t *testing.T) {
	comesUp(t, func(e *examiner) []string {
		var missing []string
		for _, want := range []asked{{oracle.Permitted, false}, {oracle.Permitted, true}, {oracle.Prohibited, false}, {oracle.Prohibited, true}} {
			if e.topology[want] == 0 {
				missing = append(missing, fmt.Sprintf("a node that is %s, elsewhere: %v", want.of, want.elsewhere))
			}
		}
		return missing
	}, func(e *examiner) []ask { return []ask{e.askTopology} })
}

// comesUp makes clusters, always the same ones, until nothing is missing any more.
func comesUp(t *testing.T, missing func(*examiner) []string, asks func(*examiner) []ask) *examiner {
	t.Helper()
	cat, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := newExaminer(cat)
	atlas := atlasOf(cat)
	for this := uint64(0); len(missing(e)) > 0; this++ {
		if this == enough {
			t.Fatalf("among %d clusters there was no %s", enough, strings.Join(missing(e), ", nor "))
		}
		found, err := e.disagreements(t.Context(), generate(cat, atlas, this), asks(e)...)
		if err != nil || len(found) > 0 {
			t.Fatalf("seed %d: %v, %v", this, found, err)
		}
	}
	return e
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func newExaminer(cat *catalogue.Catalogue) *examiner {
	return &examiner{cat: cat, reasons: map[residency.Reason]int{}, topology: map[asked]int{}}
}

// generate makes the cluster of a seed.
func generate(cat *catalogue.Catalogue, atlas oracle.Atlas, seed uint64) *cluster {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), cat: cat, atlas: atlas}
	return g.cluster()
}

// shrink takes away what is not needed for a disagreement.
func (c *cluster) shrink(fails func() bool) {
	for again := true; again; {
		again = false
		again = drop(&c.Pods, fails) || again
		again = drop(&c.Policies, fails) || again
		again = drop(&c.Datasets, fails) || again
		again = drop(&c.Sites, fails) || again
		again = drop(&c.Nodes, fails) || again
		again = drop(&c.Jurisdictions, fails) || again
		again = drop(&c.Namespaces, fails) || again
		again = drop(&c.Carriers, fails) || again
		again = drop(&c.Claims, fails) || again
		again = drop(&c.Volumes, fails) || again
		again = drop(&c.Classes, fails) || again
		again = drop(&c.Processors, fails) || again
		again = drop(&c.Services, fails) || again
		for i := range c.Processors {
			again = drop(&c.Processors[i].Spec.Modes, func() bool { return len(c.Processors[i].Spec.Modes) > 0 && fails() }) || again
			again = drop(&c.Processors[i].Spec.Attestations, fails) || again
		}
		for i := range c.Policies {
			again = drop(&c.Policies[i].Spec.Processing.Allowed, func() bool { return len(c.Policies[i].Spec.Processing.Allowed) > 0 && fails() }) || again
			again = drop(&c.Policies[i].Spec.Processing.Denied, fails) || again
			again = drop(&c.Policies[i].Spec.Storage.Allowed, func() bool { return len(c.Policies[i].Spec.Storage.Allowed) > 0 && fails() }) || again
			again = drop(&c.Policies[i].Spec.Storage.Denied, fails) || again
			again = drop(&c.Policies[i].Spec.Transfers, fails) || again
		}
		for i := range c.Pods {
			if a := c.Pods[i].Spec.Affinity; a != nil {
				required := a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
				again = drop(&required.NodeSelectorTerms, func() bool { return len(required.NodeSelectorTerms) > 0 && fails() }) || again
			}
		}
	}
}

// drop takes elements from a list for as long as it still fails.
func drop[T any](list *[]T, fails func() bool) (dropped bool) {
	for i := 0; i < len(*list); {
		whole := *list
		*list = slices.Delete(slices.Clone(whole), i, i+1)
		if fails() {
			dropped = true
			continue
		}
		*list = whole
		i++
	}
	return dropped
}

// String is the cluster as files, with what is known of each node.
func (c *cluster) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# at %s\n", c.Now.Format(time.RFC3339Nano))
	for _, object := range c.objects() {
		text, err := yaml.Marshal(object)
		if err != nil {
			fmt.Fprintf(&b, "%v\n", err)
		}
		fmt.Fprintf(&b, "---\n%s", text)
	}
	for _, n := range c.Nodes {
		fmt.Fprintf(&b, "# %s: word %d, place %+v, meanings %+v\n", n.Object.Name, n.Word, n.Place, n.Meanings)
	}
	for _, s := range c.Sites {
		fmt.Fprintf(&b, "# %s: %+v\n", s.Object.Name, s.Place)
	}
	return b.String()
}
