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
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	residencyv1 "github.com/domicile-dev/domicile/api/v1alpha1"
	"github.com/domicile-dev/domicile/internal/catalogue"
	"github.com/domicile-dev/domicile/internal/differential/oracle"
)

// What clusters are made of, by name.
var (
	datasets   = []string{"customers", "payroll", "clicks", "visits"}
	namespaces = []string{"crm", "shop", "lab"}
	teams      = []string{"crm", "data"}
	apps       = []string{"profiles", "search"}
	carriers   = map[string][]string{
		"Secret":    {"db", "token"},
		"ConfigMap": {"settings", "hosts"},
	}
)

// site makes a Site that declares or claims the place of some of the nodes.
func (g *generator) site(name string) oracle.Site {
	s := oracle.Site{Object: residencyv1.Site{
		TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "Site"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}}
	spec := &s.Object.Spec
	spec.Basis = residencyv1.Basis{Reference: "contract", VerifiedAt: "2020-01-01"}
	if g.in(8) {
		spec.ValidUntil = new(metav1.NewTime(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)))
	}
	at := g.sayPlace(&s)
	if room, ok := at.Object.Labels[plainRoom]; ok && s.Place.Country == at.Place.Country && g.in(3) {
		// A Site into which a kubelet has put a node that is there.
		spec.NodeSelector = &metav1.LabelSelector{MatchLabels: map[string]string{plainRoom: room}}
	} else if g.in(2) {
		for range 1 + g.IntN(2) {
			node := residencyv1.NodeName(pick(g, g.w.Nodes).Object.Name)
			if !slices.Contains(spec.NodeNames, node) {
				spec.NodeNames = append(spec.NodeNames, node)
			}
		}
	}
	if g.in(3) {
		spec.VolumeNames = []residencyv1.NodeName{residencyv1.NodeName(pick(g, volumeNames))}
	}
	if g.in(6) {
		spec.VolumeSelector = g.selector(plainMedium, []string{"tape", "disk"})
	}
	if g.in(5) {
		spec.StorageClassNames = []residencyv1.NodeName{residencyv1.NodeName(pick(g, classNames))}
	}
	if spec.NodeSelector == nil && (len(spec.NodeNames) == 0 || g.in(4)) {
		spec.NodeSelector = g.selector(pick(g, []string{restrictedRoom, plainRoom}), []string{"a", "b", "c"})
		if g.in(6) {
			spec.NodeSelector.MatchExpressions = append(spec.NodeSelector.MatchExpressions,
				metav1.LabelSelectorRequirement{Key: pick(g, []string{restrictedRoom, plainRoom}), Operator: metav1.LabelSelectorOpExists})
		}
	}
	return s
}

// sayPlace has a Site say a place, more or less of it, and returns a node that may be there.
func (g *generator) sayPlace(s *oracle.Site) (node oracle.Node) {
	spec := &s.Object.Spec
	node = pick(g, g.w.Nodes)
	if at := node.Place; at.Country != "" && g.in(2) {
		// What is true of a node at least, so that the two agree.
		spec.Country, s.Place.Country = residencyv1.CountryCode(at.Country), at.Country
		if g.in(3) {
			s.Place.City = catalogue.DisplayCity(at.City)
			spec.City = residencyv1.CityName(s.Place.City)
		}
		return node
	}
	row := pick(g, g.palette)
	spec.Country = residencyv1.CountryCode(row.Country)
	s.Place.Country = row.Country
	city := catalogue.DisplayCity(row.City)
	switch {
	case g.in(3):
	case g.in(2) || row.Confidence == catalogue.ConfidenceLow:
		spec.City, s.Place.City = residencyv1.CityName(city), city
		if g.in(3) {
			spec.Provider = residencyv1.ProviderName(pick(g, []string{"acme-dc", row.Provider}))
			s.Place.Provider = string(spec.Provider)
		}
	default:
		// The catalogue says the city of a region, whether the Site does or not.
		spec.Provider, spec.Region = residencyv1.ProviderName(row.Provider), residencyv1.RegionName(row.Name)
		s.Place.Provider, s.Place.Region, s.Place.City = row.Provider, row.Name, city
		if g.in(2) {
			spec.City = residencyv1.CityName(city)
		}
	}
	return node
}

// selector selects by one label, in any of the ways.
func (g *generator) selector(key string, values []string) *metav1.LabelSelector {
	value := pick(g, values)
	if g.in(2) {
		return &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
	}
	r := metav1.LabelSelectorRequirement{Key: key, Operator: pick(g, []metav1.LabelSelectorOperator{
		metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist,
	})}
	if r.Operator == metav1.LabelSelectorOpIn || r.Operator == metav1.LabelSelectorOpNotIn {
		r.Values = []string{value}
		if other := pick(g, values); other != value {
			r.Values = append(r.Values, other)
		}
	}
	return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{r}}
}

