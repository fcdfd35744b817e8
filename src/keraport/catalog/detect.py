"""Which release wrote a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from keraport.catalog.api import Api, ClassSpec, Kind, load_api
from keraport.catalog.listing import Writer, and_, in_rows, or_
from keraport.catalog.marks import MARKED, Finding, findings
from keraport.catalog.releases import (
    Release,
    all_releases,
    around,
    described_releases,
    get_release,
    unlisted,
    unsupported_product,
)
from keraport.catalog.spelling import numbers_of
from keraport.errors import AmbiguousReleaseError
from keraport.model import Layer, Model, ModelFile, Object
from keraport.model.graph import walk
from keraport.records import dataclass

Fits: TypeAlias = Callable[[ClassSpec, frozenset[str]], bool]

_OBJECT_KINDS = (Kind.INITIALIZER, Kind.REGULARIZER, Kind.CONSTRAINT, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Detection:
    """The release that wrote a file.

    Args:
        release: it.
        evidence: what in the file says so, and what contradicts it; a sentence for users.
        sure: no other release fits as well, and nothing contradicts it.
        others: releases that would write the same words, which may mean something else there.
    """

    release: Release
    evidence: str
    sure: bool
    others: tuple[Release, ...] = ()


def detect(file: ModelFile, stated: str | None = None) -> Detection:
    """The release that wrote `file`.

    Args:
        file: as read.
        stated: the release that the user names (``--from``); it wins over what the file says.

    Raises:
        UnknownReleaseError: `stated` is no release.
        AmbiguousReleaseError: the file fits several releases that differ, or none that is known.
    """
    found = _distinct(findings(file.model)) if file.model is not None else ()
    version = file.producer.keras_version
    if stated is not None:
        return _stated(get_release(stated), version, found)
    if version:
        return _by_version(file, version, found)
    return _by_content(file, found)


def _distinct(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each window: the first layer that shows it speaks for all."""
    return tuple({finding.window: finding for finding in reversed(list(found))}.values())[::-1]


def _against(writer: Writer, found: Iterable[Finding]) -> list[str]:
    if writer.line != MARKED:
        return []
    return [finding.text for finding in found if writer.version not in finding.window]


def _known_writers() -> list[Writer]:
    return [*all_releases(), *unlisted()]


def _writers(keras_version: str) -> list[Writer]:
    """The releases that write this version string, those with a row of their own first.

    Patch releases of the same minor count when no release writes the very string.
    """
    known = _known_writers()
    exactly = [writer for writer in known if keras_version in writer.keras_version]
    minor = _minor(keras_version)
    return exactly or [w for w in known if minor in {_minor(text) for text in w.keras_version}]


def _minor(keras_version: str) -> tuple[str, ...]:
    """Major, minor and whether it is the Keras inside TensorFlow 1.x to 2.2 (suffix ``-tf``)."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.\d+(-tf)?", keras_version)
    return (keras_version,) if match is None else (match[1], match[2], match[3] or "")


def _stated(release: Release, version: str, found: tuple[Finding, ...]) -> Detection:
    doubts = _against(release, found)
    if version and _minor(version) not in {_minor(text) for text in release.keras_version}:
        doubts.insert(0, f"the file says keras_version {version}")
    text = f"stated as {release.id}"
    if doubts:
        text += f", though {and_(doubts)}"
    return Detection(release, text, sure=not doubts)


def _by_version(file: ModelFile, version: str, found: tuple[Finding, ...]) -> Detection:
    every = _writers(version)
    if not every:
        return _unknown_writer(file, version)
    text = f"keras_version {version}"
    # What speaks against all of them tells none of them from the others: classes of
    # `tf.compat.v1` are such.
    fitting = [writer for writer in every if not _against(writer, found)]
    doubts = [] if fitting else _against_each(every, found)
    text += f", though {and_(doubts)}" if doubts else ""
    telling = [f.text for f in found if f.text not in doubts and _tells(f, every)]
    text += f", and {and_(telling)}" if telling else ""
    writers = fitting or every
    able = _taken_first(_able(writers))
    if not able or len({(writer.line, writer.version[0]) for writer in writers}) != 1:
        raise _ambiguous(file, text, writers)
    taken, *others = able
    rest = [writer.id for writer in writers if writer is not taken]
    if rest:
        text += f"; {and_(rest)} would write the same; assuming {taken.id}"
    return Detection(taken, text, sure=not rest and not doubts, others=tuple(others))


def _able(writers: Iterable[Writer]) -> list[Release]:
    """Those of them that can be a source."""
    return [w for w in writers if isinstance(w, Release) and w.described]


def _taken_first(releases: Iterable[Release]) -> list[Release]:
    """The one to take, of releases that would write the same, before the others."""
    newest_first = all_releases()[::-1]
    return sorted(releases, key=lambda r: (not r.has("taken-first"), newest_first.index(r)))


def _against_each(writers: Iterable[Writer], found: Iterable[Finding]) -> list[str]:
    """What no release of these would have written."""
    versions = [writer.version for writer in writers if writer.line == MARKED]
    return [f.text for f in found if all(version not in f.window for version in versions)]


def _tells(finding: Finding, writers: Iterable[Writer]) -> bool:
    """True for a mark that not each of these releases would have left."""
    return any(w.line == MARKED and w.version not in finding.window for w in writers)


def _unknown_writer(file: ModelFile, version: str) -> Detection:
    """The newest release of a line that goes on beyond it; there is no other for the rest.

    Raises:
        AmbiguousReleaseError: it is of another product, or of none that is known.
    """
    newest = _newer_than_all(version)
    if newest is not None:
        text = (
            f"keras_version {version} is newer than {newest.id}, the newest known release of "
            f"its line; read as {newest.id}, which is not tested"
        )
        return Detection(newest, text, sure=False)
    product = unsupported_product(version)
    if product:
        raise AmbiguousReleaseError(
            f"{file.path}: saved by {product} {version}, which is not supported yet",
            evidence=f"keras_version {version} of {product}",
            hint="`keraport releases` lists what is supported",
        )
    nearest = _newest_first()[0]
    evidence = f"keras_version {version[:60]!r} is not that of a known release"
    raise AmbiguousReleaseError(
        f"{file.path}: {evidence}",
        evidence=evidence,
        readings=_newest_first(),
        hint=f"name the known release that comes nearest, e.g. --from {nearest}; "
        "`keraport releases` lists them",
    )


def _newer_than_all(keras_version: str) -> Release | None:
    """The newest release of the line that has that version ahead; None if no line has."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", keras_version):
        return None
    wanted = numbers_of(keras_version)
    known = [
        (numbers_of(text), writer)
        for writer in _known_writers()
        for text in writer.keras_version
        if numbers_of(text)[:1] == wanted[:1]
    ]
    version, newest = max(known, key=lambda item: item[0], default=((), None))
    able = isinstance(newest, Release) and newest.described and version < wanted
    return newest if able and isinstance(newest, Release) else None


