{{- define "text.same" }}third{{ end }}
{{- define "text.labels" }}
app: {{ include "text.name" . }}
{{- with .Values.extra }}
{{ toYaml . }}
{{- end }}
{{- end }}
