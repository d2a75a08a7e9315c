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

package place

// Truth is the answer to a question about a point that may be known only in part.
type Truth uint8

// The answers, in order from no to yes.
const (
	No Truth = iota
	Unknown
	Yes
)

// String returns the answer as a word.
func (t Truth) String() string {
	switch t {
	case Yes:
		return "Yes"
	case Unknown:
		return "Unknown"
	default:
		return "No"
	}
}

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}
