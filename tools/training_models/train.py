"""Models, batches and steps of training, alike in every release. Python 3.6 to 3.13."""

from typing import Any, Dict, List

import numpy as np

STEPS = 20
"""Before a model is saved, and after it is loaded."""


def batches(kind: str) -> List[Any]:
    """Twice as many batches as `STEPS`: (16, 6) and (16, 4) numbers, targets (16, 3)."""
    random = np.random.RandomState(0)
    found = []
    for _ in range(2 * STEPS):
        floats = random.uniform(-1, 1, (16, 6)).astype("float32")
        # The last rows are never looked up, others not in every batch.
        whole = random.randint(0, 9, (16, 4)).astype("float32")
        target = np.stack(
            [floats[:, 0] * floats[:, 1], np.sin(3 * floats[:, 2]), floats.mean(axis=1)], axis=1
        ).astype("float32")
        found.append(([whole] if kind == "embedded" else [floats], target))
    return found


def build(keras: Any, kind: str) -> Any:
    """A model whose values are set by a seed.

    Args:
        keras: the module.
        kind: ``dense`` has branches and weights that are not trained; ``embedded`` looks rows up;
            ``structured`` has layers in layers, some of them frozen, and one that is shared.
    """
    layers = keras.layers
    if kind == "structured":
        inputs, outputs = structured(keras)
    elif kind == "embedded":
        inputs = keras.Input(shape=(4,), name="codes")
        hidden = layers.Embedding(12, 5, name="table")(inputs)
        hidden = layers.Flatten(name="flat")(hidden)
        outputs = layers.Dense(3, name="out")(hidden)
    else:
        inputs = keras.Input(shape=(6,), name="numbers")
        left = layers.Dense(7, activation="tanh", name="z_left")(inputs)
        right = layers.Dense(7, use_bias=False, name="a_right")(inputs)
        right = layers.BatchNormalization(name="norm", momentum=0.9)(right)
        hidden = layers.add([left, right], name="both")
        frozen = layers.Dense(5, trainable=False, name="frozen")(hidden)
        outputs = layers.Dense(3, name="out")(frozen)
    model = keras.Model(inputs, outputs, name="trained")
    random = np.random.RandomState(1)
    values = [random.uniform(-0.5, 0.5, np.shape(w)) for w in model.get_weights()]
    model.set_weights([np.abs(v) + 0.5 if v.ndim == 1 else v for v in values])
    return model


def structured(keras: Any) -> Any:
    """Inputs and outputs of layers in layers."""
    layers = keras.layers
    inputs = keras.Input(shape=(6,), name="numbers")
    steps = layers.Reshape((3, 2), name="steps")(inputs)
    both = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both_ways")(steps)
    each = layers.TimeDistributed(layers.Dense(4), name="each")(both)
    inside = keras.Input(shape=(3, 4), name="inside")
    hidden = layers.SeparableConv1D(5, 2, padding="same", name="z_separable")(inside)
    hidden = layers.BatchNormalization(name="norm")(hidden)
    hidden = layers.Conv1D(3, 1, trainable=False, name="still")(hidden)
    hidden = layers.PReLU(name="bent")(hidden)
    nested = keras.Model(inside, hidden, name="nested")
    shared = layers.Dense(3, name="a_shared")
    left = shared(layers.Flatten(name="flat")(nested(each)))
    right = shared(layers.Dense(9, name="wide")(inputs))
    total = layers.add([left, right], name="total")
    return inputs, layers.Dense(3, name="out")(total)


def reset(keras: Any) -> None:
    """Forget all models; TensorFlow 1 goes on with one thread.

    With several, its optimizers count a step before they read the count, or afterwards, as it
    happens: the first losses of Adam are off by 2e-2 in one run out of three (TF 1.12).
    """
    keras.backend.clear_session()
    import tensorflow

    if not hasattr(tensorflow, "compat") or tensorflow.__version__.startswith("1."):
        config = tensorflow.ConfigProto(
            intra_op_parallelism_threads=1, inter_op_parallelism_threads=1
        )
        keras.backend.set_session(tensorflow.Session(config=config))


def losses(model: Any, steps: List[Any]) -> List[float]:
    """The loss before each of some steps of training."""
    found = []
    for inputs, target in steps:
        loss = model.train_on_batch(inputs[0], target)
        found.append(float(loss[0] if isinstance(loss, (list, tuple)) else loss))
    return found


def fresh(model: Any) -> None:
    """Compile a model again with an optimizer that has the same config and has taken no step."""
    optimizer = model.optimizer
    model.compile(optimizer.__class__.from_config(optimizer.get_config()), loss=model.loss)


def goes_on(keras: Any, load: Any, path: str, kind: str) -> Dict[str, List[float]]:
    """The losses of further steps of a file: with the optimizer in it, and with a fresh one."""
    rest = batches(kind)[STEPS:]
    reset(keras)
    model = load(path)
    result = {"continued": losses(model, rest)}
    reset(keras)
    model = load(path)
    fresh(model)
    result["fresh"] = losses(model, rest)
    return result
