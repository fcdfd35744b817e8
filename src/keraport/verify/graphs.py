"""Runs the signatures of two SavedModels in two real releases and compares what comes out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from keraport.catalog.releases import Release
from keraport.errors import ForeignFileError, ProbeError, UsageError
from keraport.formats.saved_model.graph import is_saved_model
from keraport.graphs.look import GraphLook, Tensor, look
from keraport.graphs.observed import observable
from keraport.inspection.trust import require_trusted
from keraport.records import dataclass
from keraport.runtimes.pool import RuntimePool
from keraport.verify.compare import Array, Tolerance, compare, constant_rows
from keraport.verify.inputs import ModelInput, attempts, draw, read_inputs
from keraport.verify.models import RunningModel
from keraport.verify.replies import NODES, PREDICTED
from keraport.verify.result import LayerDifference, OutputDifference, Status, Verification

Progress = Callable[[str], None]


def is_graph(path: Path) -> bool:
    """Whether a path is a SavedModel directory that is compared by its signatures."""
    if not is_saved_model(path):
        return False
    from keraport.formats import read

    try:
        return read(path, verify_checksums=False).model is None
    except ForeignFileError:
        return True


@dataclass(frozen=True, slots=True)
class _Side:
    model: RunningModel
    graph: GraphLook

    def called(self, signature: str, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """The outputs of a signature, by their names.

        Raises:
            ProbeError: the release cannot open the directory, or not run the signature.
        """
        model = self.model
        fed, returned = model.scratch / "inputs.npz", model.scratch / "outputs.npz"
        arrays_fed: dict[str, Any] = _numbered(inputs)
        np.savez(fed, **arrays_fed)
        request = {
            "op": "call",
            "signature": signature,
            "names": list(inputs),
            "inputs": str(fed),
            "outputs": str(returned),
        }
        reply = model.ask(request, f"cannot run signature {signature} of", PREDICTED)
        names = [row["name"] for row in reply["outputs"]]
        return dict(zip(names, self._arrays(returned, len(names)), strict=True))

    def nodes(
        self, signature: str, inputs: Mapping[str, Array], wanted: Sequence[str]
    ) -> dict[str, Array]:
        """The values of those nodes that the release has and runs, by their names."""
        model = self.model
        fed, returned = model.scratch / "inputs.npz", model.scratch / "nodes.npz"
        arrays_fed: dict[str, Any] = _numbered(inputs)
        np.savez(fed, **arrays_fed)
        request = {
            "op": "nodes",
            "signature": signature,
            "names": list(inputs),
            "nodes": list(wanted),
            "inputs": str(fed),
            "outputs": str(returned),
        }
        reply = model.ask(request, f"cannot run nodes of signature {signature} of", NODES)
        names = reply["nodes"]
        return dict(zip(names, self._arrays(returned, len(names)), strict=True))

    def _arrays(self, path: Path, count: int) -> list[Array]:
        return self.model.returned(path, [f"output_{at}" for at in range(count)])


def verify_graphs(
    source: Path,
    output: Path,
    *,
    source_release: Release,
    target_release: Release,
    inputs: Path | None = None,
    layers: bool = False,
    tolerance: Tolerance,
    seed: int = 0,
    samples: int = 4,
    timeout: float = 600.0,
    trust: bool = False,
    pool: RuntimePool | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Call every signature of `output` in both, and compare all outputs.

    Arguments and errors are those of `keraport.verify.run.verify`.
    """
    say = progress or (lambda _: None)
    if not trust:
        require_trusted([(source, source_release.id), (output, target_release.id)])
    graphs = look(source), look(output)
    _require_signatures(source, output, graphs)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keraport-")))
        pool = pool if pool is not None else stack.enter_context(RuntimePool(say))
        runtimes = pool[source_release], pool[target_release]
        left, right = (
            _Side(RunningModel(path, runtime, (), scratch, timeout), graph)
            for path, runtime, graph in zip((source, output), runtimes, graphs, strict=True)
        )
        rows: list[OutputDifference] = []
        fed: list[ModelInput] = []
        doubts: list[str] = []
        observed: list[LayerDifference] = []
        for signature in graphs[1].signatures:
            say(f"running signature {signature}")
            used, values, expected = _reference(left, signature, inputs, seed, samples)
            fed += used
            found = right.called(signature, values)
            rows += _compared(signature, expected, found, tolerance)
            if layers:
                say(f"comparing the nodes of signature {signature}")
                observed += _nodes(left, right, signature, values, tolerance)
            if used and all(constant_rows(array, tolerance) for array in expected.values()):
                doubts.append(
                    f"signature {signature} returns the same for every sample that was fed"
                )
    agree = all(row.difference.agrees for row in rows)
    status = (Status.INCONCLUSIVE if doubts else Status.AGREE) if agree else Status.DIFFER
    return Verification(
        source=str(source),
        output=str(output),
        source_release=runtimes[0].name,
        target_release=runtimes[1].name,
        status=status,
        tolerance=tolerance,
        inputs=tuple(fed),
        seed=None if inputs else seed,
        outputs=tuple(rows),
        layers=tuple(observed),
        warnings=tuple(doubts),
        network={"source": runtimes[0].network, "target": runtimes[1].network},
    )


