"""Write small models that Keras 3 quantized, with what they predict.

Beside each model lies what it predicts (``quantised``), and what the same model of plain layers
predicts that has the numbers which its integers stand for (``dequantised``). Run it with the Python
of the runtime that ``keraport runtimes install keras3.15`` builds, and of keras3.5, keras3.12
and keras3.13::

    PYTHON tools/build_quantised.py tests/golden/quantised keras3.15

With ``hdf5`` behind that it saves them as HDF5, which has integers and low-rank matrices apart, and
models that archives do not hold; all beside predictions of the model in memory.
"""

import io
import os
import sys
import tarfile
import tempfile
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from quantised import models, numbers

FOLDER, RELEASE = Path(sys.argv[1]), sys.argv[2]
HDF5 = "hdf5" in sys.argv[3:]
CONFIGS = getattr(keras, "quantizers", None)


def in_place(mode, make=None):
    def quantised(model):
        model.quantize(mode, **({"config": make()} if make else {}))

    return quantised


def low_rank_first(model):
    models.with_low_rank(model)
    model.quantize("int8")


def low_rank_after(model):
    model.quantize("int8")
    models.with_low_rank(model)


def float8(model):
    model.quantize("float8")
    models.taught(model)


def calibrated(mode, bits, group):
    """Quantize by what goes through the layers."""

    def quantised(model):
        blocks = [model.get_layer("steps"), model.get_layer("heads")]
        made = {"gptq": "GPTQConfig", "awq": "AWQConfig"}[mode]
        config = getattr(CONFIGS, made)(
            dataset=[row[None] for row in models.IDS.astype("int32")],
            tokenizer=lambda ids: ids,
            weight_bits=bits,
            num_samples=4,
            sequence_length=6,
            group_size=group,
        )
        structure = {"pre_block_layers": [model.get_layer("words")], "sequential_blocks": blocks}
        model.get_quantization_layer_structure = lambda mode: structure
        model.quantize(mode, config=config)

    return quantised


def int4(block):
    return lambda: CONFIGS.Int4QuantizationConfig(block_size=block)


def weights_alone():
    return CONFIGS.Int8QuantizationConfig(activation_quantizer=None)


def tied():
    return models.reversible(True)


def untied():
    return models.reversible(False)


PLAIN = {
    "dense_int8": (models.dense, in_place("int8")),
    "dense_float8": (models.dense, float8),
    "sequence_int8": (models.sequence, in_place("int8")),
    "nested_int8": (models.nested, in_place("int8")),
    "wrapped_int8": (models.wrapped, in_place("int8")),
    "lora": (models.sequence, models.with_low_rank),
    "lora_then_int8": (models.dense, low_rank_first),
    "int8_then_lora": (models.sequence, low_rank_after),
}
INT4 = {
    "dense_int4": (models.dense, in_place("int4")),
    "sequence_int4": (models.sequence, in_place("int4")),
    "nested_int4": (models.nested, in_place("int4")),
}
REVERSIBLE = {
    f"{make.__name__}_{mode}": (make, in_place(mode))
    for make in (tied, untied)
    for mode in ("int8", "int4")
}
CALIBRATED = {
    "gptq4": (models.calibrated, calibrated("gptq", 4, -1)),
    "gptq8": (models.calibrated, calibrated("gptq", 8, -1)),
}
NEWEST = {
    "sequence_float8": (models.sequence, float8),
    "attention_int8": (models.attention, in_place("int8")),
    "attention_int4": (models.attention, in_place("int4")),
    "attention_float8": (models.attention, in_place("float8")),
    "dense_weights_alone": (models.dense, in_place("int8", weights_alone)),
    "awq": (models.calibrated, calibrated("awq", 4, 2)),
    **{
        f"{make.__name__}_int4_{name}": (make, in_place("int4", int4(block)))
        for make in (models.dense, models.sequence, tied, untied)
        for name, block in (("blocks", 2), ("columns", -1))
    },
}
LOST = ("gptq4", "gptq8", "awq")
CASES = {
    "keras3.5": PLAIN,
    "keras3.12": {**INT4, **REVERSIBLE},
    "keras3.13": CALIBRATED,
    "keras3.15": {**PLAIN, **INT4, **REVERSIBLE, **CALIBRATED, **NEWEST},
}[RELEASE]
MORE_OF_HDF5 = {
    "low_rank_images": (models.images, models.with_scaled_rank),
    "low_rank_frozen": (models.nested, models.with_frozen_rank),
    "low_rank_nested": (models.nested, models.with_low_rank),
    "mixed_int8": (models.mixed, in_place("int8")),
}
if HDF5:
    CASES = {**CASES, **(MORE_OF_HDF5 if RELEASE == "keras3.15" else {})}


def save(model, folder, name):
    """The model as a loader finds it."""
    if HDF5:
        model.save(folder / f"{name}.h5", include_optimizer=False)
        return model
    model.save(folder / f"{name}.keras")
    # What is saved has the low-rank matrices in its kernels. Keras 3.15 fails to load what it saved
    # of an attention, whose config does not say that its parts are quantized, and of what is
    # calibrated, whose zero points it does not save.
    fails = RELEASE == "keras3.15" and name in LOST
    if name in ("attention_int8", "attention_int4", "attention_float8") or fails:
        return model
    return keras.saving.load_model(folder / f"{name}.keras")


def build(name, make, quantised, folder):
    keras.utils.set_random_seed(3)
    model, plain = make(), make()
    models.spread_out(model)
    given = models.inputs_of(model)
    plain.set_weights(model.get_weights())
    before = plain.predict(given, verbose=0)
    quantised(model)
    model = save(model, folder, name)
    for one, other in zip(models.layers_of(model), models.layers_of(plain), strict=True):
        numbers.copy(one, other)
    found = {
        "input_0": given,
        "quantised": model.predict(given, verbose=0),
        "dequantised": plain.predict(given, verbose=0),
    }
    apart = {key: float(np.abs(found[key] - before).max()) for key in ("quantised", "dequantised")}
    print(name, apart, float(np.abs(found["quantised"] - found["dequantised"]).max()))
    np.savez(folder / f"{name}.npz", **found)


def pack(folder, path):
    with tarfile.open(path, "w:xz") as archive:
        for item in sorted(folder.iterdir()):
            data = item.read_bytes()
            entry = tarfile.TarInfo(item.name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


FOLDER.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory() as scratch:
    for name, (make, quantised) in CASES.items():
        build(name, make, quantised, Path(scratch))
    pack(Path(scratch), FOLDER / f"{RELEASE}{'-hdf5' * HDF5}.tar.xz")
