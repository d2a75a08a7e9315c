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

package deletion

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/controllers/event"
)

const (
	actionDelete = "Delete"
	// reasonDeleted is the reason of the Event on something that governed when it was deleted.
	reasonDeleted = "DeletedWhileGoverning"
	// maxNamed is how many policies a note names.
	maxNamed = 10
)

// Deletion is something that was deleted, and what went with it.
type Deletion struct {
	Kind, Name string
	UID        types.UID
	// Note says what is no longer governed.
	Note string
}

// ofDataset tells of a Dataset that policies governed.
func ofDataset(d *residencyv1.Dataset) (Deletion, bool) {
	if len(d.Status.Policies) == 0 {
		return Deletion{}, false
	}
	var pods int32
	if d.Status.Workloads != nil {
		pods = d.Status.Workloads.Total
	}
	return Deletion{
		Kind: "Dataset", Name: d.Name, UID: d.UID,
		Note: fmt.Sprintf("Dataset %s was deleted. It was governed by policies (%d): %s. Pods that handled it (%d) are not held to them any longer: "+
			"those that name it are Undetermined (UnknownDataset), those that only it selected are free.",
			d.Name, len(d.Status.Policies), first(d.Status.Policies), pods),
	}, true
}

// ofPolicy tells of a policy that governed datasets.
func ofPolicy(p *residencyv1.ResidencyPolicy) (Deletion, bool) {
	if p.Status.Datasets == nil || *p.Status.Datasets == 0 {
		return Deletion{}, false
	}
	var pods int32
	if c := p.Status.Workloads; c != nil {
		pods = c.Permitted + c.Prohibited + c.Undetermined
	}
	return Deletion{
		Kind: "ResidencyPolicy", Name: p.Name, UID: p.UID,
		Note: fmt.Sprintf("ResidencyPolicy %s was deleted. It governed datasets (%d): pods that handle them (%d) are held to their other policies alone.",
			p.Name, *p.Status.Datasets, pods),
	}, true
}

// ofSite tells of a Site that matched nodes.
func ofSite(s *residencyv1.Site) (Deletion, bool) {
	if s.Status.Nodes == nil || *s.Status.Nodes == 0 {
		return Deletion{}, false
	}
	return Deletion{
		Kind: "Site", Name: s.Name, UID: s.UID,
		Note: fmt.Sprintf("Site %s was deleted. It matched nodes (%d): where they are is said by other Sites or by themselves, or is Undetermined.",
			s.Name, *s.Status.Nodes),
	}, true
}

// first names the first of some policies.
func first(names []string) string {
	if more := len(names) - maxNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), more)
	}
	return strings.Join(names, ", ")
}

// event is the Event on what is gone.
func (d Deletion) event() event.Event {
	return event.Event{
		Regarding: corev1.ObjectReference{
			APIVersion: residencyv1.GroupVersion.String(), Kind: d.Kind, Name: d.Name, UID: d.UID,
		},
		Type: corev1.EventTypeWarning, Reason: reasonDeleted, Action: actionDelete, Note: d.Note,
	}
}
