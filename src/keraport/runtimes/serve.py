"""Answers requests inside a real release; run as a script, never imported by keraport.

``python serve.py FOLDER/PACKAGE`` imports PACKAGE from FOLDER and serves its ``OPERATIONS``, a dict
of functions by name. One request a line, as JSON, comes in on stdin: ``{"op": name, ...}``; one
reply a line goes out on what was stdout at the start. Whatever else prints to stdout (TensorFlow
does, from C++ as well) ends up on stderr.

Python 2.7 to 3.13, standard library only.
"""
# ruff: noqa: F401, PTH100, UP006, UP010, UP031, UP035

from __future__ import absolute_import, print_function

import importlib
import json
import os
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


def main(package):
    # type: (str) -> None
    """Serve the operations of the package at that path until stdin ends."""
    requests, replies = take_streams()
    lines = Queue()  # type: Queue[bytes]
    watcher = threading.Thread(target=read_lines, args=(requests, lines))
    watcher.daemon = True
    watcher.start()
    operations, problem = load_operations(package)
    while True:
        reply = {"error": problem} if problem else answer(operations, lines.get())
        replies.write(json.dumps(reply, default=str).encode("utf-8") + b"\n")
        replies.flush()
        if problem:
            os._exit(3)


def take_streams():
    # type: () -> Tuple[IO[bytes], IO[bytes]]
    """Keep stdin and stdout for the protocol; put nothing and stderr in their places."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies


def read_lines(requests, lines):
    # type: (IO[bytes], Queue[bytes]) -> None
    """Pass requests on; when the parent is gone, end the process in the middle of anything.

    That is a thread and not prctl(PR_SET_PDEATHSIG), which fires when the *thread* of the parent
    that started this process ends, and exists on Linux only.
    """
    while True:
        line = requests.readline()
        if not line:
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
        operations = importlib.import_module(name).OPERATIONS
    except Exception as problem:
        return {}, describe_error(problem)
    finally:
        sys.dont_write_bytecode = False
        sys.path.remove(folder)
    return operations, None


def answer(operations, line):
    # type: (Operations, bytes) -> Dict[str, Any]
    """The reply to a request; an exception is a reply too."""
    try:
        request = json.loads(line.decode("utf-8"))
        operation = request.pop("op")
        if operation not in operations:
            raise ValueError("unknown operation %r" % (operation,))
        return operations[operation](request)
    except Exception as problem:
        return {"error": describe_error(problem)}


def describe_error(problem):
    # type: (BaseException) -> Dict[str, str]
    """An exception as data."""
    return {
        "type": type(problem).__name__,
        "message": str(problem),
        "trace": traceback.format_exc(),
    }


if __name__ == "__main__":
    main(sys.argv[1])
