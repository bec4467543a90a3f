// Answers the cases of tests/golden with Go's text/template and Sprig. To make them again:
//
//	mkdir /tmp/oracle && cp crates/go-template/tests/oracle.go /tmp/oracle/main.go && cd /tmp/oracle
//	go mod init oracle && go get github.com/Masterminds/sprig/v3@v3.3.0
//	for f in …/crates/go-template/tests/golden/*.json; do go run . data.json < $f > new && mv new $f; done
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func render(text string, data []byte) (out *string) {
	defer func() {
		if recover() != nil {
			out = nil
		}
	}()
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		panic(err)
	}
	t := template.New("main").Option("missingkey=zero").Funcs(sprig.TxtFuncMap())
	t.Funcs(template.FuncMap{"include": func(name string, data any) (string, error) {
		var b strings.Builder
		err := t.ExecuteTemplate(&b, name, data)
		return b.String(), err
	}})
	t, err := t.Parse(text)
	if err != nil {
		return nil
	}
	var b bytes.Buffer
	if err := t.Execute(&b, root); err != nil {
		return nil
	}
	s := b.String()
	return &s
}

func main() {
	os.Setenv("TZ", "UTC")
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var cases [][]any
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	for i, c := range cases {
		text := c[0].(string)
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		e.Encode([]any{text, render(text, data)})
		start, end := "  ", ",\n"
		if i == 0 {
			start = "[\n  "
		}
		if i == len(cases)-1 {
			end = "\n]\n"
		}
		fmt.Print(start + strings.TrimSpace(line.String()) + end)
	}
}
