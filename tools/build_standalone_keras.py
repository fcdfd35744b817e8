"""Writes ``tests/golden/<release>/``: models of standalone Keras, and what it predicts.

Run by the release itself, one run for each::

    python tools/build_standalone_keras.py tests/golden/keras2.2

For each model of ``tools/standalone_keras/keras2/`` there are ``<model>.h5`` as the release saves
it, and ``<model>.npz``: inputs ``in0``, ``in1``, ..., predictions ``out0``, ... Further arguments
name models; without them all are built. What the release lacks is named and left out.
"""

import sys
import zlib
from pathlib import Path

import keras
import numpy as np

from standalone_keras import keras2  # noqa: F401 - lists its models
from standalone_keras.listed import MODELS


def main():
    """All models, or those that are named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        keras.backend.clear_session()
        try:
            model = MODELS[name]()
        except (AttributeError, TypeError, ValueError, ImportError) as problem:
            print(f"{name} is not there: {str(problem)[:100]}")
            continue
        save(model, name, str(folder / name))


def save(model, name, stem):
    """The model with weights of its own, and what it predicts."""
    generator = np.random.RandomState(zlib.crc32(name.encode()) % 2**31)
    model.set_weights([drawn(generator, old) for old in model.get_weights()])
    inputs = [fed(generator, tensor) for tensor in model.inputs]
    if getattr(model, "optimizer", None) is not None:
        outputs = model.predict(inputs)
        model.fit(inputs, outputs, epochs=1, verbose=0)
    model.save(stem + ".h5")
    if model.stateful:
        model.reset_states()
    outputs = model.predict(inputs, batch_size=len(inputs[0]))
    outputs = outputs if isinstance(outputs, list) else [outputs]
    arrays = {"in%d" % i: value for i, value in enumerate(inputs)}
    arrays.update({"out%d" % i: value for i, value in enumerate(outputs)})
    np.savez_compressed(stem + ".npz", **arrays)


def drawn(generator, old):
    """Positive where variances are; else of both signs."""
    values = generator.uniform(-0.6, 0.9, old.shape)
    return (np.abs(values) + 0.3 if np.all(old == 1) and old.ndim == 1 else values).astype(
        old.dtype
    )


def fed(generator, tensor):
    """A batch of two (or of the size that is fixed); some steps of what is to be masked are 0."""
    shape = [size or 4 for size in keras.backend.int_shape(tensor)[1:]]
    shape = [int(tensor.shape[0].value or 2), *shape]
    if "tokens" in tensor.name or "embedding" in tensor.name:
        values = generator.randint(1, 7, shape)
        values[0, 3:] = 0
        values[1, :2] = 0
        return values.astype("int32" if "int32" in str(tensor.dtype) else "float32")
    values = generator.normal(size=shape)
    if "masked" in tensor.name:
        values[0, 3:] = 0
        values[1, 1] = 0
    return values.astype(tensor.dtype.as_numpy_dtype)


if __name__ == "__main__":
    main()
