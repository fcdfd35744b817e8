"""Answers requests inside a real release; run as a script, never imported by keraport.

``python serve.py FOLDER/PACKAGE SCRATCH [CHANGE]`` gives up the network where the system lets it,
imports PACKAGE from FOLDER and serves its ``OPERATIONS``, a dict of functions by name. The first
line on what was stdout at the start says that it is ready, or why not. Then one request a line, as
JSON, comes in on stdin, ``{"id": number, "op": name, ...}``, and one reply a line goes out, with
the same id. Whatever else prints to stdout (TensorFlow does, from C++ as well) ends up on stderr.
At the end of stdin it removes the folder SCRATCH, its own, and ends with whatever it has started.

CHANGE is JSON, for processes whose environment somebody else has made: ``{"set": {name: value},
"unset": [names]}``, and SCRATCH becomes their working directory.

Python 2.7 to 3.13, standard library only.
"""
# ruff: noqa: F401, PTH100, PTH110, PTH123, UP006, UP010, UP031, UP035

from __future__ import absolute_import, print_function

import importlib
import json
import os
import shutil
import signal
import sys
import threading
import traceback

try:
    from queue import Queue
except ImportError:
    from Queue import Queue  # type: ignore[import-not-found,no-redef]

MYPY = False
if MYPY:
    from typing import IO, Any, Callable, Dict, Optional, Tuple

    Operations = Dict[str, Callable[[Dict[str, Any]], Dict[str, Any]]]


CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
"""``include/uapi/linux/sched.h``"""


def main(package, scratch, change=None):
    # type: (str, str, Optional[str]) -> None
    """Serve the operations of the package at that path until stdin ends."""
    if change is not None:
        change_environment(json.loads(change))
        os.chdir(scratch)
    # A shell that starts programs in the background lets them ignore it, and so would all that
    # this process starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    requests, replies = take_streams()
    # Before there is a second thread: that one would keep the network.
    closed = close_network()
    lines = Queue()  # type: Queue[bytes]
    watcher = threading.Thread(target=read_lines, args=(requests, lines, scratch))
    watcher.daemon = True
    watcher.start()
    operations, problem = load_operations(package)
    ready = {"network": "closed" if closed else "open"}  # type: Dict[str, Any]
    send(replies, 0, {"error": problem} if problem else ready)
    if problem:
        os._exit(3)
    while True:
        number, reply = answer(operations, lines.get())
        send(replies, number, reply)


def change_environment(change):
    # type: (Dict[str, Any]) -> None
    """Take variables away and set others, before anything reads them."""
    for name in change["unset"]:
        os.environ.pop(str(name), None)
    for name, value in change["set"].items():
        os.environ[str(name)] = str(value)


def missing(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Which of the paths are not there for this process."""
    return {"missing": [path for path in request["paths"] if not os.path.exists(path)]}


def send(replies, number, reply):
    # type: (IO[bytes], Any, Dict[str, Any]) -> None
    """Write one reply."""
    text = json.dumps({"id": number, "reply": reply}, default=str)
    replies.write(text.encode("utf-8") + b"\n")
    replies.flush()


def close_network():
    # type: () -> bool
    """Move to a network of one's own, which leads nowhere; False where the system has none.

    The superuser may just do it; others in a namespace of users in which they are who they were.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(CLONE_NEWNET) == 0:
            return True
        user, group = os.getuid(), os.getgid()
        # The superuser of a container would lose the right to read what belongs to others.
        if user == 0 or unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            return False
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", "%d %d 1" % (user, user)),
            ("gid_map", "%d %d 1" % (group, group)),
        ):
            with open("/proc/self/" + name, "w") as stream:
                stream.write(text)
    except Exception:
        # Without ctypes, or without /proc to write to: whatever was reached so far holds.
        return False
    return True


def take_streams():
    # type: () -> Tuple[IO[bytes], IO[bytes]]
    """Keep stdin and stdout for the protocol; put nothing and stderr in their places."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies


def read_lines(requests, lines, scratch):
    # type: (IO[bytes], Queue[bytes], str) -> None
    """Pass requests on; when the parent is gone, end the process in the middle of anything.

    That is a thread and not prctl(PR_SET_PDEATHSIG), which fires when the *thread* of the parent
    that started this process ends, and exists on Linux only.
    """
    while True:
        line = requests.readline()
        if not line:
            shutil.rmtree(scratch, ignore_errors=True)
            if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
                os.killpg(os.getpid(), signal.SIGKILL)
            os._exit(0)
        lines.put(line)


def load_operations(package):
    # type: (str) -> Tuple[Operations, Optional[Dict[str, str]]]
    """The package's operations, or what went wrong when it was imported."""
    folder, name = os.path.split(os.path.abspath(package))
    # This script's own folder holds modules that are not meant for this Python.
    sys.path[0] = folder
    sys.dont_write_bytecode = True
    try:
        operations = dict(importlib.import_module(name).OPERATIONS, missing=missing)
    except Exception as problem:
        return {}, describe_error(problem)
    finally:
        sys.dont_write_bytecode = False
        sys.path.remove(folder)
    return operations, None


def answer(operations, line):
    # type: (Operations, bytes) -> Tuple[Any, Dict[str, Any]]
    """The request's id, and the reply; an exception is a reply too, and so is ``sys.exit()``."""
    number = None
    try:
        request = json.loads(line.decode("utf-8"))
        number = request.pop("id")
        operation = request.pop("op")
        if operation not in operations:
            raise ValueError("unknown operation %r" % (operation,))
        return number, operations[operation](request)
    except (Exception, SystemExit) as problem:
        return number, {"error": describe_error(problem)}


def describe_error(problem):
    # type: (BaseException) -> Dict[str, str]
    """An exception as data."""
    return {
        "type": type(problem).__name__,
        "message": str(problem),
        "trace": traceback.format_exc(),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
