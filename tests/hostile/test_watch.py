"""The watch over tests of hostile files does see what it has to see."""

from __future__ import annotations

import importlib
import json.scanner
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzzing.watch import Watch


def _open_elsewhere() -> None:
    Path("/etc/hostname").exists()
    with Path("/etc/passwd").open("rb"):
        pass


def _unmarshal() -> None:
    import marshal  # noqa: TID251

    marshal.loads(marshal.dumps(1))


def _unpickle() -> None:
    import pickle  # noqa: TID251

    pickle.loads(pickle.dumps(Watch))


@pytest.mark.parametrize(
    ("act", "event"),
    [
        (_open_elsewhere, "open /etc/passwd"),
        (_unmarshal, "marshal.loads"),
        (_unpickle, "pickle.find_class"),
        (lambda: socket.socket().close(), "socket.__new__"),
        (lambda: subprocess.run([sys.executable, "-c", ""], check=True), "subprocess.Popen"),
    ],
)
def test_it_sees(tmp_path: Path, act: Callable[[], None], event: str) -> None:
    watch = Watch()
    with watch.on(tmp_path) as events:
        act()
    assert any(item.startswith(event) for item in events)


def test_it_lets_pass_what_has_to_be(tmp_path: Path) -> None:
    watch = Watch()
    with watch.on(tmp_path) as events:
        (tmp_path / "x").write_text("x")
        importlib.reload(json.scanner)
    assert events == []


def test_it_counts_what_a_folder_causes_only(tmp_path: Path) -> None:
    here, elsewhere = Watch(beneath=str(Path(__file__).parent)), Watch(beneath=str(tmp_path))
    with here.on(tmp_path) as seen, elsewhere.on(tmp_path) as unseen:
        _open_elsewhere()
    assert seen == ["open /etc/passwd"]
    assert unseen == []
