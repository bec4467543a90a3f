#!/usr/bin/env python3
"""Memory and CPU of one `check` of a repository with very many workloads.

    benches/memory.py --gitopslint target/release/gitopslint [--targets 500] [--objects 60]

writes one kustomization for each target and the Deployments of each into a temporary folder, and
prints the size of what they render to and the largest resident set of a `check`.
"""

import argparse
import os
import subprocess
import sys
import tempfile

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: team-{target}
  labels: {{app.kubernetes.io/name: {name}, app.kubernetes.io/part-of: shop-{target}}}
  annotations:
    acme.example/runbook: https://runbooks.acme.example/{name}/what-to-do-when-it-does-not-answer
spec:
  replicas: 3
  revisionHistoryLimit: 5
  selector:
    matchLabels: {{app.kubernetes.io/name: {name}}}
  template:
    metadata:
      labels: {{app.kubernetes.io/name: {name}, app.kubernetes.io/part-of: shop-{target}}}
    spec:
      serviceAccountName: {name}
      containers:
        - name: {name}
          image: registry.acme.example/shop/{name}:1.{object}.{target}
          ports:
            - {{name: http, containerPort: 8080}}
            - {{name: metrics, containerPort: 9090}}
          env:
            - {{name: LOG_LEVEL, value: info}}
            - {{name: DATABASE_HOST, value: db.team-{target}.svc}}
            - {{name: DATABASE_PASSWORD, valueFrom: {{secretKeyRef: {{name: {name}, key: password}}}}}}
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {{drop: [ALL]}}
          volumeMounts:
            - {{name: tmp, mountPath: /tmp}}
      volumes:
        - name: tmp
          emptyDir: {{}}
"""


def write(folder: str, targets: int, objects: int) -> None:
    for target in range(targets):
        place = os.path.join(folder, "apps", f"shop-{target}", "overlays", "production")
        os.makedirs(place)
        with open(os.path.join(place, "kustomization.yaml"), "w") as out:
            out.write("resources: [deployments.yaml]\n")
        with open(os.path.join(place, "deployments.yaml"), "w") as out:
            names = ((f"service-{target}-{object}", object) for object in range(objects))
            documents = (
                DEPLOYMENT.format(name=name, target=target, object=object) for name, object in names
            )
            out.write("---\n".join(documents))


def run(arguments: list[str]) -> tuple[int, float, int]:
    """The length of the output, CPU seconds, and the largest resident set in bytes."""
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    length = 0
    while piece := process.stdout.read(1 << 20):
        length += len(piece)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{arguments} failed")
    return length, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gitopslint", required=True)
    parser.add_argument("--targets", type=int, default=500)
    parser.add_argument("--objects", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(folder, given.targets, given.objects)
        rendered, _, _ = run([given.gitopslint, "render", "--all", "--root", folder])
        _, cpu, peak = run([given.gitopslint, "check", "--no-cache", "--root", folder, "--format", "json"])
    print(f"{given.targets * given.objects:,} Deployments, {rendered / 1e6:.1f} MB rendered")
    print(f"check: {cpu:.2f} s of CPU, peak {peak / 1e6:.0f} MB, {peak / rendered:.1f} times the text")


if __name__ == "__main__":
    main()
