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

package status

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/domicile-dev/domicile/controllers/wake"
)

// Write patches the status of an object, if it is still the one that was read: the list
// of conditions is replaced as a whole. It reports whether it was written. Somebody
// else's write in between is no error, the request comes again; nor is that the object
// is gone.
func Write(ctx context.Context, c client.Client, before, after client.Object) (bool, ctrl.Result, error) {
	err := c.Status().Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	switch {
	case err == nil:
		return true, ctrl.Result{}, nil
	case apierrors.IsConflict(err):
		return false, ctrl.Result{RequeueAfter: wake.Batch}, nil
	case apierrors.IsNotFound(err):
		return false, ctrl.Result{}, nil
	default:
		return false, ctrl.Result{}, fmt.Errorf("writing the status: %w", err)
	}
}
