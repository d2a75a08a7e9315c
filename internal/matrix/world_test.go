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
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-logr/logr"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/hack/localcluster"
)

// repo is the root of the repository, seen from this package.
const repo = "../.."

// patience is how long anything is waited for that nothing here measures.
const patience = 30 * time.Second

// excludedNamespace is the one that the manager excludes.
const excludedNamespace = "matrix-excluded"

// world is a cluster, and the stage of all cells.
type world struct {
	cluster *localcluster.Cluster
	scheme  *runtime.Scheme
	// admin reads and writes at the API server.
	admin client.Client
	// seen reads from a cache, so looking costs nothing.
	seen client.Reader
	// kubectlCache is what all kubectls know of the API.
	kubectlCache string
}

// newWorld starts a cluster in the folder. ctx ends the cache.
func newWorld(ctx context.Context, dir string) (*world, error) {
	ctrllog.SetLogger(logr.Discard())
	bin := os.Getenv("DOMICILE_BIN")
	if bin == "" {
		return nil, errors.New("DOMICILE_BIN does not say where the binaries are; run the tests with make test or make matrix")
	}
	w := &world{scheme: runtime.NewScheme(), kubectlCache: filepath.Join(dir, "kubectl")}
	if err := errors.Join(clientgoscheme.AddToScheme(w.scheme), snapshotv1.AddToScheme(w.scheme), residencyv1.AddToScheme(w.scheme)); err != nil {
		return nil, fmt.Errorf("registering types: %w", err)
	}
	var err error
	w.cluster, err = localcluster.Start(ctx, localcluster.Options{
		Dir:         dir,
		Binaries:    filepath.Join(bin, "controlplane", "v1.36.3"),
		Manager:     filepath.Join(bin, "manager"),
		ConfigDir:   filepath.Join(repo, "config"),
		NodesFile:   filepath.Join("testdata", "nodes.yaml"),
		ManagerArgs: managerArgs(),
		Provisioner: true,
		Snapshots:   true,
		JobsRun:     true, // What has ended before it is looked at is not in a prohibited place any more.
		Progress:    os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	if err := w.connect(ctx); err != nil {
		return nil, errors.Join(err, w.cluster.Stop())
	}
	return w, nil
}

func (w *world) connect(ctx context.Context) error {
	var err error
	if w.admin, err = w.client(w.cluster.AdminConfig()); err != nil {
		return err
	}
	watched, err := cache.New(w.cluster.AdminConfig(), cache.Options{
		Scheme: w.scheme, Mapper: w.admin.RESTMapper(), DefaultTransform: cache.TransformStripManagedFields(),
	})
	if err != nil {
		return fmt.Errorf("making a cache: %w", err)
	}
	go func() { _ = watched.Start(ctx) }() // It ends with ctx; a cache that fails shows in what waits for it.
	for _, object := range []client.Object{
		&corev1.Pod{}, &corev1.PersistentVolumeClaim{}, &corev1.PersistentVolume{}, &corev1.Namespace{}, &corev1.ServiceAccount{}, &corev1.Node{}, &eventsv1.Event{},
		&residencyv1.Dataset{}, &residencyv1.ResidencyPolicy{},
	} {
		if _, err := watched.GetInformer(ctx, object); err != nil {
			return fmt.Errorf("watching %T: %w", object, err)
		}
	}
	w.seen = watched
	return w.namespace(ctx, excludedNamespace, nil)
}

func (w *world) client(config *rest.Config) (client.Client, error) {
	config.QPS = -1
	config.WarningHandlerWithContext = rest.NoWarnings{}
	options := client.Options{Scheme: w.scheme}
	if w.admin != nil {
		options.Mapper = w.admin.RESTMapper()
	}
	made, err := client.New(config, options)
	if err != nil {
		return nil, fmt.Errorf("making a client: %w", err)
	}
	return made, nil
}

// until waits until check returns no error.
func (w *world) until(ctx context.Context, what string, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := poll(ctx, lookEvery, func() (bool, error) {
		err := check()
		return err == nil, err
	})
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", what, err)
	}
	return nil
}

// kill implements stage.
func (w *world) kill() error { return w.cluster.KillManager() }

// start implements stage.
func (w *world) start(ctx context.Context) error { return w.cluster.StartManager(ctx) }

// probe is refused by an admission policy of its own. It is bound last and taken away last: when the API server has
// taken that up, it has taken up all that came before.
const probe = "matrix-probe"

// uninstall implements stage.
func (w *world) uninstall(ctx context.Context) error {
	if err := w.bindProbe(ctx); err != nil {
		return err
	}
	// Without the mutating one nothing is steered either.
	for _, object := range []client.Object{&admissionregistrationv1.MutatingWebhookConfiguration{}, &admissionregistrationv1.ValidatingWebhookConfiguration{}} {
		object.SetName("domicile")
		if err := w.admin.Delete(ctx, object); err != nil {
			return fmt.Errorf("deleting %T: %w", object, err)
		}
	}
	bindings := &admissionregistrationv1.ValidatingAdmissionPolicyBindingList{}
	if err := w.admin.List(ctx, bindings); err != nil {
		return fmt.Errorf("listing admission policies: %w", err)
	}
	slices.SortFunc(bindings.Items, func(a, b admissionregistrationv1.ValidatingAdmissionPolicyBinding) int {
		return boolOrder(a.Name == probe, b.Name == probe)
	})
	for i := range bindings.Items {
		if err := w.admin.Delete(ctx, &bindings.Items[i]); err != nil {
			return fmt.Errorf("deleting a binding of an admission policy: %w", err)
		}
	}
	return w.until(ctx, "Domicile to be away", func() error { return w.probed(ctx, false) })
}

// install implements stage.
func (w *world) install(ctx context.Context) error {
	if err := w.cluster.ApplyConfig(ctx); err != nil {
		return err
	}
	if err := w.cluster.ApplyWebhooks(ctx); err != nil {
		return err
	}
	return w.bindProbe(ctx)
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// bindProbe binds the policy of the probe and waits until it is in force.
func (w *world) bindProbe(ctx context.Context) error {
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: probe},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					ResourceNames: []string{probe},
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
						Rule:       admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"namespaces"}},
					},
				}},
			},
			Validations: []admissionregistrationv1.Validation{{Expression: "false", Reason: new(metav1.StatusReasonForbidden)}},
		},
	}
	binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: probe},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: probe, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
		},
	}
	for _, object := range []client.Object{policy, binding} {
		if err := w.admin.Create(ctx, object); err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("creating %T: %w", object, err)
		}
	}
	return w.until(ctx, "the admission policies to be in force", func() error { return w.probed(ctx, true) })
}