def _reference(
    side: _Side, signature: str, given: Path | None, seed: int, samples: int
) -> tuple[tuple[ModelInput, ...], dict[str, Array], dict[str, Array]]:
    """What was fed to the source, and what it returned."""
    declared = [_input(item) for item in side.graph.signatures[signature][0]]
    if given is not None:
        used, arrays = read_inputs(given, declared)
        values = _by_name(used, arrays)
        return used, values, side.called(signature, values)
    problem: ProbeError | None = None
    for way in _ways(declared, samples):
        values = _by_name(way, draw(way, seed))
        try:
            return way, values, side.called(signature, values)
        except ProbeError as error:
            problem = problem or error
    if problem is None:
        raise UsageError(f"{side.model.path}: nothing to feed", hint="give --inputs X.npz")
    raise problem


def _ways(declared: list[ModelInput], samples: int) -> list[tuple[ModelInput, ...]]:
    """Inputs in every way that is worth trying; 0 and 1 where other numbers fail.

    A graph does not say which of its inputs look up rows of a table, be they floats.
    """
    low = [replace(item, input_dim=2) for item in declared]
    return [*attempts(declared, samples), *attempts(low, samples)]


def _compared(
    signature: str,
    expected: Mapping[str, Array],
    found: Mapping[str, Array],
    tolerance: Tolerance,
) -> list[OutputDifference]:
    return [
        OutputDifference(f"{signature}/{name}", compare(array, found[name], tolerance))
        for name, array in expected.items()
    ]


def _nodes(
    left: _Side, right: _Side, signature: str, values: Mapping[str, Array], tolerance: Tolerance
) -> list[LayerDifference]:
    """Nodes that both graphs have by their names, each after those that it reads.

    A carried graph has the name of the signature's call in front.
    """
    known = observable(right.model.path, signature)
    inner = {name: name.partition("/")[2] for name, _ in known}
    mine = left.nodes(signature, values, [name for name in inner.values() if name])
    its = right.nodes(signature, values, [name for name in inner if inner[name] in mine])
    return [
        LayerDifference(
            path=inner[name],
            call=0,
            outer_call=0,
            output=0,
            source_class=op,
            target_class=op,
            source_activations={},
            target_activations={},
            difference=compare(mine[inner[name]], its[name], tolerance),
        )
        for name, op in known
        if name in its
    ]


def _require_signatures(source: Path, output: Path, graphs: Sequence[GraphLook]) -> None:
    """Check that the source has every signature of the output, with the same arguments."""
    for name, ends in graphs[1].signatures.items():
        known = graphs[0].signatures.get(name)
        if known is None:
            raise UsageError(
                f"{output}: has the signature {name}, which {source} does not have",
                hint="compare a SavedModel with what was converted from it",
            )
        for kind, mine, its in zip(("inputs", "outputs"), known, ends, strict=True):
            if [item.name for item in mine] != [item.name for item in its]:
                raise UsageError(
                    f"{output}: signature {name} has other {kind} than in {source}",
                    hint="compare a SavedModel with what was converted from it",
                )


def _input(item: Tensor) -> ModelInput:
    return ModelInput(item.name, item.shape, item.dtype)


def _by_name(inputs: Sequence[ModelInput], arrays: Sequence[Array]) -> dict[str, Array]:
    return {item.name: array for item, array in zip(inputs, arrays, strict=True)}


def _numbered(inputs: Mapping[str, Array]) -> dict[str, Array]:
    return {f"input_{at}": array for at, array in enumerate(inputs.values())}
