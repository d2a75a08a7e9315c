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
	"context"
	"errors"
	"fmt"
	"io"

	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/pager"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/manifest"
)

// asker reads a cluster for a person, with what rights the person has.
type asker struct {
	client   client.Client
	progress io.Writer
}

// newAsker returns an asker of the cluster that was chosen. Which resource a kind is is known
// here: nobody is asked what the cluster serves.
func newAsker(flags *clusterFlags, progress io.Writer) (*asker, error) {
	config, err := flags.config(objectsInstead)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), snapshotv1.AddToScheme(scheme), residencyv1.AddToScheme(scheme)); err != nil {
		return nil, fmt.Errorf("registering types: %w", err)
	}
	mapper := apimeta.NewDefaultRESTMapper(nil)
	for _, kind := range []string{"Node", "Namespace"} {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(kind), apimeta.RESTScopeRoot)
	}
	for _, kind := range []string{"Secret", "ConfigMap", "Service"} {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(kind), apimeta.RESTScopeNamespace)
	}
	for _, kind := range []string{"StorageClass", "VolumeAttributesClass"} {
		mapper.Add(storagev1.SchemeGroupVersion.WithKind(kind), apimeta.RESTScopeRoot)
	}
	mapper.Add(snapshotv1.SchemeGroupVersion.WithKind("VolumeSnapshotClass"), apimeta.RESTScopeRoot)
	for _, kind := range []string{kindDataset, "ResidencyPolicy", "Site", "Jurisdiction", manifest.ProcessorKind} {
		mapper.Add(residencyv1.GroupVersion.WithKind(kind), apimeta.RESTScopeRoot)
	}
	for _, k := range targetKinds() {
		if k.empty == nil {
			continue
		}
		gvks, _, err := scheme.ObjectKinds(k.empty())
		if err != nil {
			return nil, fmt.Errorf("registering types: %w", err)
		}
		scope := apimeta.RESTScopeNamespace
		if k.cluster() {
			scope = apimeta.RESTScopeRoot
		}
		mapper.Add(gvks[0], scope)
	}
	c, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return &asker{client: c, progress: progress}, nil
}

// list reads all objects of a list, page by page. What they are is told to those who wait.
func (a *asker) list(ctx context.Context, what string, of client.ObjectList, add func(runtime.Object), opts ...client.ListOption) error {
	m := newMeter(a.progress, what)
	defer m.stop()
	pages := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		page, ok := of.DeepCopyObject().(client.ObjectList)
		if !ok {
			return nil, fmt.Errorf("%T is no list", of)
		}
		all := append([]client.ListOption{client.Limit(o.Limit), client.Continue(o.Continue)}, opts...)
		if err := a.client.List(ctx, page, all...); err != nil {
			return nil, err
		}
		remaining := int64(0)
		if n := page.GetRemainingItemCount(); n != nil {
			remaining = *n
		}
		m.advance(int64(apimeta.LenList(page)), remaining)
		return page, nil
	})
	pages.PageSize = pageSize
	all, _, err := pages.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return apimeta.EachListItem(all, func(object runtime.Object) error {
		add(object)
		return nil
	})
}

// may reads, and returns the right that is missing if it is not allowed to. Other errors say
// what was read, but for those who ask for what the cluster does not serve.
func may(right Unknown, read func() error) (*Unknown, error) {
	err := read()
	switch {
	case err == nil:
		return nil, nil
	case apierrors.IsForbidden(err):
		return &right, nil
	case apierrors.IsNotFound(err):
		return nil, err
	default:
		return nil, unanswered(fmt.Errorf("%s %s: %w", gerund(right.Verb), right.Resource, err), objectsInstead)
	}
}

func gerund(verb string) string {
	if verb == "get" {
		return "reading"
	}
	return verb + "ing"
}
