"""Asks real releases about one model file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keraport.errors import InputFileError, ProbeError, UsageError
from keraport.records import dataclass
from keraport.runtimes.lines import told_error
from keraport.runtimes.worker import Runtime
from keraport.verify.archives import FROM_RELEASES, read_arrays
from keraport.verify.compare import Array
from keraport.verify.replies import DESCRIBED, PREDICTED, Schema, matches

_MESSAGE_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model returned.

    Args:
        outputs: by name, in the order of the model.
        layers: as the probe describes them, each with its values.
        skipped: layers that could not be observed, path and reason.
        versions: of what computed.
    """

    outputs: dict[str, Array]
    layers: tuple[tuple[dict[str, Any], Array], ...]
    skipped: tuple[tuple[str, str], ...]
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class RunningModel:
    """A model file and the real release that runs it.

    Args:
        path: the file.
        runtime: the release.
        objects: Python files with custom objects, imported in the release.
        scratch: a folder for arrays.
        timeout: seconds for each request.
        architecture: JSON, if `path` holds weights only; `path` itself if it is JSON.
    """

    path: Path
    runtime: Runtime
    objects: Sequence[Path]
    scratch: Path
    timeout: float
    architecture: Path | None = None

    def describe(self) -> dict[str, Any]:
        """Inputs, outputs and layers.

        Raises:
            ProbeError: the stock loader of the release does not open the file.
        """
        return self.ask({"op": "describe"}, "cannot open", DESCRIBED)

    def predict(
        self, inputs: Sequence[Array], *, layers: bool = False, fresh: bool = False
    ) -> Prediction:
        """What the model returns for `inputs`, as one batch, at inference.

        Args:
            inputs: in the order of the model.
            layers: record what every layer returned.
            fresh: with new weights instead of those in the file.

        Raises:
            ProbeError: the release reports an error.
        """
        fed, returned = self.scratch / "inputs.npz", self.scratch / "outputs.npz"
        named: dict[str, Any] = {f"input_{index}": array for index, array in enumerate(inputs)}
        np.savez(fed, **named)
        request = {
            "op": "fresh" if fresh else "predict",
            "inputs": str(fed),
            "outputs": str(returned),
            "layers": layers,
        }
        reply = self.ask(request, "cannot run", PREDICTED)
        names = [row["name"] for row in reply["outputs"]]
        keys = [f"output_{index}" for index in range(len(names))]
        keys += [row["key"] for row in reply["layers"]]
        arrays = self.returned(returned, keys)
        return Prediction(
            outputs=dict(zip(_distinct(names), arrays, strict=False)),
            layers=tuple(zip(reply["layers"], arrays[len(names) :], strict=True)),
            skipped=tuple((row["path"], row["reason"]) for row in reply["skipped"]),
            versions=reply["versions"],
        )

    def _files(self) -> dict[str, str]:
        """What the probe is told to load."""
        path = str(self.path.absolute())
        if self.architecture is None:
            return {"model": path}
        architecture = str(self.architecture.absolute())
        weights = {} if path == architecture else {"weights": path}
        return {"architecture": architecture, **weights}

    def returned(self, path: Path, keys: list[str]) -> list[Array]:
        """Arrays that the probe wrote.

        Raises:
            ProbeError: it did not, or something else wrote there.
        """
        try:
            arrays = read_arrays(path, lambda _: keys, FROM_RELEASES)
        except (KeyError, InputFileError, UsageError) as problem:
            raise self._nonsense(f"arrays that cannot be read ({problem})") from problem
        if any(array.dtype.kind == "S" for array in arrays):
            raise self._nonsense("arrays of bytes")
        return arrays

    def _nonsense(self, what: str) -> ProbeError:
        return ProbeError(
            f"{self.runtime.name} answered {what} about {self.path}",
            hint="code in the model or in one of your files writes into the channel to keraport: "
            f"try to load the model with {self.runtime.python}",
        )

    def ask(self, request: dict[str, Any], failure: str, form: Schema) -> dict[str, Any]:
        """The release's reply.

        Args:
            request: an operation of the probe and its arguments.
            failure: what the release could not do if it reports an error: ``cannot open``.
            form: of the reply.

        Raises:
            ProbeError: the release reports an error, or answers something else.
        """
        files = self._files()
        objects = [str(path.absolute()) for path in self.objects]
        self.runtime.require_visible(
            [self.scratch.absolute(), *map(Path, (*files.values(), *objects))], self.timeout
        )
        reply = self.runtime.request({**files, "objects": objects, **request}, timeout=self.timeout)
        if "error" in reply:
            kind, message = told_error(reply["error"])
            message = message.strip()[:_MESSAGE_LENGTH]
            raise ProbeError(
                f"{self.runtime.name} {failure} {self.path}: {kind}: {message}",
                hint="if it names a custom class or function, pass the Python file that "
                "defines it for this release",
            )
        if not matches(reply, form):
            raise self._nonsense("something else than what it was asked")
        return reply


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where one comes twice (a layer whose outputs are all outputs)."""
    return [
        name if names.count(name) == 1 else f"{name}:{names[:position].count(name)}"
        for position, name in enumerate(names)
    ]
