{{ define "shared" }}child loses{{ end }}
