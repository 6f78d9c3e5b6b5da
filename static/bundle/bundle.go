// Package bundle turns the TypeScript of static/src into files that a browser,
// a Worker or Node runs. It is esbuild's Go API with this project's settings;
// nothing but Go is needed to build the site.
package bundle

import (
	"fmt"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Node bundles entry files for Node 20 into a directory, one .js for each;
// packages named external are left to be found in node_modules.
func Node(outDir string, entries []string, external ...string) error {
	_, err := build(api.BuildOptions{
		EntryPoints: entries,
		Outdir:      outDir,
		Platform:    api.PlatformNode,
		Target:      api.ES2023,
		External:    external,
		Write:       true,
		Sourcemap:   api.SourceMapInline,
	})
	return err
}

// Browser bundles one entry file into one minified module for a page or a
// Worker and gives its text.
func Browser(entry string) ([]byte, error) {
	files, err := build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Platform:          api.PlatformBrowser,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
	})
	if err != nil {
		return nil, err
	}
	return files[0].Contents, nil
}

func build(options api.BuildOptions) ([]api.OutputFile, error) {
	options.Bundle = true
	options.Format = api.FormatESModule
	options.LogLevel = api.LogLevelSilent
	result := api.Build(options)
	if len(result.Errors) > 0 {
		text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, fmt.Errorf("bundle: %s", strings.TrimSpace(strings.Join(text, "")))
	}
	return result.OutputFiles, nil
}
