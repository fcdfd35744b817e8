"""Processes of real releases in which ``load_model`` is called."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.releases import get_release
from keraport.runtimes.environment import for_building
from keraport.runtimes.uv import find_uv

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("load_here.py")

Job = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """What a process gave.

    Args:
        results: of each job, in their order.
        said: what it wrote beside them.
        left: names of what it left in the folder for temporary files.
    """

    results: list[dict[str, Any]]
    said: str
    left: list[str]


def run_jobs(
    python: Path, jobs: Sequence[Job], folder: Path, *, module: str, imports: Sequence[str]
) -> Run:
    """Call ``load_model`` for each job, in one process of a real release."""
    temporary = folder / "temporary"
    temporary.mkdir()
    own = [str(ROOT / "examples" / "custom_layer")]
    request = {"module": module, "imports": list(imports), "paths": own, "jobs": list(jobs)}
    (folder / "jobs.json").write_text(json.dumps(request), encoding="utf-8")
    hidden = ("KERAPORT", "PYTHONPATH")
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    done = subprocess.run(
        [str(python), str(SCRIPT), str(folder / "jobs.json")],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        env={**environment, "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, done.stderr[-3000:]
    results = json.loads(lines[-1].removeprefix("RESULT "))
    return Run(results, done.stdout + done.stderr, sorted(os.listdir(temporary)))  # noqa: PTH208


@pytest.fixture(scope="session")
def beside_keraport(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """``beside_keraport("tf2.15")``: the interpreter of an environment with it and keraport.

    Both are installed as a user would, so that their requirements have to agree.
    """
    built: dict[tuple[str, ...], Path] = {}

    def build(release_id: str, *more: str) -> Path:
        key = (release_id, *more)
        if key not in built:
            folder = tmp_path_factory.mktemp("beside") / "venv"
            base = runtime_python(release_id)
            release = get_release(release_id)
            wanted = [*release.requirements, *more, "-e", str(ROOT)]
            python = folder / "bin" / "python"
            for words in (
                ["venv", "--quiet", "--no-project", "--python", str(base), str(folder)],
                ["pip", "install", "--quiet", "--python", str(python), *wanted],
            ):
                subprocess.run([find_uv(), *words], check=True, env=for_building())
            built[key] = python
        return built[key]

    return build
