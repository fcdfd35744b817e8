"""Writes ``tests/golden/keras1.2/``: models of Keras 1.2.2, and what it predicts.

Run by Keras 1.2.2 itself, once for each backend (Python 3.6; TensorFlow 1.12.0, or Theano 0.9.0
with ``THEANO_FLAGS=cxx=``)::

    KERAS_BACKEND=tensorflow python tools/build_keras1.py tests/golden/keras1.2
    KERAS_BACKEND=theano THEANO_FLAGS=cxx= python tools/build_keras1.py tests/golden/keras1.2_theano

For each model of ``tools/standalone_keras/keras1/`` there are ``<model>.h5`` as Keras saves it,
and ``<model>.npz``: inputs ``in0``, ``in1``, ..., predictions ``out0``, ... Further arguments name
models; without them all are built. With Theano the architecture and the weights stand in files of
their own, too. What the backend lacks is named and left out.
"""

import sys
import zlib
from pathlib import Path

import numpy as np
from keras import backend as K

from standalone_keras import keras1  # noqa: F401 - lists its models
from standalone_keras.listed import MODELS

APART = ("channels_first", "dense_sequential", "lstm")
"""Models that are written as JSON and weights as well."""


def main():
    """All models, or those that are named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        if K.backend() == "tensorflow":
            K.clear_session()
        try:
            model = MODELS[name]()
            save(model, name, str(folder / name))
        except Exception as problem:
            print("%s is not there: %s" % (name, str(problem)[:100]))


def save(model, name, stem):
    """The model with weights of its own, and what it predicts."""
    generator = np.random.RandomState(zlib.crc32(name.encode()) % 2**31)
    model.set_weights([drawn(generator, old) for old in model.get_weights()])
    inputs = [fed(generator, tensor) for tensor in model.inputs]
    size = len(inputs[0])
    if getattr(model, "optimizer", None) is not None:
        outputs = model.predict(inputs, batch_size=size)
        model.fit(inputs, outputs, nb_epoch=1, verbose=0)
    if model.stateful:
        model.reset_states()
    outputs = model.predict(inputs, batch_size=size)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    model.save(stem + ".h5")
    if name in APART:
        Path(stem + ".json").write_text(model.to_json())
        model.save_weights(stem + ".weights.hdf5", overwrite=True)
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
    shape = K.int_shape(tensor) if hasattr(tensor, "_keras_shape") else tensor._keras_shape
    shape = [shape[0] or 2, *[size or 4 for size in shape[1:]]]
    if "embedding" in tensor.name:
        values = generator.randint(1, 7, shape)
        values[0, 3:] = 0
        return values.astype("int32")
    values = generator.normal(size=shape)
    if "masked" in tensor.name:
        values[0, 3:] = 0
        values[1, 1] = 0
    return values.astype("float32")


if __name__ == "__main__":
    main()
