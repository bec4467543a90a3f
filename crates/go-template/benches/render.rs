//! How fast templates are parsed and rendered.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use go_template::{
    Args, Evaluator, Failure, Fixed, Function, Functions, Options, Param, SourceId, Tag,
    TemplateSet, Value, parse,
};

fn main() {
    divan::main();
}

const CHART: &str = r#"
{{- define "app.name" -}}
{{- default .Chart.name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "app.labels" -}}
app.kubernetes.io/name: {{ include "app.name" . }}
app.kubernetes.io/version: {{ .Chart.version | quote }}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.name" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  template:
    spec:
      containers:
        {{- range $name, $c := .Values.containers }}
        - name: {{ $name }}
          image: "{{ $c.repository }}:{{ $c.tag | default $.Chart.version }}"
          {{- with $c.args }}
          args: {{ join "," . | quote }}
          {{- end }}
          {{- if and $c.port (gt (int $c.port) 1024) }}
          ports:
            - containerPort: {{ $c.port }}
          {{- else }}
          ports: []
          {{- end }}
        {{- end }}
"#;

fn include(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let name = args.str(0)?;
    Ok(evaluator.render(&name, args.value(1)?)?.into())
}

fn data() -> Value {
    let container = |tag: u32| {
        Value::from_iter([
            (
                "repository",
                Value::from("registry.example/app").tagged(Tag(tag)),
            ),
            ("port", Value::from(8080.0).tagged(Tag(tag + 1))),
            (
                "args",
                Value::from(vec![Value::from("-v"), Value::from("-x")]),
            ),
        ])
    };
    let containers: Value = (0..10)
        .map(|n| (format!("container-{n}"), container(n * 10)))
        .collect();
    Value::from_iter([
        (
            "Chart",
            Value::from_iter([
                ("name", Value::from("app")),
                ("version", Value::from("1.2.3")),
            ]),
        ),
        (
            "Values",
            Value::from_iter([("replicas", Value::from(3.0)), ("containers", containers)]),
        ),
    ])
}

#[divan::bench]
fn parse_chart(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(CHART))
        .bench(|| parse(SourceId(0), "chart", black_box(CHART)));
}

#[divan::bench]
fn render_chart(bencher: Bencher<'_, '_>) {
    let mut functions = Functions::sprig();
    functions.extend(&[Function::new("include", &[Param::Str, Param::Any], include)]);
    let mut set = TemplateSet::new();
    set.add(&parse(SourceId(0), "chart", CHART));
    let data = data();
    bencher.bench_local(|| {
        let mut host = Fixed::default();
        let mut evaluator = Evaluator::new(&set, &functions, &mut host, Options::default());
        evaluator
            .render("chart", black_box(&data))
            .expect("it renders")
    });
}

#[divan::bench]
fn make_functions() -> Functions {
    Functions::sprig()
}
