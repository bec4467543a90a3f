#!/usr/bin/env python3
"""Charts against Helm: CPU of one rendering with default values.

Three things are measured for each chart that renders: a rendering here of a chart that is read
already, `helm template` as a process, and Helm as a library in a running process
(crates/helm/tests/oracle.go says how that program is built).

benches/charts.py --here target/release/deps/charts-… --helm PATH --oracle PATH FOLDER...
"""

import argparse
import resource
import statistics
import subprocess


def cpu(command):
    """Milliseconds of user and system time of a command; None if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return None if done.returncode else spent * 1000


def in_process(oracle, folder):
    """Milliseconds that Helm takes in a process that runs already."""
    done = subprocess.run([oracle, "time", "15", folder], capture_output=True, text=True)
    if done.returncode or not done.stdout.split():
        return None
    text = done.stdout.split()[-1]
    for unit, factor in (("ms", 1), ("µs", 0.001), ("s", 1000)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return None


def tell(name, peer, here):
    ratios = sorted(p / h for p, h in zip(peer, here))
    total = sum(peer) / sum(here)
    print(f"{name}: median {statistics.median(ratios):.0f}, least {ratios[0]:.0f}, all together {total:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", required=True)
    parser.add_argument("--helm", required=True)
    parser.add_argument("--oracle", required=True)
    parser.add_argument("folders", nargs="+")
    arguments = parser.parse_args()
    done = subprocess.run([arguments.here, *arguments.folders], capture_output=True, text=True)
    rows = []
    for line in done.stdout.splitlines():
        milliseconds, folder = line.split(" ", 1)
        command = [arguments.helm, "template", "web", folder]
        template = [spent for _ in range(2) if (spent := cpu(command)) is not None]
        library = in_process(arguments.oracle, folder)
        if template and library is not None:
            rows.append((float(milliseconds), min(template), library))
            print(f"{milliseconds} {min(template):.0f} {library:.2f} {folder}")
    here, template, library = zip(*rows)
    print(f"{len(rows)} charts")
    tell("helm template", template, here)
    tell("Helm in process", library, here)


if __name__ == "__main__":
    main()
