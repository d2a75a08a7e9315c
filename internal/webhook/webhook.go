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

package webhook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/facts"
	"github.com/domicile-dev/domicile/internal/rulebook"
	"github.com/domicile-dev/domicile/internal/steer"
)

// The paths that are answered, as the webhook configurations name them.
const (
	// PathPods is for pods that carry a key, in namespaces without the mark.
	PathPods = "/admit/pods"
	// PathGovernedPods is for all pods in namespaces that carry the mark.
	PathGovernedPods = "/admit/governed-pods"
	// PathTemplates is for what has a template of pods that carries a key, in namespaces
	// without the mark.
	PathTemplates = "/admit/templates"
	// PathGovernedTemplates is for all that has a template of pods in namespaces that carry the mark.
	PathGovernedTemplates = "/admit/governed-templates"
	// PathBindings is for bindings in namespaces that carry the mark.
	PathBindings = "/admit/bindings"
	// PathOtherBindings is for all other bindings. What cannot be judged there has failed
	// as a call, and is no refusal: its failurePolicy is Ignore.
	PathOtherBindings = "/admit/other-bindings"
	PathDatasets      = "/admit/datasets"
	PathPolicies      = "/admit/residencypolicies"
	PathSites         = "/admit/sites"
	PathJurisdictions = "/admit/jurisdictions"
	PathProcessors    = "/admit/processors"
	PathNamespaces    = "/mutate/namespaces"
	// PathSteerPods and PathSteerGovernedPods steer the pods that PathPods and PathGovernedPods judge.
	PathSteerPods         = "/mutate/pods"
	PathSteerGovernedPods = "/mutate/governed-pods"

	// PathPodUpdates and PathGovernedPodUpdates are for updates of pods, as PathPods and
	// PathGovernedPods are for new ones.
	PathPodUpdates         = "/admit/pod-updates"
	PathGovernedPodUpdates = "/admit/governed-pod-updates"
	// PathNamespaceUpdates is for namespaces with the mark whose labels change.
	PathNamespaceUpdates = "/admit/namespaces"

	// PathGovernedClaims is for claims in namespaces that carry the mark, PathClaims for those
	// elsewhere that carry a key, and PathOtherClaims for others that may inherit one. The last
	// has the failurePolicy Ignore, as all paths with "other" in them.
	PathGovernedClaims = "/admit/governed-claims"
	PathClaims         = "/admit/claims"
	PathOtherClaims    = "/admit/other-claims"
	// PathVolumes is for PersistentVolumes that carry a key.
	PathVolumes      = "/admit/volumes"
	PathOtherVolumes = "/admit/other-volumes"
	// PathGovernedSnapshots, PathSnapshots and PathOtherSnapshots are for snapshots as those for
	// claims are for these.
	PathGovernedSnapshots = "/admit/governed-snapshots"
	PathSnapshots         = "/admit/snapshots"
	PathOtherSnapshots    = "/admit/other-snapshots"
	// PathSnapshotContents is for contents of snapshots that carry a key.
	PathSnapshotContents      = "/admit/snapshot-contents"
	PathOtherSnapshotContents = "/admit/other-snapshot-contents"
)

// Options are what the handlers work with.
type Options struct {
	// Rulebook holds the rulebook in force. Required.
	Rulebook *rulebook.Holder
	// Gatherer gathers the facts about pods. Required.
	Gatherer *facts.Gatherer
	// Governed gathers them for reviews that come because the namespace carries the mark:
	// it knows that a cached namespace without it is out of date. Nil: as Gatherer.
	Governed *facts.Gatherer
	// Known gathers them from caches alone: for requests that are about many pods. Nil: as
	// Gatherer.
	Known *facts.Gatherer
	// Catalogue holds the catalogue that resources are checked against. Required.
	Catalogue *catalogue.Holder

	// Places reads what else policies can name. Setup reads it from the manager's cache
	// first and then live.
	Places PlaceReader
	// Pods reads the pods that are to be bound. Setup reads them from the manager's cache
	// first and then live.
	Pods PodReader
	// Owners reads who made what is refused. Setup reads it live.
	Owners OwnerReader
	// Marker marks namespaces. Setup patches them as the manager.
	Marker NamespaceMarker
	// Declassifiers knows who may take a dataset off what runs. Setup asks the API server.
	Declassifiers Declassifiers
	// ExcludedNamespaces are those in which nothing is refused or marked, besides kube-system:
	// the operator's own, and those that the manager's flag names.
	ExcludedNamespaces []string
	// SteerBy is on which labels of nodes pods are steered.
	SteerBy steer.By
	// Synced reports whether the nodes and the other facts are all there. Until it does,
	// whatever handles a dataset is refused. Nil: they always are.
	Synced func() bool
	// Events tells of claims whose binding was refused. Nil in Setup: the manager's recorder; nil in
	// Handlers: nothing is told.
	Events Events
	// Metrics counts the answers. Nil in Setup: new ones in controller-runtime's registry;
	// nil in Handlers: nothing is counted.
	Metrics *Metrics
	// Log is told what was refused, and why. Setup takes the manager's.
	Log logr.Logger
}

