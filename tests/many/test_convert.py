"""Many models into a folder: where they go, what is told, and what the next run does."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.cli.test_json import SCHEMAS, check, documented, validate
from tests.many.conftest import (
    COMPANION,
    CUSTOM,
    JOB,
    OTHER,
    REFUSED,
    SMALL,
    TF23,
    WEIGHTS,
    distinct,
    left_over,
    put,
    rows,
    run,
)

import keraport
from keraport.errors import OutputError, UsageError
from keraport.many.sources import LEDGER

EXPECTED = {
    "a.h5": "exact",
    "b.model": "equivalent",
    "refused.h5": "refused",
    "same as a, ü.h5": "exact",
    "broken.h5": "damaged_file",
}


def test_a_folder_keeps_its_structure(models: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run([models], out)
    found = {Path(item.source).name: item for item in result.outcomes}
    assert {name: item.verdict for name, item in found.items()} == EXPECTED
    assert result.exit_status == 4  # before 3
    assert result.no_models == 1  # the JSON; text and the empty file are not looked into
    for place in ("a.h5", "deep/er/b.model.h5", "same as a, ü.h5"):
        assert (out / place).is_file()
    alone = tmp_path / "alone.h5"
    keraport.convert(SMALL, alone, "tf1.12")
    assert (out / "a.h5").read_bytes() == alone.read_bytes()
    assert left_over(out) == []


def test_the_same_content_is_converted_once(tmp_path: Path) -> None:
    for number in range(30):
        put(SMALL, tmp_path / "models" / f"{number}" / "m.h5")
    result = run([tmp_path / "models"], tmp_path / "out")
    first = [item for item in result.outcomes if not item.same_as]
    assert len(first) == 1
    assert len({path.read_bytes() for path in (tmp_path / "out").rglob("m.h5")}) == 1
    assert len(list((tmp_path / "out").rglob("m.h5"))) == 30
    assert result.to_json()["duplicates"] == 29
    # Nor in another run, under yet another name.
    put(SMALL, tmp_path / "models" / "late.h5")
    again = run([tmp_path / "models"], tmp_path / "out")
    (late,) = [item for item in again.outcomes if not item.from_ledger]
    assert late.same_as
    assert (tmp_path / "out" / "late.h5").is_file()


@pytest.mark.parametrize("name", ["plain.h5", "two words.h5", 'ümlaut\'s "q".h5', "0.h5"])
def test_a_copy_is_what_a_conversion_would_write(tmp_path: Path, name: str) -> None:
    """With its companion, whose header and module have the new name."""
    folder = tmp_path / "models"
    put(COMPANION, folder / ".." / "models" / "-first.h5")
    put(COMPANION, folder / name)
    result = run([folder], tmp_path / "out")
    copied = next(item for item in result.outcomes if Path(item.source).name == name)
    assert copied.same_as
    (tmp_path / "alone").mkdir()
    report = keraport.convert(folder / name, tmp_path / "alone" / name, "tf1.12")
    assert (copied.load, copied.written) == (report.load, report.written)
    assert len(report.written) == 2
    for file in report.written:
        wanted = (tmp_path / "alone" / file).read_bytes()
        assert (tmp_path / "out" / file).read_bytes() == wanted


def test_what_is_refused_once_is_not_read_again(tmp_path: Path) -> None:
    for number in range(5):
        put(REFUSED, tmp_path / "models" / f"{number}.h5")
    result = run([tmp_path / "models"], tmp_path / "out")
    assert result.counts() == {"refused": 5}
    (row,) = result.reasons()
    assert (row.models, row.reason.what, row.reason.hint) == (
        5,
        "Lambda",
        "type --translate-lambdas",
    )
    assert {item.message.partition(": ")[0] for item in result.outcomes} == {
        str(tmp_path / "models" / f"{number}.h5") for number in range(5)
    }


def test_the_ledger_says_what_came_of_every_model(models: Path, tmp_path: Path) -> None:
    run([models], tmp_path / "out")
    found = {Path(row["source"]).name: row for row in rows(tmp_path / "out")}
    row = found["a.h5"]
    assert row["source"] == (models / "a.h5").as_uri()
    assert row["content"] == hashlib.sha256(SMALL.read_bytes()).hexdigest()
    assert (row["target"], row["verdict"], row["output"]) == ("tf1.12", "exact", "a.h5")
    assert row["version"] == keraport.__version__
    assert row["options"] == "{}"
    assert row["seconds"] > 0
    assert row["finished"].endswith("Z")
    assert (found["refused.h5"]["verdict"], found["refused.h5"]["status"]) == ("refused", 3)
    with sqlite3.connect(tmp_path / "out" / LEDGER) as base:
        assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_next_run_does_what_is_left(models: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([models], out)
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*.h5")}
    put(TF23 / "masking.h5" if (TF23 / "masking.h5").exists() else OTHER, models / "new.h5")
    (out / "deep" / "er" / "b.model.h5").unlink()
    again = run([models], out)
    fresh = {Path(item.source).name for item in again.outcomes if not item.from_ledger}
    assert fresh == {"new.h5", "b.model"}
    assert again.exit_status == 4
    for path, stamp in stamps.items():
        assert path.name == "b.model.h5" or path.stat().st_mtime_ns == stamp


def test_a_changed_source_is_converted_again(tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "m.h5")
    run([source], tmp_path / "out")
    before = (tmp_path / "out" / "m.h5").read_bytes()
    put(OTHER, source)
    result = run([source], tmp_path / "out")
    assert result.exit_status == 0
    assert not result.outcomes[0].from_ledger
    assert (tmp_path / "out" / "m.h5").read_bytes() != before
    # A new time alone is no new content.
    os.utime(source, ns=(1, 1))
    assert run([source], tmp_path / "out").outcomes[0].from_ledger


def test_other_options_convert_again(tmp_path: Path) -> None:
    from dataclasses import replace

    put(CUSTOM, tmp_path / "m" / "custom.h5")
    put(SMALL, tmp_path / "m" / "small.h5")
    assert run([tmp_path / "m"], tmp_path / "out").exit_status == 3
    layers = tmp_path / "layers.py"
    layers.write_text(
        "import tensorflow as tf\n\n"
        "class MyCustomLayer(tf.keras.layers.Layer):\n    def call(self, inputs):\n"
        "        return inputs\n",
        encoding="utf-8",
    )
    job = replace(JOB, options=keraport.options(objects=layers))
    result = run([tmp_path / "m"], tmp_path / "out", job=job)
    assert {item.from_ledger for item in result.outcomes} == {False}
    assert all(
        run([tmp_path / "m"], tmp_path / "out", job=job).outcomes[i].from_ledger for i in (0, 1)
    )


@pytest.mark.parametrize(
    ("retry", "done_again"),
    [
        ((), set()),
        (("refused",), {"r.h5"}),
        (("failed",), {"d.h5"}),
        (("all",), {"r.h5", "d.h5", "m.h5"}),
    ],
)
def test_retry(tmp_path: Path, retry: tuple[str, ...], done_again: set[str]) -> None:
    put(REFUSED, tmp_path / "m" / "r.h5")
    put(SMALL, tmp_path / "m" / "m.h5")
    (tmp_path / "m" / "d.h5").write_bytes(SMALL.read_bytes()[:3000])
    run([tmp_path / "m"], tmp_path / "out")
    result = run([tmp_path / "m"], tmp_path / "out", retry=retry)
    assert {Path(i.source).name for i in result.outcomes if not i.from_ledger} == done_again


def test_files_of_others_stay(tmp_path: Path) -> None:
    put(SMALL, tmp_path / "m" / "a.h5")
    put(OTHER, tmp_path / "m" / "b.h5")
    mine = put(REFUSED, tmp_path / "out" / "a.h5")
    before = mine.read_bytes()
    for _ in range(2):  # in the next run, too
        result = run([tmp_path / "m"], tmp_path / "out")
        assert result.counts() == {"equivalent": 1, "output": 1}
        assert "exists already" in result.failed[0].message
        assert mine.read_bytes() == before
    assert run([tmp_path / "m"], tmp_path / "out", force=True).exit_status == 0
    assert mine.read_bytes() != before


def test_outputs_of_another_target_stay(tmp_path: Path) -> None:
    from dataclasses import replace

    source = put(SMALL, tmp_path / "a.h5")
    run([source], tmp_path / "out")
    before = (tmp_path / "out" / "a.h5").read_bytes()
    other = run([source], tmp_path / "out", job=replace(JOB, to="tf2.15"))
    assert other.counts() == {"output": 1}
    assert (tmp_path / "out" / "a.h5").read_bytes() == before
    assert run([source], tmp_path / "out").outcomes[0].from_ledger


def test_two_sources_of_one_output(tmp_path: Path) -> None:
    """The second is named, and neither replaces the other, in any run."""
    put(SMALL, tmp_path / "m" / "a.h5")
    put(OTHER, tmp_path / "m" / "a.hdf5")
    put(WEIGHTS / "tf2.15" / "weights.h5", tmp_path / "m" / "a.hdf") if (
        WEIGHTS / "tf2.15" / "weights.h5"
    ).exists() else None
    for _ in range(2):
        result = run([tmp_path / "m"], tmp_path / "out")
        assert result.counts() == {"exact": 1, "output": 1}
        assert str(tmp_path / "m" / "a.h5") in result.failed[0].message
    alone = tmp_path / "alone.h5"
    keraport.convert(SMALL, alone, "tf1.12")
    assert (tmp_path / "out" / "a.h5").read_bytes() == alone.read_bytes()


def test_a_model_whose_output_is_the_folder_of_others(tmp_path: Path) -> None:
    put(SMALL, tmp_path / "m" / "a.hdf5")
    put(OTHER, tmp_path / "m" / "a.h5" / "b.h5")
    result = run([tmp_path / "m"], tmp_path / "out")
    assert len(result.outcomes) == 2
    assert sum(item.status == 0 for item in result.outcomes) == 1
    assert result.exit_status == 2


def test_the_sources_are_never_overwritten(tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "a.h5")
    with pytest.raises(UsageError, match="is the folder of the sources"):
        run([tmp_path], tmp_path)
    result = run([source], tmp_path, force=True)
    assert "never overwritten" in result.failed[0].message
    assert source.read_bytes() == SMALL.read_bytes()


def test_outputs_inside_the_sources_are_no_sources(tmp_path: Path) -> None:
    from dataclasses import replace

    put(SMALL, tmp_path / "m" / "a.h5")
    out = tmp_path / "m" / "converted"
    for _ in range(2):
        assert len(run([tmp_path / "m"], out).outcomes) == 1
    # Those of an earlier run into another folder neither.
    other = run([tmp_path / "m"], tmp_path / "m" / "for tf2.15", job=replace(JOB, to="tf2.15"))
    assert len(other.outcomes) == 1


def test_one_run_at_a_time(tmp_path: Path) -> None:
    from filelock import FileLock

    source = put(SMALL, tmp_path / "a.h5")
    run([source], tmp_path / "out")
    lock = FileLock(tmp_path / "out" / ".keraport" / "lock")
    with lock, pytest.raises(OutputError, match="another keraport is writing"):
        run([source], tmp_path / "out")
    assert run([source], tmp_path / "out").exit_status == 0


def test_a_ledger_that_is_none(tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "a.h5")
    out = tmp_path / "out"
    out.mkdir()
    (out / LEDGER).write_bytes(b"no database" * 1000)
    with pytest.raises(UsageError, match="no ledger that can be read"):
        run([source], out)
    (out / LEDGER).unlink()
    run([source], out)
    with sqlite3.connect(out / LEDGER) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="newer keraport"):
        run([source], out)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "a.h5")
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError):
        run([source], tmp_path / "out")


@pytest.mark.parametrize("work", ["convert", "check", "inspect"])
def test_the_command_line(call: Call, models: Path, tmp_path: Path, work: str) -> None:
    page, lines = tmp_path / "r.html", tmp_path / "r.jsonl"
    arguments = [work, models, "--report", page, "--records", lines, "--jobs", "2"]
    arguments += [] if work == "inspect" else ["--to", "tf1.12"]
    arguments += ["--out-dir", tmp_path / "out"] if work == "convert" else []
    answer = call(*arguments)
    assert answer.status == 4
    verdicts = {"refused", "exact"} if work != "inspect" else {"inspected"}
    for word in (*verdicts, "damaged_file"):
        assert word in answer.out
    if work != "inspect":
        assert "1 refused: Lambda; type --translate-lambdas" in answer.out
    documents = [json.loads(line) for line in lines.read_text("ascii").splitlines()]
    assert len(documents) == 5
    for document in documents:
        validate(document, "model")
    text = page.read_text("utf-8")
    assert "<script" not in text
    assert "same as a, ü.h5" in text
    # Neither is replaced unasked.
    assert call(*arguments).status == 2


def test_json(call: Call, models: Path, tmp_path: Path) -> None:
    to = ("--out-dir", tmp_path / "out", "--to", "tf1.12", "--json")
    answer = call("convert", models, *to)
    assert (answer.status, answer.err) == (4, "")
    check(answer.document, "many", "many")
    lines = tmp_path / "r.jsonl"
    call("check", models, "--to", "tf1.12", "--records", lines)
    check(json.loads(lines.read_text("ascii").splitlines()[0]), "model", "model")
    assert SCHEMAS["many"]["$defs"]["model"]["properties"].keys() == documented("model").keys() - {
        "schema"
    }


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["--weights", "w.h5"], "--weights"),
        (["--frozen"], "--frozen"),
        (["--retry", "yesterday"], "--retry yesterday"),
        (["--engine", "slurm"], "--engine slurm"),
        (["--cluster", "tcp://nowhere:1"], "--cluster"),
        (["--engine", "dask"], "no address"),
        (["--engine", "dask", "--cluster", "tcp://127.0.0.1:1"], "no dask scheduler"),
    ],
)
def test_what_is_of_one_model_only(
    call: Call, tmp_path: Path, more: list[str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keraport.many.engines._PATIENCE", 1)
    source = put(SMALL, tmp_path / "a.h5")
    out = tmp_path / "out"
    answer = call("convert", source, "--out-dir", out, "--to", "tf1.12", *more)
    assert answer.status in (2, 6)
    assert named in answer.err
    assert not (out / "a.h5").exists()


def test_options_of_many_need_many(call: Call, tmp_path: Path) -> None:
    source = put(SMALL, tmp_path / "a.h5")
    answer = call("convert", source, tmp_path / "o.h5", "--to", "tf1.12", "--jobs", "2")
    assert (answer.status, "--jobs" in answer.err) == (2, True)
    answer = call("convert", source, "--to", "tf1.12")
    assert (answer.status, "--out-dir DIR" in answer.err) == (2, True)
    answer = call("convert", source, source, source, "--to", "tf1.12")
    assert (answer.status, "--out-dir DIR" in answer.err) == (2, True)


def test_distinct_models_do_differ(tmp_path: Path) -> None:
    """Guards the tests of crashes and the benchmark, which make many models of one."""
    paths = [distinct(SMALL, tmp_path / f"{number}.h5", number) for number in range(3)]
    assert len({path.read_bytes() for path in paths}) == 3
    assert run([tmp_path], tmp_path.parent / f"{tmp_path.name}-out").to_json()["duplicates"] == 0
