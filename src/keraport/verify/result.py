"""What a verification found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field
from enum import StrEnum
from typing import Any

from keraport.records import dataclass
from keraport.verify.compare import Difference, Tolerance
from keraport.verify.inputs import ModelInput


class Status(StrEnum):
    """The verdict."""

    AGREE = "agree"
    """Every output agrees, and the comparison could have failed."""
    DIFFER = "differ"
    """An output differs by more than the tolerance."""
    INCONCLUSIVE = "inconclusive"
    """Every output agrees, but would so with other weights or inputs as well."""


@dataclass(frozen=True, slots=True)
class OutputDifference:
    """One output of the model, by the name it has in the source."""

    name: str
    difference: Difference

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {"name": self.name, **self.difference.to_json()}


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """One output of one call of one layer that both models have by that name.

    Args:
        path: the layer's name after those of the models around it.
        call: which of its calls, 0 for the first.
        outer_call: the same for the nested model around it.
        output: which of its outputs.
        source_class: its class in the source release.
        target_class: its class in the target release.
        source_activations: by keyword.
        target_activations: by keyword.
        difference: of what the layers returned; it includes what came before them.
    """

    path: str
    call: int
    outer_call: int
    output: int
    source_class: str
    target_class: str
    source_activations: Mapping[str, str]
    target_activations: Mapping[str, str]
    difference: Difference

    def explain(self) -> str:
        """What is not the same about the two layers, as a phrase; empty if nothing is known."""
        parts = []
        if self.source_class != self.target_class:
            parts.append(f"class {self.target_class} instead of {self.source_class}")
        for keyword, expected in self.source_activations.items():
            found = self.target_activations.get(keyword, "none")
            if found != expected:
                parts.append(f"{keyword} {found} instead of {expected}")
        return ", ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "path": self.path,
            "call": self.call,
            "outer_call": self.outer_call,
            "output": self.output,
            "source_class": self.source_class,
            "target_class": self.target_class,
            "source_activations": dict(self.source_activations),
            "target_activations": dict(self.target_activations),
            **self.difference.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """Two files, two releases, the same inputs, and how far the outputs are apart.

    Args:
        source: path of the source file.
        output: path of the file that should predict the same.
        source_release: id of the release that ran `source`.
        target_release: id of the release that ran `output`.
        status: the verdict.
        tolerance: what counts as agreement.
        inputs: what was fed, and which sizes were chosen.
        seed: what inputs were drawn from; None if the user gave them.
        outputs: in the order of the model.
        layers: only if asked for; a layer counts after those it depends on.
        layers_skipped: layers that could not be observed, path and reason.
        warnings: sentences.
        versions: of what computed, by ``source`` and ``target``.
        network: whether the release could use the network, ``open`` or ``closed``, likewise.
    """

    source: str
    output: str
    source_release: str
    target_release: str
    status: Status
    tolerance: Tolerance
    inputs: tuple[ModelInput, ...]
    seed: int | None
    outputs: tuple[OutputDifference, ...]
    layers: tuple[LayerDifference, ...] = ()
    layers_skipped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    network: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """True only if the outputs agree and the comparison could have failed."""
        return self.status is Status.AGREE

    @property
    def max_absolute(self) -> float:
        """The largest absolute difference of all outputs."""
        return max((row.difference.max_absolute for row in self.outputs), default=0.0)

    @property
    def max_relative(self) -> float:
        """The largest relative difference of all outputs."""
        return max((row.difference.max_relative for row in self.outputs), default=0.0)

    @property
    def first_layer(self) -> LayerDifference | None:
        """The first layer that differs by more than the tolerance."""
        return next((layer for layer in self.layers if not layer.difference.agrees), None)

    def summary(self) -> str:
        """The verdict as a sentence."""
        names = f"{self.source_release} and {self.target_release}"
        if self.status is Status.AGREE:
            return f"{names} agree: the largest relative difference is {self.max_relative:.2g}"
        if self.status is Status.INCONCLUSIVE:
            return f"{names} agree, which proves nothing: {self.warnings[0]}"
        worst = max(self.outputs, key=lambda row: row.difference.max_relative)
        detail = worst.difference.reason or (
            f"by {worst.difference.max_relative:.2g} relative, "
            f"{worst.difference.max_absolute:.2g} absolute"
        )
        text = f"{names} differ in output {worst.name!r}: {detail}"
        layer = self.first_layer
        if layer is None:
            return text
        why = layer.explain()
        return f"{text}; the first layer that differs is {layer.path!r}" + (f" ({why})" * bool(why))

    def to_json(self) -> dict[str, Any]:
        """The stable shape that ``--json`` prints."""
        first = self.first_layer
        return {
            "source": self.source,
            "output": self.output,
            "source_release": self.source_release,
            "target_release": self.target_release,
            "status": self.status.value,
            "passed": self.passed,
            "tolerance": asdict(self.tolerance),
            "seed": self.seed,
            "inputs": [item.to_json() for item in self.inputs],
            "outputs": [item.to_json() for item in self.outputs],
            "layers": [item.to_json() for item in self.layers],
            "layers_skipped": [
                {"path": path, "reason": reason} for path, reason in self.layers_skipped
            ],
            "first_layer": None if first is None else first.path,
            "warnings": list(self.warnings),
            "versions": {side: dict(found) for side, found in self.versions.items()},
            "network": dict(self.network),
            # Made of the files themselves, which nothing here reads.
            "discrepancies": None,
        }
