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

package e2e

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applycorev1 "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/stamp"
)

// user is a client with a certificate of its own.
func user(t *testing.T, name string, groups ...string) client.Client {
	t.Helper()
	config, err := cluster.UserConfig(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := clientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// kubelet is a client with the certificate of the kubelet of a node.
func kubelet(t *testing.T, node string) client.Client {
	t.Helper()
	return user(t, "system:node:"+node, "system:nodes")
}

// registered is a node that its kubelet has made, in a region by its own word, and that
// the manager has stamped. It is only ever said to be in country.
func registered(t *testing.T, region, country string) *corev1.Node {
	t.Helper()
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name:        name(t, "node"),
		Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
		Labels:      map[string]string{corev1.LabelTopologyRegion: region},
	}}
	if err := kubelet(t, n.Name).Create(t.Context(), n); err != nil {
		t.Fatalf("registering a node: %v", err)
	}
	remove(t, n)
	stamped(t, n, map[string]string{residencyv1.StampCountry: country, residencyv1.StampAssurance: "claimed"})
	return n
}

func stampOf(n *corev1.Node) stamp.Stamp { return stamp.Of(n.Labels, n.Annotations) }

// changed writes a change of a node, in one of the ways that there are, until it meets
// nobody else's write.
func changed(t *testing.T, c client.Client, node, way string, change func(*corev1.Node)) error {
	t.Helper()
	var err error
	eventually(t, "a write without a conflict", func(ctx context.Context) error {
		before := &corev1.Node{}
		if err := admin.Get(ctx, client.ObjectKey{Name: node}, before); err != nil {
			return err
		}
		after := before.DeepCopy()
		change(after)
		switch way {
		case "patch":
			err = c.Patch(ctx, after, client.MergeFrom(before))
		case "update":
			err = c.Update(ctx, after)
		case "patch of the status":
			err = c.Status().Patch(ctx, after, client.MergeFrom(before))
		case "update of the status":
			err = c.Status().Update(ctx, after)
		default:
			t.Fatalf("there is no way %q", way)
		}
		if apierrors.IsConflict(err) {
			return err
		}
		return nil
	})
	return err
}

