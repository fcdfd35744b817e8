"""Which release wrote a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from keraport.catalog.api import Api, ClassSpec, Kind, load_api
from keraport.catalog.marks import Finding, Version, findings
from keraport.catalog.releases import (
    Release,
    all_releases,
    around,
    described_releases,
    get_release,
    unlisted_writers,
    unsupported_product,
)
from keraport.errors import AmbiguousReleaseError
from keraport.model import Layer, Model, ModelFile, Object
from keraport.model.graph import walk

Fits: TypeAlias = Callable[[ClassSpec, frozenset[str]], bool]

_OBJECT_KINDS = (Kind.INITIALIZER, Kind.REGULARIZER, Kind.CONSTRAINT, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Detection:
    """The release that wrote a file.

    Args:
        release: it.
        evidence: what in the file says so, and what contradicts it; a sentence for users.
        sure: no other release fits as well, and nothing contradicts it.
    """

    release: Release
    evidence: str
    sure: bool


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


def version_of(release_id: str) -> Version:
    """Major and minor of TensorFlow in a release id: (2, 3) for ``tf2.3``."""
    digits = re.search(r"(\d+)\.(\d+)$", release_id)
    if digits is None:
        raise ValueError(f"release id {release_id!r} does not end in major.minor")
    return int(digits[1]), int(digits[2])


def _distinct(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each window: the first layer that shows it speaks for all."""
    return tuple({finding.window: finding for finding in reversed(list(found))}.values())[::-1]


def _against(release_id: str, found: Iterable[Finding]) -> list[str]:
    version = version_of(release_id)
    return [finding.text for finding in found if version not in finding.window]


def _writers(keras_version: str) -> tuple[list[Release], list[str]]:
    """The releases that write this version string: those described here, and ids of others.

    Patch releases of the same minor count when no release writes the very string.
    """
    spellings = {keras_version, *_same_minor(keras_version)}
    for wanted in ({keras_version}, spellings):
        listed = [row for row in all_releases() if wanted & {*row.keras_version}]
        others = [name for text in sorted(wanted) for name in unlisted_writers(text)]
        if listed or others:
            return listed, others
    return [], []


def _same_minor(keras_version: str) -> list[str]:
    known = [text for row in all_releases() for text in row.keras_version]
    return [text for text in known if _minor(text) == _minor(keras_version)]


