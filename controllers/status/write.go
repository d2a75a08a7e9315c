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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// write patches the status of an object, if it is still the one that was read: the list
// of conditions is replaced as a whole. Somebody else's write in between is a conflict
// and no error; nor is it one that the object is gone.
func write(ctx context.Context, c client.Client, before, after client.Object) (written, conflict bool, err error) {
	err = c.Status().Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	switch {
	case err == nil:
		return true, false, nil
	case apierrors.IsConflict(err):
		return false, true, nil
	default:
		return false, false, client.IgnoreNotFound(err)
	}
}
