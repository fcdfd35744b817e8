"""``keraport serve``: a page on this machine that takes model files and converts them."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from keraport.cli import options as given
from keraport.cli.output import Output, write_json
from keraport.errors import UsageError

_NEEDED = ("starlette", "uvicorn")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_LEAST_MEMORY = 500_000_000


def serve(
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="The address to listen at."),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="INTEGER",
            help="The port to listen at; 0 picks a free one.",
        ),
    ] = 0,
    max_size: Annotated[
        str,
        typer.Option(
            "--max-size", metavar="SIZE", help="The largest file that is accepted, e.g. 500MB."
        ),
    ] = "2GB",
    max_memory: Annotated[
        str, typer.Option("--max-memory", metavar="SIZE", help="The memory limit of a conversion.")
    ] = "6GB",
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=1, help="The time limit of a conversion."),
    ] = 300,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Serve a page, on this machine only, that converts the model files dropped on it.

    Prints its address; Ctrl-C ends it and deletes everything that was uploaded.
    """
    _require_libraries()
    from keraport.cli.failures import describe_defect
    from keraport.web.server import serve
    from keraport.web.settings import Settings

    output = Output(json, quiet)
    settings = Settings(
        host=host,
        port=port,
        max_size=_bytes("--max-size", max_size, 1),
        memory=_bytes("--max-memory", max_memory, _LEAST_MEMORY),
        timeout=timeout,
    )

    def ready(url: str) -> None:
        if json:
            write_json({"url": url}, "page")
        else:
            # Without its address the page is of no use, whatever --quiet says.
            print(url, flush=True)  # noqa: T201
        if not settings.is_local:
            output.tell(
                f"whoever can reach {host} and knows the address can use the page, and can listen: "
                "it is not encrypted"
            )
        output.tell("Ctrl-C ends it, and deletes what was uploaded")
        if open_:
            import webbrowser

            webbrowser.open(url)

    def defect(error: Exception) -> str:
        message, hint, _ = describe_defect(error, ["serve"])
        output.error(message, hint)
        return f"{message}; {hint}"

    try:
        serve(settings, ready, defect)
    except KeyboardInterrupt:
        output.tell("ended; what was uploaded is deleted")
    return 0


def _require_libraries() -> None:
    """Say what is missing, and a line that installs it where this keraport finds it."""
    from importlib.util import find_spec

    from keraport.installing import install_line

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return
    raise UsageError(
        f"keraport serve needs {' and '.join(missing)}, not installed with keraport",
        hint=install_line(*_NEEDED),
    )


def _bytes(option: str, text: str, least: int) -> int:
    """``500MB`` as a number.

    Raises:
        UsageError: it is no size, or too small.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) *([kmgt]?)b?", text.strip(), flags=re.IGNORECASE)
    if found is None:
        raise UsageError(
            f"{option}: {text[:60]!r} is not a size", hint="write 500MB or 2GB, for example"
        )
    number = int(float(found[1]) * _UNITS[found[2].lower()])
    if number < least:
        raise UsageError(
            f"{option}: {text[:60]!r} is too small", hint=f"give at least {least} bytes"
        )
    return number
