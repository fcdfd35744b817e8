"""Classes of the user's that do not hold the weights that the file has for them.

The models are those of ``examples/own_code``, saved by TensorFlow 2.3.0; the classes for 1.12 are
changed as people get them wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.convert import Options, convert
from keraport.errors import ProbeError, WeightsDoNotFitError
from keraport.runtimes import RuntimePool
from keraport.verify import Status, Verification, verify
from keraport.verify.fit import LayerWeights, weights_of
from keraport.verify.models import RunningModel

FOLDER = Path(__file__).parents[2] / "examples" / "own_code"
GIVEN = (FOLDER / "tf112_layers.py").read_text(encoding="utf-8")
BETA = '        self.beta = self.add_weight("beta", shape=size, initializer="zeros")\n'
GAMMA = '        self.gamma = self.add_weight("gamma", shape=size, initializer="ones")\n'
COLLECTED = "        self._trainable_weights += layer.trainable_weights\n"

pytestmark = pytest.mark.runtime("tf1.12", "tf2.3")


def verified(name: str, old: str, new: str, runtimes: RuntimePool, folder: Path) -> Verification:
    """An example, converted with the classes in which `old` was replaced by `new`."""
    assert old in GIVEN
    objects, out = folder / "mine.py", folder / "out.h5"
    objects.write_text(GIVEN.replace(old, new), encoding="utf-8")
    source = FOLDER / f"{name}_tf2.h5"
    convert(source, out, "tf1.12", options=Options(objects=(objects,)))
    return verify(
        source,
        out,
        source_release=get_release("tf2.3"),
        target_release=get_release("tf1.12"),
        objects=[FOLDER / "tf23_layers.py"],
        output_objects=[objects],
        pool=runtimes,
    )


def test_the_examples_fit(runtimes: RuntimePool, tmp_path: Path) -> None:
    for name in ("temporal_block", "attention"):
        found = verified(name, BETA, BETA, runtimes, tmp_path)
        assert found.status is Status.AGREE
        (tmp_path / "out.h5").unlink()


def test_weights_of_layers_inside_are_not_collected(runtimes: RuntimePool, tmp_path: Path) -> None:
    with pytest.raises(WeightsDoNotFitError) as caught:
        verified("temporal_block", COLLECTED, "        pass\n", runtimes, tmp_path)
    error = caught.value
    assert error.exit_status == 5
    assert (
        "layer 'block_1' (ResidualBlock): the file has 6 weights (kernel [3, 3, 4], bias [4], "
        "kernel [3, 4, 4], bias [4], kernel [1, 3, 4], bias [4]); the layer builds no weights"
    ) in error.message
    assert "'block_2'" in error.message
    assert "'out'" not in error.message
    assert "self._trainable_weights" in error.hint


def test_a_weight_is_missing(runtimes: RuntimePool, tmp_path: Path) -> None:
    with pytest.raises(WeightsDoNotFitError) as caught:
        verified("attention", BETA, "        self.beta = 0.0\n", runtimes, tmp_path)
    assert (
        "the file has 2 weights (beta [4], gamma [4]); the layer builds 1 weight (gamma [4])"
        in (caught.value.message)
    )


def test_another_shape(runtimes: RuntimePool, tmp_path: Path) -> None:
    with pytest.raises(WeightsDoNotFitError) as caught:
        verified("dna", "shape=(self.filters,)", "shape=(1, self.filters)", runtimes, tmp_path)
    assert "motif_scale [5])" in caught.value.message
    assert "motif_scale [1, 5])" in caught.value.message


def test_another_order(runtimes: RuntimePool, tmp_path: Path) -> None:
    """The loader sees nothing wrong with it."""
    found = verified("attention", BETA + GAMMA, GAMMA + BETA, runtimes, tmp_path)
    assert found.status is Status.DIFFER
    (warning,) = [text for text in found.warnings if "order" in text]
    assert "(beta [4], gamma [4]); the layer builds 2 weights (gamma [4], beta [4])" in warning
    assert "'attention'" not in warning


def test_another_error_stays_what_it_is(runtimes: RuntimePool, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match="no_such_name"):
        verified("attention", GAMMA, "        no_such_name\n", runtimes, tmp_path)


@pytest.mark.parametrize("release", ["tf1.12", "tf1.15", "tf2.3", "tf2.15"])
def test_stock_layers_in_every_release(
    release: str, runtimes: RuntimePool, old_models: Path, tmp_path: Path
) -> None:
    model = RunningModel(old_models / "selu.h5", runtimes[release], (), tmp_path, 60.0)
    found = weights_of(model)
    assert [(layer.name, layer.class_name) for layer in found] == [
        ("one", "Dense"),
        ("two", "Dense"),
        ("three", "Dense"),
    ]
    assert [shape for _, shape in found[0].built] == [(6, 16), (16,)]
    assert all(layer.fits and not layer.swapped for layer in found)


def test_sides_are_told_apart() -> None:
    one, other = (("a/k:0", (2,)), ("a/b:0", (2,))), (("b/b:0", (2,)), ("b/k:0", (2,)))
    assert LayerWeights("a", "Mine", one, other).swapped
    assert LayerWeights("a", "Mine", one, other).fits
    assert not LayerWeights("a", "Mine", one, one[:1]).fits
    assert not LayerWeights("a", "Mine", one, one[:1]).swapped
