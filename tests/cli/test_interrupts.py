"""Ctrl-C, a polite kill, and a reader that goes away, in whole processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS

# Sends the signal to itself in the middle of writing, when the temporary file has bytes already.
INTERRUPTED = """
import importlib, os, sys, time
from keraport.cli.main import run
module = importlib.import_module("keraport.formats.hdf5.write")
def fill_model(partial, *_, **__):
    partial.write_bytes(b"half")
    os.kill(os.getpid(), int(sys.argv[1]))
    time.sleep(20)
module.fill_model = fill_model
sys.exit(run(sys.argv[2:]))
"""

# What a shell does to a program that it starts in the background of a script.
IGNORING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "kill"]
)
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("ignored", [False, True], ids=["", "in the background of a script"])
def test_interrupted_while_writing(
    tmp_path: Path, sent: signal.Signals, status: int, as_json: bool, ignored: bool
) -> None:
    out = tmp_path / "out.h5"
    out.write_bytes(b"before")
    arguments = ["convert", str(DIGITS), str(out), "--to", "tf1.12", "--force"]
    done = subprocess.run(
        [
            *([sys.executable, "-c", IGNORING] if ignored else []),
            *[sys.executable, "-c", INTERRUPTED, str(int(sent))],
            *[*arguments, *["--json"] * as_json],
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status
    assert out.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [out]
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1
    if sent is signal.SIGINT:
        assert "interrupted" in (done.stdout if as_json else done.stderr)


def test_reader_goes_away() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = "import sys; from keraport.cli.main import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "inspect", str(DIGITS)],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_output_on_a_full_disk(more: list[str]) -> None:
    code = "import sys; from keraport.cli.main import run; sys.exit(run(sys.argv[1:]))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "inspect", str(DIGITS), *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error: standard output cannot be written: no space left")
