#!/usr/bin/env python3
"""CPU and memory of one `check` of platforms of growing size.

    benches/scale.py --gitopslint target/release/gitopslint [--objects 1000,10000,100000]
    benches/scale.py --write FOLDER --objects 1000

A platform has applications of three environments: three of four are kustomizations with a base,
the fourth is a chart with a values file for each environment; an Argo CD Application deploys each.
With `--together` all are kustomizations, and those of an environment one target in one namespace,
so that whatever looks for pods or names has all of them to look through.
The first form prints a line for each size; the second one only writes the platform of that size.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

ENVIRONMENTS = ("dev", "stage", "production")

# How many objects an application has in all environments, and how many applications a namespace.
OBJECTS = 3 * 7 + 3
TEAM = 20

REPOSITORY = "https://git.example.org/acme/platform.git"

METADATA = "metadata: {{name: {name}, labels: {{app.kubernetes.io/name: {name}}}}}\n"

POD = """\
    metadata: {{labels: {{app.kubernetes.io/name: {name}}}}}
    spec:
      serviceAccountName: {name}
      securityContext: {{runAsNonRoot: true, runAsUser: 10001, seccompProfile: {{type: RuntimeDefault}}}}
      containers:
        - name: {name}
          image: registry.acme.example/shop/{name}:{tag}
          ports:
            - {{name: http, containerPort: 8080}}
          envFrom:
            - configMapRef: {{name: {name}}}
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
          livenessProbe:
            httpGet: {{path: /live, port: http}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {{drop: [ALL]}}
"""

MANIFESTS = {
    "deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n"
    + METADATA
    + "spec:\n  selector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}\n  template:\n"
    + POD,
    "service.yaml": "apiVersion: v1\nkind: Service\n"
    + METADATA
    + "spec:\n  selector: {{app.kubernetes.io/name: {name}}}\n  ports: [{{name: http, port: 80, targetPort: http}}]\n",
    "config.yaml": "apiVersion: v1\nkind: ConfigMap\n"
    + METADATA
    + "data: {{LOG_LEVEL: info, UPSTREAM: 'http://{next}'}}\n",
    "account.yaml": "apiVersion: v1\nkind: ServiceAccount\n" + METADATA,
    "network.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    + METADATA
    + "spec:\n  podSelector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}\n  policyTypes: [Ingress]\n  ingress: [{{from: [{{podSelector: {{}}}}], ports: [{{port: http}}]}}]\n",
    "budget.yaml": "apiVersion: policy/v1\nkind: PodDisruptionBudget\n"
    + METADATA
    + "spec:\n  maxUnavailable: 1\n  selector: {{matchLabels: {{app.kubernetes.io/name: {name}}}}}\n",
    "autoscaler.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
    + METADATA
    + "spec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}\n  minReplicas: 2\n  maxReplicas: 6\n  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 80}}}}}}]\n",
}

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}-{environment}, namespace: argocd, labels: {{environment: {environment}}}}}
spec:
  project: default
  source: {{repoURL: {repository}, targetRevision: main, {source}}}
  destination: {{name: {environment}, namespace: team-{team}}}
  syncPolicy: {{automated: {{prune: true}}, syncOptions: [CreateNamespace=true]}}
"""


def write_file(*parts: str, text: str) -> None:
    path = os.path.join(*parts)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)


def write(folder: str, objects: int, together: bool) -> None:
    """Writes a platform of about so many objects."""
    count = max(1, objects // OBJECTS)
    if together:
        write_together(folder, count)
        return
    for number in range(count):
        team = number // TEAM
        name, following = f"service-{number}", f"service-{min(number + 1, count - 1)}"
        is_chart = number % 4 == 3
        top = os.path.join(folder, "charts" if is_chart else "apps", name)
        if is_chart:
            write_chart(top, name, following)
        else:
            write_kustomizations(top, name, following, number)
        for environment in ENVIRONMENTS:
            source = (
                f"path: charts/{name}, helm: {{valueFiles: [values-{environment}.yaml]}}"
                if is_chart
                else f"path: apps/{name}/overlays/{environment}"
            )
            text = APPLICATION.format(
                name=name, environment=environment, team=team, source=source, repository=REPOSITORY
            )
            write_file(folder, "argocd", environment, f"{name}.yaml", text=text)


def write_together(folder: str, count: int) -> None:
    for number in range(count):
        name, following = f"service-{number}", f"service-{min(number + 1, count - 1)}"
        write_kustomizations(os.path.join(folder, "apps", name), name, following, number)
    for environment in ENVIRONMENTS:
        overlays = (f"../../apps/service-{number}/overlays/{environment}" for number in range(count))
        text = f"namespace: shop\nresources: [{', '.join(overlays)}]\n"
        write_file(folder, "clusters", environment, "kustomization.yaml", text=text)


def write_kustomizations(top: str, name: str, following: str, number: int) -> None:
    for file, text in MANIFESTS.items():
        text = text.format(name=name, next=following, tag="1.0.0")
        write_file(top, "base", file, text=text)
    resources = ", ".join(MANIFESTS)
    write_file(top, "base", "kustomization.yaml", text=f"resources: [{resources}]\n")
    for at, environment in enumerate(ENVIRONMENTS):
        image = f"{{name: registry.acme.example/shop/{name}, newTag: 1.{number % 50}.{3 - at}}}"
        text = f"resources: [../../base]\nimages: [{image}]\n"
        write_file(top, "overlays", environment, "kustomization.yaml", text=text)


def write_chart(top: str, name: str, following: str) -> None:
    write_file(top, "Chart.yaml", text=f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
    write_file(top, "values.yaml", text="tag: 1.0.0\n")
    for file, text in MANIFESTS.items():
        text = text.format(name=name, next=following, tag="{{ .Values.tag }}")
        write_file(top, "templates", file, text=text)
    for at, environment in enumerate(ENVIRONMENTS):
        write_file(top, f"values-{environment}.yaml", text=f"tag: 1.0.{3 - at}\n")


def check(gitopslint: str, folder: str) -> tuple[float, float, int]:
    """Seconds, CPU seconds and the largest resident set in MiB of one check."""
    command = [gitopslint, "check", "--no-cache", "--root", folder, "--format", "json"]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit("the check failed")
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gitopslint", type=os.path.abspath)
    parser.add_argument("--objects", default="1000,10000,100000")
    parser.add_argument("--write", metavar="FOLDER")
    parser.add_argument("--together", action="store_true")
    args = parser.parse_args()
    sizes = [int(size) for size in args.objects.split(",")]
    if args.write:
        write(args.write, sizes[0], args.together)
        return
    if not args.gitopslint:
        parser.error("--gitopslint is missing")
    print(f"{'objects':>9}{'seconds':>10}{'CPU':>9}{'µs/object':>11}{'MiB':>7}")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(folder, size, args.together)
            seconds, cpu, memory = check(args.gitopslint, folder)
        print(f"{size:>9}{seconds:>10.2f}{cpu:>9.2f}{cpu / size * 1e6:>11.0f}{memory:>7}")


if __name__ == "__main__":
    main()
