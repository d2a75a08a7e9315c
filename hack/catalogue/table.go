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

package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// table is a CSV file of the catalogue.
type table struct {
	name string
	// key is how many of the first columns its rows are sorted by. Rows that are equal in
	// them stay in their order, which means something where a key has several rows.
	key int
}

func tables() []table {
	return []table{
		{name: "city_names.csv", key: 2},
		{name: "countries.csv", key: 1},
		{name: "multi_regions.csv", key: 2},
		{name: "pairs.csv", key: 2},
		{name: "providers.csv", key: 1},
		{name: "regions.csv", key: 2},
		{name: "schemes.csv", key: 1},
		{name: "zones.csv", key: 2},
	}
}

func names() []string {
	var all []string
	for _, t := range tables() {
		all = append(all, t.name)
	}
	return all
}

// sort returns the text with its rows in order. The lines stay as they were written,
// so that who changes one line changes no other.
func (t table) sort(text string) (string, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	header, lines := lines[0], lines[1:]
	type row struct {
		key  []string
		line string
	}
	rows := make([]row, 0, len(lines))
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			return "", fmt.Errorf("%s:%d: is empty", t.name, i+2)
		}
		// One line each: a quoted line break would be taken apart here.
		fields, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil {
			return "", fmt.Errorf("%s:%d: reading the row: %w", t.name, i+2, err)
		}
		if len(fields) < t.key {
			return "", fmt.Errorf("%s:%d: has %d fields, and is sorted by %d", t.name, i+2, len(fields), t.key)
		}
		rows = append(rows, row{key: fields[:t.key], line: line})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return slices.Compare(a.key, b.key) })
	var b strings.Builder
	b.WriteString(header + "\n")
	for _, r := range rows {
		b.WriteString(r.line + "\n")
	}
	return b.String(), nil
}
