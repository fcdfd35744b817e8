"""Opens a converted model in the release that it is for: weights as in the file, one prediction."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

import numpy as np

from keraport.catalog.releases import Release
from keraport.errors import ProbeError, UsageError, WeightsDoNotFitError
from keraport.inspection.trust import require_trusted
from keraport.records import dataclass
from keraport.runtimes.given import command_for
from keraport.runtimes.manager import installed_python
from keraport.runtimes.pool import RuntimePool
from keraport.verify.compare import Array
from keraport.verify.fit import fitting
from keraport.verify.inputs import ModelInput, from_description
from keraport.verify.models import RunningModel
from keraport.verify.reference import predict
from keraport.verify.replies import HELD
from keraport.verify.run import companion_of

_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Opening:
    """A model that a real release opened, or why it was not asked to.

    Args:
        release: id of the release.
        opened: False if it is not installed; what is wrong with the model is raised instead.
        remark: why it was not opened, or why nothing was predicted; empty if all was done.
        weights: how many of the file's weights the model was found to hold.
        inputs: what was fed, and which sizes were chosen.
        seed: what inputs were drawn from; None if the user gave them.
        versions: of what computed.
        network: whether the release could use the network, ``open`` or ``closed``.
    """

    release: str
    opened: bool
    remark: str = ""
    weights: int = 0
    inputs: tuple[ModelInput, ...] = ()
    seed: int | None = None
    versions: dict[str, str] = field(default_factory=dict)
    network: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stable shape that ``--json`` prints."""
        return {
            "release": self.release,
            "opened": self.opened,
            "remark": self.remark,
            "weights": self.weights,
            "inputs": [item.to_json() for item in self.inputs],
            "seed": self.seed,
            "versions": dict(self.versions),
            "network": self.network,
        }


def not_installed(release: Release, pool: RuntimePool | None = None) -> Opening | None:
    """Why a release is not asked to open anything; None if it is there. It is never installed.

    Args:
        release: which.
        pool: knows the environments of the user's own.
    """
    if command_for(release, pool.given if pool else {}) or installed_python(release) is not None:
        return None
    remark = f"{release.id} is not installed; `keraport runtimes install {release.id}` installs it"
    return Opening(release.id, opened=False, remark=remark)


def smoke(
    output: Path,
    release: Release,
    pool: RuntimePool,
    *,
    architecture: Path | None = None,
    weights: Iterable[tuple[str, Array]] = (),
    objects: Sequence[Path] = (),
    inputs: Path | None = None,
    seed: int = 0,
    samples: int = 4,
    timeout: float = 600.0,
    trust: bool = False,
) -> Opening:
    """Load a model with the stock loader, compare its weights with the file's, predict once.

    Many models may share a pool: a release is started once, and serves them one after another.

    Args:
        output: the model, or its weights (a file, or what a checkpoint is called).
        release: opens it; it has to be installed.
        pool: its processes; ``RuntimePool(install=False)`` builds nothing.
        architecture: JSON, if `output` holds weights only; `output` itself if it is JSON.
        weights: name and values of each weight in the file; each has to be in the model.
        objects: Python files with custom objects; ``<stem>_objects.py`` beside it is used unasked.
        inputs: an npz with values for the inputs; drawn from `seed` if None.
        seed: of the inputs.
        samples: rows to draw, where the model leaves that open.
        timeout: seconds for each thing that the release is asked.
        trust: run the file whatever it brings along.

    Raises:
        UsageError: `inputs` do not fit the model.
        NotTrustedError: the file brings along what would run, and `trust` is not given.
        RuntimeUnavailableError: the release is not installed.
        ProbeError: it does not open or run the model.
        WeightsDoNotFitError: the model does not hold the weights that the file has for it.
    """
    if not trust:
        require_trusted([(architecture or output, release.id)])
    companion = companion_of(output)
    with tempfile.TemporaryDirectory(prefix="keraport-") as folder:
        files = [*([companion] if companion else []), *objects]
        model = RunningModel(output, pool[release], files, Path(folder), timeout, architecture)
        try:
            described = model.describe()
        except ProbeError as problem:
            raise fitting(model, problem) from problem
        held = _require_held(model, weights)
        declared = from_description(described["inputs"])
        try:
            fed = predict(model, declared, inputs, layers=False, seed=seed, samples=samples)
        except UsageError as problem:
            if inputs is not None:
                raise
            # What could be fed is not known, which is no fault of the conversion.
            remark = f"nothing was predicted: {problem.message}"
            network = model.runtime.network
            return Opening(release.id, True, remark, held, declared, None, {}, network)
    versions, network = fed.prediction.versions, model.runtime.network
    return Opening(release.id, True, "", held, fed.inputs, fed.seed, versions, network)


def _require_held(model: RunningModel, weights: Iterable[tuple[str, Array]]) -> int:
    """How many weights of the file there are, each of which the model holds.

    A loader may pass over weights in silence (checkpoints), or take others of the same shape.
    """
    rows = model.ask({"op": "held"}, "cannot open", HELD)["held"]
    found = Counter((tuple(shape), dtype, digest) for shape, dtype, digest in rows)
    dtypes: dict[tuple[int, ...], set[str]] = defaultdict(set)
    for shape, dtype, _ in found:
        dtypes[shape].add(dtype)
    count, missing = 0, []
    for name, array in weights:
        count += 1
        keys = [(array.shape, dtype, _digest(array, dtype)) for dtype in dtypes[array.shape]]
        key = next((key for key in keys if found[key]), None)
        if key is None:
            missing.append(f"{name} {list(array.shape)}")
        else:
            found[key] -= 1
    if missing:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise WeightsDoNotFitError(
            f"{model.path}: {model.runtime.name} opens it without {len(missing)} of its {count} "
            f"weights: {', '.join(missing[:_SHOWN])}{more}",
            hint="write HDF5 instead (OUT.h5); if that has the same fault, please report it",
        )
    return count


def _digest(array: Array, dtype: str) -> str:
    """As the probe makes it, of the values as a variable of that dtype holds them."""
    try:
        values = array if array.dtype.name == dtype else array.astype(dtype)
    except TypeError:
        values = array  # a dtype that only the release knows
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
