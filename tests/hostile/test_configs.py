"""C4, C5 and names: configs that lead elsewhere are neither opened nor converted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import dense, layer, save_model

from keraport.cli.main import run

TRAP = "trap"
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("vocabulary", layer("TextVectorization", "x", vocabulary=TRAP), "file"),
    ("vocabulary file", layer("StringLookup", "x", vocabulary_file=TRAP), "file"),
    ("integers", layer("IntegerLookup", "x", vocabulary=TRAP), "file"),
    ("saved model", layer("TFSMLayer", "x", filepath=TRAP), "file"),
    ("pytorch", layer("TorchModuleWrapper", "x", module=TRAP), "pickle"),
    ("url", layer("StringLookup", "x", vocabulary="http://127.0.0.1:9/x"), "file"),
    ("get_file", {**layer("get_file", "x", origin=TRAP), "module": "keras.utils"}, "helper"),
    ("exec", {**layer("exec", "x", source=TRAP), "module": "builtins"}, "module"),
]


@pytest.mark.parametrize(("odd", "kind"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_they_are_named_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], odd: dict[str, Any], kind: str
) -> None:
    # Opening a pipe that nobody writes into would wait for ever.
    import os

    os.mkfifo(tmp_path / TRAP)
    text = json.dumps(odd).replace(f'"{TRAP}"', json.dumps(str(tmp_path / TRAP)))
    path = save_model(tmp_path / "m.h5", [dense("a"), json.loads(text)])
    assert run(["inspect", str(path), "--json"]) == 0
    hazards = json.loads(capsys.readouterr().out)["hazards"]
    assert kind in {hazard["kind"] for hazard in hazards}
    out = tmp_path / "out.h5"
    assert run(["convert", str(path), str(out), "--to", "tf1.12", "--from", "tf2.3"]) == 3
    assert {item.name for item in tmp_path.iterdir()} == {"m.h5", TRAP}


@pytest.mark.parametrize("name", ["../x", "<script>alert(1)</script>", "\x1b[2J", "a\nb"])
def test_names_stay_names(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = tmp_path / "m.json"
    config = {"name": name, "layers": [dense(name)]}
    path.write_text(json.dumps({"class_name": "Sequential", "config": config}))
    run(["inspect", str(path)])
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert name.splitlines()[0] in printed.out or "\\" in printed.out
    assert [item.name for item in tmp_path.iterdir()] == ["m.json"]
