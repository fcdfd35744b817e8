"""The releases that keraport knows, read from ``releases.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from keraport.catalog.spelling import Offered, meant, nearest, numbers_of, parse
from keraport.errors import UnknownReleaseError


@dataclass(frozen=True, slots=True)
class Release:
    """One release of TensorFlow with its Keras.

    Args:
        id: the short name users type, e.g. ``tf1.12``.
        line: releases that follow each other: ``tf`` is tf.keras.
        position: its version on that line, e.g. ``1.12``.
        aliases: other spellings that are accepted.
        tensorflow: exact version, e.g. ``1.12.0``.
        keras: version of the Keras inside.
        keras_version: the strings this release writes into files.
        python: minor version of Python it runs on, e.g. ``3.6``.
        requirements: pins that build a working environment.
        described: all differences to its described neighbour are declared changes.
        catalog: where the published wheel is and what its packages are called.
        traits: what code may ask of it, each described in ``[trait]`` of ``releases.toml``.
    """

    id: str
    line: str
    position: str
    aliases: tuple[str, ...]
    tensorflow: str
    keras: str
    keras_version: tuple[str, ...]
    python: str
    requirements: tuple[str, ...]
    described: bool
    catalog: Mapping[str, str]
    traits: tuple[str, ...] = ()

    def has(self, trait: str) -> bool:
        """True if it is known by that trait.

        Raises:
            KeyError: no such trait is described in ``releases.toml``.
        """
        if trait not in _table()["trait"]:
            raise KeyError(f"{trait} is not described in releases.toml")
        return trait in self.traits

    @property
    def version(self) -> tuple[int, ...]:
        """Its place on its line."""
        return numbers_of(self.position)

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.id


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
    return Release(**values)  # type: ignore[arg-type]


def unlisted_writers(keras_version: str) -> tuple[str, ...]:
    """Ids of releases without a row that write the same version string into their files."""
    return tuple(
        release
        for row in _table()["unlisted"]
        if keras_version in row["keras_version"]
        for release in row["ids"]
    )


def unsupported_product(keras_version: str) -> str:
    """What wrote files with that version string, if it is known and not supported; else empty."""
    for row in _table()["unsupported"]:
        below = numbers_of(str(row.get("below", "")))
        if re.fullmatch(str(row["keras_version"]), keras_version) and (
            not below or numbers_of(keras_version) < below
        ):
            return str(row["product"])
    return ""


def around(release_id: str) -> tuple[Release, ...]:
    """The releases with a row on either side of one without; empty if it is in no table."""
    return tuple(
        get_release(name)
        for row in _table()["unlisted"]
        if release_id in row["ids"]
        for name in row["between"]
    )


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
    if found is not None:
        return get_release(found.id)
    closest = nearest(typed, _offered()) if typed is not None else None
    known = ", ".join(release.id for release in described_releases())
    raise UnknownReleaseError(
        f"unknown release {name[:60]!r}; supported are {known}",
        hint=f"the nearest that is supported is {closest.id}"
        if closest is not None
        else "run `keraport releases` to see what each of them is",
    )


@cache
def _offered() -> tuple[Offered, ...]:
    """Each release as a TensorFlow, and as the Keras inside of it."""
    return tuple(
        Offered(release.id, product, numbers_of(version), release.described)
        for release in all_releases()
        for product, version in (("tf", release.tensorflow), ("keras", release.keras))
    )