// Everything that a kubelet and an administrator can write to a Node, in every way: each
// touch of the stamp is refused, and the rest is not.
func TestStampIsWrittenByTheManagerOnly(t *testing.T) {
	node := registered(t, "europe-west3", "DE")
	site := siteOf(t, "room", "DE", node)
	create(t, site)
	member := stamp.SiteKey(site.Name)
	stamped(t, node, map[string]string{member: residencyv1.StampMember, residencyv1.StampAssurance: "declared"})
	before := stampOf(node)
	writers := map[string]client.Client{"kubelet": kubelet(t, node.Name), "administrator": admin}
	ways := []string{"patch", "update", "patch of the status", "update of the status"}
	touches := map[string]func(*corev1.Node){
		"another country":     func(n *corev1.Node) { n.Labels[residencyv1.StampCountry] = "US" },
		"no country":          func(n *corev1.Node) { delete(n.Labels, residencyv1.StampCountry) },
		"an assurance":        func(n *corev1.Node) { n.Labels[residencyv1.StampAssurance] = "consistent" },
		"a label more":        func(n *corev1.Node) { n.Labels[residencyv1.StampSite] = "hall" },
		"a Site":              func(n *corev1.Node) { n.Labels[stamp.SiteKey("hall")] = residencyv1.StampMember },
		"another value":       func(n *corev1.Node) { n.Labels[member] = "false" },
		"out of its Site":     func(n *corev1.Node) { delete(n.Labels, member) },
		"a possible region":   func(n *corev1.Node) { n.Labels[stamp.PossibleRegionKey("aws", "eu-west-2")] = residencyv1.StampMember },
		"no labels at all":    func(n *corev1.Node) { n.Labels = nil },
		"another annotation":  func(n *corev1.Node) { n.Annotations[residencyv1.LocationAnnotation] = "{}" },
		"an empty annotation": func(n *corev1.Node) { n.Annotations[residencyv1.LocationAnnotation] = "" },
		"a new place, stamp and all": func(n *corev1.Node) {
			delete(n.Annotations, residencyv1.LocationAnnotation)
			n.Labels[residencyv1.StampCountry] = "US"
		},
	}
	for who, c := range writers {
		for _, way := range ways {
			for what, touch := range touches {
				t.Run(strings.Join([]string{who, way, what}, "/"), func(t *testing.T) {
					err := changed(t, c, node.Name, way, touch)
					expectRefusal(t, err, node.Name)
					if who == "administrator" {
						expectRefusal(t, err, "domicile-node-stamp", "make a Site", "kubectl annotate node "+node.Name)
					}
					t.Log(err)
				})
			}
		}
		// Whoever writes the same object as it was, or something else, is not asked.
		for _, way := range ways {
			t.Run(strings.Join([]string{who, way, "a heartbeat"}, "/"), func(t *testing.T) {
				err := changed(t, c, node.Name, way, func(n *corev1.Node) {
					n.Labels["e2e.example.com/writer"] = who
					n.Annotations["e2e.example.com/way"] = way
					n.Status.NodeInfo.KernelVersion = way
				})
				if err != nil {
					t.Errorf("it is refused: %v", err)
				}
			})
		}
	}
	t.Run("a kubelet takes the stamp off", func(t *testing.T) {
		for _, way := range ways {
			err := changed(t, writers["kubelet"], node.Name, way, func(n *corev1.Node) { delete(n.Annotations, residencyv1.LocationAnnotation) })
			expectRefusal(t, err, "domicile-node-stamp", "never for a kubelet")
		}
	})
	t.Run("by taking over the fields", func(t *testing.T) {
		for who, c := range writers {
			apply := applycorev1.Node(node.Name).WithLabels(map[string]string{residencyv1.StampCountry: "US"})
			expectRefusal(t, c.Apply(t.Context(), apply, client.FieldOwner("e2e"), client.ForceOwnership), node.Name)
			t.Log(who, "is refused")
		}
	})
	after := &corev1.Node{}
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(node), after); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, stampOf(after)); diff != "" {
		t.Errorf("the stamp (-before +after):\n%s", diff)
	}
}

func TestStampAtTheRegistrationOfANode(t *testing.T) {
	old := registered(t, "europe-west3", "DE")
	fresh := func(change func(*corev1.Node)) *corev1.Node {
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
			Name:        old.Name + "-2",
			Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
			Labels:      map[string]string{corev1.LabelTopologyRegion: "us-west4"},
		}}
		change(n)
		return n
	}
	labelled := func(n *corev1.Node) {
		maps.Copy(n.Labels, stampOf(old).Labels)
		n.Labels[residencyv1.StampSite] = "hall"
		n.Labels[residencyv1.StampPrefix+"colour"] = "blue"
	}
	annotated := func(n *corev1.Node) {
		n.Annotations[residencyv1.LocationAnnotation] = old.Annotations[residencyv1.LocationAnnotation]
	}
	c := kubelet(t, old.Name+"-2")
	err := c.Create(t.Context(), fresh(labelled))
	expectRefusal(t, err, "is not allowed to set the following labels", residencyv1.StampCountry)
	t.Log(err)
	err = c.Create(t.Context(), fresh(annotated))
	expectRefusal(t, err, "domicile-node-stamp", "a kubelet cannot register node "+old.Name+"-2 with a stamp")
	t.Log(err)

	// As from a backup: another Node's stamp, which says another place.
	n := fresh(func(n *corev1.Node) { labelled(n); annotated(n) })
	create(t, n)
	stamped(t, n, map[string]string{
		residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed", residencyv1.StampSite: "", residencyv1.StampPrefix + "colour": "",
	})
	if r := recordOf(t, n); r.Memory == nil || r.Memory.Country != "US" || r.Last != nil {
		t.Errorf("the record is %+v", r)
	}
}

