"""Every exit status that ``docs/reference/exit-status.md`` promises."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, LAMBDA, MY_LAYERS, Call, dense, save_model

from keraport.errors import PredictionsDifferError, RuntimeUnavailableError
from keraport.verify import Difference, OutputDifference, Status, Tolerance, Verification

TO = ("--to", "tf1.12")


def replace_function(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, function: object
) -> None:
    """Replace a function in the module itself: ``keraport.convert`` is a function, too."""
    monkeypatch.setattr(importlib.import_module(module), name, function)


def verification(status: Status) -> Verification:
    apart = 0.5 if status is Status.DIFFER else 0.0
    difference = Difference(apart, apart, agrees=status is not Status.DIFFER)
    return Verification(
        source="a.h5",
        output="b.h5",
        source_release="tf2.3",
        target_release="tf1.12",
        status=status,
        tolerance=Tolerance(),
        inputs=(),
        seed=0,
        outputs=(OutputDifference("probabilities", difference),),
        network={"source": "closed", "target": "closed"},
        warnings=("the output is the same for every input",) * (status is Status.INCONCLUSIVE),
    )


def answer_with(monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    replace_function(
        monkeypatch, "keraport.verify", "verify", lambda *_, **__: verification(status)
    )


def test_0_converted(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    answer = call("convert", DIGITS, out, *TO)
    assert (answer.status, answer.err) == (0, "")
    assert out.is_file()
    assert 'tf.keras.models.load_model("out.h5")' in answer.out
    assert list(tmp_path.iterdir()) == [out]


def test_0_converted_with_own_classes(call: Call, tmp_path: Path) -> None:
    answer = call("convert", CUSTOM, tmp_path / "out.h5", *TO, "--objects", MY_LAYERS)
    assert answer.status == 0
    assert "from my_layers import MyCustomLayer; " in answer.out


def test_quiet_says_nothing(call: Call, tmp_path: Path) -> None:
    answer = call("convert", DIGITS, tmp_path / "out.h5", *TO, "-q")
    assert (answer.status, answer.out, answer.err) == (0, "", "")


@pytest.mark.parametrize("as_json", [False, True])
def test_1_defect(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, as_json: bool
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise KeyError("\x1b[31mspoon")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    replace_function(monkeypatch, "keraport.convert", "convert", fail)
    answer = call("convert", DIGITS, tmp_path / "x.h5", *TO, *(["--json"] if as_json else []))
    assert answer.status == 1
    assert "Traceback" not in answer.out + answer.err
    assert "\x1b" not in answer.out + answer.err
    (saved,) = tmp_path.glob("keraport-defect-*.txt")
    assert "Traceback" in saved.read_text(encoding="utf-8")
    if as_json:
        assert answer.document["error"]["kind"] == "defect"
        assert answer.document["error"]["traceback"] == str(saved)
    else:
        assert str(saved) in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("runtimes",),
        ("konvert",),
        ("convert", DIGITS),
        ("convert", DIGITS, "out.h5"),
        ("convert", DIGITS, "out.h5", "--to", "tf0.1"),
        ("convert", DIGITS, "out.h5", *TO, "--from", "tf0.1"),
        ("convert", DIGITS, "out.h5", *TO, "--format", "onnx"),
        ("convert", DIGITS, "out.h5", *TO, "--frobnicate"),
        ("convert", DIGITS, "out.xyz", *TO),
        ("convert", DIGITS, "out.h5", *TO, "--objects", "no_such_file.py"),
        ("convert", "no_such_file.h5", "out.h5", *TO),
        ("convert", DIGITS, "no/such/folder/out.h5", *TO),
        ("convert", DIGITS, DIGITS, *TO),
        ("convert", DIGITS, DIGITS, *TO, "--force"),
        ("convert", DIGITS, DIGITS, *TO, "--verify", "--force"),
        ("convert", DIGITS, "out.json", *TO, "--verify"),
        ("convert", DIGITS, "out.h5", *TO, "--inputs", "x.npz"),
        ("verify", DIGITS, "no_such_file.h5"),
        ("runtimes", "install", "tf0.1"),
        ("inspect", "no_such_file.h5"),
    ],
)
def test_2_usage(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    before = DIGITS.read_bytes()
    answer = call(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err
    assert list(tmp_path.iterdir()) == []
    assert DIGITS.read_bytes() == before


def test_2_existing_output_is_left_alone(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    out.write_bytes(b"precious")
    for more in ((), ("--verify",)):
        answer = call("convert", DIGITS, out, *TO, *more)
        assert answer.status == 2
        assert "--force" in answer.err
        assert out.read_bytes() == b"precious"


def test_3_refused(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    answer = call("convert", CUSTOM, out, *TO)
    assert (answer.status, answer.out) == (3, "")
    assert "my_custom_layer (MyCustomLayer)" in answer.err
    assert f"keraport convert {CUSTOM} {out} --to tf1.12 --objects FILE.py" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_3_check_says_what_convert_does(call: Call) -> None:
    refused, accepted = call("check", CUSTOM, *TO), call("check", DIGITS, *TO)
    assert (refused.status, accepted.status) == (3, 0)
    assert "--objects FILE.py" in refused.out
    assert "--objects" not in accepted.out


def test_3_lambda(call: Call, tmp_path: Path) -> None:
    model = save_model(tmp_path / "m.h5", [dense("first"), LAMBDA])
    assert call("check", model, *TO).status == 3


@pytest.mark.parametrize("command", [("inspect",), ("check", *TO)])
@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"\x80\x04K\x01.", b"hello"])
def test_4_bad_input(call: Call, tmp_path: Path, command: tuple[str, ...], content: bytes) -> None:
    model = tmp_path / "m.h5"
    model.write_bytes(content)
    answer = call(command[0], model, *command[1:])
    assert (answer.status, answer.out) == (4, "")
    assert answer.err.startswith(f"error: {model}: ")
    assert "\nhint: " in answer.err


def test_4_truncated(call: Call, tmp_path: Path) -> None:
    model = tmp_path / "m.h5"
    model.write_bytes(DIGITS.read_bytes()[:3000])
    assert call("inspect", model).status == 4
    assert call("convert", model, tmp_path / "out.h5", *TO).status == 4
    assert list(tmp_path.iterdir()) == [model]


def test_time_limit(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def keep(*_: Any, timeout: float, **__: Any) -> Verification:
        seen.append(timeout)
        return verification(Status.AGREE)

    replace_function(monkeypatch, "keraport.verify", "verify", keep)
    assert call("verify", DIGITS, DIGITS).status == 0
    assert call("verify", DIGITS, DIGITS, "--timeout", "7").status == 0
    monkeypatch.setenv("KERAPORT_TIMEOUT", "30")
    assert call("verify", DIGITS, DIGITS).status == 0
    assert call("verify", DIGITS, DIGITS, "--timeout", "7").status == 0
    assert seen == [600.0, 7.0, 30.0, 7.0]
    assert call("verify", DIGITS, DIGITS, "--timeout", "0").status == 2
    monkeypatch.setenv("KERAPORT_TIMEOUT", "soon")
    assert call("verify", DIGITS, DIGITS).status == 2


@pytest.mark.parametrize(
    ("found", "status", "word"),
    [(Status.AGREE, 0, "PASS"), (Status.DIFFER, 5, "FAIL"), (Status.INCONCLUSIVE, 5, "INCONCL")],
)
def test_5_verify(
    call: Call, monkeypatch: pytest.MonkeyPatch, found: Status, status: int, word: str
) -> None:
    answer_with(monkeypatch, found)
    answer = call("verify", DIGITS, DIGITS)
    assert answer.status == status
    assert answer.out.startswith(word)
    assert ("error: " in answer.err) == (status == 5)


def test_5_inputs_do_not_match(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise PredictionsDifferError("b.h5 has 2 inputs", hint="compare them")

    replace_function(monkeypatch, "keraport.verify", "verify", fail)
    assert call("verify", DIGITS, DIGITS).status == 5


@pytest.mark.parametrize("found", [Status.DIFFER, Status.INCONCLUSIVE])
def test_5_output_appears_only_when_proven(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: Status
) -> None:
    answer_with(monkeypatch, found)
    out = tmp_path / "out.h5"
    out.write_bytes(b"the version before")
    answer = call("convert", DIGITS, out, *TO, "--verify", "--force")
    assert answer.status == 5
    assert out.read_bytes() == b"the version before"
    assert list(tmp_path.iterdir()) == [out]
    assert "was not written" in answer.err
    assert "load_model" not in answer.out


def test_0_output_appears_when_proven(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer_with(monkeypatch, Status.AGREE)
    out = tmp_path / "out.h5"
    answer = call("convert", DIGITS, out, *TO, "--verify")
    assert answer.status == 0
    assert list(tmp_path.iterdir()) == [out]
    assert call("inspect", out, "--json").document["release"] == "tf1.12"


@pytest.mark.parametrize(
    "arguments", [("runtimes", "install", "tf1.12"), ("verify", DIGITS, DIGITS)]
)
def test_6_no_runtime(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeUnavailableError("Python 3.6 is missing", hint="install it with pyenv")

    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path))
    replace_function(monkeypatch, "keraport.runtimes.manager", "ensure_runtime", fail)
    replace_function(monkeypatch, "keraport.runtimes.worker", "ensure_runtime", fail)
    answer = call(*arguments)
    assert answer.status == 6
    assert answer.err.endswith("error: Python 3.6 is missing\nhint: install it with pyenv\n")
