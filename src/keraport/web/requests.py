"""What the page asks for, checked word by word, as the arguments of a command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request

from keraport.catalog.releases import Release, get_release
from keraport.errors import UsageError
from keraport.records import dataclass
from keraport.web import names, targets
from keraport.web.store import Store, Stored

_LONGEST: Final = 65_536
"""Bytes of the text that says what to do."""
_FLAGS: Final = {
    "stock_only": ("--stock-only",),
    "approximate": ("--allow", "approximate"),
    "translate_lambdas": ("--translate-lambdas",),
    "drop_optimizer": ("--drop-optimizer",),
}
_KEYS: Final = {"from": str, "to": str, "format": str, "objects": list, "weights": str}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request says about a file."""

    file: Stored
    said: Mapping[str, Any]
    store: Store

    def inspection(self) -> list[str]:
        """The arguments of ``inspect``."""
        return ["inspect", self.file.path.name, *self._source()]

    def check(self) -> list[str]:
        """The arguments of ``check``."""
        return ["check", self.file.path.name, *self._target(), *self._source(), *self._options()]

    def conversion(self, folder: Path) -> tuple[list[str], Path]:
        """The arguments of ``convert``, which writes into `folder`, and the report in it."""
        release = self._release("to")
        wanted = self.said.get("format", "")
        chosen = targets.format_for(release, wanted)
        if chosen is None:
            raise UsageError(
                f"{release.title} does not read the format {wanted[:20]!r}",
                hint="choose another format",
            )
        stem = f"{names.stem(self.file.path.name)}_{release.id}"
        output = folder / f"{stem}{targets.FORMATS[chosen][1]}"
        report = folder / f"{stem}_report.html"
        arguments = ["convert", self.file.path.name, _beside(output), *self._target()]
        arguments += [*self._source(), *self._options(), "--format", str(chosen)]
        return [*arguments, "--report", _beside(report)], report

    @property
    def objects(self) -> list[Stored]:
        """The files that define classes of the user's own."""
        return [self._other(item) for item in self.said.get("objects", [])]

    def _target(self) -> list[str]:
        return ["--to", self._release("to").id]

    def _source(self) -> list[str]:
        weights = self.said.get("weights")
        return [
            *(["--from", self._release("from").id] if self.said.get("from") else []),
            *(["--weights", _elsewhere(self._other(weights))] if weights else []),
        ]

    def _options(self) -> list[str]:
        flags = [word for key, words in _FLAGS.items() if self.said.get(key) for word in words]
        for item in self.objects:
            flags += ["--objects", _elsewhere(item)]
        return flags

    def _release(self, key: str) -> Release:
        release = get_release(self.said.get(key, ""))
        if not release.described:
            raise UsageError(f"{release.title} is not supported yet")
        return release

    def _other(self, file_id: Any) -> Stored:
        found = self.store.files.get(file_id) if isinstance(file_id, str) else None
        if found is None:
            raise UsageError("a file that is needed was removed", hint="add it again")
        return found


async def wanted_of(request: Request, file: Stored, store: Store) -> Wanted:
    """What the body of a request says.

    Raises:
        UsageError: it is not what the page sends.
    """
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > _LONGEST:
            raise UsageError("the request is too long")
    try:
        said = json.loads(text or b"{}")
    except (ValueError, RecursionError) as error:
        raise UsageError("the request is not JSON") from error
    kinds = {**_KEYS, **dict.fromkeys(_FLAGS, bool)}
    if not isinstance(said, dict) or any(
        key not in kinds or not isinstance(value, kinds[key]) for key, value in said.items()
    ):
        raise UsageError("the request has other keys or values than those of the page")
    return Wanted(file, said, store)


def _beside(path: Path) -> str:
    """A path in a folder that lies in the folder of the file, which is where commands run."""
    return f"{path.parent.name}/{path.name}"


def _elsewhere(file: Stored) -> str:
    return f"../{file.folder.name}/{file.path.name}"