// jurisdictions makes one of countries, one that includes it, and one in which nothing is.
func (g *generator) jurisdictions() {
	make := func(name string, spec residencyv1.JurisdictionSpec) {
		spec.Title = name
		g.w.Jurisdictions = append(g.w.Jurisdictions, residencyv1.Jurisdiction{
			TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "Jurisdiction"},
			ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec,
		})
	}
	home := residencyv1.CountryCode(pick(g, g.palette).Country)
	make("home", residencyv1.JurisdictionSpec{Countries: []residencyv1.CountryCode{home}})
	make("afar", residencyv1.JurisdictionSpec{Countries: []residencyv1.CountryCode{"AQ"}})
	make("alliance", residencyv1.JurisdictionSpec{Includes: []residencyv1.JurisdictionName{"home", "EU"}, Excludes: []residencyv1.CountryCode{
		pick(g, []residencyv1.CountryCode{"DE", "FR", "IE", home}),
	}})
}

func (g *generator) datasets() {
	for _, name := range datasets[:1+g.IntN(len(datasets))] {
		d := residencyv1.Dataset{
			TypeMeta:   metav1.TypeMeta{APIVersion: residencyv1.GroupVersion.String(), Kind: "Dataset"},
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"sensitivity": pick(g, []string{"personal", "open"})}},
		}
		d.Spec.Title = name
		for range max(0, g.IntN(4)-2) {
			var s residencyv1.PodsSelector
			if g.in(2) {
				s.NamespaceSelector = g.selector("team", teams)
			}
			if s.NamespaceSelector == nil || g.in(2) {
				s.PodSelector = g.selector("app", apps)
			}
			d.Spec.HandledBy = append(d.Spec.HandledBy, s)
		}
		g.w.Datasets = append(g.w.Datasets, d)
	}
}

// keys names datasets by labels and annotations, or does not.
func (g *generator) keys(m *metav1.ObjectMeta, oneIn int) {
	var names []string
	for _, d := range g.w.Datasets {
		names = append(names, d.Name)
	}
	if g.in(8) {
		names = []string{"custmers"} // There is none of that name.
	}
	if g.in(oneIn) {
		if m.Labels == nil {
			m.Labels = map[string]string{}
		}
		m.Labels[residencyv1.DatasetLabel] = pick(g, names)
	}
	if g.in(2 * oneIn) {
		if m.Annotations == nil {
			m.Annotations = map[string]string{}
		}
		list := pick(g, names) + " , " + pick(g, names) + ","
		if g.in(10) {
			list = pick(g, []string{"", " ,"})
		}
		m.Annotations[residencyv1.DatasetsAnnotation] = list
	}
}

// namespaces makes namespaces, and what pods in them can refer to.
func (g *generator) namespaces() {
	for _, name := range namespaces {
		ns := corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name}}
		if !g.in(3) {
			ns.Labels = map[string]string{"team": pick(g, teams)}
		}
		g.keys(&ns.ObjectMeta, 6)
		g.declare(&ns.ObjectMeta, 12)
		g.w.Namespaces = append(g.w.Namespaces, ns)
		for _, kind := range slices.Sorted(maps.Keys(carriers)) {
			for _, object := range carriers[kind] {
				c := metav1.PartialObjectMetadata{
					TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: kind},
					ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: object},
				}
				g.keys(&c.ObjectMeta, 4)
				g.w.Carriers = append(g.w.Carriers, c)
			}
		}
	}
}

// pod makes a pod, and a Binding by which it may be bound.
func (g *generator) pod(name string) pod {
	p := pod{Pod: corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: pick(g, namespaces), Name: name},
	}}
	if !g.in(3) {
		p.Labels = map[string]string{"app": pick(g, apps)}
	}
	g.keys(&p.ObjectMeta, 2)
	g.declare(&p.ObjectMeta, 3)
	g.refer(&p.Pod)
	if len(g.w.Processors) > 0 {
		g.call(&p.Pod)
	}
	switch g.IntN(4) {
	case 0:
		p.Spec.NodeName = g.nodeName()
		fallthrough
	default:
		g.constrain(&p.Pod)
	case 1:
	}
	p.boundTo = g.nodeName()
	if g.in(4) {
		g.keys(&p.brings, 1)
	}
	return p
}