def _minor(keras_version: str) -> tuple[str, ...]:
    """Major, minor and whether it is the Keras inside TensorFlow 1.x to 2.2 (suffix ``-tf``)."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.\d+(-tf)?", keras_version)
    return (keras_version,) if match is None else (match[1], match[2], match[3] or "")


def _stated(release: Release, version: str, found: tuple[Finding, ...]) -> Detection:
    doubts = _against(release.id, found)
    if version and _minor(version) not in {_minor(text) for text in release.keras_version}:
        doubts.insert(0, f"the file says keras_version {version}")
    text = f"stated as {release.id}"
    if doubts:
        text += f", though {_and(doubts)}"
    return Detection(release, text, sure=not doubts)


def _by_version(file: ModelFile, version: str, found: tuple[Finding, ...]) -> Detection:
    listed, others = _writers(version)
    if not listed and not others:
        raise _unknown_writer(file, version)
    text = f"keras_version {version}"
    every = [*(release.id for release in listed), *others]
    # What speaks against all of them tells none of them from the others: classes of
    # `tf.compat.v1` are such.
    fitting = [name for name in every if not _against(name, found)]
    doubts = [] if fitting else _against_each(every, found)
    text += f", though {_and(doubts)}" if doubts else ""
    telling = [f.text for f in found if f.text not in doubts and _tells(f, every)]
    text += f", and {_and(telling)}" if telling else ""
    names = fitting or every
    chosen = [release for release in listed if release.id in names]
    same_major = {version_of(name)[0] for name in names}
    if len(chosen) != 1 or len(same_major) != 1:
        raise _ambiguous(file, text, names)
    rest = [name for name in names if name != chosen[0].id]
    if rest:
        text += f"; {_and(rest)} would write the same, {chosen[0].id} is taken"
    return Detection(chosen[0], text, sure=not rest and not doubts)


def _against_each(names: Iterable[str], found: Iterable[Finding]) -> list[str]:
    """What no release of these would have written."""
    versions = [version_of(name) for name in names]
    return [f.text for f in found if all(version not in f.window for version in versions)]


def _tells(finding: Finding, names: Iterable[str]) -> bool:
    """True for a mark that not each of these releases would have left."""
    return any(version_of(name) not in finding.window for name in names)


def _unknown_writer(file: ModelFile, version: str) -> AmbiguousReleaseError:
    product = unsupported_product(version)
    if product:
        return AmbiguousReleaseError(
            f"{file.path}: saved by {product} {version}, which is not supported yet",
            evidence=f"keras_version {version} of {product}",
            hint="`keraport releases` lists what is supported",
        )
    nearest = _newest_first()[0]
    evidence = f"keras_version {version[:60]!r} is of no known release"
    return AmbiguousReleaseError(
        f"{file.path}: {evidence}",
        evidence=evidence,
        readings=_newest_first(),
        hint=f"name the known release that comes nearest, e.g. --from {nearest}; "
        "`keraport releases` lists them",
    )


def _newest_first() -> tuple[str, ...]:
    return tuple(release.id for release in reversed(described_releases()))


def _ambiguous(file: ModelFile, text: str, names: list[str]) -> AmbiguousReleaseError:
    evidence = f"{text}: it may be of {_or(names)}"
    readings, conclusive = _readings(names)
    example = f", e.g. --from {readings[0].id}" if readings else ": --from RELEASE"
    return AmbiguousReleaseError(
        f"{file.path}: {evidence}",
        evidence=evidence,
        readings=tuple(release.id for release in readings),
        conclusive=conclusive,
        hint=f"say which release wrote the file{example}",
    )


def _readings(names: Sequence[str]) -> tuple[list[Release], bool]:
    """The described releases that stand for `names`, and whether they do for all.

    The one to take comes first: one of `names`, else the newest. A release without a row is stood
    for by a described one of the same major version among `names`, else by those around it.
    """
    listed = [release for release in all_releases() if release.id in names]
    majors = {version_of(release.id)[0] for release in listed if release.described}
    wanted = {*listed}
    for name in names:
        if name not in {release.id for release in listed} and version_of(name)[0] not in majors:
            wanted.update(around(name))
    able = (release for release in wanted if release.described)
    newest_first = all_releases()[::-1]
    order = sorted(able, key=lambda r: (r.id not in names, newest_first.index(r)))
    return order, len(order) == len(wanted)


def _by_content(file: ModelFile, found: tuple[Finding, ...]) -> Detection:
    """For files without a version: the release whose classes write just these configs."""
    ask = f"say which release wrote the file, e.g. --from {_newest_first()[0]}"
    if file.model is None:
        evidence = "weights without keras_version do not tell which release wrote them"
        raise AmbiguousReleaseError(f"{file.path}: {evidence}", evidence=evidence, hint=ask)
    releases = [release for release in all_releases() if not _against(release.id, found)]
    for fits in (_writes, _accepts):
        fitting = [item for item in releases if _fits(file.model, load_api(item.id), fits)]
        if len(fitting) == 1:
            return Detection(fitting[0], _content_evidence(fitting[0], found), sure=False)
        if fitting:
            names = [release.id for release in fitting]
            raise _ambiguous(file, "no keras_version, and the config does not tell", names)
    evidence = "no keras_version, and the config fits none of the known releases"
    raise AmbiguousReleaseError(
        f"{file.path}: {evidence}", evidence=evidence, readings=_newest_first(), hint=ask
    )


def _content_evidence(release: Release, found: tuple[Finding, ...]) -> str:
    text = f"no keras_version; only {release.id} fits all classes and keys"
    return f"{text}: {_and([finding.text for finding in found])}" if found else text


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


def _and(items: list[str]) -> str:
    return _listed(items, "and")


def _or(items: list[str]) -> str:
    return _listed(items, "or")


def _listed(items: list[str], word: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
