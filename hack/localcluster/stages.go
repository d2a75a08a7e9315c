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

package localcluster

import (
	"bytes"
	"fmt"
	"os"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// completeStage is the stage by which kwok ends the pods of Jobs.
const completeStage = "pod-complete"

// stages returns the file by which kwok knows what becomes of nodes and pods.
func (c *Cluster) stages() (string, error) {
	path := c.options.stages()
	if !c.options.JobsRun {
		return path, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the stages of kwok: %w", err)
	}
	content, err = withoutStage(content, completeStage)
	if err != nil {
		return "", fmt.Errorf("changing %s: %w", path, err)
	}
	own := c.pki("kwok-stages.yaml")
	return own, writeFile(own, content, 0o644)
}

// withoutStage leaves one stage out. It is an error if there is none of the name: what it did would go on unseen.
func withoutStage(stages []byte, name string) ([]byte, error) {
	all, err := decodeObjects(bytes.NewReader(stages))
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(stage *unstructured.Unstructured) bool { return stage.GetName() == name })
	if len(kept) == len(all) {
		return nil, fmt.Errorf("there is no stage %s", name)
	}
	var out bytes.Buffer
	for _, stage := range kept {
		document, err := yaml.Marshal(stage.Object)
		if err != nil {
			return nil, fmt.Errorf("encoding stage %s: %w", stage.GetName(), err)
		}
		out.WriteString("---\n")
		out.Write(document)
	}
	return out.Bytes(), nil
}
