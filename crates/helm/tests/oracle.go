// Answers the cases of tests/golden with Helm itself, in process. To make them again:
//
//	mkdir /tmp/oracle && cp crates/helm/tests/oracle.go /tmp/oracle/main.go && cd /tmp/oracle
//	go mod init oracle && go get helm.sh/helm/v4@v4.2.3
//	go run . golden …/crates/helm/tests/golden …/crates/helm/tests/charts
//
// What Helm prints for a case becomes NAME.yaml; where it refuses, NAME.yaml holds `refused`.
//
// `go run . time 200 CHART` tells what one rendering takes, the chart being read anew each time,
// as Helm reads it.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
	release "helm.sh/helm/v4/pkg/release/v1"
)

func template(chart string, args []string) (string, error) {
	config := new(action.Configuration)
	client := action.NewInstall(config)
	client.DryRunStrategy = action.DryRunClient
	client.ReleaseName = "release-name"
	client.Namespace = "default"
	client.Replace = true
	var options values.Options
	skipTests := false
	for len(args) > 0 {
		flag := args[0]
		args = args[1:]
		next := func() string {
			value := args[0]
			args = args[1:]
			return value
		}
		switch flag {
		case "-f":
			options.ValueFiles = append(options.ValueFiles, filepath.Join(chart, next()))
		case "--set":
			options.Values = append(options.Values, next())
		case "--set-string":
			options.StringValues = append(options.StringValues, next())
		case "--set-json":
			options.JSONValues = append(options.JSONValues, next())
		case "--set-literal":
			options.LiteralValues = append(options.LiteralValues, next())
		case "--name":
			client.ReleaseName = next()
		case "--namespace":
			client.Namespace = next()
		case "--upgrade":
			client.IsUpgrade = true
		case "--include-crds":
			client.IncludeCRDs = true
		case "--skip-tests":
			skipTests = true
		case "--api":
			client.APIVersions = append(client.APIVersions, next())
		case "--kube-version":
			version, err := common.ParseKubeVersion(next())
			if err != nil {
				return "", err
			}
			client.KubeVersion = version
		default:
			panic(flag)
		}
	}
	vals, err := options.MergeValues(getter.Providers{})
	if err != nil {
		return "", err
	}
	loaded, err := loader.Load(chart)
	if err != nil {
		return "", err
	}
	result, err := client.Run(loaded, vals)
	if err != nil {
		return "", err
	}
	rel := result.(*release.Release)
	var out strings.Builder
	fmt.Fprintln(&out, strings.TrimSpace(rel.Manifest))
	for _, hook := range rel.Hooks {
		if skipTests && slices.Contains(hook.Events, release.HookTest) {
			continue
		}
		fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return out.String(), nil
}

func golden(folder, charts string) {
	text, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	if err != nil {
		panic(err)
	}
	var cases [][]string
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		out, err := template(filepath.Join(charts, c[1]), c[2:])
		if err != nil {
			fmt.Printf("%s: %v\n", c[0], err)
			out = "refused\n"
		}
		path := filepath.Join(folder, c[0]+".yaml")
		if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
			panic(err)
		}
	}
}

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	switch os.Args[1] {
	case "golden":
		golden(os.Args[2], os.Args[3])
	case "time":
		count, err := strconv.Atoi(os.Args[2])
		if err != nil {
			panic(err)
		}
		start := time.Now()
		for range count {
			if _, err := template(os.Args[3], os.Args[4:]); err != nil {
				panic(err)
			}
		}
		fmt.Println(time.Since(start) / time.Duration(count))
	}
}
