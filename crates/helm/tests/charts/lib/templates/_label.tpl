{{ define "lib.label" }}label-{{ .name }}{{ end }}
