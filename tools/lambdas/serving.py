"""Answers requests inside a release: one line of JSON each way. Python 3.6 to 3.8."""

import json
import os


def serve(operations):
    """Answer until stdin ends; whatever else prints ends up on stderr.

    Args:
        operations: functions of a request, by name.
    """
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for line in iter(requests.readline, b""):
        request = json.loads(line.decode("utf-8"))
        try:
            reply = operations[request.pop("op")](request)
        except Exception as problem:
            reply = {"error": {"type": type(problem).__name__, "message": str(problem)}}
        replies.write(json.dumps(reply).encode("utf-8") + b"\n")
        replies.flush()
    os._exit(0)
