"""A few hundred of what ``tools/attack_lambdas.py`` and ``tools/compare_lambdas.py`` do."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from lambdas.attacking import attack
from lambdas.batches import TARGET
from lambdas.comparing import comparison, difference
from lambdas.grammar import Grammar, all_entries, entries_of, reachable
from lambdas.ledger import Ledger, kind_of, write_section
from lambdas.traced import Log, events

SEED = 2_019


@pytest.mark.runtime("tf1.12", "tf2.3")
@pytest.mark.usefixtures("strace")
def test_what_converts_only_computes(tmp_path: Path) -> None:
    """Hundreds of expressions under strace, which notices what `CONTROL` of the tool does."""
    ledger = Ledger(tmp_path / "ledger.jsonl", SEED)
    with attack() as running:
        ledger.add(running.batch(ledger, 450))
    assert ledger.listed("events") == []
    assert ledger.total("ran") >= 180
    assert sum(ledger.counted("refused").values()) >= 150


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_what_converts_computes_the_same(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", SEED)
    with comparison() as running:
        ledger.add(running.batch(ledger, 250))
    assert ledger.listed("differ") == []
    assert ledger.listed("unloadable") == []
    assert ledger.total("compared") >= 150


@pytest.mark.runtime("tf2.3", "keras3.15")
def test_what_converts_computes_the_same_in_keras_3(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", SEED)
    with comparison(target="keras3.15") as running:
        ledger.add(running.batch(ledger, 80))
    assert ledger.listed("differ") == []
    assert ledger.listed("unloadable") == []
    assert ledger.total("compared") >= 60


def test_a_ledger_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", 1)
    ledger.add({"ran": 3, "entries": {"tf.abs": 2}, "refused": {"it": 1}})
    Ledger(tmp_path / "ledger.jsonl", 2).add({"ran": 100})
    again = Ledger(tmp_path / "ledger.jsonl", 1)
    again.add({"ran": 4, "entries": {"tf.abs": 1, "tf.exp": 1}, "refused": {"it": 2}})
    assert again.total("ran") == 7
    assert again.rarest(["tf.abs", "tf.exp", "tf.sin"]) == ["tf.sin", "tf.exp", "tf.abs"]
    assert again.counted("refused") == {"it": 3}
    assert [row["batch"] for row in again.rows] == [0, 1]


def test_every_entry_of_the_lists_can_be_drawn() -> None:
    assert set(all_entries(TARGET)) <= reachable("tf2.3") | reachable("tf1.12")


@pytest.mark.parametrize("release", ["tf2.3", "tf1.12"])
def test_what_is_drawn_for_an_entry_holds_it(release: str) -> None:
    grammar = Grammar(Random(SEED), release)
    for entry in sorted(reachable(release)):
        assert entry in entries_of(grammar.expression(entry).text)


DIFFERENT: list[tuple[list[Any], str, list[Any], str, float]] = [
    ([1, 2], "f4", [1, 2.1], "f4", 0.0),
    ([1, np.nan], "f4", [1, 2], "f4", 0.0),
    ([1, 2], "f4", [1, np.inf], "f4", 0.0),
    ([1, 2], "f4", [[1, 2]], "f4", 0.0),
    ([1, 2], "f4", [1, 2], "f8", 0.0),
    ([1, 2], "i4", [1, 3], "i4", 0.0),
    ([b"a"], "S", [b"b"], "S", 0.0),
    ([1, 2], "f4", [1, 2.1], "f4", 0.02),
]


@pytest.mark.parametrize(("wanted", "dtype", "got", "other", "moves"), DIFFERENT)
def test_differences_are_seen(
    wanted: list[Any], dtype: str, got: list[Any], other: str, moves: float
) -> None:
    assert difference(np.array(wanted, dtype), np.array(got, other), moves)
    assert not difference(np.array(wanted, dtype), np.array(wanted, dtype), moves)


def test_what_the_source_itself_moves_is_allowed() -> None:
    assert not difference(np.array([1, 2], "f4"), np.array([1, 2.1], "f4"), 0.03)


LOG = """10 newfstatat(AT_FDCWD, "/a", 0x7f, 0) = 0
10 newfstatat(AT_FDCWD, "/keraport-mark/7/begin", 0x7f, 0) = -1 ENOENT
10 openat(AT_FDCWD, "/read", O_RDONLY|O_CLOEXEC) = 3
10 newfstatat(3, "", {st_mode=S_IFREG|0644}, AT_EMPTY_PATH) = 0
10 openat(AT_FDCWD, "/proc/10/status", O_RDONLY) = 3
11 openat(AT_FDCWD, "/written", O_WRONLY|O_CREAT, 0666 <unfinished ...>
10 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_THREAD) = 12
11 <... openat resumed>) = 4
10 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 13
10 rename("/read", "/other") = 0
13 execve("/bin/sh", ["sh"], 0x7f) = 0
13 exit_group(0) = ?
10 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5
10 newfstatat(AT_FDCWD, "/keraport-mark/7/end", 0x7f, 0) = -1 ENOENT
10 unlink("/after") = 0
"""


def test_a_log_of_strace_is_read(tmp_path: Path) -> None:
    path = tmp_path / "strace.log"
    path.write_text(LOG, encoding="utf-8")
    found = events(Log(path).between("7"), frozenset({"/read", "/proc/PID/status"}))
    assert [line.split("(")[0].split()[1] for line in found] == [
        "openat",
        "clone",
        "rename",
        "execve",
        "socket",
    ]
    assert len(events(Log(path).between("7"), frozenset({"/read"}))) == len(found) + 1
    with pytest.raises(ValueError, match="no marks of 8"):
        Log(path).between("8")


def test_messages_of_one_kind() -> None:
    one = "uses tf.io.read_file, which is not on the list (tf1.12)"
    assert kind_of(one) == kind_of("uses np.load, which is not on the list (tf1.12)")


def test_counts_go_into_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- it -->\nold\n<!-- end -->\nb\n", encoding="utf-8")
    write_section(page, "it", "new\n")
    assert page.read_text(encoding="utf-8") == "a\n<!-- it -->\nnew\n<!-- end -->\nb\n"
