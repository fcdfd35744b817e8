"""What an optimizer keeps follows its variables, and is refused where it cannot."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

import keraport
from keraport.catalog.releases import get_release
from keraport.cli.main import run
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.model import Object, Weight
from keraport.model.weights import combined_weight, transformed_weight
from keraport.optimizers import kept_in
from keraport.optimizers.layouts import generation_of
from keraport.optimizers.rearranged import NoSlotError, slot_for
from training_models.measure import unpack


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack("tf2.3", tmp_path_factory.mktemp("tf2.3"))


def values(weight: Weight) -> np.ndarray:
    with Sources() as sources:
        return sources.values(weight)


def stored(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Names and values of the optimizer's variables, as HDF5 has them."""
    with h5py.File(path) as file:
        group = file["optimizer_weights"]
        for name in group.attrs["weight_names"]:
            text = name.decode() if isinstance(name, bytes) else name
            yield text, group[text][()]


def test_the_state_is_that_of_the_variables_it_is_called_after(models: Path) -> None:
    file = read(models / "adam_structured.h5")
    assert file.model is not None
    kept = kept_in(file, file.model, get_release("tf2.3"))
    assert kept is not None
    assert (kept.unknown, kept.steps) == ("", 20)
    expected = dict(stored(models / "adam_structured.h5"))
    weights = {weight.stored: weight for group in file.groups for weight in group.weights}
    for kind, slots in kept.state.slots.items():
        assert len(slots) == 20
        for place, slot in slots.items():
            name = weights[place].name.removesuffix(":0")
            # The optimizer names its variables after those of the model.
            assert np.array_equal(values(slot), expected[f"Adam/{name}/{kind}:0"]), name


def test_slots_are_rearranged_as_their_variables(models: Path) -> None:
    file = read(models / "adam.h5")
    assert file.model is not None
    kept = kept_in(file, file.model, get_release("tf2.3"))
    assert kept is not None
    slots = kept.state.slots["m"]
    kernel = next(w for g in file.groups for w in g.weights if w.name == "z_left/kernel:0")
    moments = dict(stored(models / "adam.h5"))["Adam/z_left/kernel/m:0"]

    def slot_of(weight: Weight) -> Weight | None:
        return slots.get(weight.stored)

    turned = transformed_weight(kernel, "turned", (7, 6), np.transpose)
    assert np.array_equal(values(slot_for(turned, slot_of)), moments.T)
    half = transformed_weight(turned, "flipped", (7, 6), np.flipud)
    assert np.array_equal(values(slot_for(half, slot_of)), moments.T[::-1])
    other = next(w for g in file.groups for w in g.weights if w.name == "a_right/kernel:0")
    joined = combined_weight(
        [kernel, other], "joined", (6, 14), lambda a, b: np.concatenate([a, b], 1)
    )
    found = values(slot_for(joined, slot_of))
    assert np.array_equal(found[:, :7], moments)


@pytest.mark.parametrize(
    ("shape", "function"),
    [
        ((6, 7), lambda a: a * 2),
        ((6, 7), lambda a: a - 1),
        ((6, 7), lambda a: np.repeat(a[:1], 6, axis=0)),
        ((3, 7), lambda a: a[:3]),
        ((6, 8), lambda a: np.pad(a, ((0, 0), (0, 1)))),
        ((6, 7), lambda a: a / 3),
    ],
)
def test_computed_weights_have_no_slot(models: Path, shape: tuple[int, ...], function) -> None:  # type: ignore[no-untyped-def]
    file = read(models / "adam.h5")
    assert file.model is not None
    kept = kept_in(file, file.model, get_release("tf2.3"))
    assert kept is not None
    slots = kept.state.slots["v"]
    kernel = next(w for g in file.groups for w in g.weights if w.name == "z_left/kernel:0")
    made = transformed_weight(kernel, "made", shape, function)
    with pytest.raises(NoSlotError, match="made"):
        slot_for(made, lambda weight: slots.get(weight.stored))


def test_an_optimizer_that_a_file_gives_by_name(tmp_path: Path) -> None:
    """Keras 3.0 writes ``"optimizer": "adam"``, and the learning rate is in the state alone."""
    saved = Path(__file__).parents[1] / "formats" / "golden" / "keras3.0" / "dense.keras"
    out = tmp_path / "out.keras"
    report = keraport.convert(saved, out, "keras3.15")
    assert "Adam goes on after 1 step" in [note.text for note in report.training]
    states = []
    for path in (saved, out):
        with (
            zipfile.ZipFile(path) as archive,
            archive.open("model.weights.h5") as member,
            h5py.File(member) as file,
        ):
            states.append([file[f"optimizer/vars/{n}"][()] for n in range(2)])
    assert states[0] == states[1]


