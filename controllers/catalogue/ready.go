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

package catalogue

import (
	"errors"
	"fmt"
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"github.com/domicile-dev/domicile/internal/catalogue"
)

// Ready is ready once a catalogue is in force. With an overlay that cannot be used at the
// first start there is none: what it corrects is not known to be right without it.
func Ready(holder *catalogue.Holder, state *State) healthz.Checker {
	return func(*http.Request) error {
		if holder.Current() != nil {
			return nil
		}
		if problem := state.Current().Problem; problem != "" {
			return fmt.Errorf("the overlay of the catalogue cannot be used: %s", problem)
		}
		return errors.New("the catalogue is not loaded yet")
	}
}
