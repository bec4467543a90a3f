{{- define "text.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "text.same" }}first{{ end }}
{{- define "text.blank" }}{{ end }}
{{- define "text.count" }}{{ if gt (int .) 0 }}{{ . }} {{ include "text.count" (sub (int .) 1) }}{{ end }}{{ end }}
