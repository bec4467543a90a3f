#!/usr/bin/env python3
"""Compares the CPU time of `gitopslint render` with that of `kustomize build`.

    benches/render.py all     --gitopslint PATH --kustomize PATH FOLDER...
    benches/render.py single  --gitopslint PATH --kustomize PATH [--runs N] FOLDER...
    benches/render.py growth  --gitopslint PATH [--kustomize PATH] [--runs N]

all: one `render --all` of each repository FOLDER against one `kustomize build` of each of its
kustomizations that builds. A repository counts if at least one does.
single: the kustomization of the FOLDERs with the median CPU time of `kustomize build`, again and
again by both.
growth: made-up kustomizations of 300, 1,500 and 7,500 objects, with and without `namespace:`.
kustomize gets the smaller two.

CPU time is user plus system time of the child processes, threads and process start included.
"""
import argparse
import os
import resource
import subprocess
import tempfile

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")

OBJECT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  labels: {{app: app-{n}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: app-{n}}}}}
  template:
    metadata: {{labels: {{app: app-{n}}}}}
    spec:
      serviceAccountName: app-{n}
      containers:
      - name: app
        image: ghcr.io/acme/app:{n}
        envFrom:
        - configMapRef: {{name: app-{n}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: app-{n}}}
data: {{mode: fast, number: "{n}"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: app-{n}}}
"""


def cpu(command, folder, runs=1):
    """CPU seconds of one of several runs of a command on average, and the last exit status."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used / runs, done.returncode


def builds(folder, kustomize):
    """The kustomizations below a folder that build, with their CPU seconds."""
    for path, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if f != ".git"]
        if any(name in files for name in NAMES):
            used, status = cpu([kustomize, "build", "."], path)
            if status == 0:
                yield path, used


def all_targets(args):
    print(f"{'repository':45}{'builds':>8}{'kustomize s':>13}{'render s':>10}{'ratio':>8}")
    totals = [0, 0.0, 0.0]
    for folder in args.folders:
        each = [used for _, used in builds(folder, args.kustomize)]
        if not each:
            continue
        ours, _ = cpu([args.gitopslint, "render", "--root", ".", "--all"], folder, args.runs)
        name = os.path.basename(os.path.abspath(folder))
        totals = [totals[0] + len(each), totals[1] + sum(each), totals[2] + ours]
        print(f"{name:45}{len(each):>8}{sum(each):>13.2f}{ours:>10.3f}{sum(each) / ours:>8.0f}",
              flush=True)
    count, theirs, ours = totals
    print(f"{'all':45}{count:>8}{theirs:>13.2f}{ours:>10.3f}{theirs / ours:>8.0f}")


def single(args):
    each = [(used, path, folder) for folder in args.folders
            for path, used in builds(folder, args.kustomize)]
    each.sort()
    _, path, folder = each[len(each) // 2]
    inner = os.path.relpath(path, folder)
    theirs, _ = cpu([args.kustomize, "build", inner], folder, args.runs)
    ours, _ = cpu([args.gitopslint, "render", "--root", ".", inner], folder, args.runs)
    start, _ = cpu([args.gitopslint, "--version"], folder, args.runs)
    nothing, _ = cpu(["true"], folder, args.runs)
    print(f"median of {len(each)} builds: {path}")
    print(f"kustomize build {theirs * 1e3:.2f} ms, gitopslint render {ours * 1e3:.2f} ms, "
          f"ratio {theirs / ours:.1f}")
    print(f"of which gitopslint --version {start * 1e3:.2f} ms, an empty process "
          f"{nothing * 1e3:.2f} ms")


def growth(args):
    print(f"{'objects':>8}{'namespace':>11}{'render ms':>11}{'kustomize ms':>14}")
    for has_namespace in (False, True):
        for count in (300, 1500, 7500):
            with tempfile.TemporaryDirectory() as folder:
                parts = [OBJECT.format(n=n) for n in range(count // 3)]
                with open(f"{folder}/objects.yaml", "w") as out:
                    out.write("---\n".join(parts))
                with open(f"{folder}/kustomization.yaml", "w") as out:
                    out.write("resources: [objects.yaml]\n")
                    out.write("namespace: shop\n" if has_namespace else "")
                render = [args.gitopslint, "render", "--root", ".", "."]
                ours, status = cpu(render, folder, args.runs)
                assert status == 0, render
                theirs = ""
                if args.kustomize and count <= 1500:
                    used, _ = cpu([args.kustomize, "build", "."], folder)
                    theirs = f"{used * 1e3:.0f}"
            name = "yes" if has_namespace else "no"
            print(f"{count:>8}{name:>11}{ours * 1e3:>11.1f}{theirs:>14}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(dest="mode", required=True)
    for name, runs in (("all", 3), ("single", 100), ("growth", 5)):
        mode = modes.add_parser(name)
        mode.add_argument("--gitopslint", required=True, type=os.path.abspath)
        mode.add_argument("--kustomize", required=name != "growth", type=os.path.abspath)
        mode.add_argument("--runs", type=int, default=runs)
        if name != "growth":
            mode.add_argument("folders", nargs="+")
    args = parser.parse_args()
    {"all": all_targets, "single": single, "growth": growth}[args.mode](args)


main()
