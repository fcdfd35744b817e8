"""What the server answers to each path."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import field
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from keraport.errors import KeraportError, UsageError
from keraport.html.rendering import style
from keraport.records import dataclass
from keraport.text import size
from keraport.version import VERSION
from keraport.web import answers, names, targets
from keraport.web.guard import Defect, Guard
from keraport.web.jobs import Ended, Jobs, failure
from keraport.web.requests import Wanted, wanted_of
from keraport.web.results import pack
from keraport.web.settings import Settings
from keraport.web.store import Store, Stored
from keraport.web.uploads import upload

_CREATED: Final = 201
_GONE: Final = 404
_NOT_DONE: Final = 422
"""The command ended with an error, which the answer holds."""
_STATIC: Final = {
    "serve.css": "text/css",
    "serve.js": "text/javascript",
    "view.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def build(settings: Settings, store: Store, defect: Defect) -> ASGIApp:
    """The application.

    Args:
        settings: what it takes.
        store: where files lie.
        defect: keeps the traceback of an error that nobody expected, and says so in a message.
    """
    pages = _Pages(settings, store, Jobs(settings))
    static = [Route(f"/{name}", _static(name, kind)) for name, kind in _STATIC.items()]
    app = Starlette(
        routes=[
            Route("/", pages.page),
            Route("/report.css", _fixed(style(), "text/css")),
            *static,
            Route("/files", pages.add, methods=["POST"]),
            Route("/files/{id}", pages.remove, methods=["DELETE"]),
            Route("/files/{id}/inspect", pages.inspect, methods=["POST"]),
            Route("/files/{id}/check", pages.check, methods=["POST"]),
            Route("/files/{id}/convert", pages.convert, methods=["POST"]),
            Route("/files/{id}/download", pages.download),
            Route("/files/{id}/report", pages.report),
        ],
        exception_handlers={HTTPException: _http_error, KeraportError: _usage_error},
    )
    app.router.redirect_slashes = False
    return Guard(app, settings, defect)


@dataclass(frozen=True, slots=True)
class _Pages:
    """The paths that need more than the request."""

    settings: Settings
    store: Store
    jobs: Jobs
    _page: str = field(default="", init=False)

    async def page(self, _: Request) -> Response:
        """The page itself, which holds nothing of any file."""
        environment = Environment(
            loader=PackageLoader("keraport.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        text = environment.get_template("serve.html.j2").render(
            version=VERSION,
            products=targets.targets(),
            formats=targets.FORMATS,
            max_size=self.settings.max_size,
            max_size_text=size(self.settings.max_size),
            is_local=self.settings.is_local,
            host=self.settings.host,
            reads_lambdas=find_spec("xdis") is not None,
        )
        return Response(text, media_type="text/html")

    async def add(self, request: Request) -> Response:
        """Take a file."""
        taken = await upload(request, self.store, self.settings)
        if isinstance(taken, tuple):
            status, ended = taken
            # What is still on its way is not read: the connection ends here.
            return JSONResponse(ended.document, status, {"connection": "close"})
        about = {"id": taken.id, "name": taken.shown, "stored": taken.path.name, "size": taken.size}
        return JSONResponse(about, _CREATED)

    async def remove(self, request: Request) -> Response:
        """Delete a file and what was made of it."""
        file = self._file(request)
        await asyncio.to_thread(self.store.remove, file)
        return Response(status_code=204)

    async def inspect(self, request: Request) -> Response:
        """What a file holds."""
        wanted = await wanted_of(request, self._file(request), self.store)
        ended = await self._run(request, wanted, wanted.inspection())
        return await _answer(ended, answers.of_inspection)

    async def check(self, request: Request) -> Response:
        """What a conversion would do."""
        wanted = await wanted_of(request, self._file(request), self.store)
        ended = await self._run(request, wanted, wanted.check())
        return await _answer(ended, answers.of_report)

    async def convert(self, request: Request) -> Response:
        """Convert, and keep what was written for `download` and `report`."""
        file = self._file(request)
        wanted = await wanted_of(request, file, self.store)
        folder = file.folder / f"result-{secrets.token_hex(4)}"
        arguments, report = wanted.conversion(folder)
        try:
            folder.mkdir(mode=0o700)
            ended = await self._run(request, wanted, arguments)
            done = "error" not in ended.document
            result = await asyncio.to_thread(pack, folder, report, wanted.objects, done=done)
        except OSError as error:
            raise self._reason(file, error) from error
        if not self.store.finish(file, result):
            raise HTTPException(_GONE)
        links = {
            "download": None if result.archive is None else result.archive.name,
            "download_report": None if result.report is None else result.report.name,
        }
        return await _answer(ended, answers.of_report, links)

    async def download(self, request: Request) -> Response:
        """The archive of the last conversion."""
        result = self._file(request).result
        return _attached(None if result is None else result.archive, "application/zip")

    async def report(self, request: Request) -> Response:
        """The report of the last conversion, as a file: it has a style sheet inside."""
        result = self._file(request).result
        return _attached(None if result is None else result.report, "text/html")

    def _file(self, request: Request) -> Stored:
        file = self.store.files.get(request.path_params["id"])
        if file is None:
            raise HTTPException(_GONE)
        return file

    async def _run(self, request: Request, wanted: Wanted, arguments: list[str]) -> Ended:
        """Run a command as long as somebody waits for it."""
        if wanted.file.id not in self.store.files:
            raise HTTPException(_GONE)
        job = asyncio.ensure_future(self.jobs.run(arguments, wanted.file.folder))
        gone = asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait({job, gone}, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return _without_folders(job.result(), wanted.file)
            return failure("given_up", "nobody waits for the answer", "")
        finally:
            for task in (job, gone):
                task.cancel()
            await asyncio.gather(job, gone, return_exceptions=True)

    def _reason(self, file: Stored, error: OSError) -> Exception:
        """Why files of the session cannot be written: one was removed meanwhile, or no room."""
        if file.id not in self.store.files:
            return HTTPException(_GONE)
        reason = (error.strerror or str(error)).lower()
        return UsageError(f"the result cannot be stored: {reason}", hint="free some of the disk")


def _without_folders(ended: Ended, file: Stored) -> Ended:
    """The hint for a part of a folder: commands ask for the folder, which this page cannot take."""
    error = ended.document.get("error", {})
    if error.get("kind") != "foreign_file" or file.path.suffix not in names.OF_FOLDERS:
        return ended
    hint = "this page takes single files; convert the folder with keraport convert in a terminal"
    return Ended(ended.status, {**ended.document, "error": {**error, "hint": hint}})


async def _gone(request: Request) -> None:
    """Wait until the browser closes the connection; the body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _answer(
    ended: Ended,
    shown: Callable[[dict[str, Any]], dict[str, Any]],
    more: dict[str, Any] | None = None,
) -> Response:
    failed = "error" in ended.document
    # Of a model of many thousand layers there is much to fold.
    found = await asyncio.to_thread(answers.of_error if failed else shown, ended.document)
    return JSONResponse({**found, **(more or {})}, _NOT_DONE if failed else 200)


def _attached(path: Any, kind: str) -> Response:
    if path is None or not path.is_file():
        raise HTTPException(_GONE)
    return FileResponse(path, media_type=kind, filename=path.name)


def _static(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    return _fixed(files("keraport.web").joinpath("static", name).read_text("utf-8"), kind)


def _fixed(text: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        return Response(text, media_type=kind)

    return answer


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    known = {_GONE: ("gone", "this is no longer here", "add the file again")}
    kind, message, hint = known.get(error.status_code, ("usage", str(error.detail), ""))
    return JSONResponse(failure(kind, message, hint).document, error.status_code)


async def _usage_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, KeraportError)  # noqa: S101
    return JSONResponse(failure("usage", error.message, error.hint).document, _NOT_DONE)
