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

package late

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	snapshotv1 "github.com/kubernetes-csi/external-snapshotter/client/v8/apis/volumesnapshot/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/domicile-dev/domicile/controllers/index"
)

// definitions are those that there are, or an error.
type definitions struct {
	client.Reader
	names map[string]bool
	err   error
}

func (d definitions) Get(_ context.Context, key client.ObjectKey, _ client.Object, _ ...client.GetOption) error {
	if d.err == nil && !d.names[key.Name] {
		return apierrors.NewNotFound(schema.GroupResource{Resource: "customresourcedefinitions"}, key.Name)
	}
	return d.err
}

// indexes counts those that are made.
type indexes struct{ made int }

func (i *indexes) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	i.made++
	return nil
}

var errAway = errors.New("the API server is away")

func TestAKindIsWatchedAsSoonAsItIsThere(t *testing.T) {
	var started []source.TypedSource[reconcile.Request]
	var made indexes
	defined, mapper := definitions{names: map[string]bool{}}, apimeta.NewDefaultRESTMapper(nil)
	kind := snapshotv1.SchemeGroupVersion.WithKind("VolumeSnapshot")
	k := Kinds[reconcile.Request]{
		Reader: &defined, Mapper: mapper, Indexes: index.NewLate(&made),
		Start: func(s source.TypedSource[reconcile.Request]) error { started = append(started, s); return nil },
		Wanted: []Kind[reconcile.Request]{{
			Kind: kind, Object: &snapshotv1.VolumeSnapshot{}, Indexed: true, Definition: "volumesnapshots.snapshot.storage.k8s.io",
			Source: source.Kind[client.Object](nil, &snapshotv1.VolumeSnapshot{}, &handler.EnqueueRequestForObject{}),
		}},
	}
	step := func(what string, again, watched bool, failed error) {
		t.Helper()
		result, err := k.Watch(t.Context())
		if !errors.Is(err, failed) || (result.RequeueAfter > 0) != again || k.Has("VolumeSnapshot") != watched || (len(started) == 1) != watched || (made.made > 0) != watched {
			t.Errorf("%s: again after %s, watched %t by %d sources, %d indexes, %v", what, result.RequeueAfter, k.Has("VolumeSnapshot"), len(started), made.made, err)
		}
	}
	step("it is not there", false, false, nil)
	defined.err = errAway
	step("nobody can say", false, false, errAway)
	defined.err, defined.names = nil, map[string]bool{"volumesnapshots.snapshot.storage.k8s.io": true}
	step("it is not served yet", true, false, nil)
	mapper.Add(kind, apimeta.RESTScopeNamespace)
	step("it is there", false, true, nil)
	step("it is there still", false, true, nil)

	var log strings.Builder
	logr.FromSlogHandler(slog.NewJSONHandler(&log, nil)).Info("Starting EventSource", "source", started[0])
	if !strings.Contains(log.String(), `"source":"kind source: VolumeSnapshot"`) {
		t.Errorf("the log says %s", log.String())
	}
}
