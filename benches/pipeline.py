#!/usr/bin/env python3
"""CPU of one `check` of a platform beside what a pipeline of three tools takes for its targets.

    benches/pipeline.py --gitopslint target/release/gitopslint --kustomize PATH \\
        --kubeconform PATH --schemas FOLDER --conftest PATH [--objects 10000] [--sample 50]

writes the platform of `benches/scale.py` into a temporary folder and runs, for a sample of its
kustomizations, `kustomize build`, `kubeconform` with schemas from a folder, and `conftest` with two
rules. What all kustomizations take is what the sample takes, times their share.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

POLICY = """\
package main

deny contains msg if {
	some container in input.spec.template.spec.containers
	endswith(container.image, ":latest")
	msg := sprintf("%s has a moving tag", [container.name])
}

deny contains msg if {
	some container in input.spec.template.spec.containers
	container.securityContext.privileged
	msg := sprintf("%s is privileged", [container.name])
}
"""


def cpu(arguments: list[str], output: Path, statuses: tuple[int, ...] = (0,)) -> float:
    """CPU seconds of one process with all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(output, "wb") as out:
        code = subprocess.run(arguments, stdout=out, stderr=subprocess.PIPE, check=False)
    if code.returncode not in statuses:
        sys.exit(f"{arguments} failed: {code.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for tool in ("gitopslint", "kustomize", "kubeconform", "schemas", "conftest"):
        parser.add_argument(f"--{tool}", required=True)
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        platform, scratch = Path(folder, "platform"), Path(folder, "scratch")
        scratch.mkdir()
        Path(scratch, "policy").mkdir()
        Path(scratch, "policy", "main.rego").write_text(POLICY)
        write = [sys.executable, Path(__file__).with_name("scale.py"), "--write", platform]
        subprocess.run([*write, "--objects", str(given.objects)], check=True)
        files = sum(len(names) for _, _, names in os.walk(platform))
        overlays = sorted(path.parent for path in platform.glob("apps/*/overlays/*/kustomization.yaml"))
        sample = random.Random(1).sample(overlays, min(given.sample, len(overlays)))
        location = f"{given.schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        sums = {"kustomize": 0.0, "kubeconform": 0.0, "conftest": 0.0}
        for overlay in sample:
            built, told = scratch / "built.yaml", scratch / "told"
            sums["kustomize"] += cpu([given.kustomize, "build", str(overlay)], built)
            check = [given.kubeconform, "-schema-location", location, "-ignore-missing-schemas"]
            sums["kubeconform"] += cpu([*check, str(built)], told)
            policy = ["--policy", str(scratch / "policy")]
            sums["conftest"] += cpu([given.conftest, "test", *policy, str(built)], told, (0, 1))
        share = len(overlays) / len(sample)
        check = [given.gitopslint, "check", "--no-cache", "--root", str(platform)]
        own = sorted(cpu(check, scratch / "told", (0, 1)) for _ in range(5))[2]
    print(f"{given.objects:,} objects in {files:,} files, {len(overlays):,} kustomizations")
    for tool, seconds in sums.items():
        print(f"{tool:12} {seconds * share:8.2f} s")
    whole = sum(sums.values()) * share
    print(f"together     {whole:8.2f} s")
    print(f"check        {own:8.2f} s, charts and Applications included: 1/{whole / own:.0f}")


if __name__ == "__main__":
    main()
