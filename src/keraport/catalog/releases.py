"""The releases that keraport knows, read from ``releases.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from keraport.catalog.spelling import Offered, Typed, meant, nearest, numbers_of, parse
from keraport.catalog.windows import windows
from keraport.errors import UnknownReleaseError
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """One release of TensorFlow with its Keras.

    Args:
        id: the short name users type, e.g. ``tf1.12``.
        line: releases that follow each other: ``tf`` is tf.keras.
        position: its version on that line, e.g. ``1.12``.
        api: what source for it is written in: ``tf1``, ``tf2``.
        aliases: other spellings that are accepted.
        tensorflow: exact version, e.g. ``1.12.0``.
        keras: version of the Keras inside.
        keras_version: the strings this release writes into files.
        python: minor version of Python it runs on, e.g. ``3.6``.
        requirements: pins that build a working environment.
        described: all differences to its described neighbour are declared changes.
        catalog: where the published wheel is and what its packages are called.
        pythons: minor versions that its wheels run on, newest first; empty if nobody looked.
        brings: top modules that its wheel requires, beside those that all of them require.
        traits: what code may ask of it, each described in ``[trait]`` of ``releases.toml``.
        like: the release of another line that it grew out of, as line and position: it has the
            changes that this one has, where their windows do not name its own line.
        backends: what computes in it other than TensorFlow, and the pins that build an environment
            with it.
        backend: the one of these that is meant; empty for TensorFlow.
        companions: the words that companions for it are written in; those of `api` if empty.
    """

    id: str
    line: str
    position: str
    api: str
    aliases: tuple[str, ...]
    tensorflow: str
    keras: str
    keras_version: tuple[str, ...]
    python: str
    requirements: tuple[str, ...]
    described: bool
    catalog: Mapping[str, str]
    traits: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    like: str = ""
    backends: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    backend: str = ""
    companions: str = ""

    def has(self, trait: str) -> bool:
        """True if it is known by that trait.

        Raises:
            KeyError: no such trait is described in ``releases.toml``.
        """
        if trait not in _table()["trait"]:
            raise KeyError(f"{trait} is not described in releases.toml")
        return trait in self.traits

    @property
    def title(self) -> str:
        """What a message calls it: ``TensorFlow 1.12.0``."""
        return f"{line_of(self).product} {self.exact_version}"

    @property
    def exact_version(self) -> str:
        """The version that a message names it by: TensorFlow's, or that of Keras."""
        return self.tensorflow if line_of(self).version == "tensorflow" else self.keras

    @property
    def companion_api(self) -> str:
        """The words that companions for it are written in (`keraport.companion.sources_of`)."""
        return self.companions or self.api

    @property
    def version(self) -> tuple[int, ...]:
        """Its place on its line."""
        return numbers_of(self.position)

    @property
    def runtime(self) -> str:
        """What its environment is called: ``tf1.12``, ``keras3.15-jax``."""
        return f"{self.id}-{self.backend}" if self.backend else self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Line:
    """Releases that follow each other.

    Args:
        product: what a message calls them.
        module: the module that is Keras there.
        version: whose version a message names: ``tensorflow`` or ``keras``.
        names: products that people name a release by, and whose version that is: ``tensorflow`` or
            ``keras``.
    """

    product: str
    module: str
    names: Mapping[str, str]
    version: str = "tensorflow"


def line_of(release: Release) -> Line:
    """The line that a release lies on."""
    return Line(**_table()["line"][release.line])


