"""The process and its protocol, with operations that need no TensorFlow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.errors import ProbeError
from keraport.runtimes import Runtime
from keraport.runtimes.worker import keras_module

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals")

OPERATIONS = """
import os, sys, time

def echo(request):
    return request

def noise(request):
    print("rubbish from Python")
    sys.stdout.flush()
    os.write(1, b"rubbish from C\\n")
    os.write(1, b"{}\\n")
    return {"answer": 1}

def environment(request):
    return {"variables": dict(os.environ), "path": sys.path, "stdin": sys.stdin.read()}

def sleep(request):
    time.sleep(request["seconds"])
    return {}

def crash(request):
    sys.stderr.write("first line\\nlast words\\n")
    sys.stderr.flush()
    os.kill(os.getpid(), 9)

def leave(request):
    os._exit(7)

def fail(request):
    raise KeyError("nothing there")

def unserialisable(request):
    return {"value": object}

OPERATIONS = {name: value for name, value in list(globals().items()) if callable(value)}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with the operations above."""
    folder = tmp_path / "operations_for_test"
    folder.mkdir()
    (folder / "__init__.py").write_text(OPERATIONS)
    return folder


@pytest.fixture
def runtime(package: Path) -> Iterator[Runtime]:
    """A process of the interpreter that runs the tests."""
    with Runtime("test", Path(sys.executable), package=package) as runtime:
        yield runtime


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def wait_until_gone(pid: int) -> bool:
    return wait_for(lambda: not is_running(pid))


def test_one_process_answers_many_requests(runtime: Runtime) -> None:
    pids = set()
    for number in range(50):
        assert runtime.request({"op": "echo", "number": number, "text": "ä\n"}) == {
            "number": number,
            "text": "ä\n",
        }
        pids.add(runtime.pid)
    assert len(pids) == 1


def test_noise_on_stdout_is_not_taken_for_an_answer(runtime: Runtime) -> None:
    assert runtime.request({"op": "noise"}) == {"answer": 1}
    assert runtime.request({"op": "echo", "x": 2}) == {"x": 2}


def test_a_large_request_and_reply(runtime: Runtime) -> None:
    text = "x" * 3_000_000
    assert runtime.request({"op": "echo", "text": text}) == {"text": text}


def test_environment_is_isolated(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    seen = runtime.request({"op": "environment"})
    assert "PYTHONPATH" not in seen["variables"]
    assert "/somewhere" not in seen["path"]
    assert seen["variables"]["CUDA_VISIBLE_DEVICES"] == ""
    assert seen["variables"]["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert seen["stdin"] == ""
    assert not any("keraport" in Path(entry).parts for entry in seen["path"])


def test_an_exception_is_a_reply(runtime: Runtime) -> None:
    error = runtime.request({"op": "fail"})["error"]
    assert error["type"] == "KeyError"
    assert error["message"] == "'nothing there'"
    assert "in fail" in error["trace"]
    assert runtime.request({"op": "echo"}) == {}


def test_an_unknown_operation_is_a_reply(runtime: Runtime) -> None:
    assert "unknown operation 'fly'" in runtime.request({"op": "fly"})["error"]["message"]


def test_what_json_cannot_say_arrives_as_text(runtime: Runtime) -> None:
    assert runtime.request({"op": "unserialisable"}) == {"value": "<class 'object'>"}


def test_time_limit_kills_and_the_next_request_starts_anew(runtime: Runtime) -> None:
    assert runtime.request({"op": "echo"}) == {}
    pid = runtime.pid
    assert pid is not None
    start = time.monotonic()
    with pytest.raises(ProbeError, match=r"'sleep' took longer than 0.3 s and was stopped"):
        runtime.request({"op": "sleep", "seconds": 60}, timeout=0.3)
    assert time.monotonic() - start < 10
    assert wait_until_gone(pid)
    assert runtime.request({"op": "echo", "again": True}) == {"again": True}
    assert runtime.pid != pid


@posix_only
def test_crash_names_signal_and_last_words(runtime: Runtime) -> None:
    with pytest.raises(ProbeError) as caught:
        runtime.request({"op": "crash"})
    assert "was ended by SIGKILL at 'crash'" in caught.value.message
    assert caught.value.message.endswith("first line\nlast words")
    assert caught.value.exit_status == 6
    assert runtime.request({"op": "echo", "again": True}) == {"again": True}


def test_exit_status_is_named(runtime: Runtime) -> None:
    with pytest.raises(ProbeError, match="ended with exit status 7"):
        runtime.request({"op": "leave"})


@posix_only
def test_killed_between_requests_is_restarted(runtime: Runtime) -> None:
    runtime.request({"op": "echo"})
    assert runtime.pid is not None
    os.kill(runtime.pid, signal.SIGKILL)
    # /proc calls it a zombie once its first thread is gone; it can be waited for when all are.
    assert wait_for(lambda: runtime.pid is None)
    assert runtime.request({"op": "echo", "x": 1}) == {"x": 1}


def test_package_that_cannot_be_imported(tmp_path: Path) -> None:
    folder = tmp_path / "broken_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("import a_module_that_is_not_there\n")
    with Runtime("test", Path(sys.executable), package=folder) as runtime:
        reply = runtime.request({"op": "echo"})
    assert "a_module_that_is_not_there" in reply["error"]["message"]


def test_interpreter_that_is_not_there(package: Path) -> None:
    with (
        Runtime("test", Path("/nowhere/python"), package=package) as runtime,
        pytest.raises(ProbeError, match="/nowhere/python cannot be started"),
    ):
        runtime.request({"op": "echo"})


def test_closing_ends_the_process(package: Path) -> None:
    with Runtime("test", Path(sys.executable), package=package) as runtime:
        runtime.request({"op": "echo"})
        pid = runtime.pid
    assert pid is not None
    assert runtime.pid is None
    assert wait_until_gone(pid)


PARENT = """
import sys
from pathlib import Path
from keraport.runtimes import Runtime
runtime = Runtime("test", Path(sys.executable), package=Path({package!r}))
runtime.request({{"op": "echo"}})
print(runtime.pid, flush=True)
runtime.request({{"op": "sleep", "seconds": 600}}, timeout=600)
"""


@posix_only
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_dies_with_its_parent_in_the_middle_of_a_request(
    package: Path, how: signal.Signals
) -> None:
    script = PARENT.format(package=str(package))
    command = [sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.send_signal(how)
        parent.communicate(timeout=30)
    assert wait_until_gone(pid)


def test_each_family_has_its_keras() -> None:
    assert keras_module(get_release("tf1.12")) == "tensorflow.keras"
    assert keras_module(get_release("tf2.15")) == "tensorflow.keras"
