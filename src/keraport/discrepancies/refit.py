"""Refits the next linear layer where two networks differ and nothing says it exactly.

By least squares, on what both networks return inside for the same inputs, each in its real release:
the change of the kernel and the bias that brings what the linear layer of the rebuilt network makes
nearest to what that of the trained one makes. Of all changes that do so equally well the smallest
is taken. Some rows are held back; whatever is said about the error was measured on these alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from keraport.discrepancies.downstream import Target, targets
from keraport.discrepancies.effects import Comparison
from keraport.discrepancies.linear import has_bias, role
from keraport.discrepancies.results import Errors, Refit, Refitted, Setting
from keraport.discrepancies.variants import changed
from keraport.discrepancies.windows import windows
from keraport.errors import RefusedError, UsageError
from keraport.formats import read, write
from keraport.model import Model, ModelFile, Weight, combined_weight
from keraport.records import dataclass
from keraport.runtimes.pool import RuntimePool
from keraport.verify.compare import Array
from keraport.verify.inputs import from_description, read_inputs
from keraport.verify.models import RunningModel

HELD_BACK = 4
"""Every so manieth row is held back."""

FEWEST = 8
"""Rows that are needed at least."""

_MOST_NUMBERS = 20_000_000
"""The largest matrix that is solved; of more rows some are left out evenly."""

_SMALLEST = 1e-6
"""Singular values below this part of the largest say nothing about the network."""


@dataclass(frozen=True, slots=True)
class Models:
    """What is refitted.

    Args:
        rebuilt: the architecture, in the hub's words.
        pairs: trained layers by those of the architecture that got their weights.
        settings: what differs.
    """

    rebuilt: Model
    pairs: Mapping[str, str]
    settings: Sequence[Setting]


def refit(
    given: Comparison,
    models: Models,
    output: Path,
    *,
    pool: RuntimePool | None = None,
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Refit:
    """Refit what follows each difference, and write the filled architecture with those weights.

    Args:
        given: ``output`` is the architecture filled with the trained weights, ``inputs`` the npz.
        models: the architecture, and what differs.
        output: the file to write.
        pool: processes of both releases; own ones, ended at the end, if None.
        force: replace an existing output.
        progress: told what is being done.

    Raises:
        UsageError: too few rows, or inputs that do not fit.
        NotTrustedError: a file brings along what would run, and ``given.trust`` is not set.
        RefusedError: nothing linear follows a difference, or the refit makes it no better.
        ProbeError: a release cannot run its model.
    """
    found = targets(models.rebuilt, models.pairs, models.settings)
    given.require_trusted()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="keraport-"))
        pool = pool if pool is not None else stack.enter_context(RuntimePool(progress))
        bench = _Bench(given, pool, Path(folder))
        before = bench.outputs(given.output)
        path, rows = given.output, []
        for target in found:
            progress(f"refitting {target.layer.name}")
            path, errors = bench.refitted(path, target)
            because = tuple(target.because)
            rows.append(Refitted(target.layer.name, target.trained, because, errors))
        errors = Errors(before, bench.outputs(path))
        if not errors.after < errors.before:
            raise RefusedError(
                f"{given.inputs}: refitting {', '.join(row.layer for row in rows)} makes nothing "
                f"better on rows that were held back: {errors.before:.2g} before, "
                f"{errors.after:.2g} after",
                hint="give more rows, like those that the model will meet",
            )
        file = read(path)
        write(output, file, keras_version=file.producer.keras_version, force=force)
        return Refit(tuple(rows), errors, int((~bench.held).sum()), int(bench.held.sum()))


class _Bench:
    """Both networks in their releases, and the rows that they are fed."""

    def __init__(self, given: Comparison, pool: RuntimePool, scratch: Path) -> None:
        self.scratch, self.stage = scratch, 0
        self.trained = RunningModel(
            given.source, pool[given.source_release], given.source_objects, scratch, given.timeout
        )
        self.rebuilt = RunningModel(
            given.output, pool[given.target_release], given.output_objects, scratch, given.timeout
        )
        self.arrays = _rows(given.inputs, self.trained)
        count = len(self.arrays[0])
        self.held = np.arange(count) % HELD_BACK == HELD_BACK - 1
        self.expected = list(self.trained.predict(self.arrays).outputs.values())

    def outputs(self, path: Path) -> float:
        """How far the outputs of the rebuilt network are off on the rows that are held back."""
        found = replace(self.rebuilt, path=path).predict(self.arrays).outputs.values()
        return max(
            _apart(one[self.held], other[self.held])
            for one, other in zip(self.expected, found, strict=True)
        )

    def refitted(self, path: Path, target: Target) -> tuple[Path, Errors]:
        """A file in which one layer is refitted, and the errors at that layer."""
        layer = target.layer
        wanted = self.linear(self.trained, target.trained, "")[0]
        made, read_by = self.linear(replace(self.rebuilt, path=path), layer.name, target.source)
        numbers = windows(layer, read_by).astype(np.float64)
        missing = wanted.astype(np.float64) - made
        kernel, bias = _solved(numbers[~self.held], missing[~self.held], has_bias(layer))
        after = made[self.held] + numbers[self.held] @ kernel + bias
        errors = Errors(
            _apart(wanted[self.held], made[self.held]), _apart(wanted[self.held], after)
        )
        if not errors.after < errors.before:
            return path, Errors(errors.before, errors.before)
        self.stage += 1
        new = self.scratch / f"refitted_{self.stage}.h5"
        file = read(path)
        write(
            new,
            _moved(file, layer.name, {"kernel": kernel, "bias": bias}),
            keras_version=file.producer.keras_version,
        )
        return new, errors

    def linear(self, running: RunningModel, name: str, source: str) -> tuple[Array, Array]:
        """What a layer returns before its activation, and what the layer `source` hands it."""
        file = read(running.path)
        if file.model is None:
            raise UsageError(f"{running.path}: holds weights only")
        path = self.scratch / "linear.h5"
        model = changed(file.model, name, "activation", "linear")
        mark = file.producer.keras_version
        write(path, replace(file, model=model, training=None), keras_version=mark, force=True)
        found = replace(running, path=path).predict(self.arrays, layers=True)
        layers = {row["path"]: array for row, array in found.layers}
        return layers[name], layers.get(source, layers[name])


def _rows(path: Path | None, model: RunningModel) -> list[Array]:
    """The user's rows, enough of them."""
    if path is None:
        raise UsageError("nothing to calibrate on", hint="give rows: --calibrate X.npz")
    _, arrays = read_inputs(path, from_description(model.describe()["inputs"]))
    count = len(arrays[0])
    if count < FEWEST:
        raise UsageError(
            f"{path}: has {count} rows, expected at least {FEWEST}, of which every "
            f"{HELD_BACK}th is held back",
            hint="give rows like those that the model will meet, some hundred of them",
        )
    return arrays