@cache
def _table() -> dict[str, Any]:
    text = files("keraport.catalog").joinpath("releases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def all_releases() -> tuple[Release, ...]:
    """Every release with a row of its own, oldest first."""
    return tuple(map(_from_row, _table()["release"]))


def _from_row(row: Mapping[str, object]) -> Release:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    backends = row.get("backends")
    if isinstance(backends, Mapping):
        values["backends"] = {name: tuple(pins) for name, pins in backends.items()}
    return Release(**values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A release that is known by what it writes, and has no catalog.

    Args:
        id: the short name.
        line: that it lies on.
        position: its version there.
        keras_version: the strings this release writes into files.
    """

    id: str
    line: str
    position: str
    keras_version: tuple[str, ...]

    @property
    def version(self) -> tuple[int, ...]:
        """Its place on its line."""
        return numbers_of(self.position)


@cache
def unlisted() -> tuple[Unlisted, ...]:
    """The releases without a catalog, oldest first."""
    return tuple(
        Unlisted(**{**row, "keras_version": tuple(row["keras_version"])})
        for row in _table().get("unlisted", ())
    )


def unsupported_product(keras_version: str) -> str:
    """What wrote files with that version string, if it is known and not supported; else empty."""
    for row in _table()["unsupported"]:
        below = numbers_of(str(row.get("below", "")))
        if (
            "keras_version" in row
            and re.fullmatch(str(row["keras_version"]), keras_version)
            and (not below or numbers_of(keras_version) < below)
        ):
            return str(row["product"])
    return ""


def around(release: Unlisted | Release) -> tuple[Release, ...]:
    """The described releases next to one that is not, on either side on its line."""
    line = [other for other in described_releases() if other.line == release.line]
    before = [other for other in line if other.version < release.version]
    after = [other for other in line if other.version > release.version]
    return (*before[-1:], *after[:1])


def neighbours() -> tuple[tuple[Release, Release], ...]:
    """Pairs of described releases between which every difference is declared.

    Those that follow each other on a line, and the oldest of a line with the one that it is like.
    """
    found = []
    for line in dict.fromkeys(release.line for release in described_releases()):
        mine = [release for release in described_releases() if release.line == line]
        found += [(origin, mine[0]) for origin in _origin(mine[0])]
        found += list(pairwise(mine))
    return tuple(found)


def _origin(release: Release) -> tuple[Release, ...]:
    """The described release that another line's is like, or the newest before that."""
    line, _, position = release.like.partition(" ")
    able = [
        other
        for other in described_releases()
        if other.line == line and other.version <= numbers_of(position)
    ]
    return tuple(able[-1:])


def release_with(trait: str) -> Release:
    """The one release that is known by a trait."""
    (found,) = (release for release in all_releases() if release.has(trait))
    return found


def described_releases() -> tuple[Release, ...]:
    """The releases that can be a source or a target, oldest first."""
    return tuple(release for release in all_releases() if release.described)


def get_release(name: str) -> Release:
    """The release of that id, alias, or name as people write it (``1.12``, ``tensorflow==2.3.0``).

    Raises:
        UnknownReleaseError: no row has it; the message names the nearest that is supported.
    """
    wanted = name.strip().lower()
    for release in all_releases():
        if wanted == release.id or wanted in release.aliases:
            return release
    typed = parse(wanted)
    found = meant(typed, _offered()) if typed is not None else None
    brought = _brought(typed) if typed is not None else None
    if brought is not None or found is not None:
        return brought or get_release(found.id if found is not None else "")
    misfit = _unsupported_name(typed) if typed is not None else ""
    closest = nearest(typed, _offered()) if typed is not None else None
    known = ", ".join(_ends())
    raise UnknownReleaseError(
        f"{name[:60]!r} is {misfit}; supported are {known}"
        if misfit
        else f"unknown release {name[:60]!r}; supported are {known}",
        hint=f"the nearest that is supported is {closest.id}"
        if closest is not None
        else "run `keraport releases` to see what each of them is",
    )


def _ends() -> Iterator[str]:
    """The releases that can be a source or a target: the ends of each line."""
    for line in dict.fromkeys(release.line for release in described_releases()):
        mine = [release.id for release in described_releases() if release.line == line]
        yield mine[0] if len(mine) == 1 else f"{mine[0]} to {mine[-1]}"


def _brought(typed: Typed) -> Release | None:
    """The newest release of the line that a version of TensorFlow brings, if that is no tf.keras.

    It is what installing that version gives, and the newest of all TensorFlows is one of them.
    """
    for row in _table()["brought"]:
        for window in windows(row["named"]):
            is_in = window.line == (typed.product or "tf") and (
                window.holds(typed.version[:2]) if len(typed.version) > 1 else not typed.version
            )
            able = [r for r in described_releases() if r.line == row["line"]] if is_in else []
            if able:
                return able[-1]
    return None


def _unsupported_name(typed: Typed) -> str:
    """What a name that is known and not supported is: too old, or too new; else empty."""
    version = typed.version[:2]
    for row in _table()["unsupported"]:
        for window in windows(row["named"]):
            last = window.last or version
            # A major version alone means the newest of it.
            first = window.first[: len(version)]
            if window.line == (typed.product or "tf") and first <= version <= last and version:
                return str(row["called"])
    return ""


@cache
def _offered() -> tuple[Offered, ...]:
    """Each release as a TensorFlow, and as the Keras inside of it."""
    return tuple(
        Offered(release.id, product, numbers_of(version), release.described)
        for release in all_releases()
        for product, version in _versions(release).items()
        # What is inside TensorFlow up to 2.2 is no Keras that people know by its version.
        if not version.endswith("-tf")
    )


def _versions(release: Release) -> dict[str, str]:
    """The versions that people know it by, by product."""
    known = {"tensorflow": release.tensorflow, "keras": release.keras}
    return {product: known[field] for product, field in line_of(release).names.items()}
