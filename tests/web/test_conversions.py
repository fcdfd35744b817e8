"""What the page is told of a model, and what it gives to download."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, MY_LAYERS, Call, save_model
from tests.hostile.models import NAMES, dense, given, model
from tests.hostile.test_bounds import CASES
from tests.web.conftest import Inner, Inside, Start, is_running, until

from keraport.catalog.releases import described_releases
from keraport.kits.formats import reads
from keraport.web import targets
from keraport.web.results import pack

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def app(inside: Inner) -> Inside:
    return inside()


def added(app: Inside, path: Path, name: str = "") -> str:
    answer = app.add(name or path.name, path.read_bytes())
    assert answer.status_code == 201
    return str(answer.json()["id"])


def unpacked(app: Inside, file_id: str) -> zipfile.ZipFile:
    answer = app.client.get(f"files/{file_id}/download")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_every_release_is_offered_with_what_it_reads() -> None:
    offered = [item for _, releases in targets.targets() for item in releases]
    assert {item.id for item in offered} == {item.id for item in described_releases()}
    assert len(offered) == len(described_releases())
    known = {item.id: item for item in described_releases()}
    for item in offered:
        assert item.formats
        assert all(reads(known[item.id], kind) for kind in item.formats)


def test_the_page_says_what_inspect_says(app: Inside, call: Call) -> None:
    said = call("inspect", CUSTOM, "--json").document
    found = app.ask("inspect", added(app, CUSTOM)).json()
    assert found["title"] == "TensorFlow 2.3.0"
    for key in ("release", "evidence", "sure", "format", "bytes", "weights"):
        assert found[key] == said[key]
    assert found["layers"] == len(said["layers"])
    (hazard,) = found["hazards"]
    assert hazard["kind"] == said["hazards"][0]["kind"]
    assert hazard["items"] == [{"where": "my_custom_layer", "text": said["hazards"][0]["text"]}]
    assert hazard["loading"] == said["hazards"][0]["loading"]


def test_the_page_says_what_check_says(app: Inside, call: Call) -> None:
    said = call("check", DIGITS, "--to", "tf1.12", "--json").document
    found = app.ask("check", added(app, DIGITS), to="tf1.12").json()
    assert found["converts"] is said["converts"] is True
    assert found["verdict"] == said["report"]["verdict"]
    assert found["counts"] == said["report"]["counts"]
    assert {row["text"] for row in found["rows"]} == {
        note["text"] for layer in said["report"]["layers"] for note in layer["notes"]
    }


def test_the_download_is_what_convert_writes(app: Inside, call: Call, tmp_path: Path) -> None:
    out = tmp_path / "digits_tf1.12.h5"
    assert call("convert", DIGITS, out, "--to", "tf1.12", "-q").status == 0
    file_id = added(app, DIGITS)
    answer = app.ask("convert", file_id, to="tf1.12").json()
    assert answer["load"] == 'tf.keras.models.load_model("digits_tf1.12.h5")'
    assert answer["download"] == "digits_tf1.12.zip"
    packed = unpacked(app, file_id)
    assert packed.namelist() == ["digits_tf1.12.h5", "digits_tf1.12_report.html"]
    assert packed.read("digits_tf1.12.h5") == out.read_bytes()
    report = app.client.get(f"files/{file_id}/report")
    assert report.headers["content-disposition"].startswith("attachment")
    assert report.content == packed.read("digits_tf1.12_report.html")
    assert "<h1>digits.h5</h1>" in report.text


def test_the_companion_comes_along(app: Inside) -> None:
    file_id = added(app, GOLDEN / "tf2.3" / "attention_mask_argument.h5")
    answer = app.ask("convert", file_id, to="tf1.12").json()
    names = unpacked(app, file_id).namelist()
    (companion,) = (name for name in names if name.endswith("_objects.py"))
    assert companion.removesuffix(".py") in answer["load"]
    refused = app.ask("check", file_id, to="tf1.12", stock_only=True).json()
    assert refused["converts"] is False


def test_a_refusal_has_its_report(app: Inside) -> None:
    file_id = added(app, CUSTOM)
    checked = app.ask("check", file_id, to="tf1.12")
    assert (checked.status_code, checked.json()["converts"]) == (200, False)
    answer = app.ask("convert", file_id, to="tf1.12")
    assert answer.status_code == 422
    said = answer.json()
    assert said["error"]["kind"] == "refused"
    assert said["report"]["rows"][0]["layers"] == ["my_custom_layer"]
    assert said["download"] is None
    assert app.client.get(f"files/{file_id}/download").status_code == 404
    report = app.client.get(f"files/{file_id}/report")
    assert "my_custom_layer" in report.text


def test_classes_of_your_own(app: Inside) -> None:
    file_id, objects = added(app, CUSTOM), added(app, MY_LAYERS)
    assert app.ask("check", file_id, to="tf1.12", objects=[objects]).json()["converts"]
    answer = app.ask("convert", file_id, to="tf1.12", objects=[objects]).json()
    assert answer["load"].startswith("from my_layers import MyCustomLayer; ")
    packed = unpacked(app, file_id)
    assert packed.read("my_layers.py") == MY_LAYERS.read_bytes()


def test_an_architecture_takes_the_weights_of_another_file(app: Inside, tmp_path: Path) -> None:
    import h5py

    with h5py.File(DIGITS) as file:
        text = file.attrs["model_config"]
    document = {**json.loads(text), "keras_version": "2.4.0", "backend": "tensorflow"}
    (tmp_path / "digits.json").write_text(json.dumps(document))
    file_id, weights = added(app, tmp_path / "digits.json"), added(app, DIGITS)
    assert app.ask("inspect", file_id).json()["format"] == "json"
    answer = app.ask("convert", file_id, to="tf1.12", weights=weights)
    assert answer.status_code == 200
    assert "digits_tf1.12.h5" in unpacked(app, file_id).namelist()


def test_formats(app: Inside) -> None:
    file_id = added(app, DIGITS)
    app.ask("convert", file_id, to="keras3.15", format="keras").raise_for_status()
    assert "digits_keras3.15.keras" in unpacked(app, file_id).namelist()
    app.ask("convert", file_id, to="tf1.12", format="savedmodel-1.x").raise_for_status()
    names = unpacked(app, file_id).namelist()
    assert "digits_tf1.12/saved_model.pb" in names or any("saved_model" in name for name in names)
    answer = app.ask("convert", file_id, to="tf1.12", format="keras")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "TensorFlow 1.12.0 does not read the format 'keras'"


def test_only_the_last_result_is_kept(app: Inside) -> None:
    file_id = added(app, DIGITS)
    for release in ("tf1.12", "tf2.15"):
        app.ask("convert", file_id, to=release).raise_for_status()
    assert [name for name in app.files if name.endswith(".zip")] == [
        next(name for name in app.files if name.endswith("digits_tf2.15.zip"))
    ]


def test_what_a_failed_conversion_left_is_deleted(tmp_path: Path) -> None:
    """A command that is killed while it writes leaves a part of the output."""
    (tmp_path / "x_report.html").write_text("a page")
    (tmp_path / ".x.h5.partial").write_bytes(bytes(100))
    (tmp_path / "x.h5").write_bytes(bytes(100))
    (tmp_path / "folder").mkdir()
    result = pack(tmp_path, tmp_path / "x_report.html", [], done=False)
    assert result.archive is None
    assert [path.name for path in tmp_path.iterdir()] == ["x_report.html"]


BAD = [
    {"to": ""},
    {"to": "nonsense"},
    {"to": "--objects"},
    {"to": 3},
    {"to": "tf1.12", "from": "x"},
    {"to": "tf1.12", "objects": ["../../etc"]},
    {"to": "tf1.12", "objects": [[]]},
    {"to": "tf1.12", "weights": "/etc/passwd"},
    {"to": "tf1.12", "stock_only": "yes"},
    {"to": "tf1.12", "force": True},
    ["to"],
    None,
    "x" * 70_000,
]


@pytest.mark.parametrize("said", BAD, ids=lambda value: str(value)[:40])
def test_requests_that_the_page_does_not_send(app: Inside, said: Any) -> None:
    file_id = added(app, DIGITS)
    for what in ("check", "convert"):
        answer = app.client.post(f"files/{file_id}/{what}", json=said)
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert (error["kind"], error["exit_status"]) == ("usage", 2)
    assert app.client.post(f"files/{file_id}/check", content=b"\xff{").status_code == 422
    assert app.client.post(f"files/{file_id}/check", content=b"[" * 60_000).status_code == 422
    assert app.defects == []
    assert len(app.files) == 2


@pytest.mark.parametrize("build", [c[1] for c in CASES if c[2]], ids=[c[0] for c in CASES if c[2]])
def test_a_hostile_file_gives_its_message(app: Inside, tmp_path: Path, build: Any) -> None:
    """The same as the command in a process of its own: what is left of memory decides some."""
    path = build(tmp_path)
    said = subprocess.run(
        [sys.executable, "-m", "keraport", "inspect", path.name, "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 4
    answer = app.ask("inspect", added(app, path))
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == json.loads(said.stdout)["error"]["message"][:4000]
    assert app.defects == []


@pytest.mark.parametrize(
    ("name", "content", "pattern"),
    [
        ("a.h5", b"", "is empty"),
        ("a.keras", b"PK\x05\x06" + bytes(18), ""),
        ("a.pb", b"\x08\x01", ""),
        ("a.onnx", b"\x08\x07\x12\x07pytorch", ""),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + b"\xff" * 500, ""),
        ("a.zip", b"PK\x03\x04" + bytes(500), ""),
    ],
)
def test_what_is_no_model(app: Inside, name: str, content: bytes, pattern: str) -> None:
    file_id = app.add(name, content).json()["id"]
    answer = app.ask("convert", file_id, to="tf1.12")
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["kind"] in ("damaged_file", "foreign_file", "unsafe_file")
    assert re.search(pattern, error["message"])
    assert answer.json()["download"] is None
    assert app.defects == []


@pytest.mark.parametrize("name", ["saved_model.pb", "model.zip"])
def test_folders_are_for_the_command(app: Inside, name: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("model/saved_model.pb", b"\x08\x01\x12\x02aa")
    sent = content.getvalue() if name.endswith(".zip") else b"\x08\x01\x12\x02aa"
    answer = app.ask("inspect", app.add(name, sent).json()["id"])
    assert answer.status_code == 422
    assert answer.json()["error"]["hint"] == (
        "this page takes single files; convert the folder with keraport convert in a terminal"
    )


def test_names_in_a_model_are_fit_to_be_shown(app: Inside) -> None:
    layers, before = [given()], "in"
    for name in NAMES.values():
        layers.append(dense(name, before))
        before = name
    text = json.dumps(model(*layers))
    file_id = app.add("a.json", text.encode()).json()["id"]
    for what in ("inspect", "check"):
        answer = app.ask(what, file_id, **({"to": "tf1.12"} if what == "check" else {}))
        assert answer.status_code in (200, 422)
        assert all(part.isprintable() for part in texts(answer.json()))


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_an_uploaded_module_is_not_imported(app: Inside, tmp_path: Path) -> None:
    """Commands run in the folder of the file; Python must not look for modules there."""
    mark = tmp_path / "mark"
    for name in ("json.py", "h5py.py"):
        file_id = app.add(name, f"open({str(mark)!r}, 'w')\n".encode()).json()["id"]
        assert app.ask("inspect", file_id).json()["error"]["kind"] == "foreign_file"
    assert not mark.exists()


def test_a_limit_of_memory(inside: Inner) -> None:
    app = inside(memory=120_000_000)
    answer = app.ask("check", added(app, DIGITS), to="tf1.12")
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["kind"] == "memory"
    assert "120.0 MB" in error["message"]
    assert "--max-memory" in error["hint"]
    assert app.defects == []


def test_a_limit_of_time(start: Start) -> None:
    server = start("--timeout", "1")
    with server.client() as client:
        file_id = client.post("files?name=a.h5", content=DIGITS.read_bytes()).json()["id"]
        worker: list[int] = []
        holding = threading.Thread(target=lambda: worker.append(server.held_worker()))
        holding.start()
        answer = client.post(f"files/{file_id}/convert", json={"to": "tf1.12"})
        holding.join()
        assert answer.status_code == 422
        assert answer.json()["error"]["message"] == (
            "took longer than 1 seconds, which is the limit of this page"
        )
        assert not is_running(worker[0])


def test_a_few_at_once(start: Start) -> None:
    """Of six that wait, two run; each of the six gets its answer."""
    server = start()
    answers: list[int] = []
    with server.client() as client:
        file_id = client.post("files?name=a.h5", content=DIGITS.read_bytes()).json()["id"]

        def ask() -> None:
            answer = client.post(f"files/{file_id}/check", json={"to": "tf1.12"})
            answers.append(answer.status_code)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, len(server.workers()))
        assert most == 2
    assert answers == [200] * 6


def test_nobody_waits_any_more(start: Start) -> None:
    """A tab that is closed ends what it asked for."""
    server = start()
    with server.client() as client:
        file_id = client.post("files?name=a.h5", content=DIGITS.read_bytes()).json()["id"]
        with pytest.raises(Exception, match="timed out"):
            client.post(f"files/{file_id}/check", json={"to": "tf1.12"}, timeout=0.1)
        until(lambda: not server.workers())
        assert client.post(f"files/{file_id}/check", json={"to": "tf1.12"}).status_code == 200


def test_a_file_that_is_removed_while_it_is_converted(start: Start) -> None:
    server = start()
    with server.client() as client, server.client() as other:
        file_id = client.post("files?name=a.h5", content=DIGITS.read_bytes()).json()["id"]
        answers: list[Any] = []
        converting = threading.Thread(
            target=lambda: answers.append(
                client.post(f"files/{file_id}/convert", json={"to": "tf1.12"})
            )
        )
        converting.start()
        worker = server.held_worker()
        assert other.delete(f"files/{file_id}").status_code == 204
        os.kill(worker, signal.SIGCONT)
        converting.join()
        assert answers[0].status_code in (404, 422)
        assert "defect" not in answers[0].text
        assert [path for path in server.folder.rglob("*") if path.is_file()] == []


def test_two_tabs(app: Inside, tmp_path: Path) -> None:
    """Each has files of its own; what one removes the other keeps."""
    small = save_model(tmp_path / "small.h5", [])
    first, second = added(app, DIGITS), added(app, small, "digits.h5")
    assert app.ask("inspect", first).json()["layers"] == 9
    app.client.delete(f"files/{first}")
    assert app.ask("inspect", second).json()["layers"] == 0
