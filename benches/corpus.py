#!/usr/bin/env python3
"""Compares the CPU time of `gitopslint check` on whole repositories with that of `kustomize build`
on each of their kustomizations, one after the other in the same run.

    benches/corpus.py --gitopslint target/release/gitopslint --kustomize PATH FOLDER...

Each FOLDER is a repository. A build counts only if it succeeds; a repository only if at least one
does. Prints a line for each repository and a total. CPU time is user plus system time of the
child processes, threads included.
"""
import argparse
import os
import resource
import subprocess

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def cpu(command, folder):
    """CPU seconds and exit status of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gitopslint", required=True, type=os.path.abspath)
    parser.add_argument("--kustomize", required=True, type=os.path.abspath)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    print(f"{'repository':45}{'builds':>8}{'kustomize s':>13}{'check s':>10}{'ratio':>8}")
    totals = [0, 0.0, 0.0]
    for folder in args.folders:
        builds, theirs = 0, 0.0
        for path, folders, files in os.walk(folder):
            folders[:] = [f for f in folders if f != ".git"]
            if any(name in files for name in NAMES):
                used, status = cpu([args.kustomize, "build", "."], path)
                if status == 0:
                    builds += 1
                    theirs += used
        if not builds:
            continue
        ours, status = cpu([args.gitopslint, "check", "--no-cache", "--root", ".", "--format", "json"], folder)
        name = os.path.basename(os.path.abspath(folder))
        if status not in (0, 1):
            print(f"{name:45} ended with exit status {status}")
            continue
        print(f"{name:45}{builds:>8}{theirs:>13.2f}{ours:>10.3f}{theirs / ours:>8.0f}", flush=True)
        totals = [totals[0] + builds, totals[1] + theirs, totals[2] + ours]
    if totals[2]:
        print(f"{'all':45}{totals[0]:>8}{totals[1]:>13.2f}{totals[2]:>10.3f}{totals[1] / totals[2]:>8.0f}")


main()
