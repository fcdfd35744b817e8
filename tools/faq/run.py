"""Opens the files of the FAQ in the real releases, and the files that its commands write."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from faq.table import ROOT, Entry, file_of
from keraport.catalog.releases import get_release

ATTEMPT = Path(__file__).with_name("attempt.py")
CONVERTED = "converted"
"""The stem of what the commands write."""

Raised = tuple[str, str] | None
"""The class of an exception and its message; None where nothing is raised."""

Job = tuple[Path, Entry, str | None]
"""A file, the entry that says how it is opened, and a file of objects."""


def module_of(release: str) -> str:
    """Whose ``models`` load there."""
    return "keras" if get_release(release).line.startswith("keras") else "tensorflow.keras"


def raised(python: Path, release: str, jobs: Sequence[Job], work: Path) -> list[Raised]:
    """What a release raises for each file, opened as its entry says, with a file of objects.

    Entries that install packages over the environment of the release run in processes of their own.
    """
    found: dict[int, Raised] = {}
    for packages in dict.fromkeys(entry.packages for _, entry, _ in jobs):
        chosen = [i for i, (_, entry, _) in enumerate(jobs) if entry.packages == packages]
        listed = [_job(*jobs[index]) for index in chosen]
        settings = {"PYTHONPATH": str(overlay(python, packages, work))} if packages else {}
        found |= zip(
            chosen, _attempt(python, module_of(release), listed, settings, work), strict=True
        )
    return [found[index] for index in range(len(jobs))]


def _job(path: Path, entry: Entry, objects: str | None) -> list[object]:
    """How a file is opened: that of the entry as the entry says, what was made of it as usual."""
    if path.stem == CONVERTED:
        return [str(path), "load_model", {"objects": objects}]
    return [str(path), entry.how, dict(entry.arguments)]


def _attempt(
    python: Path, module: str, jobs: list[list[object]], settings: dict[str, str], work: Path
) -> list[Raised]:
    listed = work / "jobs.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",  # some messages print sets
    }
    done = subprocess.run(
        [str(python), str(ATTEMPT), module, str(listed)],
        cwd=work,
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{python} ended with {done.returncode}: {done.stderr[-2000:]}")
    results = json.loads(done.stdout.strip().splitlines()[-1])
    return [item and (item[0], _plain(item[1], work)) for item in results]


def _plain(message: str, work: Path) -> str:
    """Without colours and what differs from run to run."""
    message = re.sub(r"\x1b\[[0-9;]*m", "", message)
    for folder in (work, ROOT):
        message = re.sub(rf"{re.escape(str(folder))}[^\s'\"]*/", "", message)
    return re.sub(r"0x[0-9a-f]{6,}", "0x...", message)


def overlay(python: Path, packages: Iterable[str], work: Path) -> Path:
    """A folder with packages for an interpreter, to stand before those of its environment."""
    folder = work / "overlay" / "-".join(packages)
    if not folder.exists():
        options = ["-q", "--no-deps", "--python", str(python), "--target", str(folder)]
        command = [sys.executable, "-m", "uv", "pip", "install", *options, *packages]
        subprocess.run(command, check=True)
    return folder


def fix(entry: Entry, work: Path) -> tuple[Path, str | None]:
    """Run the command of an entry on its file: what it writes, and the file of objects to load it.

    Raises:
        RuntimeError: the command failed.
    """
    folder = work / "fixed" / entry.id
    folder.mkdir(parents=True, exist_ok=True)
    program, *arguments = shlex.split(entry.command)
    source = file_of(entry, work)
    copy = shutil.copytree if source.is_dir() else shutil.copyfile
    copy(source, folder / f"model{source.suffix}")
    for name, path in entry.needs.items():
        shutil.copyfile(ROOT / path, folder / name)
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments, "--force"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{entry.id}: {entry.command}\n{done.stdout}{done.stderr}")
    written = folder / arguments[2]
    beside = [f"{written.stem}_objects.py", *entry.needs]
    existing = (str(folder / name) for name in beside if (folder / name).exists())
    return written, next(existing, None)