// server is what all handlers share.
type server struct {
	Options
	// bodies has buffers to read reviews into.
	bodies   sync.Pool
	plans    plans
	refusals *refusals
}

// Handlers returns the handler of every path.
func Handlers(o Options) map[string]http.Handler {
	o.ExcludedNamespaces = append([]string{metav1.NamespaceSystem}, o.ExcludedNamespaces...)
	if o.Governed == nil {
		o.Governed = o.Gatherer
	}
	if o.Known == nil {
		o.Known = o.Gatherer
	}
	s := &server{Options: o, refusals: newRefusals(o.Events, time.Now)}
	claims, volumes, snapshots, contents := ofClaims(), ofVolumes(), ofSnapshots(), ofContents()
	return map[string]http.Handler{
		PathPods:              &handler{server: s, resource: "pods", answer: podAnswerer{s, s.Gatherer}.answer},
		PathGovernedPods:      &handler{server: s, resource: "pods", answer: podAnswerer{s, s.Governed}.answer},
		PathTemplates:         &handler{server: s, resource: "templates", answer: templateAnswerer{s, s.Gatherer}.answer},
		PathGovernedTemplates: &handler{server: s, resource: "templates", answer: templateAnswerer{s, s.Governed}.answer},
		PathBindings:          &handler{server: s, resource: "bindings", answer: bindingAnswerer{s, s.Governed, true}.answer},
		PathOtherBindings:     &handler{server: s, resource: "bindings", answer: bindingAnswerer{s, s.Gatherer, false}.answer, fails: true},
		PathDatasets:          &handler{server: s, resource: "datasets", answer: s.answerDataset},
		PathPolicies:          &handler{server: s, resource: "residencypolicies", answer: s.answerPolicy},
		PathSites:             &handler{server: s, resource: "sites", answer: s.answerSite},
		PathJurisdictions:     &handler{server: s, resource: "jurisdictions", answer: s.answerJurisdiction},
		PathProcessors:        &handler{server: s, resource: "processors", answer: s.answerProcessor},
		PathNamespaces:        &handler{server: s, resource: "namespaces", answer: s.answerNamespace},

		PathSteerPods:         &handler{server: s, resource: "steering", answer: podSteerer{s, s.Gatherer}.answer, fails: true},
		PathSteerGovernedPods: &handler{server: s, resource: "steering", answer: podSteerer{s, s.Governed}.answer, fails: true},

		PathPodUpdates:         &handler{server: s, resource: "pods", answer: podUpdateAnswerer{s, s.Gatherer}.answer},
		PathGovernedPodUpdates: &handler{server: s, resource: "pods", answer: podUpdateAnswerer{s, s.Governed}.answer},
		PathNamespaceUpdates:   &handler{server: s, resource: "namespaces", answer: s.answerNamespaceUpdate},

		PathGovernedClaims: &handler{server: s, resource: "persistentvolumeclaims", answer: storedAnswerer[corev1.PersistentVolumeClaim]{s, s.Governed, claims}.answer},
		PathClaims:         &handler{server: s, resource: "persistentvolumeclaims", answer: storedAnswerer[corev1.PersistentVolumeClaim]{s, s.Gatherer, claims}.answer},
		PathOtherClaims:    &handler{server: s, resource: "persistentvolumeclaims", answer: storedAnswerer[corev1.PersistentVolumeClaim]{s, s.Gatherer, claims}.answer, fails: true},
		PathVolumes:        &handler{server: s, resource: "persistentvolumes", answer: storedAnswerer[corev1.PersistentVolume]{s, s.Gatherer, volumes}.answer},
		PathOtherVolumes:   &handler{server: s, resource: "persistentvolumes", answer: storedAnswerer[corev1.PersistentVolume]{s, s.Gatherer, volumes}.answer, fails: true},

		PathGovernedSnapshots:     &handler{server: s, resource: "volumesnapshots", answer: storedAnswerer[snapshotv1.VolumeSnapshot]{s, s.Governed, snapshots}.answer},
		PathSnapshots:             &handler{server: s, resource: "volumesnapshots", answer: storedAnswerer[snapshotv1.VolumeSnapshot]{s, s.Gatherer, snapshots}.answer},
		PathOtherSnapshots:        &handler{server: s, resource: "volumesnapshots", answer: storedAnswerer[snapshotv1.VolumeSnapshot]{s, s.Gatherer, snapshots}.answer, fails: true},
		PathSnapshotContents:      &handler{server: s, resource: "volumesnapshotcontents", answer: storedAnswerer[snapshotv1.VolumeSnapshotContent]{s, s.Gatherer, contents}.answer},
		PathOtherSnapshotContents: &handler{server: s, resource: "volumesnapshotcontents", answer: storedAnswerer[snapshotv1.VolumeSnapshotContent]{s, s.Gatherer, contents}.answer, fails: true},
	}
}

