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

package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

var update = flag.Bool("update", false, "write the golden files")

// ended is all that a person or a pipeline sees of a run.
type ended struct {
	code        ExitCode
	out, errOut string
}

// today is when all runs of the tests are: they say the same on any day.
func today() time.Time { return time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC) }

// run runs the plugin with its output in a buffer, which is no terminal.
func run(t *testing.T, stdin string, args ...string) ended {
	t.Helper()
	return runScreen(t, screenOf(&bytes.Buffer{}), stdin, args...)
}

func runScreen(t *testing.T, s screen, stdin string, args ...string) ended {
	t.Helper()
	streams, in, out, errOut := genericiooptions.NewTestIOStreams()
	in.WriteString(stdin)
	code := runOn(t.Context(), streams, s, today(), args)
	return ended{code: code, out: out.String(), errOut: errOut.String()}
}

func (e ended) transcript(args []string) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "$ kubectl residency %s\n", strings.Join(args, " "))
	fmt.Fprintf(&b, "exit code %d\n", e.code)
	fmt.Fprintf(&b, "--- standard output\n%s", e.out)
	fmt.Fprintf(&b, "--- standard error\n%s", e.errOut)
	return b.String()
}

// TestTranscripts runs the plugin over the files in testdata.
func TestTranscripts(t *testing.T) {
	story := []string{"check", "-f", "story/nodes.yaml", "-f", "story/policies.yaml"}
	with := func(args ...string) []string { return append(append([]string{}, story...), args...) }
	ways := []string{"-f", "story/nodes.yaml", "-f", "story/policies.yaml", "-f", "odd/ways.yaml"}
	explain := func(args ...string) []string { return slices.Concat([]string{"explain"}, args, ways) }
	explainWhere := func(args ...string) []string { return slices.Concat([]string{"where"}, args, ways) }
	terminal := screen{terminal: true, width: usualWidth}
	kept := func(args ...string) []string { return append(args, "-f", "story/nodes.yaml", "-f", "storage") }
	awaits := func(args ...string) []string {
		return append(args, "-f", "story/nodes.yaml", "-f", "storage/policies.yaml", "-f", "odd/awaits.yaml")
	}
	moved := func(args ...string) []string { return append(args, "-f", "story/nodes.yaml", "-f", "transfers") }
	calling := func(args ...string) []string { return append(args, "-f", "story/nodes.yaml", "-f", "processors") }
	tests := map[string]struct {
		args []string
		// screen is a pipe if nothing is said.
		screen screen
	}{
		"story":             {args: []string{"check", "-f", "story"}},
		"story-json":        {args: []string{"check", "-f", "story", "-o", "json"}},
		"story-yaml":        {args: []string{"check", "-f", "story", "-o", "yaml"}},
		"policies-alone":    {args: []string{"check", "-f", "story/policies.yaml"}},
		"without-nodes":     {args: []string{"check", "-f", "story/policies.yaml", "-f", "odd/reach.yaml", "--strict"}},
		"reach":             {args: with("-f", "odd/reach.yaml")},
		"reach-json":        {args: with("-f", "odd/reach.yaml", "-o", "json")},
		"narrow":            {args: with("-f", "odd/narrow.yaml")},
		"narrow-strict":     {args: with("-f", "odd/narrow.yaml", "--strict")},
		"short":             {args: with("-f", "odd/short.yaml")},
		"keys":              {args: with("-f", "odd/keys.yaml")},
		"overlap":           {args: with("-f", "odd/overlap.yaml")},
		"bad-places":        {args: with("-f", "bad/places.yaml")},
		"bad-catalogue":     {args: with("-f", "bad/catalogue.yaml")},
		"bad-policies":      {args: with("-f", "bad/policies.yaml")},
		"bad-datasets":      {args: with("-f", "bad/datasets.yaml")},
		"bad-workloads":     {args: with("-f", "bad/workloads.yaml")},
		"bad-documents":     {args: with("-f", "bad/documents.yaml")},
		"bad-json":          {args: with("-f", "bad/workloads.yaml", "-o", "json")},
		"missing-file":      {args: with("-f", "no/such.yaml", "-f", "https://example.com/pod.yaml")},
		"bad-sites":         {args: with("-f", "bad/sites.yaml")},
		"bad-jurisdictions": {args: with("-f", "bad/jurisdictions.yaml")},
		"sites":             {args: []string{"check", "-f", "places"}},
		"story-terminal":    {args: []string{"check", "-f", "story"}, screen: terminal},
		"narrow-terminal":   {args: with("-f", "odd/narrow.yaml"), screen: terminal},
		"sites-terminal":    {args: []string{"check", "-f", "places"}, screen: terminal},
		"sites-json":        {args: []string{"check", "-f", "places", "-o", "json"}},
		"storage":           {args: kept("check")},
		"storage-terminal":  {args: kept("check"), screen: terminal},
		"storage-odd":       {args: []string{"check", "-f", "story/nodes.yaml", "-f", "storage/policies.yaml", "-f", "storage/classes.yaml", "-f", "odd/storage.yaml"}},
		"storage-bad":       {args: []string{"check", "-f", "storage/policies.yaml", "-f", "bad/storage.yaml"}},
		"storage-json":      {args: kept("check", "-o", "json")},
		"storage-awaits":    {args: awaits("check", "--strict")},
		"storage-strict":    {args: kept("check", "--strict")},

		"locations":              {args: []string{"locations", "-f", "places"}},
		"locations-terminal":     {args: []string{"locations", "-f", "places"}, screen: terminal},
		"locations-short":        {args: []string{"locations", "-f", "story"}, screen: terminal},
		"locations-zone":         {args: []string{"locations", "-f", "places", "ali-ldn-1", "exo-zrh-1", "osc-par-1", "aws-liar-1"}, screen: screen{terminal: true, width: 96}},
		"locations-broad":        {args: []string{"locations", "-f", "places"}, screen: screen{terminal: true, width: 132}},
		"locations-long":         {args: []string{"locations", "-f", "odd/long.yaml"}},
		"locations-long-80":      {args: []string{"locations", "-f", "odd/long.yaml"}, screen: terminal},
		"locations-wide-80":      {args: []string{"locations", "-f", "odd/long.yaml", "-o", "wide"}, screen: terminal},
		"locations-wide":         {args: []string{"locations", "-f", "places", "-o", "wide"}},
		"locations-json":         {args: []string{"locations", "-f", "places", "-o", "json"}},
		"locations-yaml":         {args: []string{"locations", "-f", "places", "-o", "yaml", "room-1", "bare-1"}},
		"locations-known":        {args: []string{"locations", "-f", "story"}},
		"locations-named":        {args: []string{"locations", "-f", "places", "room-2", "gone-1", "aws-ldn-1", "gone-2", "room-2"}},
		"locations-bad-sites":    {args: []string{"locations", "-f", "story", "-f", "bad/sites.yaml"}},
		"locations-no-nodes":     {args: []string{"locations", "-f", "story/policies.yaml"}},
		"locations-volumes":      {args: kept("locations", "--volumes")},
		"locations-volumes-80":   {args: kept("locations", "--volumes"), screen: terminal},
		"locations-volumes-wide": {args: kept("locations", "--volumes", "-o", "wide")},
		"locations-volumes-json": {args: kept("locations", "--volumes", "-o", "json", "pv-ledger")},
		"locations-volumes-yaml": {args: kept("locations", "--volumes", "-o", "yaml", "pv-ledger")},
		"locations-volumes-gone": {args: kept("locations", "--volumes", "gone")},
		"locations-volumes-none": {args: []string{"locations", "--volumes", "-f", "story"}},
		"locations-volumes-file": {args: []string{"locations", "--volumes", "pv.yaml"}},
		"locations-help":         {args: []string{"locations", "--help"}},
		"locations-usage-file":   {args: []string{"locations", "nodes.yaml"}},
		"locations-usage-both":   {args: []string{"locations", "-f", "story", "--context", "prod"}},
		"locations-usage-wide":   {args: []string{"locations", "-f", "story", "-o", "xml"}},
		"locations-kubeconfig":   {args: []string{"locations", "--kubeconfig", "no/such"}},
		"locations-overlay":      {args: []string{"locations", "-f", "places", "--catalogue-overlay", "overlay.yaml", "hcloud-hel-1", "-o", "wide"}},

		"resolve-region":         {args: []string{"resolve", "aws", "eu-west-2"}},
		"resolve-region-json":    {args: []string{"resolve", "aws", "eu-west-2", "-o", "json"}},
		"resolve-area":           {args: []string{"resolve", "ibm", "eu-de"}},
		"resolve-zone":           {args: []string{"resolve", "gcp", "europe-west3-a"}},
		"resolve-local-zone":     {args: []string{"resolve", "aws", "eu-central-1-ist-1a"}},
		"resolve-unknown-zone":   {args: []string{"resolve", "aws", "eu-central-1-xyz-1a"}},
		"resolve-label":          {args: []string{"resolve", "oci", "iad"}},
		"resolve-alias":          {args: []string{"resolve", "oci", "fra"}},
		"resolve-low":            {args: []string{"resolve", "ksyun", "eu-east-1"}},
		"resolve-near":           {args: []string{"resolve", "aws", "eu-cental-1"}},
		"resolve-case":           {args: []string{"resolve", "aws", "EU-WEST-2"}},
		"resolve-elsewhere":      {args: []string{"resolve", "aws", "eu-de"}},
		"resolve-provider":       {args: []string{"resolve", "awss", "eu-west-2"}},
		"resolve-no-rows":        {args: []string{"resolve", "civo", "lon1"}},
		"resolve-swapped":        {args: []string{"resolve", "eu-west-2", "aws"}},
		"resolve-all":            {args: []string{"resolve", "eu-west-2"}},
		"resolve-all-terminal":   {args: []string{"resolve", "ap-southeast-1a"}, screen: terminal},
		"resolve-scheme":         {args: []string{"resolve", "osc", "eu-west-2"}},
		"resolve-placeless":      {args: []string{"resolve", "kind", "eu-west-2"}},
		"resolve-empty":          {args: []string{"resolve", "aws", ""}},
		"resolve-all-wide":       {args: []string{"resolve", "eu-west-2", "-o", "wide"}},
		"resolve-all-json":       {args: []string{"resolve", "eu-west-2", "-o", "json"}},
		"resolve-all-zones":      {args: []string{"resolve", "ap-southeast-1a"}},
		"resolve-all-agree":      {args: []string{"resolve", "fr-par"}},
		"resolve-all-one":        {args: []string{"resolve", "westeurope"}},
		"resolve-all-unknown":    {args: []string{"resolve", "westeurop"}},
		"resolve-node":           {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-0b2c3d4e5f6071829", "--region", "eu-west-2"}},
		"resolve-node-json":      {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-0b2c3d4e5f6071829", "--region", "eu-west-2", "-o", "json"}},
		"resolve-node-type":      {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-3b629324", "--instance-type", "tinav5.c4r8p1"}},
		"resolve-node-both":      {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-3b629324"}},
		"resolve-node-both-yaml": {args: []string{"resolve", "--provider-id", "aws:///eu-west-2a/i-3b629324", "-o", "yaml"}},
		"resolve-node-labels":    {args: []string{"resolve", "--region", "eu-west-1", "--zone", "eu-west-1a"}},
		"resolve-node-agree":     {args: []string{"resolve", "--region", "eu-central-1"}},
		"resolve-node-conflict":  {args: []string{"resolve", "--provider-id", "gce://p/europe-west3-a/n", "--region", "us-east1"}},
		"resolve-node-nowhere":   {args: []string{"resolve", "--provider-id", "kind://docker/a/b", "--zone", "eu-central-1a"}},
		"resolve-node-control":   {args: []string{"resolve", "--provider-id", "\x1b[2J\r://x\ny"}},
		"resolve-overlay":        {args: []string{"resolve", "scaleway", "be-bru-1", "--catalogue-overlay", "overlay.yaml"}},
		"resolve-help":           {args: []string{"resolve", "--help"}},
		"resolve-usage-nothing":  {args: []string{"resolve"}},
		"resolve-usage-both":     {args: []string{"resolve", "eu-west-2", "--zone", "eu-west-2a"}},
		"resolve-usage-three":    {args: []string{"resolve", "aws", "eu-west-2", "eu-west-3"}},

		"catalogue":                  {args: []string{"catalogue", "--provider", "hcloud"}},
		"catalogue-terminal":         {args: []string{"catalogue", "--provider", "aws", "--country", "US"}, screen: terminal},
		"catalogue-wide":             {args: []string{"catalogue", "--provider", "hcloud", "--country", "DE", "-o", "wide"}},
		"catalogue-json":             {args: []string{"catalogue", "--provider", "hcloud", "--country", "US", "-o", "json"}},
		"catalogue-yaml":             {args: []string{"catalogue", "--provider", "aws", "--country", "TR", "-o", "yaml"}},
		"catalogue-low":              {args: []string{"catalogue", "--provider", "ksyun", "--country", "RU", "--confidence", "low"}},
		"catalogue-none":             {args: []string{"catalogue", "--provider", "hcloud", "--country", "AQ"}},
		"catalogue-overlay":          {args: []string{"catalogue", "--provider", "hcloud", "--country", "DE", "--catalogue-overlay", "overlay.yaml", "-o", "wide"}},
		"catalogue-overlay-bad":      {args: []string{"catalogue", "--catalogue-overlay", "bad/overlay.yaml"}},
		"catalogue-overlay-name":     {args: []string{"catalogue", "--catalogue-overlay", "bad/overlay-name.yaml"}},
		"catalogue-overlay-missing":  {args: []string{"catalogue", "--catalogue-overlay", "no/such.yaml"}},
		"catalogue-overlay-kind":     {args: []string{"catalogue", "--catalogue-overlay", "places/jurisdictions.yaml"}},
		"catalogue-help":             {args: []string{"catalogue", "--help"}},
		"catalogue-usage-provider":   {args: []string{"catalogue", "--provider", "hclou"}},
		"catalogue-usage-country":    {args: []string{"catalogue", "--country", "UK"}},
		"catalogue-usage-confidence": {args: []string{"catalogue", "--confidence", "Low"}},
		"catalogue-usage-argument":   {args: []string{"catalogue", "aws"}},

		"jurisdictions":           {args: []string{"jurisdictions"}},
		"jurisdictions-terminal":  {args: []string{"jurisdictions", "-f", "places"}, screen: terminal},
		"jurisdictions-wide":      {args: []string{"jurisdictions", "-f", "places", "-o", "wide"}},
		"jurisdictions-json":      {args: []string{"jurisdictions", "EU", "-o", "json"}},
		"jurisdictions-yaml":      {args: []string{"jurisdictions", "-f", "places/jurisdictions.yaml", "alpine", "-o", "yaml"}},
		"jurisdictions-eea":       {args: []string{"jurisdictions", "EEA"}},
		"jurisdictions-eu":        {args: []string{"jurisdictions", "EU"}},
		"jurisdictions-files":     {args: []string{"jurisdictions", "-f", "places/jurisdictions.yaml"}},
		"jurisdictions-alpine":    {args: []string{"jurisdictions", "-f", "places/jurisdictions.yaml", "alpine"}},
		"jurisdictions-bad":       {args: []string{"jurisdictions", "-f", "bad/jurisdictions.yaml"}},
		"jurisdictions-bad-named": {args: []string{"jurisdictions", "-f", "bad/jurisdictions.yaml", "egg"}},
		"jurisdictions-adequacy":  {args: []string{"jurisdictions", "eu_adequacy"}},
		"jurisdictions-adequate":  {args: []string{"jurisdictions", "Adequate-Countries"}},
		"jurisdictions-case":      {args: []string{"jurisdictions", "eu"}},
		"jurisdictions-common":    {args: []string{"jurisdictions", "benelux"}},
		"jurisdictions-unknown":   {args: []string{"jurisdictions", "atlantis"}},
		"jurisdictions-help":      {args: []string{"jurisdictions", "--help"}},
		"jurisdictions-usage":     {args: []string{"jurisdictions", "EU", "EEA"}},

		"explain-pod":           {args: []string{"explain", "pod/london", "-n", "crm", "-f", "story"}},
		"explain-pod-json":      {args: []string{"explain", "pod/london", "-n", "crm", "-f", "story", "-o", "json"}},
		"explain-two-words":     {args: []string{"explain", "po", "istanbul", "-n", "crm", "-f", "story"}, screen: terminal},
		"explain-nowhere":       {args: []string{"explain", "pod/nowhere", "-n", "crm", "-f", "story"}},
		"explain-unknown":       {args: []string{"explain", "pod/typo", "-n", "crm", "-f", "story"}},
		"explain-site":          {args: []string{"explain", "pod/on-osc-site-1", "-f", "places"}, screen: terminal},
		"explain-by-namespace":  {args: []string{"explain", "pod/keeper", "-n", "vault", "-f", "story"}, screen: terminal},
		"explain-misplaced":     {args: []string{"explain", "statefulset/ledger", "-n", "crm", "-f", "story"}},
		"explain-cronjob":       {args: []string{"explain", "cj/report", "-n", "crm", "-f", "story"}, screen: terminal},
		"explain-deployment":    {args: explain("deployment/orders", "-n", "shop")},
		"explain-deployment-80": {args: explain("deployment.apps/orders", "-n", "shop"), screen: terminal},
		"explain-torn":          {args: explain("pod/torn", "-n", "shop"), screen: terminal},
		"explain-namespace":     {args: explain("namespace/shop")},
		"explain-namespace-80":  {args: explain("ns", "shop"), screen: terminal},
		"explain-storage-pod":   {args: kept("explain", "pod/exporter", "-n", "crm")},
		"explain-storage-80":    {args: kept("explain", "pod/exporter", "-n", "crm"), screen: terminal},
		"explain-statefulset":   {args: kept("explain", "sts/profiles", "-n", "crm")},
		"explain-claim":         {args: kept("explain", "pvc/shared", "-n", "crm"), screen: terminal},
		"explain-claim-json":    {args: kept("explain", "pvc/somewhere", "-n", "crm", "-o", "json")},
		"explain-claim-copy":    {args: kept("explain", "persistentvolumeclaims", "ledger-copy", "-n", "crm")},
		"explain-claim-awaits":  {args: awaits("explain", "pvc/beside", "-n", "crm"), screen: terminal},
		"explain-claim-waiting": {args: awaits("explain", "pvc/free", "-n", "lab")},
		"explain-pod-awaits":    {args: awaits("explain", "pod/waits", "-n", "crm")},
		"explain-claim-none":    {args: kept("explain", "pvc/tmp", "-n", "lab")},
		"explain-claim-free":    {args: kept("explain", "pvc/weights", "-n", "lab")},
		"explain-volume":        {args: kept("explain", "pv/pv-ledger")},
		"explain-snapshot":      {args: kept("explain", "volumesnapshot/disk-nightly", "-n", "crm")},
		"explain-content":       {args: kept("explain", "vsc/imported")},
		"explain-volume-gone":   {args: kept("explain", "pv/gone")},
		"explain-ns-storage":    {args: kept("explain", "ns/crm"), screen: terminal},
		"explain-data-storage":  {args: kept("explain", "dataset/customers")},
		"explain-dataset":       {args: explain("dataset/orders"), screen: terminal},
		"explain-dataset-yaml":  {args: explain("datasets.residency.domicile.dev/orders", "-o", "yaml")},
		"explain-without-nodes": {args: []string{"explain", "deploy/orders", "-n", "shop", "-f", "story/policies.yaml", "-f", "odd/ways.yaml"}},
		"explain-bad":           {args: explain("pod/torn", "-n", "shop", "-f", "bad/policies.yaml")},
		"explain-absent":        {args: explain("pod/gone", "-n", "shop")},
		"explain-absent-broken": {args: explain("pod/gone", "-n", "shop", "-f", "bad/workloads.yaml")},
		"explain-absent-kind":   {args: explain("namespace/gone")},
		"explain-help":          {args: []string{"explain", "--help"}},
		"explain-usage-nothing": {args: []string{"explain", "-f", "story"}},
		"explain-usage-name":    {args: []string{"explain", "pod", "-f", "story"}},
		"explain-usage-two":     {args: []string{"explain", "pod/a", "pod/b", "-f", "story"}},
		"explain-usage-type":    {args: []string{"explain", "service/a", "-f", "story"}},
		"explain-usage-both":    {args: []string{"explain", "pod/a", "-f", "story", "--context", "prod"}},
		"explain-usage-empty":   {args: []string{"explain", "pod/", "-f", "story"}},
		"explain-kubeconfig":    {args: []string{"explain", "pod/a", "--kubeconfig", "no/such"}},

		"where":             {args: []string{"where", "customers", "-f", "story"}},
		"where-terminal":    {args: []string{"where", "health", "-f", "places"}, screen: terminal},
		"where-several":     {args: explainWhere("orders"), screen: terminal},
		"where-both":        {args: kept("where", "customers")},
		"where-storage":     {args: kept("where", "archive"), screen: terminal},
		"where-json":        {args: explainWhere("orders", "-o", "json")},
		"where-anywhere":    {args: []string{"where", "weather", "-f", "story"}, screen: terminal},
		"where-no-nodes":    {args: []string{"where", "customers", "-f", "story/policies.yaml"}},
		"where-bad":         {args: []string{"where", "customers", "-f", "story", "-f", "bad/places.yaml"}},
		"where-absent":      {args: []string{"where", "custumers", "-f", "story"}},
		"where-help":        {args: []string{"where", "--help"}},
		"where-usage-none":  {args: []string{"where"}},
		"where-usage-two":   {args: []string{"where", "a", "b"}},
		"where-usage-slash": {args: []string{"where", "dataset/a"}},

		"transfers":              {args: moved("check")},
		"transfers-terminal":     {args: moved("check"), screen: terminal},
		"transfers-json":         {args: moved("check", "-o", "json")},
		"transfers-after":        {args: moved("check", "--at", "2031-12-28T00:00:00Z")},
		"transfers-before":       {args: moved("check", "--at", "2021-06-28T01:59:59+02:00")},
		"transfers-after-json":   {args: moved("explain", "pod/london", "-n", "crm", "-o", "json", "--at", "2031-12-28T00:00:00Z")},
		"explain-transfer":       {args: moved("explain", "pod/london", "-n", "crm")},
		"explain-transfer-80":    {args: moved("explain", "pod/virginia", "-n", "crm"), screen: terminal},
		"explain-transfer-after": {args: moved("explain", "pod/london", "-n", "crm", "--at", "2031-12-28T00:00:00Z")},
		"explain-transfer-many":  {args: moved("explain", "deploy/anywhere", "-n", "crm")},
		"explain-transfer-all":   {args: moved("explain", "ns/crm"), screen: terminal},
		"explain-transfer-kept":  {args: moved("explain", "pv/pv-london")},
		"explain-transfer-data":  {args: moved("explain", "dataset/tickets")},
		"where-transfers":        {args: moved("where", "customers")},
		"where-transfers-80":     {args: moved("where", "customers"), screen: terminal},
		"where-transfers-partly": {args: moved("where", "tickets")},
		"where-transfers-json":   {args: moved("where", "customers", "-o", "json")},
		"where-transfers-none":   {args: moved("where", "payroll")},
		"where-transfers-after":  {args: moved("where", "customers", "--at", "2031-12-28T00:00:00Z")},
		"usage-at-day":           {args: moved("check", "--at", "2031-12-28")},
		"usage-at-no-zone":       {args: moved("where", "customers", "--at", "2031-12-28T00:00:00")},
		"usage-at-empty":         {args: moved("explain", "pod/london", "--at", "")},

		"processors":              {args: calling("check")},
		"processors-terminal":     {args: calling("check"), screen: terminal},
		"processors-json":         {args: calling("check", "-o", "json")},
		"processors-after":        {args: calling("check", "--at", "2027-01-01T00:00:00Z")},
		"processors-before":       {args: calling("check", "--at", "2025-12-31T23:59:59Z")},
		"explain-processor":       {args: calling("explain", "pod/eu", "-n", "chat")},
		"explain-processor-seen":  {args: calling("explain", "pod/silent", "-n", "chat"), screen: terminal},
		"explain-processor-json":  {args: calling("explain", "pod/shop", "-n", "web", "-o", "json")},
		"explain-processor-typos": {args: calling("explain", "deploy/typos", "-n", "chat")},
		"explain-processor-front": {args: calling("explain", "deploy/front", "-n", "web")},
		"explain-processor-free":  {args: calling("explain", "pod/free", "-n", "web")},
		"explain-processor-ns":    {args: calling("explain", "ns/web"), screen: terminal},
		"explain-processor-data":  {args: calling("explain", "dataset/prompts")},
		"bad-processors":          {args: with("-f", "bad/processors.yaml")},

		"help":             {args: []string{"--help"}},
		"help-check":       {args: []string{"check", "--help"}},
		"usage-nothing":    {args: []string{"check"}},
		"usage-argument":   {args: []string{"check", "pod.yaml"}},
		"usage-flag":       {args: []string{"check", "--file", "pod.yaml"}},
		"usage-output":     {args: []string{"check", "-f", "story", "-o", "xml"}},
		"usage-namespace":  {args: []string{"check", "-f", "story", "-n", "a/b"}},
		"usage-command":    {args: []string{"chekc"}},
		"usage-no-command": {args: []string{"explode"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			golden, err := filepath.Abs(filepath.Join("testdata", "golden", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir("testdata")
			s := tc.screen
			if !s.terminal {
				s = screenOf(&bytes.Buffer{})
			}
			got := runScreen(t, s, "", tc.args...).transcript(tc.args)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("transcript (-want +got), -update writes it:\n%s", diff)
			}
		})
	}
}