// recordOf reads what the manager has written on a node for the node.
func recordOf(t *testing.T, n *corev1.Node) stamp.Record {
	t.Helper()
	r, err := stamp.Decode(string(n.UID), n.Annotations[residencyv1.LocationAnnotation])
	if err != nil {
		t.Fatalf("the stamp of node %s: %v", n.Name, err)
	}
	return r
}

func TestStampIsTakenOffWithTheVerbRelocate(t *testing.T) {
	node := registered(t, "europe-west3", "DE")
	if err := changed(t, kubelet(t, node.Name), node.Name, "patch", inRegion("us-west4")); err != nil {
		t.Fatal(err)
	}
	stamped(t, node, map[string]string{residencyv1.StampCountry: "DE", residencyv1.StampAssurance: "undetermined"})
	takeOff := func(n *corev1.Node) { delete(n.Annotations, residencyv1.LocationAnnotation) }
	writeNodes := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes", "nodes/status"}, Verbs: []string{"get", "patch", "update"}}
	relocate := func(node string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes"}, ResourceNames: []string{node}, Verbs: []string{residencyv1.RelocateVerb}}
	}
	for who, rules := range map[string][]rbacv1.PolicyRule{
		"nobody in particular":          {writeNodes},
		"who may relocate another node": {writeNodes, relocate("fra-aws-1")},
	} {
		t.Run(who, func(t *testing.T) {
			err := changed(t, withRules(t, rules...), node.Name, "patch", takeOff)
			expectRefusal(t, err, "domicile-node-stamp", "the verb relocate", "kubectl auth can-i relocate nodes/"+node.Name)
			t.Log(err)
		})
	}
	mover := withRules(t, writeNodes, relocate(node.Name))
	for what, change := range map[string]func(*corev1.Node){
		"to write another stamp":    func(n *corev1.Node) { n.Annotations[residencyv1.LocationAnnotation] = "{}" },
		"to take only the labels":   func(n *corev1.Node) { delete(n.Labels, residencyv1.StampCountry) },
		"to change a label with it": func(n *corev1.Node) { takeOff(n); n.Labels[residencyv1.StampCountry] = "US" },
		"to add a label with it":    func(n *corev1.Node) { takeOff(n); n.Labels[residencyv1.StampSite] = "hall" },
		"to enter a Site with it":   func(n *corev1.Node) { takeOff(n); n.Labels[stamp.SiteKey("hall")] = residencyv1.StampMember },
	} {
		t.Run("it is not the verb "+what, func(t *testing.T) {
			expectRefusal(t, changed(t, mover, node.Name, "patch", change), "domicile-node-stamp", "make a Site")
		})
	}
	if err := changed(t, mover, node.Name, "patch", takeOff); err != nil {
		t.Fatalf("with the verb: %v", err)
	}
	stamped(t, node, map[string]string{residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed"})
	// With its labels it goes as well, as by kubectl replace.
	err := changed(t, mover, node.Name, "update", func(n *corev1.Node) {
		takeOff(n)
		maps.DeleteFunc(n.Labels, func(key, _ string) bool { return residencyv1.IsStamp(key) })
	})
	if err != nil {
		t.Errorf("with the verb, the whole stamp: %v", err)
	}
	stamped(t, node, map[string]string{residencyv1.StampCountry: "US", residencyv1.StampAssurance: "claimed"})
}

// withRules is a user of the test who may do what the rules say.
func withRules(t *testing.T, rules ...rbacv1.PolicyRule) client.Client {
	t.Helper()
	_, c := account(t, rules...)
	return c
}

// account is a user of the test who may do what the rules say, reading nodes included, and
// the user's name.
func account(t *testing.T, rules ...rbacv1.PolicyRule) (string, client.Client) {
	t.Helper()
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-"}, Rules: rules}
	create(t, role)
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: role.Name}},
	})
	c := user(t, role.Name)
	eventually(t, "the rights of "+role.Name, func(ctx context.Context) error {
		if err := c.Get(ctx, client.ObjectKey{Name: "fra-aws-1"}, &corev1.Node{}); err != nil {
			return fmt.Errorf("reading a node: %w", err)
		}
		return nil
	})
	return role.Name, c
}
