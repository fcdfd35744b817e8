"""Models with layers of well-known packages, as these packages saved and predicted them.

The files were made by ``tools/build_addons.py`` with the packages themselves; the targets have none
of these.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.convert import convert
from keraport.errors import RefusedError
from keraport.report import Verdict
from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parent / "addons"
CASES = sorted(
    path.relative_to(GOLDEN).as_posix()
    for path in GOLDEN.glob("*/*.h5")
    if get_release(path.parent.name).described
)
TARGETS = ("tf1.12", "tf2.3", "tf2.15")
NEWEST = "keras3.15"

_MASKED = "a mask reaches it: versions of the package"
_WIDTH = "versions of keras-self-attention compute other things for it"
REFUSED = {
    "keras_multi_head_masked": _MASKED,
    "seq_self_attention_masked": _MASKED,
    "seq_weighted_attention_masked": _MASKED,
    "seq_self_attention_history": _WIDTH,
    "seq_self_attention_width": _WIDTH,
    "weight_normalization_rnn": "layer=LSTM: not supported yet",
    "multi_head_attention": "Addons>MultiHeadAttention is not built into",
}
"""What the refusal says."""

STOCK = {
    *("loss", "optimizer", "rectified_adam", "efficientnet", "initializers_of_tensorflow"),
    *("spectral_normalization", "weight_normalization", "weight_normalization_nested"),
}
"""Models that need no companion in any target."""

BUILT_IN_OF_LATER = {
    *("group_normalization", "group_normalization_axis_1", "instance_normalization"),
    "instance_normalization_sequential",
}
"""Those that need none in TensorFlow 2.15."""

CANNOT_REOPEN = {"activations", "own_names", "more_activations", "random_activation"}
"""TensorFlow 2.15 writes functions of the user's as objects into HDF5, which it cannot read."""


REFUSED_THERE = {("keras2.2/efficientnet.h5", "tf1.12"): "cannot train with dimensions left open"}
"""What only one target refuses."""


def of(case: str) -> str:
    return Path(case).stem


@pytest.mark.parametrize("target", [*TARGETS, NEWEST])
@pytest.mark.parametrize("case", [case for case in CASES if of(case) in REFUSED])
def test_what_is_refused(case: str, target: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        convert(GOLDEN / case, tmp_path / ("out.keras" if "keras" in target else "out.h5"), target)
    assert refused.value.report is not None
    texts = [note.text for row in refused.value.report.refusals for note in row.notes]
    assert any(re.search(REFUSED[of(case)], text) for text in texts), texts
    assert len(refused.value.report.refusals) == 1
    notes = [note for row in refused.value.report.refusals for note in row.notes]
    assert [note.verdict for note in notes].count(Verdict.REFUSED) == 1


class Used(NamedTuple):
    """What a target made of the models, by their files."""

    target: str
    answers: dict[str, dict[str, Any]]
    companions: frozenset[str]


@pytest.fixture(scope="module", params=TARGETS)
def used(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    runtime_python: Callable[[str], Path],
) -> Used:
    target: str = request.param
    python = runtime_python(target)
    folder, jobs, companions = tmp_path_factory.mktemp("addons"), [], set()
    for case in CASES:
        if of(case) in REFUSED:
            continue
        if (case, target) in REFUSED_THERE:
            with pytest.raises(RefusedError, match=REFUSED_THERE[case, target]):
                convert(GOLDEN / case, folder / "refused.h5", target)
            continue
        name = re.sub(r"\W", "_", case)
        convert(GOLDEN / case, folder / f"{name}.h5", target)
        companion = folder / f"{name}_objects.py"
        if companion.exists():
            companions.add(case)
        arrays = (GOLDEN / case).with_suffix(".npz")
        given = str(companion) if companion.exists() else ""
        jobs.append(
            [case.replace("/", ":"), str(folder / f"{name}.h5"), given, str(arrays), str(folder)]
        )
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).with_name("use_companions.py")
    run = subprocess.run([python, script, table], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(jobs)
    by_case = {answer["name"].replace(":", "/"): answer for answer in answers}
    return Used(target, by_case, frozenset(companions))


@pytest.mark.runtime(*TARGETS)
def test_the_target_predicts_what_the_package_did(used: Used) -> None:
    far = {case: answer["off"] for case, answer in used.answers.items()}
    assert not {case: off for case, off in far.items() if off > 1e-5}


@pytest.mark.runtime(*TARGETS)
def test_layers_that_keras_has_need_no_companion(used: Used) -> None:
    stock = STOCK | (BUILT_IN_OF_LATER if used.target == "tf2.15" else set())
    without = {of(case) for case in used.answers} - {of(case) for case in used.companions}
    if used.target == "tf1.12":
        stock.remove("efficientnet")  # it has a noise_shape with open dimensions
    else:
        stock.add("keras_layer_normalization")
    assert without == stock


@pytest.mark.runtime(*TARGETS)
def test_models_save_and_open_again(used: Used) -> None:
    failed = {of(case): a["error"][-600:] for case, a in used.answers.items() if "error" in a}
    if used.target == "tf2.15":
        assert failed.keys() == CANNOT_REOPEN
        assert all("Unknown activation function" in text for text in failed.values())
    else:
        assert not failed
    again = {case: a.get("difference", 0) for case, a in used.answers.items()}
    assert not {case: difference for case, difference in again.items() if difference > 1e-5}


@pytest.mark.runtime(*TARGETS)
def test_companions_train(used: Used) -> None:
    trained = {of(case): a["trained"] for case, a in used.answers.items() if a.get("trained")}
    assert {
        "tlu",
        "snake",
        "contrib_instance_normalization",
        "keras_multi_head",
        "layer_scale",
    } <= trained.keys()
    for name, found in trained.items():
        assert found["moved"], f"{name}: weights of {found['classes']} did not move"


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("case", ["tf2.3/masks.h5", "tf2.15/tlu.h5", "tf2.3/activations.h5"])
def test_archives_find_the_companion(case: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    predicts_the_same(case, "tf2.15", runtimes, tmp_path)


@pytest.mark.runtime("keras3.15")
@pytest.mark.parametrize("target", [NEWEST])
@pytest.mark.parametrize("case", [case for case in CASES if of(case) not in REFUSED])
def test_keras_3_predicts_what_the_package_did(
    case: str, target: str, runtimes: RuntimePool, tmp_path: Path
) -> None:
    predicts_the_same(case, target, runtimes, tmp_path)


def predicts_the_same(case: str, target: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    source, out = GOLDEN / case, tmp_path / "out.keras"
    convert(source, out, target)
    companion, arrays = tmp_path / "out_objects.py", source.with_suffix(".npz")
    request = {
        "op": "predict",
        "model": str(out),
        "inputs": str(arrays),
        "outputs": str(tmp_path / "out.npz"),
        "compile": False,
        "objects": [str(companion)] if companion.exists() else [],
    }
    reply = runtimes[target].request(request)
    assert "error" not in reply, reply["error"]["message"]
    with np.load(arrays) as wanted, np.load(tmp_path / "out.npz") as got:
        for key in (key for key in wanted.files if key.startswith("output_")):
            largest = float(np.max(np.abs(wanted[key])))
            assert np.max(np.abs(got[key] - wanted[key])) <= 1e-5 * largest + 1e-6
