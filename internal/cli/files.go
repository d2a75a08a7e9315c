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

package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/domicile-dev/domicile/internal/manifest"
)

// filesFlag is which files a command is told to read.
type filesFlag struct {
	paths     []string
	recursive bool
}

func (f *filesFlag) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVarP(&f.paths, "filename", "f", nil, "file or directory to read, or - for standard input; repeat it for more")
	flags.BoolVarP(&f.recursive, "recursive", "R", false, "also read the directories below a directory")
}

func (f *filesFlag) given() bool { return len(f.paths) > 0 }

func (f *filesFlag) options(stdin io.Reader) manifest.Options {
	return manifest.Options{Paths: f.paths, Recursive: f.recursive, Namespace: defaultNamespace, Stdin: stdin}
}

// defaultNamespace is that of objects which name none.
const defaultNamespace = "default"
