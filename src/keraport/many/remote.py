"""Models behind URLs, through fsspec: ``s3://bucket/models``, ``memory://``, and what is installed.

Only what may be a model is fetched: by its name for SavedModels, by its first bytes for files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final

from keraport.companion.write import companion_path
from keraport.errors import KeraportError, OutputError, SourceUnavailableError
from keraport.formats.atomic import output_error
from keraport.installing import install_line
from keraport.many.outcome import Outcome
from keraport.many.sources import (
    HEAD_BYTES,
    INDEX,
    SAVED_MODEL_FILES,
    Source,
    failure,
    is_candidate,
)
from keraport.records import dataclass

_PACKAGES: Final[Mapping[str, str]] = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "hf": "huggingface_hub",
    "abfs": "adlfs",
    "az": "adlfs",
}
"""Protocol: what brings it along, where fsspec itself does not."""
_PATIENCE: Final = 200
"""Characters of what a server says."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A model that has to be fetched.

    Args:
        url: of the model, for people.
        files: what belongs to it, by where each goes below a folder of its own.
        name: the model in that folder.
        stamp: what the server says of the files: sizes, times, numbers of their content.
        system: the file system of fsspec.
    """

    url: str
    files: tuple[tuple[str, PurePosixPath], ...]
    name: str
    stamp: str
    system: Any

    def fetch(self, place: Path) -> Path:
        """Fetch the model into a folder, which is made.

        Raises:
            SourceUnavailableError: the server does not give it.
            OutputError: it cannot be written there.
        """
        for name, below in self.files:
            target = place / below
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise output_error(target, error) from error
            with _server(self.url):
                self.system.get_file(name, str(target))
        return place / self.name


def expand_url(url: str) -> Iterator[Source | Outcome]:
    """The models that a URL stands for: a file, a folder of them, or a pattern.

    Raises:
        SourceUnavailableError: the protocol is not installed, the server does not answer, or
            nothing is there.
    """
    from fsspec.core import has_magic, url_to_fs

    protocol = url.partition("://")[0]
    with _server(url):
        try:
            system, path = url_to_fs(url)
        except ImportError as error:
            raise _not_installed(url, protocol, error) from error
        except ValueError as error:
            raise SourceUnavailableError(
                f"{url}: {error}", hint="give a path, or a URL of a protocol that fsspec knows"
            ) from error
        # What it remembers of folders may be older than what is there.
        system.invalidate_cache()
    tree = _Tree(system, protocol)
    if has_magic(path):
        yield from tree.matching(url, path)
        return
    with _server(url):
        is_folder = system.isdir(path)
        is_file = not is_folder and system.isfile(path)
    if is_folder:
        yield from tree.folder(path, path)
    elif is_file:
        yield from tree.files([path], _parent(path), asked_for=True)
    else:
        raise SourceUnavailableError(f"{url}: there is no such file", hint="check the URL")


class _Tree:
    """A file system, and what is where in it.

    Args:
        system: of fsspec.
        protocol: as it was typed.
    """

    def __init__(self, system: Any, protocol: str) -> None:
        self._system, self._protocol = system, protocol

    def matching(self, url: str, pattern: str) -> Iterator[Source | Outcome]:
        """What fits a pattern."""
        from fsspec.core import has_magic

        with _server(url):
            found: dict[str, dict[str, Any]] = self._system.glob(pattern, detail=True)
        base = pattern
        while has_magic(base):
            base = _parent(base)
        folders = [name for name, about in found.items() if about.get("type") == "directory"]
        for name in sorted(folders):
            yield from self.folder(name, base, asked_for=True)
        inside = tuple(f"{name.rstrip('/')}/" for name in folders)
        names = [name for name in sorted(set(found) - set(folders)) if not name.startswith(inside)]
        yield from self.files(names, base, asked_for=True)

    def folder(
        self, path: str, base: str, *, asked_for: bool = False
    ) -> Iterator[Source | Outcome]:
        """The models in a folder, by their content; the folder itself, if it is one."""
        with _server(self._url(path)):
            listed: dict[str, dict[str, Any]] = self._system.find(path, detail=True)
        names = sorted(name for name, item in listed.items() if item.get("type") != "directory")
        models = sorted({root for name in names if (root := _root_of(name)) is not None})
        taken: list[str] = []
        for root in models:
            if not root.startswith(tuple(taken)):
                taken.append(f"{root}/")
                parts = [name for name in names if name.startswith(f"{root}/")]
                named = asked_for or root == path.rstrip("/")
                yield self._whole(root, parts, base, named, listed)
        rest = [name for name in names if not name.startswith(tuple(taken))] if taken else names
        yield from self.files(rest, base, asked_for=False)

    def files(self, names: list[str], base: str, *, asked_for: bool) -> Iterator[Source | Outcome]:
        """Single files; those of a folder only if they may be models by how they begin."""
        for name in names:
            try:
                found = self._file(name, base, asked_for)
            except KeraportError as error:
                yield failure(self._url(name), error)
                continue
            if found is not None:
                yield found

    def _file(self, name: str, base: str, asked_for: bool) -> Source | None:
        url = self._url(name)
        with _server(url):
            head: bytes = self._system.cat_file(name, start=0, end=HEAD_BYTES)
        is_index = name.endswith(INDEX)
        if not asked_for and not is_index and not is_candidate(head):
            return None
        last = PurePosixPath(name).name
        parts = [name]
        with _server(url):
            if is_index:
                parts += self._system.glob(f"{_literal(name.removesuffix(INDEX))}.data-*")
            beside = f"{_parent(name)}/{companion_path(Path(last)).name}"
            if self._system.exists(beside):
                parts.append(beside)
            stamp = self._stamp(parts)
        files = tuple((part, _plain(PurePosixPath(PurePosixPath(part).name))) for part in parts)
        remote = Remote(url, files, last, stamp, self._system)
        return Source(url, url, _below(name, base), None, remote, asked_for, head)

    def _whole(
        self,
        root: str,
        parts: list[str],
        base: str,
        asked_for: bool,
        listed: Mapping[str, Mapping[str, Any]],
    ) -> Source | Outcome:
        """A folder that is a model."""
        url, last = self._url(root), PurePosixPath(root).name
        try:
            files = tuple((part, last / _plain(_below(part, root))) for part in parts)
        except KeraportError as error:
            return failure(url, error)
        stamp = _hashed(str(sorted((part, str(listed[part])) for part in parts)))
        below = PurePosixPath(last) if root == base.rstrip("/") else _below(root, base)
        remote = Remote(url, files, last, stamp, self._system)
        return Source(url, url, below, None, remote, asked_for)

    def _stamp(self, names: list[str]) -> str:
        return _hashed(" ".join(self._system.ukey(name) for name in names))

    def _url(self, name: str) -> str:
        return f"{self._protocol}://{name.lstrip('/') if self._protocol == 'memory' else name}"


def _root_of(name: str) -> str | None:
    """The folder that is a model because of this file in it."""
    for ending in SAVED_MODEL_FILES:
        if name.endswith(f"/{ending}"):
            return name.removesuffix(f"/{ending}")
    return None


def _below(name: str, base: str) -> PurePosixPath:
    base = base.rstrip("/")
    inside = name[len(base) :] if name.startswith(base) else PurePosixPath(name).name
    return PurePosixPath(inside.lstrip("/"))


def _plain(below: PurePosixPath) -> PurePosixPath:
    """The place of a file below the folder it is fetched into.

    Raises:
        OutputError: it leads elsewhere: names in a bucket are any text.
    """
    if below.is_absolute() or not below.parts or ".." in below.parts:
        raise OutputError(
            f"{below}: the name of a file leads out of its folder",
            hint="fetch the model, and convert it under another name",
        )
    return below


def _parent(name: str) -> str:
    return name.rstrip("/").rpartition("/")[0]


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _not_installed(url: str, protocol: str, error: ImportError) -> SourceUnavailableError:
    package = _PACKAGES.get(protocol.lower())
    hint = f"run: {install_line(package)}" if package else str(error)
    return SourceUnavailableError(
        f"{url}: what reads {protocol}:// is not installed here", hint=hint
    )


@contextmanager
def _server(url: str) -> Iterator[None]:
    """Turn whatever a file system raises into an error that names the URL.

    Raises:
        SourceUnavailableError: the server refuses, or does not answer.
    """
    try:
        yield
    except KeraportError:
        raise
    except FileNotFoundError as error:
        raise SourceUnavailableError(
            f"{url}: there is no such file", hint="check the URL, and that you may read it"
        ) from error
    except Exception as error:
        # Each file system of fsspec has errors of its own.
        text = " ".join(f"{type(error).__name__}: {error}".split())[:_PATIENCE]
        raise SourceUnavailableError(
            f"{url}: cannot be read: {text}", hint="check the URL, the network and your credentials"
        ) from error