def _solved(numbers: Array, missing: Array, biased: bool) -> tuple[Array, Array]:
    """The smallest change of kernel and bias that makes up best for what is missing."""
    matrix = numbers.reshape(-1, numbers.shape[-1])
    wanted = missing.reshape(-1, missing.shape[-1])
    every = -(-matrix.size // _MOST_NUMBERS)
    matrix, wanted = matrix[::every], wanted[::every]
    if biased:
        matrix = np.hstack([matrix, np.ones((len(matrix), 1))])
    change = np.linalg.lstsq(matrix, wanted, rcond=_SMALLEST)[0]
    if biased:
        return change[:-1], change[-1]
    return change, np.zeros(wanted.shape[-1])


def _moved(file: ModelFile, name: str, changes: Mapping[str, Array]) -> ModelFile:
    """The file with something added to weights of a layer."""

    def moved(weight: Weight) -> Weight:
        change = changes.get(role(weight))
        if change is None:
            return weight
        return combined_weight([weight], weight.name, weight.shape, _added(change))

    groups = tuple(
        replace(group, weights=tuple(map(moved, group.weights))) if group.layer == name else group
        for group in file.groups
    )
    return replace(file, groups=groups)


def _added(change: Array) -> Callable[[Array], Array]:
    def function(values: Array) -> Array:
        return (values + change.reshape(values.shape)).astype(values.dtype)

    return function


def _apart(expected: Array, found: Array) -> float:
    """Root of the mean square of the difference, relative to that of what is expected."""
    wanted = expected.astype(np.float64)
    size = float(np.sqrt(np.mean(wanted**2)))
    return float(np.sqrt(np.mean((wanted - found) ** 2))) / (size or 1.0)
