"""Runs inside a real release: the models, losses and functions of a file.

``python run_newer.py KERAS FOLDER build|save|load FILE.py...``: KERAS is the module that is Keras.
``build`` and ``save`` build the models of ``CASES`` with weights of given numbers, ``load`` opens
the files of that name in FOLDER. Outputs and losses go to ``<case>.npz``, those of ``FUNCTIONS``
and ``LOSSES`` as well.
"""

import importlib
import importlib.util
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

keras = importlib.import_module(sys.argv[1]) if sys.argv[1] != "tf.keras" else tf.keras
folder, how, paths = sys.argv[2], sys.argv[3], sys.argv[4:]
suffix = os.environ.get("SUFFIX", ".h5")


def imported(path):
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def values(shape, seed):
    """Numbers that all releases' NumPy agree on."""
    count = int(np.prod(shape)) if shape else 1
    numbers = np.sin(np.arange(count) * (0.7 + 0.01 * seed) + seed) * 0.4
    return numbers.reshape(shape).astype("float32")


def built(make, shapes):
    inputs = [keras.layers.Input(tuple(shape)) for shape in shapes]
    x = inputs if len(inputs) > 1 else inputs[0]
    for layer in make():
        x = layer(x)
    return keras.models.Model(inputs, x)


def run(module, name, make, shapes):
    keras.backend.clear_session()
    own = {key: value for key, value in vars(module).items() if callable(value)}
    if how == "load":
        found = [folder + "/" + name + end for end in (".h5", ".keras")]
        path = [path for path in found if os.path.exists(path)][0]
        model = keras.models.load_model(path, custom_objects=own)
    else:
        model = built(make, shapes)
        model.set_weights([values(w.shape, i) for i, w in enumerate(model.get_weights())])
    if how == "save":
        model.save(os.path.join(folder, name + suffix))
    inputs = [values((3,) + tuple(shape), 100 + i) * 2 for i, shape in enumerate(shapes)]
    if name == "masked":
        inputs[0][:, 2] = 0
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
    sizes = np.array([str(list(w.shape)) for w in model.get_weights()])
    model.compile("sgd", "mse")
    loss = model.evaluate(
        inputs if len(inputs) > 1 else inputs[0], np.zeros_like(outputs), verbose=0
    )
    np.savez(os.path.join(folder, name + ".npz"), outputs=outputs, weights=sizes, loss=loss)


def run_loss(name, make, metrics):
    keras.backend.clear_session()
    model = built(lambda: [keras.layers.Dense(3)], [(4,)])
    model.set_weights([values(w.shape, i) for i, w in enumerate(model.get_weights())])
    model.compile("sgd", make(), metrics=[metric() for metric in metrics])
    found = model.evaluate(values((6, 4), 1), values((6, 3), 2), batch_size=2, verbose=0)
    np.savez(os.path.join(folder, "loss_" + name + ".npz"), outputs=np.array(found))


def run_function(name, function):
    given = values((2, 4, 3), 5) * 4
    if tf.executing_eagerly():
        found = function(tf.constant(given))
    else:
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float32, (None, None, 3))
            found = session.run(function(x), {x: given})
    np.savez(os.path.join(folder, "function_" + name + ".npz"), outputs=np.asarray(found))


failed = False
for path in paths:
    module = imported(path)
    work = [(run, (module, n, *c)) for n, c in sorted(getattr(module, "CASES", {}).items())]
    if how != "load":
        work += [(run_loss, (n, *c)) for n, c in sorted(getattr(module, "LOSSES", {}).items())]
        work += [(run_function, i) for i in sorted(getattr(module, "FUNCTIONS", {}).items())]
    for function, arguments in work:
        try:
            function(*arguments)
        except Exception:
            failed = True
            print(arguments[:2])
            traceback.print_exc()
sys.exit(failed)
