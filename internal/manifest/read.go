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

package manifest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Options say what is read.
type Options struct {
	// Paths are files, directories, or "-" for Stdin.
	Paths []string
	// Recursive also reads the directories below a directory.
	Recursive bool
	// Namespace is that of namespaced objects which name none.
	Namespace string
	// Stdin is read for "-".
	Stdin io.Reader
}

// maxFileSize bounds what is read of one file, so that a device or a runaway pipe ends
// in an error and not in the memory of the machine.
const maxFileSize = 1 << 30

// stdinPath and stdinName are standard input as it is given, and as it is called.
const (
	stdinPath = "-"
	stdinName = "stdin"
)

// Read reads all that the options name. Whatever is wrong with the input is among its
// Problems; an error means that the schemas of this build cannot be used.
func Read(ctx context.Context, opts Options) (*Input, error) {
	r := &reader{
		opts: opts,
		in:   &Input{Others: map[string]int{}, order: map[string]int{}},
		read: map[string]bool{},
		seen: map[identity]Origin{},
	}
	for _, path := range opts.Paths {
		if err := r.path(ctx, path); err != nil {
			return nil, err
		}
	}
	r.in.SortProblems()
	return r.in, nil
}

// reader gathers an Input.
type reader struct {
	opts Options
	in   *Input
	// read are the files that were read: a file that is named twice is read once.
	read map[string]bool
	// seen is where each object was first seen.
	seen map[identity]Origin
	// schemas are those of the custom resources, by kind, once the first has been seen.
	schemas map[string]*kindSchema
}

func (r *reader) problem(at Origin, object Ref, message string) {
	r.in.Add(Problem{Origin: at, Object: object, Message: message})
}

func (r *reader) path(ctx context.Context, path string) error {
	if path == stdinPath {
		return r.content(ctx, stdinName, r.opts.Stdin, true)
	}
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		r.problem(Origin{File: path}, Ref{}, "URLs are not read: fetch it, and pass it with -f -")
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		r.problem(Origin{File: path}, Ref{}, reason(err))
		return nil
	case info.IsDir():
		return r.directory(ctx, path)
	default:
		return r.file(ctx, path, true)
	}
}

// extensions are those of the files that are read of a directory.
var extensions = [...]string{".json", ".yaml", ".yml"}

// directory reads the files of a directory, in the order of their names. Links to
// other directories are not followed: they may lead back.
func (r *reader) directory(ctx context.Context, path string) error {
	found, err := r.entries(ctx, path)
	if err != nil {
		return err
	}
	if !found {
		message := "no file here ends in .yaml, .yml or .json"
		if !r.opts.Recursive {
			message += "; -R also reads the directories below"
		}
		r.problem(Origin{File: path}, Ref{}, message)
	}
	return nil
}

// entries reports whether the directory has files to read.
func (r *reader) entries(ctx context.Context, path string) (found bool, err error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		r.problem(Origin{File: path}, Ref{}, reason(err))
		return true, nil
	}
	for _, entry := range entries {
		below := filepath.Join(path, entry.Name())
		if entry.IsDir() {
			if !r.opts.Recursive {
				continue
			}
			more, err := r.entries(ctx, below)
			if err != nil {
				return false, err
			}
			found = found || more
			continue
		}
		info, err := os.Stat(below)
		wanted := slices.Contains(extensions[:], filepath.Ext(entry.Name()))
		switch {
		case err == nil && info.IsDir():
			if r.opts.Recursive {
				r.in.Notes = append(r.in.Notes, below+" is a link to a directory and was not followed.")
			}
			continue
		case !wanted:
			continue
		case err != nil:
			r.problem(Origin{File: below}, Ref{}, reason(err))
		case !info.Mode().IsRegular():
			r.problem(Origin{File: below}, Ref{}, "is not a regular file")
		default:
			if err := r.file(ctx, below, false); err != nil {
				return false, err
			}
		}
		found = true
	}
	return found, nil
}

// file reads a file. One that was named must hold something; in a directory an empty
// file is common, as generators leave them behind.
func (r *reader) file(ctx context.Context, path string, named bool) (err error) {
	f, err := os.Open(path)
	if err != nil {
		r.problem(Origin{File: path}, Ref{}, reason(err))
		return nil
	}
	// Nothing was written: closing has no error that matters.
	defer func() { _ = f.Close() }()
	return r.content(ctx, path, f, named)
}

func (r *reader) content(ctx context.Context, name string, from io.Reader, named bool) error {
	key := name
	if absolute, err := filepath.Abs(name); err == nil && name != stdinName {
		key = absolute
	}
	if r.read[key] {
		return nil
	}
	r.read[key] = true
	if _, known := r.in.order[name]; !known {
		r.in.order[name] = len(r.in.order)
	}
	data, message := readAll(from, maxFileSize)
	if message != "" {
		r.problem(Origin{File: name}, Ref{}, message)
		return nil
	}
	documents := split(data)
	if len(documents) == 0 && named {
		r.problem(Origin{File: name}, Ref{}, "holds no objects")
	}
	for i, d := range documents {
		at := Origin{File: name, Document: i + 1, Line: d.line}
		if err := r.document(ctx, at, d); err != nil {
			return err
		}
	}
	return nil
}

// readAll reads text up to a limit in bytes. A byte order mark is dropped, and UTF-16,
// which some shells write, is read as what it is. It returns what is wrong, or "".
func readAll(from io.Reader, limit int64) (data []byte, message string) {
	limited := &io.LimitedReader{R: from, N: limit + 1}
	data, err := io.ReadAll(transform.NewReader(limited, unicode.BOMOverride(encoding.Nop.NewDecoder())))
	switch {
	case err != nil:
		return nil, reason(err)
	case limited.N <= 0:
		return nil, "is too large: split it"
	default:
		return data, ""
	}
}

// reason returns what is wrong with a file, without its name.
func reason(err error) string {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		err = path.Err
	}
	return err.Error()
}
