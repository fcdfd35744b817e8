"""How much a difference between two networks matters, measured in the release of the first.

The trained model is run again with one setting changed to what the other model has. Everything else
is as it was, so what changes at that layer, given equal inputs, and at the outputs is due to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from keraport.catalog.releases import Release
from keraport.discrepancies.results import CLASS, Effect, Effects, Setting
from keraport.discrepancies.variants import NoVariantError, as_json, changed, exchanged
from keraport.errors import KeraportError, ProbeError
from keraport.formats import read, write
from keraport.inspection.trust import require_trusted
from keraport.model import Format, Model
from keraport.records import dataclass
from keraport.runtimes.pool import RuntimePool
from keraport.verify.compare import Difference, Tolerance, compare
from keraport.verify.models import Prediction, RunningModel
from keraport.verify.reference import Reference, run_reference

MOST = 12
"""So many differences are measured at most, each of which takes a run of the model."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two files, two releases, and what both are fed.

    Args:
        source: the trained model.
        output: the other.
        source_release: runs `source`.
        target_release: runs `output`.
        inputs: an npz; drawn from `seed` if None.
        source_objects: Python files with the custom objects of `source`.
        output_objects: those of `output`.
        tolerance: what counts as equal.
        seed: of the inputs.
        samples: rows to draw.
        timeout: seconds for each request.
        trust: run both files whatever they bring along.
    """

    source: Path
    output: Path
    source_release: Release
    target_release: Release
    inputs: Path | None = None
    source_objects: Sequence[Path] = ()
    output_objects: Sequence[Path] = ()
    tolerance: Tolerance = field(default_factory=Tolerance)
    seed: int = 0
    samples: int = 4
    timeout: float = 600.0
    trust: bool = False

    def require_trusted(self) -> None:
        """Refuse to run files that bring along what would run, unless they are trusted.

        Raises:
            NotTrustedError: one of them does.
            InputFileError: one of them cannot be looked into.
        """
        if not self.trust:
            require_trusted(
                [(self.source, self.source_release.id), (self.output, self.target_release.id)]
            )


def measure(
    given: Comparison,
    settings: Sequence[Setting],
    pool: RuntimePool,
    progress: Callable[[str], None] = lambda _: None,
) -> Effects:
    """Measure what each setting does.

    Args:
        given: what is compared.
        settings: what differs; `MOST` of them are measured.
        pool: processes of both releases.
        progress: told what is being done.

    Raises:
        KeraportError: `source` or `output` cannot be read or run at all.
    """
    if not settings:
        return Effects()
    given.require_trusted()
    with tempfile.TemporaryDirectory(prefix="keraport-") as folder:
        scratch = Path(folder)
        running = RunningModel(
            given.source,
            pool[given.source_release],
            given.source_objects,
            scratch,
            given.timeout,
        )
        reference = run_reference(
            running, given.inputs, layers=True, seed=given.seed, samples=given.samples
        )
        lab = _Lab(given, reference, scratch)
        rows = []
        for number, setting in enumerate(settings):
            progress(f"measuring {setting.key} of {setting.trained}")
            rows.append(lab.effect(setting) if number < MOST else _left(setting))
        other = replace(
            running,
            path=given.output,
            runtime=pool[given.target_release],
            objects=given.output_objects,
        )
        return Effects(tuple(rows), lab.rest(rows, other))


def _left(setting: Setting) -> Effect:
    return Effect(setting, not_measured=f"only the first {MOST} are")


class _Lab:
    """Runs variants of the source."""

    def __init__(self, given: Comparison, reference: Reference, scratch: Path) -> None:
        self.given, self.reference, self.scratch = given, reference, scratch
        self.file = read(given.source)

    def effect(self, setting: Setting) -> Effect:
        """What one setting does."""
        try:
            found = self.run([setting])
        except NoVariantError as problem:
            return Effect(setting, not_measured=str(problem))
        except ProbeError as problem:
            first = problem.message.strip().splitlines()[0]
            return Effect(setting, not_measured=first)
        before = self.reference.prediction
        return Effect(
            setting,
            _at_layer(setting.trained, before, found, self.given.tolerance),
            _worst(before.outputs, found.outputs, self.given.tolerance),
        )

    def rest(self, rows: Sequence[Effect], other: RunningModel) -> Difference | None:
        """What is left between the models once all that was measured is made equal."""
        measured = [row.setting for row in rows if not row.not_measured]
        if not measured:
            return None
        try:
            found = self.run(measured)
            target = other.predict(self.reference.arrays)
        except (NoVariantError, KeraportError):
            return None
        if len(found.outputs) != len(target.outputs):
            return None
        return _worst(found.outputs, target.outputs, self.given.tolerance)

    def run(self, settings: Sequence[Setting]) -> Prediction:
        """What the source predicts with these settings of the other model."""
        model = self.file.model
        if model is None:
            raise NoVariantError("the source holds weights only")
        for setting in settings:
            model = _variant(model, setting)
        path = self.scratch / "variant.h5"
        file = replace(self.file, model=model, format=Format.HDF5, training=None)
        mark = self.file.producer.keras_version or self.given.source_release.keras
        write(path, file, keras_version=mark, force=True)
        running = replace(self.reference.model, path=path)
        return running.predict(self.reference.arrays, layers=True)


def _variant(model: Model, setting: Setting) -> Model:
    if setting.key.rpartition(".")[2] != CLASS:
        return changed(model, setting.trained, setting.key, as_json(setting.rebuilt_value))
    if setting.other is None or setting.key != CLASS:
        raise NoVariantError("the classes differ")
    return exchanged(model, setting.trained, setting.other)


def _at_layer(
    path: str, before: Prediction, after: Prediction, tolerance: Tolerance
) -> Difference | None:
    """The first output of the first call of the layer that moves."""
    others = {_key(row): array for row, array in after.layers}
    for row, array in before.layers:
        if row["path"] == path and _key(row) in others:
            return compare(array, others[_key(row)], tolerance)
    return None


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in ("path", "outer_call", "call", "output"))


def _worst(before: Mapping[str, Any], after: Mapping[str, Any], tolerance: Tolerance) -> Difference:
    found = [
        compare(one, other, tolerance)
        for one, other in zip(before.values(), after.values(), strict=True)
    ]
    return max(found, key=lambda item: item.max_relative)
