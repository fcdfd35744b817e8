"""Targets of several files: a case is a zip archive of them, unpacked before it is read."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from random import Random

from fuzzing.mutate import mutate
from fuzzing.outcomes import outcome, read_values
from keraport.errors import KeraportError
from keraport.formats import read
from keraport.formats.checkpoint.read import read_checkpoint
from keraport.inspection.inspect import inspect

GOLDEN = Path(__file__).parents[2] / "tests" / "formats" / "golden"
_MOST_DAMAGED = ("saved_model.pb", "keras_metadata.pb", "assets/saved_model.json")


@cache
def _saved_models() -> tuple[dict[str, bytes], ...]:
    """The files of each SavedModel, by their names in the directory."""
    found: dict[str, dict[str, bytes]] = {}
    with tarfile.open(GOLDEN / "saved_models_of_releases.tar.xz") as archive:
        for entry in archive:
            release, name, *rest = entry.name.removesuffix("/").split("/")
            file = archive.extractfile(entry)
            if rest and file is not None:
                inside = "/".join(part for part in rest if part != "1")
                found.setdefault(f"{release}/{name}", {})[inside] = file.read()
    return tuple(found.values())


@cache
def _checkpoints() -> tuple[dict[str, bytes], ...]:
    """The files of each checkpoint, called ``x.index`` and so on."""
    found = []
    for index in sorted((GOLDEN / "checkpoints").rglob("*.index")):
        files = index.parent.glob(f"{index.stem}.*")
        found.append({f"x{path.suffix}": path.read_bytes() for path in sorted(files)})
    return tuple(found)


def odd_saved_model(random: Random) -> bytes:
    """A SavedModel with one file damaged."""
    members = dict(random.choice(_saved_models()))
    likely = [name for name in _MOST_DAMAGED if name in members]
    return _with_damage(
        members, random.choice([*likely, *likely, *members]), _saved_models(), random
    )


def odd_checkpoint(random: Random) -> bytes:
    """A checkpoint with one file damaged, its index most of the time."""
    members = dict(random.choice(_checkpoints()))
    name = random.choice(["x.index", "x.index", "x.index", *members])
    return _with_damage(members, name, _checkpoints(), random)


def _with_damage(
    members: dict[str, bytes], name: str, all_of_them: tuple[dict[str, bytes], ...], random: Random
) -> bytes:
    others = [item[name] for item in all_of_them if name in item]
    members[name] = mutate(members[name], random, others)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member), data)
    return made.getvalue()


def _unpacked(path: Path) -> Path:
    folder = path.with_name("unpacked")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def read_directory(path: Path) -> str:
    """Inspect a directory, and read it with its values."""
    folder = _unpacked(path)
    try:
        json.dumps(inspect(folder).to_json())
        read_values(read(folder))
    except KeraportError as error:
        return outcome(error)
    finally:
        _remove(folder)
    return "read"


def read_unchecked(path: Path) -> str:
    """Read a checkpoint as if its checksums were right, which whoever makes a file sees to."""
    folder = _unpacked(path)
    try:
        read_values(read_checkpoint(folder / "x", verify_checksums=False))
    except KeraportError as error:
        return outcome(error)
    finally:
        _remove(folder)
    return "read"
