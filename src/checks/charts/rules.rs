//! The rules on charts and their values.

use crate::rule::{HELM, rules};

rules! {
    [group HELM]

    UNUSED_VALUE {
        id: "unused-value",
        severity: Warning,
        title: "Value that is never used",
        description: "No template of the chart reads this key, or has its name in any branch. It is misspelled or left over, and has no effect.",
        remediation: "Fix the key's name, or remove it.",
        bad: "# templates read .Values.replicas\nreplcias: 3\n",
        good: "replicas: 3\n",
    }

    UNUSED_PARAMETER {
        id: "unused-parameter",
        severity: Warning,
        title: "Parameter that is never used",
        description: "The Application sets a value that no template of the chart reads, so the parameter has no effect.",
        remediation: "Fix the parameter's name, or remove it.",
        bad: "# templates read .Values.image.tag\nparameters:\n- {name: image.tga, value: 1.4.2}\n",
        good: "parameters:\n- {name: image.tag, value: 1.4.2}\n",
    }

    UNDEFINED_VALUE {
        id: "undefined-value",
        severity: Info,
        title: "Value that templates read but nothing sets",
        description: "A template reads a key that neither values.yaml nor any other values file sets, so \
                      values.yaml does not document it.",
        remediation: "Add the key to values.yaml with its default, even if only as a comment next to an empty value.",
        bad: "# values.yaml has no key `ingress`\nhost: {{ .Values.ingress.host }}\n",
        good: "# values.yaml: ingress: {host: api.example.org}\nhost: {{ .Values.ingress.host }}\n",
    }

    REDUNDANT_VALUE {
        id: "redundant-value",
        severity: Info,
        title: "Value that repeats the inherited value",
        description: "The values file of an environment repeats what the files below it set, for every target that uses it. The environment looks different, but is not.",
        remediation: "Remove the entry, so that the file shows what differs.",
        bad: "# values.yaml: replicas: 2\n# values-production.yaml:\nreplicas: 2\n",
        good: "# values.yaml: replicas: 2\n# values-production.yaml:\nreplicas: 3\n",
    }

    VALUE_TYPE_MISMATCH {
        id: "value-type-mismatch",
        severity: Warning,
        title: "Value whose type differs between values files",
        description: "An environment sets a value to a different type from the file that it overrides. Templates that compare, count or indent it behave differently there, or fail.",
        remediation: "Write the value as the other environments do; quote what is meant as text.",
        bad: "# values.yaml: port: 8080\n# values-production.yaml:\nport: \"8443\"\n",
        good: "# values.yaml: port: 8080\n# values-production.yaml:\nport: 8443\n",
    }

    OUTDATED_CHART_LOCK {
        id: "outdated-chart-lock",
        severity: Warning,
        title: "Chart.lock out of date with Chart.yaml",
        description: "`helm dependency build` rejects a lock file that does not match what the chart declares, and `charts/` may hold an older version than intended.",
        remediation: "Run `helm dependency update` and commit Chart.lock with what it writes.",
        bad: "# Chart.lock has redis 18.1.0\ndependencies:\n- name: redis\n  version: 19.6.4\n",
        good: "# Chart.lock has redis 19.6.4\ndependencies:\n- name: redis\n  version: 19.6.4\n",
    }

    UNUSED_VALUES_FILE {
        id: "unused-values-file",
        severity: Warning,
        title: "Values file that is never used",
        description: "The file is named like values of a chart, but neither an Application, a HelmRelease, a kustomization nor the layout passes it to one. Changing it has no effect.",
        remediation: "Use it where the chart is deployed, or remove it.",
        bad: "# values-eu.yaml stands beside the chart\nvalueFiles: [values-us.yaml]\n",
        good: "valueFiles: [values-us.yaml, values-eu.yaml]\n",
    }
}
