// Answers the cases of tests/golden, and the examples of policies, with Open Policy Agent. To make
// the answers again:
//
//	mkdir /tmp/oracle && cp crates/rego-plan/tests/oracle.go /tmp/oracle/main.go && cd /tmp/oracle
//	go mod init oracle && go get github.com/open-policy-agent/opa/v1/rego sigs.k8s.io/yaml
//	for f in …/crates/rego-plan/tests/golden/*.json; do go run . cases $f > new && mv new $f; done
//	go run . policies …/policies > …/src/checks/policy/tests/golden.json
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"sigs.k8s.io/yaml"
)

func main() {
	switch os.Args[1] {
	case "cases":
		cases(os.Args[2])
	case "policies":
		policies(os.Args[2])
	}
}

// Each case is a module's rules and the value of its rule `p`: null if it has none, "error" if
// there is an error. What stands behind these is kept.
func cases(path string) {
	var cases [][]any
	read(path, &cases)
	var input any
	read(filepath.Join(filepath.Dir(path), "input", "input.json"), &input)
	for i := range cases {
		text := "package m\n" + cases[i][0].(string)
		compiler, err := compile(map[string]string{"m.rego": text})
		var answer any = "error"
		if err == nil {
			answer = ask(compiler, "data.m.p", input)
		}
		cases[i] = append([]any{cases[i][0], answer}, cases[i][min(2, len(cases[i])):]...)
	}
	lines(len(cases), func(i int) any { return cases[i] })
}

// What each policy finds in its examples.
func policies(folder string) {
	texts := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(folder, "*", "*.rego"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		check(err)
		name, _ := filepath.Rel(folder, file)
		// Go knows no others than the letters of ASCII, and no way to say so.
		texts[name] = strings.NewReplacer(`(?-u:\b)`, `\b`, `(?i-u)`, `(?i)`).Replace(string(text))
	}
	compiler, err := compile(texts)
	check(err)
	names := make([]string, 0, len(texts))
	for name := range texts {
		if !strings.HasPrefix(name, "lib/") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var found [][]any
	for _, name := range names {
		about := metadata(texts[name])
		id := strings.TrimSuffix(filepath.Base(name), ".rego")
		query := "data.gitopslint." + strings.ReplaceAll(filepath.Dir(name), "-", "_") + "." + strings.ReplaceAll(id, "-", "_") + ".deny"
		for _, which := range []string{"bad", "good"} {
			example := about[which].(string)
			for _, input := range inputs(example, about) {
				found = append(found, []any{id, which, ask(compiler, query, input)})
			}
		}
	}
	lines(len(found), func(i int) any { return found[i] })
}

func metadata(text string) map[string]any {
	_, rest, _ := strings.Cut(text, "# METADATA\n")
	var block strings.Builder
	for line := range strings.Lines(rest) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		block.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
	}
	about := map[string]any{}
	check(yaml.Unmarshal([]byte(block.String()), &about))
	return about
}

// The inputs that an example makes: one for each object, or one for all.
func inputs(example string, about map[string]any) []any {
	facts := map[string]any{
		"application": "api", "environment": "production", "tier": "production",
		"cluster": "main", "kubernetes_version": "1.34", "path": "apps/api", "kind": "kustomization",
	}
	target := map[string]any{}
	used, _ := about["uses"].([]any)
	for _, field := range used {
		if value, ok := facts[field.(string)]; ok {
			target[field.(string)] = value
		}
	}
	parameters := map[string]any{}
	known, _ := about["parameters"].(map[string]any)
	for name, parameter := range known {
		parameters[name] = parameter.(map[string]any)["default"]
	}
	var objects []any
	for _, document := range strings.Split(example, "---\n") {
		var object any
		check(yaml.Unmarshal([]byte(document), &object))
		if object != nil {
			objects = append(objects, object)
		}
	}
	if scope, ok := about["scope"]; ok && scope != "object" {
		var entries []any
		for _, object := range objects {
			entries = append(entries, map[string]any{"object": object, "target": target})
		}
		return []any{map[string]any{"objects": entries, "target": target, "parameters": parameters}}
	}
	var inputs []any
	for _, object := range objects {
		inputs = append(inputs, map[string]any{"object": object, "target": target, "parameters": parameters})
	}
	return inputs
}

func compile(texts map[string]string) (*ast.Compiler, error) {
	modules := map[string]*ast.Module{}
	for name, text := range texts {
		module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, err
		}
		modules[name] = module
	}
	compiler := ast.NewCompiler()
	compiler.Compile(modules)
	if compiler.Failed() {
		return nil, compiler.Errors
	}
	return compiler, nil
}

func ask(compiler *ast.Compiler, query string, input any) any {
	ctx := context.Background()
	prepared, err := rego.New(rego.Query(query), rego.Compiler(compiler)).PrepareForEval(ctx)
	if err != nil {
		return "error"
	}
	results, err := prepared.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return "error"
	}
	if len(results) == 0 {
		return nil
	}
	value := results[0].Expressions[0].Value
	if _, err := json.Marshal(value); err != nil {
		return "error"
	}
	return value
}

func lines(count int, line func(int) any) {
	fmt.Println("[")
	for i := range count {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		check(encoder.Encode(line(i)))
		end := ","
		if i == count-1 {
			end = ""
		}
		fmt.Printf("  %s%s\n", strings.TrimSuffix(text.String(), "\n"), end)
	}
	fmt.Println("]")
}

func read(path string, into any) {
	text, err := os.ReadFile(path)
	check(err)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	check(decoder.Decode(into))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