// probed returns no error if everything of Domicile that is asked at admission is there, or nothing of it.
func (w *world) probed(ctx context.Context, there bool) error {
	err := w.admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: probe}}, client.DryRunAll)
	if apierrors.IsForbidden(err) != there {
		return fmt.Errorf("the admission policies: %w", errors.Join(errors.New("not yet"), err))
	}
	keyed := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "matrix-keyed", Labels: map[string]string{residencyv1.DatasetLabel: probe}}}
	if err := w.admin.Create(ctx, keyed, client.DryRunAll); err != nil {
		return err
	}
	if (keyed.Labels[residencyv1.GovernedLabel] != "") != there {
		return errors.New("the mutating webhooks: not yet")
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: probe, Labels: keyed.Labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "registry.invalid/app"}}},
	}
	if err := w.admin.Create(ctx, pod, client.DryRunAll); apierrors.IsForbidden(err) != there {
		return fmt.Errorf("the validating webhooks: %w", errors.Join(errors.New("not yet"), err))
	}
	return nil
}

var _ stage = (*world)(nil)

// nodeStamped waits until a node is known to be somewhere: by then the memory of it is stored.
func (w *world) nodeStamped(ctx context.Context, name string) error {
	return w.until(ctx, "the stamp of node "+name, func() error {
		node := &corev1.Node{}
		if err := w.seen.Get(ctx, types.NamespacedName{Name: name}, node); err != nil {
			return err
		}
		if node.Annotations[residencyv1.LocationAnnotation] == "" {
			return errors.New("it has none")
		}
		return nil
	})
}
