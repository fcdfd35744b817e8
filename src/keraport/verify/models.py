"""Asks real releases about one model file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keraport.errors import ProbeError
from keraport.runtimes.worker import Runtime
from keraport.verify.compare import Array

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
    """

    path: Path
    runtime: Runtime
    objects: Sequence[Path]
    scratch: Path
    timeout: float

    def describe(self) -> dict[str, Any]:
        """Inputs, outputs and layers.

        Raises:
            ProbeError: the stock loader of the release does not open the file.
        """
        return self.ask({"op": "describe"}, "cannot open")

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
        reply = self.ask(request, "cannot run")
        with np.load(returned, allow_pickle=False) as stored:
            names = [row["name"] for row in reply["outputs"]]
            return Prediction(
                outputs=dict(
                    zip(
                        _distinct(names),
                        [stored[f"output_{index}"] for index in range(len(names))],
                        strict=True,
                    )
                ),
                layers=tuple((row, stored[row["key"]]) for row in reply["layers"]),
                skipped=tuple((row["path"], row["reason"]) for row in reply["skipped"]),
                versions=reply["versions"],
            )

    def ask(self, request: dict[str, Any], failure: str) -> dict[str, Any]:
        """The release's reply.

        Args:
            request: an operation of the probe and its arguments.
            failure: what the release could not do if it reports an error: ``cannot open``.

        Raises:
            ProbeError: the release reports an error.
        """
        reply = self.runtime.request(
            {
                "model": str(self.path.absolute()),
                "objects": [str(path.absolute()) for path in self.objects],
                **request,
            },
            timeout=self.timeout,
        )
        if "error" in reply:
            error = reply["error"]
            message = str(error["message"]).strip()[:_MESSAGE_LENGTH]
            raise ProbeError(
                f"{self.runtime.name} {failure} {self.path}: {error['type']}: {message}",
                hint="if it names a class or function of your own, pass the Python file that "
                "defines it for this release",
            )
        return reply


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where one comes twice (a layer whose outputs are all outputs)."""
    return [
        name if names.count(name) == 1 else f"{name}:{names[:position].count(name)}"
        for position, name in enumerate(names)
    ]
