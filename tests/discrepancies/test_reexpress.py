"""What one network says by a layer and another by weights: carried over with equal predictions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.discrepancies.conftest import far_from_trained, pair

from keraport.errors import RefusedError
from keraport.runtimes import RuntimePool
from keraport.transfer.choices import Choices
from keraport.transfer.transfer import prepare, transfer

EXACT = {
    "selu_dense": ("factor 1.050701 taken by the weights of two", "weights of three"),
    "selu_conv": ("factor 1.050701 taken by the weights of two", "weights of norm"),
    "selu_recurrent": ("factor 1.050701 taken by the weights of both",),
    "elu_to_selu": ("factor 0.9517456 taken by the weights of two",),
    "fold_back": ("weights of conv", "weights of depth", "weights of separable", "of dense"),
    "fold_forward": ("weights of conv", "weights of depth", "weights of dense"),
    "unfold": ("identity put behind conv", "bias folded into the statistics", "bias of zeros"),
    "epsilon": ("bias folded into the statistics of norm", "restated for the other epsilon"),
    "spelling": (
        "LeakyReLU rewritten as ReLU",
        "ThresholdedReLU rewritten as ReLU",
        "rewritten as LeakyReLU",
    ),
    "swish": ("swish rewritten as x * sigmoid(x)",),
}
"""Case: what has to be done, each at least once."""

IMPOSSIBLE = {
    "padded": "pads with zeros",
    "no_bias": "has no bias (use_bias=False)",
    "selu_output": "no weights follow to take a factor",
}


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("case", EXACT)
def test_tf112_predicts_what_tf23_did(case: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    out = tmp_path / "out.h5"
    trained, rebuilt = pair(case)
    done = transfer(trained, rebuilt, out)
    for wanted in EXACT[case]:
        assert any(wanted in step.what for step in done.reexpressed.steps), wanted
    assert not done.reexpressed.obstacles
    assert done.to_json()["reexpressed"]["verdict"] == "equivalent"
    assert far_from_trained(runtimes, case, out) < 1e-5


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_is_not_exact_is_not_done(case: str, tmp_path: Path) -> None:
    trained, rebuilt = pair(case)
    with pytest.raises(RefusedError):
        transfer(trained, rebuilt, tmp_path / "out.h5")
    found = prepare(trained, rebuilt, tmp_path / "out.h5", Choices()).transfer.reexpressed
    assert [item.why for item in found.obstacles if IMPOSSIBLE[case] in item.why]
    assert not found.steps
    assert not list(tmp_path.iterdir())
