{{- define "broken.inner" }}
{{ .Values.ingress.enabled }}
{{- end }}