func (g *generator) nodeName() string {
	if g.in(10) {
		return "gone"
	}
	return pick(g, g.w.Nodes).Object.Name
}

// refer has a pod refer to objects that may carry keys.
func (g *generator) refer(p *corev1.Pod) {
	container := corev1.Container{Name: "app", Image: "registry.example.com/app:1"}
	volume := func(source corev1.VolumeSource) {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: fmt.Sprintf("volume-%d", len(p.Spec.Volumes)), VolumeSource: source})
	}
	secret, config := pick(g, carriers["Secret"]), pick(g, carriers["ConfigMap"])
	local := func(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }
	switch g.IntN(14) {
	case 0:
		volume(corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "disk"}})
	case 1:
		volume(corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secret}})
	case 2:
		volume(corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: local(config)}})
	case 3:
		volume(corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{Secret: &corev1.SecretProjection{LocalObjectReference: local(secret)}},
			{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: local(config)}},
		}}})
	case 4:
		container.Env = []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: local(secret), Key: "a"}}}}
	case 5:
		container.Env = []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: local(config), Key: "a"}}}}
	case 6:
		container.EnvFrom = []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: local(secret)}}}
	case 7:
		init := container
		init.Name, init.EnvFrom = "init", []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: local(config)}}}
		p.Spec.InitContainers = []corev1.Container{init}
	case 8:
		template := &corev1.PersistentVolumeClaimTemplate{Spec: g.claimSpec()}
		g.keys(&template.ObjectMeta, 2)
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "scratch", VolumeSource: corev1.VolumeSource{
			Ephemeral: &corev1.EphemeralVolumeSource{VolumeClaimTemplate: template},
		}})
	case 9:
		p.Spec.ImagePullSecrets = []corev1.LocalObjectReference{local(secret)} // The kubelet's, no container's.
	case 10:
		volume(corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "csi.example.com", NodePublishSecretRef: new(local(secret))}})
	}
	p.Spec.Containers = []corev1.Container{container}
	g.keep(p)
}

// constrain gives a pod a nodeSelector, or required node affinity, or both.
func (g *generator) constrain(p *corev1.Pod) {
	if g.in(3) {
		key, values := g.nodeLabel()
		p.Spec.NodeSelector = map[string]string{key: pick(g, values)}
		if g.in(2) {
			return
		}
	}
	var terms []corev1.NodeSelectorTerm
	for range 1 + g.IntN(3) {
		var term corev1.NodeSelectorTerm
		for range g.IntN(3) {
			term.MatchExpressions = append(term.MatchExpressions, g.requirement())
		}
		if len(term.MatchExpressions) == 0 || g.in(6) {
			term.MatchFields = []corev1.NodeSelectorRequirement{{
				Key: metav1.ObjectNameField, Operator: pick(g, []corev1.NodeSelectorOperator{corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn}), Values: []string{g.nodeName()},
			}}
		}
		terms = append(terms, term)
	}
	p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
	}}
}

// nodeLabel is a label that constraints ask for, with values that nodes may have.
func (g *generator) nodeLabel() (key string, values []string) {
	row := pick(g, g.palette)
	node := pick(g, g.w.Nodes).Object.Labels
	key = pick(g, []string{corev1.LabelTopologyRegion, corev1.LabelTopologyRegion, corev1.LabelTopologyZone, corev1.LabelHostname, plainRoom, restrictedRoom})
	switch key {
	case corev1.LabelTopologyRegion:
		values = []string{row.Name, "nowhere-1"}
	case corev1.LabelTopologyZone:
		values = []string{"nowhere-1a"}
		if zone := zoneOf(row); zone != "" {
			values = append(values, zone)
		}
	default:
		values = []string{"a", "b"}
	}
	if value, ok := node[key]; ok {
		values = append(values, value)
	}
	return key, values
}

func (g *generator) requirement() corev1.NodeSelectorRequirement {
	if g.in(6) {
		return corev1.NodeSelectorRequirement{Key: cores, Operator: pick(g, []corev1.NodeSelectorOperator{corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt}), Values: []string{"4"}}
	}
	key, values := g.nodeLabel()
	r := corev1.NodeSelectorRequirement{Key: key, Operator: pick(g, []corev1.NodeSelectorOperator{
		corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist,
	})}
	if r.Operator == corev1.NodeSelectorOpIn || r.Operator == corev1.NodeSelectorOpNotIn {
		r.Values = []string{pick(g, values)}
		if other := pick(g, values); other != r.Values[0] {
			r.Values = append(r.Values, other)
		}
	}
	return r
}