def _newest_first() -> tuple[str, ...]:
    return tuple(release.id for release in reversed(described_releases()))


def _ambiguous(file: ModelFile, text: str, writers: Sequence[Writer]) -> AmbiguousReleaseError:
    evidence = f"{text}: it may be of {or_(in_rows(writers))}"
    readings, conclusive = _readings(writers)
    example = f", e.g. --from {readings[0].id}" if readings else ": --from RELEASE"
    return AmbiguousReleaseError(
        f"{file.path}: {evidence}",
        evidence=evidence,
        readings=tuple(release.id for release in readings),
        conclusive=conclusive,
        hint=f"say which release wrote the file{example}",
    )


def _readings(writers: Sequence[Writer]) -> tuple[list[Release], bool]:
    """The described releases that stand for `writers`, and whether they do for all.

    The one to take comes first: one of `writers`, else the newest. A release without a row is stood
    for by a described one of the same major version among `writers`, else by those around it.
    """
    listed = _able(writers)
    majors = {(release.line, release.version[0]) for release in listed}
    wanted = {*listed}
    for writer in writers:
        if writer not in listed and (writer.line, writer.version[0]) not in majors:
            wanted.update(around(writer))
    order = sorted(_taken_first(_able(wanted)), key=lambda release: release not in listed)
    return order, len(order) == len(wanted)


def _by_content(file: ModelFile, found: tuple[Finding, ...]) -> Detection:
    """For files without a version: the release whose classes write just these configs."""
    ask = f"say which release wrote the file, e.g. --from {_newest_first()[0]}"
    if file.model is None:
        evidence = "weights without keras_version do not tell which release wrote them"
        raise AmbiguousReleaseError(f"{file.path}: {evidence}", evidence=evidence, hint=ask)
    says_modules = "module" in file.model.extra
    releases = [
        release
        for release in all_releases()
        if not release.has("writes-its-version")
        and release.has("says-modules") == says_modules
        and not _against(release, found)
    ]
    for fits in (_writes, _accepts):
        fitting = [item for item in releases if _fits(file.model, load_api(item.id), fits)]
        if len(fitting) == 1:
            return Detection(fitting[0], _content_evidence(fitting[0], found), sure=False)
        if fitting:
            raise _ambiguous(file, "no keras_version, and the config does not tell", fitting)
    evidence = "no keras_version, and the config fits none of the known releases"
    raise AmbiguousReleaseError(
        f"{file.path}: {evidence}", evidence=evidence, readings=_newest_first(), hint=ask
    )


def _content_evidence(release: Release, found: tuple[Finding, ...]) -> str:
    text = f"no keras_version; only {release.id} fits all classes and keys"
    return f"{text}: {and_([finding.text for finding in found])}" if found else text


def _writes(spec: ClassSpec, keys: frozenset[str]) -> bool:
    """The config is one that the class's ``get_config`` gives."""
    return spec.config_keys - spec.optional_keys <= keys <= spec.config_keys


def _accepts(spec: ClassSpec, keys: frozenset[str]) -> bool:
    return all(spec.accepts(key) for key in keys)


def _fits(model: Model, api: Api, fits: Fits) -> bool:
    """Every class that any release knows is in `api` and `fits` its config."""
    for _, layer in walk(model):
        if layer.model is None and not _fits_one(api, (Kind.LAYER,), layer, fits):
            return False
        inner = [item for item in layer.config.values() if isinstance(item, Object)]
        if not all(_fits_one(api, _OBJECT_KINDS, item, fits) for item in inner):
            return False
    return True


def _fits_one(api: Api, kinds: tuple[Kind, ...], item: Layer | Object, fits: Fits) -> bool:
    specs = [spec for kind in kinds if (spec := api.find(kind, item.class_name)) is not None]
    if specs:
        keys = frozenset(item.config) if isinstance(item.config, Mapping) else frozenset()
        return any(fits(spec, keys) for spec in specs)
    releases = (load_api(release.id) for release in all_releases())
    return not any(other.find(kind, item.class_name) for other in releases for kind in kinds)
