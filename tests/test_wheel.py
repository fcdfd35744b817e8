"""The wheel: what its metadata say, what is inside, and that it works without the repository."""

from __future__ import annotations

import email
import os
import re
import subprocess
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from uv import find_uv_bin

from keraport.convert import convert

ROOT = Path(__file__).parents[1]
DIGITS = ROOT / "examples" / "digits.h5"
LAMBDAS = ROOT / "examples" / "lambdas" / "lambdas_tf2.h5"


def run(*command: object, folder: Path, status: int = 0) -> str:
    """What a command prints, in a folder that is not the repository."""
    known = {**os.environ, "PATH": f"{Path(find_uv_bin()).parent}{os.pathsep}{os.environ['PATH']}"}
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "UV_PROJECT", "UV"):
        known.pop(name, None)
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(find_uv_bin(), "build", "-q", "--wheel", "-o", folder, ROOT, folder=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [item for item in archive.namelist() if item.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def test_the_pythons_are_those_of_ci(metadata: Message) -> None:
    listed = re.findall(r":: (3\.\d+)", "\n".join(metadata.get_all("Classifier", [])))
    (others,) = re.findall(r"for minor in ([\d. ]+); do", (ROOT / ".ci/run").read_text("utf-8"))
    assert metadata["Requires-Python"] == f">={listed[0]}"
    assert listed == [metadata["Requires-Python"].removeprefix(">="), *others.split()]


def test_what_it_needs(metadata: Message) -> None:
    needed = metadata.get_all("Requires-Dist", [])
    always = {re.split(r"[<>=; ]", item)[0] for item in needed if "extra ==" not in item}
    assert {"filelock", "h5py", "numpy", "typer"} <= always
    assert not {"uv", "xdis", "tensorflow", "keras", "jsonschema", "pytest"} & always
    assert {"lambdas", "runtimes"} <= {*metadata.get_all("Provides-Extra", [])}


def test_its_links_lead_somewhere(metadata: Message) -> None:
    """No address is made up, and none is relative to a repository that is not there."""
    text = str(metadata.get_payload())
    assert text.lstrip().startswith("# keraport")
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links
    assert all(link.startswith("https://") for link in links)
    for url in metadata.get_all("Project-URL", []):
        assert url.split(", ")[1].startswith("https://")


def test_all_of_the_package_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {item.removeprefix("keraport/") for item in archive.namelist()}
    package = ROOT / "src" / "keraport"
    paths = [path for path in package.rglob("*") if path.is_file()]
    wanted = {path.relative_to(package).as_posix() for path in paths if path.suffix != ".pyc"}
    wanted |= {f"schemas/{path.name}" for path in (ROOT / "docs/reference/schemas").glob("*.json")}
    assert wanted <= inside
    suffixes = {"json": "schemas/", "py": "companion/sources/", "j2": "html/", "toml": "kits/"}
    for suffix, folder in suffixes.items():
        assert any(p.startswith(folder) and p.endswith(f".{suffix}") for p in inside), folder
    assert not [path for path in inside if path.startswith(("tests", "tools", "docs"))]


@pytest.mark.parametrize("seed", [(), ("--seed",)], ids=["without pip", "with pip"])
def test_installed(wheel: Path, tmp_path: Path, seed: tuple[str, ...]) -> None:
    """It converts as the repository does; and a hint's line to install a package works."""
    place, uv = tmp_path / "venv", find_uv_bin()
    run(uv, "venv", "-q", *seed, place, folder=tmp_path)
    folder = place / ("Scripts" if os.name == "nt" else "bin")
    python, keraport = folder / "python", folder / "keraport"
    run(uv, "pip", "install", "-q", "--python", python, wheel, folder=tmp_path)
    out = tmp_path / "out.h5"
    told = run(keraport, "convert", DIGITS, out, "--to", "tf1.12", folder=tmp_path)
    assert 'tf.keras.models.load_model("out.h5")' in told
    convert(DIGITS, tmp_path / "expected.h5", "tf1.12")
    assert out.read_bytes() == (tmp_path / "expected.h5").read_bytes()
    options = ("--to", "tf1.12", "--translate-lambdas", "-q")
    lambdas = (keraport, "convert", LAMBDAS, tmp_path / "lambdas.h5", *options)
    told = run(*lambdas, folder=tmp_path, status=2)
    (line,) = re.findall(r"^hint: run `(.*)`$", told, re.MULTILINE)
    assert ("-m pip" in line) == bool(seed)
    run("sh", "-c", line, folder=tmp_path)
    run(*lambdas, folder=tmp_path)
    assert (tmp_path / "lambdas_objects.py").is_file()