def test_an_unknown_state_without_a_step_is_none(tmp_path: Path) -> None:
    """What Adafactor keeps is not known, but before the first step it says nothing."""
    trained = unpack("tf2.15", tmp_path) / "adafactor.h5"
    out = tmp_path / "out.h5"
    with pytest.raises(keraport.RefusedError):
        keraport.convert(trained, out, "tf1.12")
    with h5py.File(trained, "a") as file:
        group = file["optimizer_weights"]
        count = group.attrs["weight_names"][0]
        assert group[count].shape == ()
        group[count][()] = 0
    keraport.convert(trained, out, "tf1.12")


def test_a_state_that_keras_did_not_save_is_said_to_be_left_out(tmp_path: Path) -> None:
    """In HDF5 Keras 3 gives several variables of Adafactor one name, and saves the first alone."""
    trained = unpack("keras3.15", tmp_path) / "adafactor.h5"
    report = keraport.convert(trained, tmp_path / "out.h5", "tf2.15")
    assert any("several of its variables have one name" in text for text in report.left_out)


def test_a_directory_names_its_slots(models: Path) -> None:
    file = read(models / "nadam")
    assert file.model is not None
    kept = kept_in(file, file.model, get_release("tf2.3"))
    assert kept is not None
    assert kept.steps == 20
    assert set(kept.state.slots) == {"m", "v"}
    product = values(kept.state.scalars["product"])
    expected = np.float32(1)
    for step in range(1, 21):
        expected *= np.float32(0.9 * (1 - 0.5 * 0.96 ** (0.004 * step)))
    assert product == pytest.approx(expected, rel=1e-4)


