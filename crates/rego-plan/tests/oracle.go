// Answers the cases of tests/golden, and the examples of policies, with Open Policy Agent. To make
// the answers again:
//
//	mkdir /tmp/oracle && cp crates/rego-plan/tests/oracle.go /tmp/oracle/main.go && cd /tmp/oracle
//	go mod init oracle && go get github.com/open-policy-agent/opa/v1/rego
//	for f in …/crates/rego-plan/tests/golden/*.json; do go run . cases $f > new && mv new $f; done
//	QUESTIONS=/tmp/oracle/questions cargo test --release --lib questions -- --ignored
//	go run . policies …/policies questions > …/src/checks/policy/tests/golden.json
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

func main() {
	switch os.Args[1] {
	case "cases":
		cases(os.Args[2])
	case "policies":
		policies(os.Args[2], os.Args[3])
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
func policies(folder, questions string) {
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
	var asked [][]any
	read(questions, &asked)
	lines(len(asked), func(i int) any {
		id, which, query, input := asked[i][0], asked[i][1], asked[i][2].(string), asked[i][3]
		return []any{id, which, ask(compiler, query, input)}
	})
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
