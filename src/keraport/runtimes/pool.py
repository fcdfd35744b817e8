"""Processes of real releases, one each, shared by many verifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from keraport.catalog.releases import Release, get_release
from keraport.runtimes.worker import Runtime


class RuntimePool:
    """Starts a `Runtime` when a release is first asked for and keeps it; a context manager.

    Args:
        progress: told, in a sentence each, what is being done.
        install: build the environment of a release that has none.
        given: commands that run environments of your own, by release:
            ``{"tf1.12": "/path/to/python"}``; beside them count variables such as
            ``KERAPORT_RUNTIME_TF1_12``.
    """

    def __init__(
        self,
        progress: Callable[[str], None] | None = None,
        *,
        install: bool = True,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self._progress = progress
        self._install = install
        self.given = dict(given or {})
        self._running: dict[str, Runtime] = {}

    def __getitem__(self, release: Release | str) -> Runtime:
        """The process of a release, named by its row or its id.

        Raises:
            UnknownReleaseError: no release has that id.
            RuntimeUnavailableError: the release cannot be had.
            UsageError: a command that is given cannot be run.
        """
        wanted = release if isinstance(release, Release) else get_release(release)
        if wanted.runtime not in self._running:
            self._running[wanted.runtime] = Runtime.start(
                wanted, progress=self._progress, install=self._install, given=self.given
            )
        return self._running[wanted.runtime]

    def close(self) -> None:
        """End all processes."""
        while self._running:
            self._running.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
