"""Builds the golden models of third-party packages, inside a real release.

``PYTHONPATH=PACKAGES python build_addons.py FOLDER [CASE ...]`` writes each model that the packages
at hand can make (``<case>.h5``; ``model.save``), with what it is fed and what it then predicts
(``<case>.npz``), and ``packages.json``: the versions that made them.

PACKAGES is a folder that holds the packages alone, beside the release of the runtime::

    uv pip install --python PYTHON --no-deps --target PACKAGES tensorflow-addons==0.11.2 typeguard

``tests/golden/addons/tf2.3`` was made in TensorFlow 2.3.0 with tensorflow-addons 0.11.2,
keras-self-attention 0.51.0, keras-multi-head 0.29.0, keras-layer-normalization 0.16.0,
efficientnet 1.1.1 and keras-contrib at b20aa1a (as its ``convert_to_tf_keras.py`` makes it);
``tf2.15`` in TensorFlow 2.15.1 with tensorflow-addons 0.23.0; ``keras2.2`` in Keras 2.2.4, with
``ADDONS_KERAS=keras``, with keras-self-attention 0.41.0, keras-multi-head 0.22.0,
keras-layer-normalization 0.12.0, efficientnet 1.0.0 and keras-contrib at b20aa1a. What models of
``keras.applications`` have of their own is in releases that have ConvNeXt.
"""

import json
import sys
import zlib
from pathlib import Path

import numpy as np

from addons.models import ALL, TABLES, keras, tf


def generator(*words):
    """Numbers of their own for each name."""
    return np.random.RandomState(zlib.crc32("/".join(words).encode()))


def move_weights(model, name):
    """Draw floats anew where they lie: whatever initialized them says nothing."""
    random = generator(name, "weights")
    values = []
    for value in model.get_weights():
        if value.dtype.kind == "f":
            value = (value + random.uniform(-0.4, 0.4, value.shape)).astype(value.dtype)
        values.append(value)
    model.set_weights(values)


def draw(tensor, name):
    """Inputs; with masked steps where a mask is made of zeros."""
    shape = [size or 3 for size in keras.backend.int_shape(tensor)]
    shape[0] = 3
    values = generator(name, tensor.name).normal(size=shape).astype("float32")
    if "mask" in name:
        values[1, -2:] = 0
    return values


def save(name, build, folder):
    """One case."""
    keras.backend.clear_session()
    getattr(tf.random, "set_seed", getattr(tf, "set_random_seed", None))(1)
    model = build()
    inputs = [draw(tensor, name) for tensor in model.inputs]
    # Some layers find their weights in the first batch that they see.
    if "optimizer" not in name:
        model.predict_on_batch(inputs)
    move_weights(model, name)
    outputs = model.predict_on_batch(inputs)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    arrays = {f"input_{i}": value for i, value in enumerate(inputs)}
    arrays.update({f"output_{i}": np.asarray(value) for i, value in enumerate(outputs)})
    model.save(str(folder / f"{name}.h5"))
    np.savez_compressed(str(folder / f"{name}.npz"), **arrays)


def version_of(name):
    """Of an installed distribution."""
    pattern = f"{name.replace('-', '_')}-*.dist-info"
    found = [path for folder in sys.path for path in Path(folder).glob(pattern)]
    return found[0].stem.rpartition("-")[2] if found else "b20aa1a"


def main():
    """Write what is asked for."""
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    failed = {}
    for module, table in TABLES:
        for name, build in table().items() if module is not None else ():
            if wanted and name not in wanted:
                continue
            try:
                save(name, build, folder)
            except Exception as error:  # whatever the package cannot save itself
                for ending in (".h5", ".npz"):
                    if (folder / f"{name}{ending}").exists():
                        (folder / f"{name}{ending}").unlink()
                failed[name] = f"{type(error).__name__}: {str(error)[:200]}"
            print(name, failed.get(name, ""))
    versions = {name: version_of(name) for name, module in ALL.items() if module is not None}
    table = {"tensorflow": tf.__version__, **versions, "cannot": failed}
    text = json.dumps(table, indent=1, sort_keys=True)
    (folder / "packages.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