// +kubebuilder:rbac:groups="",resources=pods,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups="",resources=persistentvolumeclaims;persistentvolumes;secrets;configmaps,verbs=get;list;watch
// +kubebuilder:rbac:groups=storage.k8s.io,resources=storageclasses;volumeattributesclasses,verbs=get;list;watch
// +kubebuilder:rbac:groups=snapshot.storage.k8s.io,resources=volumesnapshots;volumesnapshotcontents;volumesnapshotclasses,verbs=get;list;watch

// Setup registers the handlers on the manager's webhook server. What they read is put
// into the manager's cache, so that it is there before the first review that needs it.
func Setup(mgr ctrl.Manager, o Options) error {
	if o.Rulebook == nil || o.Gatherer == nil || o.Catalogue == nil {
		return errors.New("setting up the webhook: Rulebook, Gatherer and Catalogue are required")
	}
	objects := []client.Object{
		&corev1.Pod{}, facts.NewNamespaceMetadata(), &residencyv1.Site{}, &residencyv1.Jurisdiction{}, &corev1.Service{},
		&corev1.PersistentVolumeClaim{}, &corev1.PersistentVolume{}, &storagev1.StorageClass{},
	}
	for _, way := range facts.Carriers() {
		objects = append(objects, facts.NewMetadata(way))
	}
	for _, object := range objects {
		if _, err := mgr.GetCache().GetInformer(context.Background(), object, cache.BlockUntilSynced(false)); err != nil {
			return fmt.Errorf("setting up the cache of the webhook: %w", err)
		}
	}
	if o.Pods == nil {
		o.Pods = NewPodReader(mgr.GetCache(), mgr.GetAPIReader())
	}
	if o.Owners == nil {
		o.Owners = NewOwnerReader(mgr.GetAPIReader())
	}
	if o.Places == nil {
		o.Places = NewPlaceReader(mgr.GetCache(), mgr.GetAPIReader())
	}
	if o.Marker == nil {
		o.Marker = NewNamespaceMarker(mgr.GetCache(), mgr.GetClient())
	}
	if o.Declassifiers == nil {
		c, err := authorizationclient.NewForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
		if err != nil {
			return fmt.Errorf("making the client that asks who may declassify: %w", err)
		}
		o.Declassifiers = NewDeclassifiers(c.SubjectAccessReviews())
	}
	if o.Events == nil {
		o.Events = mgr.GetEventRecorder("domicile")
	}
	if o.Metrics == nil {
		m, err := NewMetrics(ctrlmetrics.Registry)
		if err != nil {
			return err
		}
		o.Metrics = m
	}
	if o.Log.GetSink() == nil {
		o.Log = mgr.GetLogger().WithName("webhook")
	}
	handlers := Handlers(o)
	for _, path := range slices.Sorted(maps.Keys(handlers)) {
		mgr.GetWebhookServer().Register(path, handlers[path])
	}
	return nil
}
