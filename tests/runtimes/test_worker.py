"""The process and its protocol, with operations that need no TensorFlow."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import keraport
from keraport.catalog.releases import get_release
from keraport.errors import ProbeError
from keraport.runtimes import Runtime
from keraport.runtimes.environment import for_building, for_release
from keraport.runtimes.lines import LONGEST
from keraport.runtimes.worker import keras_module

PACKAGE = Path(keraport.__file__).parent
posix_only = pytest.mark.skipif(os.name == "nt", reason="signals")

OPERATIONS = """
import os, signal, socket, subprocess, sys, time

def echo(request):
    return request

def noise(request):
    print("rubbish from Python")
    sys.stdout.flush()
    os.write(1, b"rubbish from C\\n")
    os.write(1, b"{}\\n")
    return {"answer": 1}

def environment(request):
    handler = signal.getsignal(signal.SIGINT)
    return {
        "variables": dict(os.environ),
        "path": sys.path,
        "stdin": sys.stdin.read(),
        "folder": os.getcwd(),
        "interruptible": handler is signal.default_int_handler,
        "user": os.getuid() if hasattr(os, "getuid") else None,
    }

def connect(request):
    with socket.create_connection(("127.0.0.1", request["port"]), timeout=5):
        return {}

def litter(request):
    with open("left behind", "w") as stream:
        stream.write("x")
    return {"folder": os.getcwd()}

def orphan(request):
    # Holds everything that this process has open.
    child = os.fork()
    if not child:
        time.sleep(600)
    with open(request["path"], "w") as stream:
        stream.write(str(child))
    if request["die"]:
        os._exit(9)
    return {}

def forge(request):
    for fd in range(3, 64):
        try:
            os.write(fd, request["text"].encode() * request.get("times", 1))
        except OSError:
            pass
    return {}

def give_up(request):
    sys.exit("enough")

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
    # Wherever keraport itself lies, in a clone that is called so as well.
    assert not any(Path(entry).is_relative_to(PACKAGE) for entry in seen["path"])
    assert seen["interruptible"]
    assert seen["user"] in (None, os.getuid())


def test_only_listed_variables_are_seen(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "MY_OWN", "HTTPS_PROXY", "UV_INDEX_URL"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    seen = runtime.request({"op": "environment"})
    assert "secret" not in seen["variables"].values()
    assert seen["variables"]["OMP_NUM_THREADS"] == "1"
    assert seen["variables"]["LC_ALL"] == "C.UTF-8"
    own = {"HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"}
    assert {seen["variables"][name] for name in own} == {seen["folder"]}
    given = set(for_release(Path("x"), os.environ)) | {"KERAPORT_KERAS"}
    # Python sets the last one itself where the locale is C.
    assert set(seen["variables"]) - given <= {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"}


def test_what_uv_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        **dict.fromkeys(("AWS_SECRET_ACCESS_KEY", "PYTHONPATH", "VIRTUAL_ENV", "UV_PROJECT"), "x"),
        **dict.fromkeys(("PATH", "HOME", "https_proxy", "UV_INDEX_A_PASSWORD", "LC_ALL"), "y"),
    }
    assert set(for_building(given).values()) == {"y"}
    assert len(for_building(given)) == 5


def test_its_folder_goes_away_with_it(runtime: Runtime) -> None:
    folder = Path(runtime.request({"op": "litter"})["folder"])
    assert folder != Path.cwd()
    assert (folder / "left behind").exists()
    runtime.close()
    assert not folder.exists()


def test_network_is_closed_where_it_says_so(runtime: Runtime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        reply = runtime.request({"op": "connect", "port": server.getsockname()[1]})
    assert runtime.network in ("closed", "open")
    assert ("error" in reply) is (runtime.network == "closed")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="namespaces are Linux' own")
def test_network_is_closed_where_the_system_allows_it(runtime: Runtime) -> None:
    who = [] if os.getuid() == 0 else ["--user"]
    allowed = subprocess.run(["unshare", "--net", *who, "true"], check=False, capture_output=True)
    runtime.request({"op": "echo"})
    assert runtime.network == ("closed" if allowed.returncode == 0 else "open")


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
    with pytest.raises(ProbeError, match="ended with exit status 7") as caught:
        runtime.request({"op": "leave"})
    # The release itself had started: building it anew would change nothing.
    assert "remove" not in caught.value.hint
    assert "code in the model or in one of your files" in caught.value.hint


def test_sys_exit_is_a_reply(runtime: Runtime) -> None:
    error = runtime.request({"op": "give_up"})["error"]
    assert (error["type"], error["message"]) == ("SystemExit", "enough")


@posix_only
@pytest.mark.parametrize("die", [True, False])
def test_what_it_started_does_not_outlive_it(runtime: Runtime, tmp_path: Path, die: bool) -> None:
    noted = tmp_path / "child"
    start = time.monotonic()
    request = {"op": "orphan", "path": str(noted), "die": die}
    if die:
        with pytest.raises(ProbeError, match="ended with exit status 9"):
            runtime.request(request)
    else:
        runtime.request(request)
        runtime.close()
    assert time.monotonic() - start < 10
    assert wait_until_gone(int(noted.read_text()))


def numbered(number: int, text: str) -> str:
    return f'{{"id": {number}, "reply": {text}}}\n'


@posix_only
@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("[1, 2]\n", 1),
        ("no JSON\n", 1),
        ("{}\n", 1),
        ("[" * 200_000 + "\n", 1),
        ('{"id": 1, "reply": ' + "[" * 200_000 + "\n", 1),
        ('{"id": 1, "reply": ' + "9" * 100_000 + "}\n", 1),
        (numbered(7, "{}"), 1),
        (numbered(1, "[]"), 1),
        ("x" * 1_000_000, LONGEST // 1_000_000 + 2),
    ],
)
def test_forged_replies(runtime: Runtime, text: str, times: int) -> None:
    with pytest.raises(ProbeError, match="instead of what it was asked for") as caught:
        runtime.request({"op": "forge", "text": text, "times": times}, timeout=60)
    assert len(caught.value.message) < 400
    assert runtime.request({"op": "echo", "again": True}) == {"again": True}


@posix_only
def test_answers_that_nobody_asked_for_are_not_kept(runtime: Runtime) -> None:
    """The next request does not take one for its own, and they do not fill the memory."""
    runtime.request({"op": "forge", "text": numbered(1, '{"mine": 1}') * 3})
    with pytest.raises(ProbeError, match="instead of what it was asked for"):
        runtime.request({"op": "echo"})


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
    with (
        Runtime("test", Path(sys.executable), package=folder) as runtime,
        pytest.raises(ProbeError, match="a_module_that_is_not_there") as caught,
    ):
        runtime.request({"op": "echo"})
    assert "`keraport runtimes remove test`" in caught.value.hint


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
import signal, sys
# Where this was started in the background of a script it would ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
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
