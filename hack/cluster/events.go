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
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// event is what the supervisor tells a command that waits for it, one JSON object per line: some text to print, and in
// the end whether it worked.
type event struct {
	Text  string `json:"text,omitempty"`
	Done  bool   `json:"done,omitempty"`
	Error string `json:"error,omitempty"`
}

// eventWriter turns what is written to it into events.
type eventWriter struct {
	encoder *json.Encoder
}

func newEventWriter(to io.Writer) *eventWriter { return &eventWriter{encoder: json.NewEncoder(to)} }

// Write implements io.Writer.
func (w *eventWriter) Write(text []byte) (int, error) {
	if err := w.encoder.Encode(event{Text: string(text)}); err != nil {
		return 0, err
	}
	return len(text), nil
}

// finish sends the last event.
func (w *eventWriter) finish(err error) error {
	last := event{Done: true}
	if err != nil {
		last = event{Error: err.Error()}
	}
	return w.encoder.Encode(last)
}

// errNoResult says that the supervisor went away without a word.
var errNoResult = errors.New("the supervisor ended without saying why")

// follow prints the texts and returns the result.
func follow(from io.Reader, to io.Writer) error {
	decoder := json.NewDecoder(from)
	for {
		var next event
		if err := decoder.Decode(&next); errors.Is(err, io.EOF) {
			return errNoResult
		} else if err != nil {
			return fmt.Errorf("reading from the supervisor: %w", err)
		}
		switch {
		case next.Done:
			return nil
		case next.Error != "":
			return errors.New(next.Error)
		}
		if _, err := io.WriteString(to, next.Text); err != nil {
			return fmt.Errorf("printing: %w", err)
		}
	}
}
