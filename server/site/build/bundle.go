package build

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"quorumlab/content"
)

const (
	workerEntry = "worker/lab.worker.ts" // below static/src
	codeCSS     = "code.css"             // made by package content
)

// bundle makes the scripts and style sheets that the templates ask for with
// {{asset "NAME"}}, NAME being a file below static/ or static/src/. TypeScript
// and CSS go through esbuild; anything else is copied.
func (b *builder) bundle() error {
	b.assets, b.imports = map[string]string{}, map[string][]imported{}
	scripts, styles, classic := []string{}, []string{}, []string{workerEntry}
	for _, name := range b.assetNames {
		switch {
		case name == codeCSS:
			if err := b.addCodeCSS(); err != nil {
				return err
			}
		case b.classic[name]:
			classic = append(classic, name)
		case path.Ext(name) == ".ts":
			scripts = append(scripts, name)
		case path.Ext(name) == ".css":
			styles = append(styles, name)
		default:
			if err := b.copyAsset(name); err != nil {
				return err
			}
		}
	}
	if err := b.esbuild(scripts, api.FormatESModule); err != nil {
		return err
	}
	if err := b.esbuild(styles, api.FormatDefault); err != nil {
		return err
	}
	return b.esbuild(classic, api.FormatIIFE)
}

// source finds the file of an asset's name, relative to static/.
func (b *builder) source(name string) (string, error) {
	for _, candidate := range []string{name, "src/" + name} {
		if _, err := os.Stat(b.path("static", candidate)); err == nil {
			return candidate, nil
		}
	}
	return "", fmt.Errorf("a template asks for the asset %q: there is neither static/%s nor static/src/%s", name, name, name)
}

func (b *builder) addCodeCSS() error {
	css, err := minifyFile(codeCSS, []byte(content.CSS()))
	b.assets[codeCSS] = b.addHashed(codeCSS, css).Path
	return err
}

func (b *builder) copyAsset(name string) error {
	source, err := b.source(name)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(b.path("static", source))
	if err != nil {
		return err
	}
	if data, err = minifyFile(name, data); err != nil {
		return fmt.Errorf("static/%s: %w", source, err)
	}
	b.assets[name] = b.addHashed(path.Base(name), data).Path
	return nil
}

// esbuild bundles entries of one kind and takes what comes of them.
func (b *builder) esbuild(names []string, format api.Format) error {
	if len(names) == 0 {
		return nil
	}
	byPath := map[string]string{}
	var entries []string
	for _, name := range names {
		source, err := b.source(name)
		if err != nil {
			return err
		}
		byPath[source] = name
		entries = append(entries, source)
	}
	absolute, err := filepath.Abs(b.path("static"))
	if err != nil {
		return err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     absolute,
		Define:            map[string]string{"LOCALE": strconv.Quote(b.Locale)},
		EntryPoints:       entries,
		Bundle:            true,
		Splitting:         format == api.FormatESModule,
		Format:            format,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // the notices are at /licenses/
		Loader:            map[string]api.Loader{".svg": api.LoaderFile, ".woff2": api.LoaderFile, ".png": api.LoaderFile},
		Outdir:            filepath.Join(absolute, "out"),
		PublicPath:        "/",
		EntryNames:        "assets/[name]-[hash]",
		ChunkNames:        "assets/[name]-[hash]",
		AssetNames:        "assets/[name]-[hash]",
		Metafile:          true,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("esbuild: %s", strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, f := range result.OutputFiles {
		relative, err := filepath.Rel(filepath.Join(absolute, "out"), f.Path)
		if err != nil {
			return err
		}
		b.add("/"+filepath.ToSlash(relative), f.Contents)
	}
	return b.readMetafile(result.Metafile, byPath)
}

// metafile is the part of esbuild's report that we use; paths are relative to
// static/.
type metafile struct {
	Inputs  map[string]struct{} `json:"inputs"`
	Outputs map[string]struct {
		EntryPoint string `json:"entryPoint"`
		CSSBundle  string `json:"cssBundle"`
		Imports    []struct {
			Path string `json:"path"`
			Kind string `json:"kind"`
		} `json:"imports"`
	} `json:"outputs"`
}

func (b *builder) readMetafile(text string, names map[string]string) error {
	var meta metafile
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		return err
	}
	for output, of := range meta.Outputs {
		for _, i := range of.Imports {
			name := outputAddress(output)
			b.imports[name] = append(b.imports[name], imported{outputAddress(i.Path), i.Kind == "dynamic-import"})
		}
		if name, ok := names[of.EntryPoint]; ok && of.EntryPoint != "" {
			b.assets[name] = outputAddress(output)
			if of.CSSBundle != "" {
				b.assets[strings.TrimSuffix(name, ".ts")+".css"] = outputAddress(of.CSSBundle)
			}
		}
	}
	for input := range meta.Inputs {
		if _, below, found := strings.Cut(input, "node_modules/"); found {
			b.packages = append(b.packages, packageName(below))
		}
	}
	return nil
}

// packageName is the npm package of a path below node_modules.
func packageName(below string) string {
	parts := strings.SplitN(below, "/", 3)
	if strings.HasPrefix(below, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
