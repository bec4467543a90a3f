{{- define "origins.image" -}}
{{ .repository }}:{{ .tag | default "latest" }}
{{- end }}
{{- define "origins.labels" }}
name: {{ .Values.name | quote }}
{{ toYaml .Values.labels }}
{{- end }}
