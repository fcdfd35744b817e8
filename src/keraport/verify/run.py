"""Runs two files in two real releases on the same inputs and compares what comes out.

Unlike reading and converting, this does run what a model brings along: the stock loader executes
the bytecode of Lambda layers, with the rights of the user. Files that bring something along are
therefore refused until the caller says that they are trusted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from keraport.catalog.releases import Release
from keraport.companion.write import companion_path
from keraport.errors import PredictionsDifferError, ProbeError, UsageError
from keraport.inspection.trust import require_trusted
from keraport.runtimes.pool import RuntimePool
from keraport.verify.compare import Tolerance, compare
from keraport.verify.fit import fitting, swapped_weights
from keraport.verify.graphs import is_graph, verify_graphs
from keraport.verify.inputs import from_description
from keraport.verify.models import Prediction, RunningModel
from keraport.verify.reference import Reference, doubts, require_same_inputs, run_reference
from keraport.verify.result import LayerDifference, OutputDifference, Status, Verification

Progress = Callable[[str], None]


def verify(
    source: Path,
    output: Path,
    *,
    source_release: Release,
    target_release: Release,
    inputs: Path | None = None,
    layers: bool = False,
    objects: Sequence[Path] = (),
    output_objects: Sequence[Path] = (),
    rtol: float = 1e-5,
    atol: float = 1e-6,
    seed: int = 0,
    samples: int = 4,
    timeout: float = 600.0,
    trust: bool = False,
    pool: RuntimePool | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Run `source` in `source_release` and `output` in `target_release`, and compare.

    Args:
        source: a model file.
        output: the model file that should predict the same.
        source_release: runs `source`.
        target_release: runs `output`.
        inputs: an npz with values for the source's inputs; drawn from `seed` if None.
        layers: compare what every layer returned, too.
        objects: Python files with the custom objects of `source`; imported in its release.
        output_objects: the same for `output`; ``<stem>_objects.py`` beside it is used unasked.
        rtol: tolerance relative to the largest value of an output.
        atol: absolute tolerance.
        seed: of the inputs.
        samples: rows to draw, where the model leaves that open.
        timeout: seconds for each thing that a release is asked.
        trust: run the files whatever they bring along; they are not looked into.
        pool: processes to use; own ones, ended at the end, if None.
        progress: told, in a sentence each, what is being done.

    Raises:
        UsageError: a file that is not there, or inputs that do not fit the model.
        NotTrustedError: a file brings along what would run, and `trust` is not given.
        InputFileError: a file cannot be looked into, and `trust` is not given.
        RuntimeUnavailableError: a release cannot be had.
        ProbeError: a release cannot open or run its model.
        InputsDifferError: the models take different inputs.
        PredictionsDifferError: the models differ in the number of their outputs; differing values
            are not an error here but a status.
        WeightsDoNotFitError: a layer of `output` builds other weights than the file has for it.
    """
    say = progress or (lambda _: None)
    _check_files([source, output])
    if is_graph(source) or is_graph(output):
        return verify_graphs(
            source,
            output,
            source_release=source_release,
            target_release=target_release,
            inputs=inputs,
            layers=layers,
            tolerance=Tolerance(rtol, atol),
            seed=seed,
            samples=samples,
            timeout=timeout,
            trust=trust,
            pool=pool,
            progress=progress,
        )
    companion = companion_of(output)
    # Of two classes of one name the last is taken: what the user names wins.
    output_objects = [*([companion] if companion else []), *output_objects]
    _check_files([source, output, *objects, *output_objects])
    if not trust:
        require_trusted([(source, source_release.id), (output, target_release.id)])
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keraport-")))
        pool = pool if pool is not None else stack.enter_context(RuntimePool(say))
        # Both start before either is asked, so that they import at the same time.
        runtimes = pool[source_release], pool[target_release]
        left = RunningModel(source, runtimes[0], objects, scratch, timeout)
        right = RunningModel(output, runtimes[1], output_objects, scratch, timeout)
        say(f"running {source.name} in {source_release.id}")
        reference = run_reference(left, inputs, layers=layers, seed=seed, samples=samples)
        tolerance = Tolerance(rtol, atol)
        say("checking that the comparison can fail")
        reasons, remarks = doubts(reference, tolerance)
        say(f"running {output.name} in {target_release.id}")
        found = _run_target(right, reference, layers)
        judged = _judge(reference, right, found, tolerance, reasons, remarks)
        if judged.status is Status.DIFFER:
            judged = replace(judged, warnings=(*judged.warnings, *swapped_weights(right)))
    return judged


def _judge(
    reference: Reference,
    right: RunningModel,
    found: Prediction,
    tolerance: Tolerance,
    reasons: Sequence[str],
    remarks: Sequence[str],
) -> Verification:
    left, expected = reference.model, reference.prediction
    outputs = _compare_outputs(expected, found, tolerance)
    agree = all(row.difference.agrees for row in outputs)
    return Verification(
        source=str(left.path),
        output=str(right.path),
        source_release=left.runtime.name,
        target_release=right.runtime.name,
        status=(Status.INCONCLUSIVE if reasons else Status.AGREE) if agree else Status.DIFFER,
        tolerance=tolerance,
        inputs=reference.inputs,
        seed=reference.seed,
        outputs=outputs,
        layers=_compare_layers(expected, found, tolerance),
        layers_skipped=(*expected.skipped, *found.skipped),
        warnings=(*reasons, *remarks),
        versions={"source": expected.versions, "target": found.versions},
        network={"source": left.runtime.network, "target": right.runtime.network},
    )


def companion_of(output: Path) -> Path | None:
    """The file with the objects that `output` needs, if it stands beside it."""
    companion = companion_path(output)
    return companion if companion.is_file() else None


def _check_files(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file", hint="check the path")


def _run_target(model: RunningModel, reference: Reference, layers: bool) -> Prediction:
    try:
        about = model.describe()
    except ProbeError as problem:
        raise fitting(model, problem) from problem
    require_same_inputs(reference, model, from_description(about["inputs"]))
    return model.predict(reference.arrays, layers=layers)


def _compare_outputs(
    expected: Prediction, found: Prediction, tolerance: Tolerance
) -> tuple[OutputDifference, ...]:
    if len(expected.outputs) != len(found.outputs):
        raise PredictionsDifferError(
            f"the output file returns {len(found.outputs)} tensors, expected "
            f"{len(expected.outputs)} as the source does",
            hint="compare the outputs of both files with `keraport inspect`",
        )
    pairs = zip(expected.outputs.items(), found.outputs.values(), strict=True)
    return tuple(
        OutputDifference(name, compare(source, target, tolerance))
        for (name, source), target in pairs
    )


def _compare_layers(
    expected: Prediction, found: Prediction, tolerance: Tolerance
) -> tuple[LayerDifference, ...]:
    keys = ("path", "outer_call", "call", "output")
    others = {tuple(row[key] for key in keys): (row, array) for row, array in found.layers}
    rows = []
    for row, array in expected.layers:
        other = others.get(tuple(row[key] for key in keys))
        if other is not None:
            rows.append(
                LayerDifference(
                    path=row["path"],
                    call=row["call"],
                    outer_call=row["outer_call"],
                    output=row["output"],
                    source_class=row["class_name"],
                    target_class=other[0]["class_name"],
                    source_activations=row["activations"],
                    target_activations=other[0]["activations"],
                    difference=compare(array, other[1], tolerance),
                )
            )
    return tuple(rows)
