"""A file on its way from the browser to the disk, never in memory as a whole."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request

from keraport.text import size
from keraport.web.jobs import Ended, failure
from keraport.web.settings import Settings
from keraport.web.store import MOST_FILES, Store, Stored

TOO_LARGE: Final = 413
NO_ROOM: Final = 507
TOO_SLOW: Final = 408


async def upload(request: Request, store: Store, settings: Settings) -> Stored | tuple[int, Ended]:
    """Write the body of a request to the disk.

    Returns:
        the file, or the status and the error of a file that is not taken; then nothing of it is
        kept, nor of one whose sender went away.
    """
    declared = request.headers.get("content-length", "")
    expected = int(declared) if declared.isascii() and declared.isdigit() else 0
    if expected > settings.max_size:
        return TOO_LARGE, _too_large(settings)
    if len(store.files) >= MOST_FILES or not store.has_room(expected):
        message = "there is no room for another file"
        return NO_ROOM, failure("no_room", message, "remove files that are done")
    file = store.new(request.query_params.get("name", ""))
    try:
        ended = await _receive(request, file, settings)
        if ended is None:
            store.keep(file)
            return file
        return ended
    except TimeoutError:
        message = f"nothing came for {settings.idle:g} seconds"
        return TOO_SLOW, failure("too_slow", message, "send it again")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return NO_ROOM, failure("no_room", f"cannot be stored: {reason}", "free some of the disk")
    finally:
        if file.id not in store.files:
            store.remove(file)


async def _receive(request: Request, file: Stored, settings: Settings) -> tuple[int, Ended] | None:
    received = 0
    parts = aiter(request.stream())
    # The folder is new and its name was drawn: nothing can lie there, no link either.
    with file.path.open("xb") as target:
        while True:
            async with asyncio.timeout(settings.idle):
                part = await anext(parts, None)
            if part is None:
                return None
            received += len(part)
            if received > settings.max_size:
                return TOO_LARGE, _too_large(settings)
            await asyncio.to_thread(target.write, part)


def _too_large(settings: Settings) -> Ended:
    return failure(
        "too_large",
        f"is larger than {size(settings.max_size)}, the limit of this page",
        "use the keraport command, or start keraport serve with --max-size SIZE",
    )