def test_what_the_target_cannot_say_is_refused(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.h5"
    arguments = ["convert", str(models / "ftrl.h5"), str(output), "--to", "tf1.12"]
    assert run(arguments) == 3
    told = " ".join("".join(capsys.readouterr()).split())
    assert "the state of the optimizer cannot be expressed in tf1.12" in told
    assert "Ftrl took 20 steps, and its state cannot go on: tf1.12 has no Ftrl" in told
    assert "--drop-optimizer" in told
    assert not output.exists()
    assert run([*arguments, "--drop-optimizer"]) == 0
    assert "the state of Ftrl after 20 steps" in " ".join(capsys.readouterr().out.split())
    assert output.exists()


def test_hdf5_for_keras_3_says_that_the_state_is_lost(models: Path, tmp_path: Path) -> None:
    report = keraport.convert(models / "adam.h5", tmp_path / "out.h5", to="keras3.15")
    assert any("the state of Adam after 20 steps" in text for text in report.left_out)
    report = keraport.convert(models / "adam.h5", tmp_path / "out.keras", to="keras3.15")
    assert report.left_out == ()
    assert "Adam goes on after 20 steps" in [note.text for note in report.training]


def test_the_state_is_that_of_the_weights(models: Path, tmp_path: Path) -> None:
    report = keraport.convert(
        models / "adam.h5", tmp_path / "out.h5", to="tf1.12", weights=models / "sgd.h5"
    )
    assert any("what its optimizer keeps" in text for text in report.left_out)
    assert not any("goes on" in note.text for note in report.training)


@pytest.mark.parametrize("release", ["tf2.3", "tf2.15"])
def test_a_checkpoint_has_the_state_of_its_optimizer(
    release: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = unpack(release, tmp_path_factory.mktemp(release))
    whole, apart = tmp_path / "whole.h5", tmp_path / "apart.h5"
    checkpoint = folder / "adam_amsgrad" / "variables" / "variables"
    keraport.convert(folder / "adam_amsgrad.h5", whole, to="tf1.12")
    report = keraport.convert(folder / "adam_amsgrad.h5", apart, to="tf1.12", weights=checkpoint)
    assert "Adam goes on after 20 steps" in [note.text for note in report.training]
    # Both were saved by models that had taken the same steps.
    for (name, value), (other, expected) in zip(stored(apart), stored(whole), strict=True):
        assert name.rpartition("/")[2] == other.rpartition("/")[2]
        assert value == pytest.approx(expected, rel=1e-6)


def test_a_list_that_does_not_fit_is_said_to_be_left_out(models: Path) -> None:
    file = read(models / "adam.h5")
    assert file.model is not None
    assert file.training is not None
    short = replace(file, training=replace(file.training, state=file.training.state[:-1]))
    kept = kept_in(short, file.model, get_release("tf2.3"))
    assert kept is not None
    assert "14 variables of Adam" in kept.unknown


@pytest.mark.parametrize(
    ("release", "legacy", "newer"),
    [
        ("keras1.2", "Keras 1 and 2.0", "Keras 1 and 2.0"),
        ("keras2.0", "Keras 1 and 2.0", "Keras 1 and 2.0"),
        ("keras2.1", "Keras 2.1 and 2.2", "Keras 2.1 and 2.2"),
        ("keras2.2", "Keras 2.1 and 2.2", "Keras 2.1 and 2.2"),
        ("keras2.3", "Keras 2.3", "Keras 2.3"),
        ("tf1.13", "TensorFlow up to 1.13", "TensorFlow up to 1.13"),
        ("tf1.14", "tf.keras 1.14 to 2.10", "tf.keras 1.14 to 2.10"),
        ("tf2.10", "tf.keras 1.14 to 2.10", "tf.keras 1.14 to 2.10"),
        ("tf2.11", "tf.keras 1.14 to 2.10", "Keras 2.11 to 2.15"),
        ("tf_keras2.21", "tf.keras 1.14 to 2.10", "Keras 2.11 to 2.15"),
        ("keras3.0", "Keras 3", "Keras 3"),
    ],
)
def test_every_release_has_its_generation(release: str, legacy: str, newer: str) -> None:
    found = get_release(release)
    assert generation_of(Object("Adam", {"beta_1": 0.9}), found).name == legacy
    of_new = Object("Adam", {"is_legacy_optimizer": False})
    assert generation_of(of_new, found).name == newer
    # Given by its name alone.
    assert generation_of(Object("Adam", {}), found).name == newer


def test_names_say_whose_slot_it_is(models: Path) -> None:
    """TF 2.3 appends the slots of variables that were thawed later, and the names still say it."""
    file = read(models / "adam.h5")
    assert file.model is not None
    assert file.training is not None
    step, *slots = file.training.state
    half = len(slots) // 2
    pairs = list(zip(slots[:half], slots[half:], strict=True))
    appended = [*(m for m, _ in pairs[:4]), *(v for _, v in pairs[:4])]
    appended += [*(m for m, _ in pairs[4:]), *(v for _, v in pairs[4:])]
    assert appended != slots
    release = get_release("tf2.3")
    expected = kept_in(file, file.model, release)
    config = replace(file.training, state=(step, *appended))
    found = kept_in(replace(file, training=config), file.model, release)
    assert expected is not None
    assert found is not None
    # Where shapes alone tell, it is left out; it is never given to another variable.
    assert found.unknown or found.state == expected.state


def test_a_slot_that_is_called_otherwise_is_left_out(models: Path) -> None:
    file = read(models / "adam.h5")
    assert file.model is not None
    assert file.training is not None
    step, *slots = file.training.state
    half = len(slots) // 2
    # Not all of the names are those of the variables.
    slots[0] = replace(slots[0], name="Adam/elsewhere/kernel/m:0")
    swapped = replace(file.training, state=(step, *slots[half:], *slots[:half]))
    kept = kept_in(replace(file, training=swapped), file.model, get_release("tf2.3"))
    assert kept is not None
    assert "stands where m of a variable is expected" in kept.unknown


STEPS = {
    "none": np.zeros(0, np.int64),
    "two": np.array([6, 7]),
    "negative": np.int64(-5),
    "half": np.float32(6.5),
    "nan": np.float32("nan"),
    "infinite": np.float32("inf"),
    "complex": np.complex64(3 + 1j),
}


@pytest.mark.parametrize("case", sorted(STEPS))
def test_a_count_of_steps_that_is_none_is_said(case: str, models: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((models / "adam.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        del file["optimizer_weights/Adam/iter:0"]
        file["optimizer_weights"].create_dataset("Adam/iter:0", data=STEPS[case])
    report = keraport.convert(path, tmp_path / "out.h5", to="tf1.12")
    assert any("Adam/iter:0 counts steps" in text for text in report.left_out)


def test_more_steps_than_the_target_counts_are_refused(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((models / "adam.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        file["optimizer_weights/Adam/iter:0"][()] = 2**33
    with pytest.raises(keraport.RefusedError, match="counts up to 2,147,483,647 steps"):
        keraport.convert(path, tmp_path / "out.keras", to="keras3.15")
    assert not (tmp_path / "out.keras").exists()


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("learning_rate", "fast", "expected a number"),
        ("learning_rate", {}, "expected a number"),
        ("decay", [1], "expected a number"),
        ("clipnorm", "x", "expected a number"),
        (
            "learning_rate",
            {
                "class_name": "InverseTimeDecay",
                "config": {"initial_learning_rate": 0.1, "decay_steps": 0, "decay_rate": 0.5},
            },
            "InverseTimeDecay",
        ),
        ("decay", -1 / 20, "divides by zero"),
    ],
)
def test_a_config_without_meaning_is_refused(
    key: str, value: object, expected: str, models: Path, tmp_path: Path
) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((models / "rmsprop_decay.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["training_config"])
        config["optimizer_config"]["config"] |= {"decay": 0.0, key: value}
        file.attrs["training_config"] = json.dumps(config).encode()
    with pytest.raises(keraport.RefusedError, match=expected):
        keraport.convert(path, tmp_path / "out.h5", to="tf1.12")


def test_a_limit_of_zero_is_none_where_the_source_ignores_it(tmp_path: Path) -> None:
    fitted_as = _written(tmp_path, "keras3.15", "sgd_clipnorm.keras", {"clipnorm": 0.0}, "tf2.3")
    assert "clipnorm" not in fitted_as


def test_adagrad_of_older_releases_reads_no_schedule(tmp_path: Path) -> None:
    schedule = {
        "module": "keras.optimizers.schedules",
        "class_name": "InverseTimeDecay",
        "config": {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5},
        "registered_name": None,
    }
    found = _written(tmp_path, "keras3.15", "adagrad.keras", {"learning_rate": schedule}, "tf2.3")
    assert (found["learning_rate"], found["decay"]) == (0.1, 0.25)


def _written(
    scratch: Path, release: str, name: str, changes: dict[str, object], target: str
) -> dict[str, object]:
    """The optimizer's config in the output, after some changes in that of the archive."""
    path = scratch / name
    with (
        zipfile.ZipFile(unpack(release, scratch) / name) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for item in old.namelist():
            data = old.read(item)
            if item == "config.json":
                config = json.loads(data)
                config["compile_config"]["optimizer"]["config"] |= changes
                data = json.dumps(config).encode()
            new.writestr(item, data)
    # An optimizer with a schedule keeps no learning rate.
    keraport.convert(path, scratch / "out.h5", to=target, drop_optimizer=True)
    with h5py.File(scratch / "out.h5") as file:
        training = json.loads(file.attrs["training_config"])
    found: dict[str, object] = training["optimizer_config"]["config"]
    return found


@pytest.mark.parametrize(("target", "differs"), [("tf1.12", True), ("tf2.15", False)])
def test_a_frozen_normalization_trains_the_others_otherwise(
    target: str, differs: bool, models: Path, tmp_path: Path
) -> None:
    path = tmp_path / "in.h5"
    path.write_bytes((models / "sgd.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        (norm,) = (x for x in config["config"]["layers"] if x["config"]["name"] == "norm")
        norm["config"]["trainable"] = False
        file.attrs["model_config"] = json.dumps(config).encode()
    report = keraport.convert(path, tmp_path / "out.h5", to=target)
    said = [n for n in report.training if "frozen BatchNormalization normalises" in n.text]
    assert [note.verdict.value for note in said] == ["approximate"] * differs


def test_nadam_of_keras_2_15_has_multiplied_its_product_away(tmp_path: Path) -> None:
    """With 1 in its place, real Keras 3 is 7e-2 off what TensorFlow 2.15 does in memory."""
    keraport.convert(unpack("tf2.15", tmp_path) / "nadam.h5", tmp_path / "out.keras", to="keras3")
    with zipfile.ZipFile(tmp_path / "out.keras") as archive:
        (tmp_path / "weights.h5").write_bytes(archive.read("model.weights.h5"))
    with h5py.File(tmp_path / "weights.h5") as file:
        kept = file["optimizer/vars"]
        assert 0 <= float(kept[str(len(kept) - 1)][()]) < 1e-6
