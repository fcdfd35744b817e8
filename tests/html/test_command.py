"""``--report``: when the page is written, and when nothing is."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import CUSTOM, DIGITS

import keraport
from keraport.cli.main import run

LAMBDA = next((Path(__file__).parents[1] / "golden" / "tf2.15").glob("refused/lambda_layer.h5"))


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run_command(*arguments: object) -> Ended:
        status = run([str(argument) for argument in arguments])
        return Ended(status, *capsys.readouterr())

    return run_command


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_inspect(call: Call, target: Path) -> None:
    plain = call("inspect", DIGITS)
    ended = call("inspect", DIGITS, "--report", target)
    assert (ended.status, ended.out) == (0, plain.out)
    assert ended.err == f"the report is in {target}\n"
    assert "no hazards" in target.read_text("utf-8")


def test_quiet_and_json_say_no_more(call: Call, tmp_path: Path) -> None:
    assert call("inspect", DIGITS, "--report", tmp_path / "a.html", "-q").err == ""
    plain = call("inspect", DIGITS, "--json")
    assert call("inspect", DIGITS, "--report", tmp_path / "b.html", "--json").out == plain.out
    assert names_in(tmp_path) == ["a.html", "b.html"]


def test_convert(call: Call, target: Path) -> None:
    out = target.with_name("out.h5")
    ended = call("convert", DIGITS, out, "--to", "tf1.12", "--report", target)
    assert ended.status == 0
    assert names_in(target.parent) == ["out.h5", "report.html"]
    text = target.read_text("utf-8")
    assert "load_model(&#34;out.h5&#34;)" in text
    assert "Written: out.h5" in text


@pytest.mark.parametrize("model", [LAMBDA, CUSTOM])
def test_a_refused_conversion_has_its_page(call: Call, target: Path, model: Path) -> None:
    out = target.with_name("out.h5")
    plain = call("convert", model, out, "--to", "tf1.12")
    ended = call("convert", model, out, "--to", "tf1.12", "--report", target)
    assert ended.status == plain.status == 3
    assert ended.err.startswith(f"the report is in {target}\n")
    assert ended.err.splitlines()[-1] == plain.err.splitlines()[-1]
    assert names_in(target.parent) == ["report.html"]
    text = target.read_text("utf-8")
    assert "What stands in the way: 1 layer" in text
    assert "cannot be expressed in tf1.12" in text
    assert "Workaround" in text
    assert "Load it in" not in text


def test_check_says_what_convert_would(call: Call, target: Path) -> None:
    assert call("check", CUSTOM, "--to", "tf1.12", "--report", target).status == 3
    assert "cannot be expressed in tf1.12" in target.read_text("utf-8")


def test_only_close_is_refused_too(call: Call, target: Path) -> None:
    model = LAMBDA.parents[1] / "mixed_float16.h5"
    assert call("check", model, "--to", "tf1.12", "--report", target).status == 3
    text = target.read_text("utf-8")
    assert "2 layers can only be approximated in tf1.12" in text
    assert "What is only close: 2 layers" in text


def test_verify_that_may_not_run_the_file_shows_its_hazards(call: Call, target: Path) -> None:
    ended = call("verify", LAMBDA, LAMBDA, "--report", target)
    assert ended.status == 3
    text = target.read_text("utf-8")
    assert "Python bytecode in the file" in text
    assert "would run" in text.split("<h2>")[0]


def test_nothing_is_replaced_without_force(call: Call, target: Path) -> None:
    target.write_text("mine", encoding="utf-8")
    out = target.with_name("out.h5")
    for command in (
        ("inspect", DIGITS),
        ("check", DIGITS, "--to", "tf1.12"),
        ("convert", DIGITS, out, "--to", "tf1.12"),
        ("verify", DIGITS, DIGITS),
    ):
        ended = call(*command, "--report", target)
        assert ended.status == 2
        assert ended.err.startswith(f"error: {target}: exists already\nhint: give --force")
        assert target.read_text("utf-8") == "mine"
        assert names_in(target.parent) == ["report.html"]
    assert call("inspect", DIGITS, "--report", target, "--force").status == 0
    assert target.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("name", ["report", "report.h5", "report.html.py", ".html"])
def test_names_that_are_no_pages(call: Call, tmp_path: Path, name: str) -> None:
    ended = call("inspect", DIGITS, "--report", tmp_path / name)
    assert ended.status == 2
    assert "whose name ends in .html" in ended.err
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", ["", "/", ".", ".."])
def test_names_that_are_none(call: Call, name: str) -> None:
    ended = call("inspect", DIGITS, "--report", name)
    assert ended.status == 2
    assert "hint: write report.html, for example" in ended.err


def test_models_are_never_replaced(call: Call, target: Path) -> None:
    target.write_bytes(DIGITS.read_bytes())
    ended = call("inspect", target, "--report", target, "--force")
    assert ended.status == 2
    assert "which is never overwritten" in ended.err
    other = call("verify", DIGITS, target, "--report", target, "--force")
    assert other.status == 2
    assert target.read_bytes() == DIGITS.read_bytes()


def test_the_output_and_the_report_have_two_names(call: Call, target: Path) -> None:
    ended = call(
        *("convert", DIGITS, target, "--to", "tf1.12", "--format", "h5", "--report", target),
    )
    assert ended.status == 2
    assert "the report and the output have the same name" in ended.err
    assert names_in(target.parent) == []


def test_a_full_disk_leaves_nothing(
    call: Call, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    ended = call("inspect", DIGITS, "--report", target)
    assert ended.status == 2
    assert "the disk is full" in ended.err
    assert names_in(target.parent) == []


def test_the_function(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    with pytest.raises(keraport.RefusedError) as caught:
        keraport.convert(CUSTOM, tmp_path / "out.h5", "tf1.12")
    keraport.write_report_html(
        str(page), report=caught.value.report, inspection=keraport.inspect(CUSTOM)
    )
    assert "my_custom_layer" in page.read_text("utf-8")
    with pytest.raises(keraport.OutputError):
        keraport.write_report_html(page, report=caught.value.report)
    keraport.write_report_html(page, report=caught.value.report, force=True)
    assert "<h2>Graph" not in page.read_text("utf-8")
    with pytest.raises(keraport.UsageError, match="nothing is given"):
        keraport.write_report_html(tmp_path / "b.html")
    with pytest.raises(keraport.UsageError, match=r"whose name ends in \.html"):
        keraport.write_report_html(tmp_path / "b.txt", report=caught.value.report)


def test_no_templates_are_loaded_without_a_report() -> None:
    code = (
        "import sys; from keraport.cli.main import run; "
        f"run(['check', {str(DIGITS)!r}, '--to', 'tf1.12', '-q']); "
        "print([name for name in ('jinja2', 'markupsafe', 'keraport.html') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ended.stdout == "[]\n"
