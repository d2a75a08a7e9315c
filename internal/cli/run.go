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
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// ExitCode is how the plugin ends.
type ExitCode int

// The exit codes of all commands. Those of check speak of outcomes, whatever a policy
// would do about them; those of the others, of places that are known.
const (
	// ExitPermitted: everything is permitted or not governed; every place is known.
	ExitPermitted ExitCode = 0
	// ExitProhibited: something is prohibited.
	ExitProhibited ExitCode = 1
	// ExitUndetermined: something is undetermined, and nothing is prohibited; a place is not known.
	ExitUndetermined ExitCode = 3
	// ExitBroken: the input or the command line is broken, whatever else was found.
	ExitBroken ExitCode = 5
)

// Error makes an exit code an error that says nothing: all was said already.
func (c ExitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// usageError is a mistake on the command line.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string {
	return fmt.Sprintf("%v\nSee '%s --help' for usage.", e.err, e.command)
}

func (e *usageError) Unwrap() error { return e.err }

func misuse(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{command: cmd.CommandPath(), err: fmt.Errorf(format, args...)}
}

// Run runs the plugin with the arguments that follow its name, and returns how it ended.
func Run(ctx context.Context, streams genericiooptions.IOStreams, args []string) ExitCode {
	return runOn(ctx, streams, screenOf(streams.Out), time.Now(), args)
}

// runOn runs the plugin for whoever reads the output on the screen, at an instant that all of the run goes by.
func runOn(ctx context.Context, streams genericiooptions.IOStreams, s screen, now time.Time, args []string) ExitCode {
	root := newRoot(streams, s, now)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitPermitted
	}
	if code, ok := errors.AsType[ExitCode](err); ok {
		return code
	}
	if _, err := fmt.Fprintf(streams.ErrOut, "error: %s\n", printable(err.Error())); err != nil {
		// Nobody is left to tell; the exit code still does.
		return ExitBroken
	}
	return ExitBroken
}

func newRoot(streams genericiooptions.IOStreams, s screen, now time.Time) *cobra.Command {
	root := &cobra.Command{
		Use: "kubectl-residency",
		// kubectl calls the plugin by its file name, people call it by this.
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl residency"},
		Short:       "Say where data may be processed, and whether workloads are there",
		Long: `Say where data may be processed, and whether workloads are there.

The verdicts are those of the Domicile operator: the same rules, catalogue of places
and schema. They speak of places, and not of whether a processing is lawful.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			near := cmd.SuggestionsFor(args[0])
			if len(near) == 0 {
				return misuse(cmd, "there is no command %q", args[0])
			}
			return misuse(cmd, "there is no command %q; did you mean %s?", args[0], strings.Join(near, " or "))
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misuse(cmd, "%w", err) })
	var places placesFlag
	places.add(root)
	root.AddCommand(
		newCatalogue(streams, s, &places), newCheck(streams, s, &places, now), newExplain(streams, s, &places, now), newJurisdictions(streams, s, &places),
		newLocations(streams, s, &places, now), newResolve(streams, s, &places), newVersion(streams, &places), newWhere(streams, s, &places, now),
	)
	return root
}

// noArguments refuses arguments that are no flags, which are most often files.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.Flags().Lookup("filename") != nil {
		return misuse(cmd, "%q is no flag: name files and directories by -f %s", args[0], args[0])
	}
	return misuse(cmd, "%s takes no arguments, but there is %q", cmd.CommandPath(), args[0])
}
