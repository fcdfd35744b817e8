"""Writes small models that need more than a respelt config, with what the release predicts.

Run in a real release, once for each: ``python tools/build_carried.py OUT_DIR``. OUT_DIR gets, by
what the release is, ``NAME.h5`` or ``NAME.json`` with a checkpoint in ``NAME/``, and ``NAME.npz``
with ``input_0`` and ``output_0``. SavedModels go to ``saved_models.tar.xz``.

TensorFlow 2.3.0 writes all; 2.2 (``tensorflow-cpu==2.2.3``) writes those that any release may have
written; 1.12.0 writes what its Estimators save.
"""

import glob
import os
import shutil
import sys
import tarfile
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

FOLDER = sys.argv[1]
VERSION = tuple(map(int, tf.__version__.split(".")[:2]))
L = tf.keras.layers
V1 = tf.compat.v1 if VERSION >= (1, 13) else tf


def moved(model, seed=0):
    """The model with weights that no initializer gives."""
    random = np.random.RandomState(seed)
    model.set_weights(
        [w + 0.3 * random.randn(*w.shape).astype(w.dtype) for w in model.get_weights()]
    )
    return model


def record(name, model, twin=None):
    """Inputs, and what the model, or one that computes the same, predicts."""
    shape = model.input_shape[1:]
    values = np.random.RandomState(1).randn(3, *shape).astype("float32")
    path = os.path.join(FOLDER, name + ".npz")
    found = (twin or model).predict(values)
    outputs = next(iter(found.values())) if isinstance(found, dict) else found
    np.savez_compressed(path, input_0=values, output_0=outputs)


def save(name, model, saved_model=False, twin=None):
    record(name, model, twin)
    model.save(os.path.join(FOLDER, name + ".h5"))
    if saved_model:
        directory = tempfile.mkdtemp()
        model.save(os.path.join(directory, name))
        SAVED_MODELS.append((name, directory))


SAVED_MODELS = []


# Layers as activations.


def activations_of_dense():
    activations = (
        *(L.ReLU(max_value=0.5, negative_slope=0.2, threshold=0.1), L.ReLU(), L.LeakyReLU(0.1)),
        *(L.LeakyReLU(1.5), L.ELU(0.7), L.Softmax(), L.ThresholdedReLU(0.2), L.PReLU()),
    )
    return tf.keras.Sequential(
        [L.Activation(L.ELU(0.4), input_shape=(5,)), *(L.Dense(4, a) for a in activations)]
    )


def activations_of_images():
    return tf.keras.Sequential(
        [
            L.Conv2D(3, 3, activation=L.LeakyReLU(0.1), input_shape=(8, 8, 2)),
            L.SeparableConv2D(3, 3, activation=L.ReLU(6.0)),
            L.DepthwiseConv2D(2, activation=L.PReLU(shared_axes=[1, 2])),
            L.Conv2DTranspose(3, 2, activation=L.ELU()),
            L.LocallyConnected2D(2, 2, activation=L.Softmax()),
            L.Activation(L.PReLU()),
            L.Flatten(),
        ]
    )


def activations_in_wrappers():
    tensor = tf.keras.Input((6, 3))
    shared = L.Dense(3, activation=L.LeakyReLU(0.1))
    hidden = shared(shared(L.Masking()(tensor)))
    hidden = L.TimeDistributed(L.Dense(4, activation=L.PReLU()))(hidden)
    hidden = L.TimeDistributed(L.Dense(4, activation=L.Softmax()))(hidden)
    return tf.keras.Model(tensor, L.Conv1D(3, 2, activation=L.ReLU(negative_slope=0.3))(hidden))


def activations_of_recurrent_layers():
    tensor = tf.keras.Input((6, 3))
    hidden = L.LSTM(
        4, activation=L.LeakyReLU(0.2), recurrent_activation=L.ReLU(1.0), return_sequences=True
    )(tensor)
    hidden = L.Bidirectional(L.GRU(3, activation=L.ELU(0.5), return_sequences=True))(hidden)
    cells = [
        L.LSTMCell(3, activation=L.LeakyReLU(0.3)),
        L.GRUCell(2, activation=L.LeakyReLU(0.2), recurrent_activation=L.ThresholdedReLU(0.1)),
    ]
    hidden = L.RNN(cells, return_sequences=True)(hidden)
    hidden = L.RNN(L.SimpleRNNCell(3, activation=L.Softmax()), return_sequences=True)(hidden)
    hidden = L.SimpleRNN(3, activation=L.ReLU(negative_slope=0.2, threshold=0.1))(hidden)
    return tf.keras.Model(tensor, hidden)


def activations_in_nested_models():
    """Weights of a nested model lie flat, in an order that depends on where its layers stand."""
    entry = tf.keras.Input((4,))
    left = L.Dense(3, activation=L.PReLU(), name="zz")(entry)
    right = L.Dense(3)(L.Dense(4, activation=L.LeakyReLU(0.1))(entry))
    inner = tf.keras.Model(entry, L.Add()([left, right]))
    tensor = tf.keras.Input((2, 5))
    hidden = L.TimeDistributed(inner)(L.Dense(4, activation=L.ELU())(tensor))
    stack = [L.Dense(3, activation=L.PReLU(), input_shape=(2, 3)), L.Dense(2)]
    return tf.keras.Model(tensor, tf.keras.Sequential(stack)(hidden))


def frozen_activations():
    """What is frozen comes last in the flat list of a nested model's weights."""
    layers = [
        L.Dense(3, activation=L.PReLU(), trainable=False, input_shape=(4,)),
        L.BatchNormalization(),
        L.Dense(3, activation=L.PReLU()),
    ]
    tensor = tf.keras.Input((4,))
    return tf.keras.Model(tensor, L.Dense(2)(tf.keras.Sequential(layers)(tensor)))


# Configs spelt otherwise than by defaults.


def spellings():
    """Policies, initializers and activations as objects, functions and dicts; NumPy's numbers."""
    initializers, policy = tf.keras.initializers, tf.keras.mixed_precision.experimental.Policy
    he_normal = {"class_name": "HeNormal", "config": {"seed": 1}}
    constant = tf.constant_initializer(np.arange(12.0).reshape(4, 3))
    tensor = tf.keras.Input((np.int64(4),), name="in.put")
    hidden = L.Dense(np.int64(3), kernel_initializer=he_normal, name="a/b")(tensor)
    hidden = L.Dense(4, dtype=policy("float32", loss_scale="dynamic"), name="A.b-C")(hidden)
    hidden = L.Dense(3, tf.nn.elu, dtype=tf.float32, kernel_initializer=constant, name="a")(hidden)
    random = initializers.RandomNormal(stddev=np.float32(0.1), seed=np.int64(3))
    hidden = L.Dense(8, tf.math.softplus, kernel_initializer=random, name="1st")(hidden)
    hidden = L.BatchNormalization(axis=[1], momentum=1, trainable=False)(hidden)
    hidden = L.Reshape([np.int64(4), -1])(L.LeakyReLU(np.float64(0.2))(hidden))
    hidden = L.LayerNormalization(axis=(-1,))(L.Masking(mask_value=np.float32(0.0))(hidden))
    hidden = L.Bidirectional(L.LSTM(2, use_bias=1, name="r/n"), name="b/d")(hidden)
    regularizers = {
        "kernel_regularizer": tf.keras.regularizers.l2(1),
        "bias_regularizer": {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.0}},
        "activity_regularizer": "l1_l2",
        "kernel_constraint": {"class_name": "UnitNorm", "config": {"axis": 0}},
    }
    hidden = L.Dropout(0, noise_shape=(None, np.int64(4)))(hidden)
    return tf.keras.Model([tensor], {"out": L.Dense(2, **regularizers)(hidden)}, name="my/model")


# Classes of the user's own that are models with a config.


class CustomModel(tf.keras.Model):
    """As one with a ``train_step`` of its own."""


class CustomStack(tf.keras.Sequential):
    """Likewise."""


def subclass(shape=(4,)):
    tensor = tf.keras.Input(shape)
    return CustomModel(tensor, L.Dense(2)(L.Dense(3, activation="relu")(tensor)))


def subclasses_inside():
    tensor = tf.keras.Input((2, 4))
    hidden = L.TimeDistributed(subclass())(tensor)
    hidden = CustomStack([L.Dense(3, input_shape=(2, 2)), L.Dense(2)])(hidden)
    return tf.keras.Model(tensor, hidden)


# Classes that TensorFlow 2.3 keeps in tf.compat.v1.


def initializers_of_compat():
    make = V1.keras.initializers
    return tf.keras.Sequential(
        [
            L.Dense(3, kernel_initializer=make.Zeros(), input_shape=(4,)),
            L.Dense(2, bias_initializer=make.Constant(0.5), kernel_initializer=make.Ones()),
        ]
    )


def recurrent(lstm, gru):
    tensor = tf.keras.Input((5, 3))
    hidden = lstm(4, return_sequences=True, name="lstm")(tensor)
    inner = tf.keras.Input((5, 4))
    nested = tf.keras.Model(inner, gru(4, return_sequences=True, name="gru")(inner), name="inner")
    hidden = L.Bidirectional(gru(3, name="ways"), name="both")(nested(hidden))
    return tf.keras.Model(tensor, L.Dense(2, name="last")(hidden))


def cudnn():
    """They run on GPUs only; the release's own loader lays their weights out for general ones."""
    from tensorflow.python.keras.saving import hdf5_format

    model = moved(recurrent(V1.keras.layers.CuDNNLSTM, V1.keras.layers.CuDNNGRU))
    twin = recurrent(L.LSTM, L.GRU)
    for layer, general in zip(leaves(model), leaves(twin)):
        weights = layer.get_weights()
        general.set_weights(hdf5_format.preprocess_weights_for_loading(general, weights))
    save("cudnn", model, twin=twin)


def leaves(model):
    return [
        model.get_layer("inner").get_layer("gru"),
        *map(model.get_layer, ("lstm", "both", "last")),
    ]


# Checkpoints with more than a model in them.


def stack():
    layers = [L.Dense(3, activation="relu", input_shape=(4,)), L.BatchNormalization(), L.Dense(2)]
    return tf.keras.Sequential(layers)


def write_json(name, model):
    os.makedirs(os.path.join(FOLDER, name))
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        file.write(model.to_json())


def checkpoint_of_manager():
    """An architecture whose layers have other names: tf.train.Checkpoint asks for none."""
    other = moved(stack(), 1)
    model = moved(stack())
    write_json("manager", other)
    optimizer = tf.keras.optimizers.Adam()
    zeros = [tf.zeros_like(variable) for variable in model.trainable_variables]
    optimizer.apply_gradients(zip(zeros, model.trainable_variables))
    metric = tf.keras.metrics.Mean()
    metric.update_state(2.0)
    root = tf.train.Checkpoint(step=tf.Variable(7), optimizer=optimizer, net=model, mean=metric)
    tf.train.CheckpointManager(root, os.path.join(FOLDER, "manager"), 1).save()
    os.remove(os.path.join(FOLDER, "manager", "checkpoint"))
    record("manager", model)


def checkpoint_of_estimator():
    model = moved(stack())
    model.compile("sgd" if VERSION < (2, 0) else tf.keras.optimizers.Adam(), "mse")
    write_json("estimator", model)
    directory = tempfile.mkdtemp()
    estimator = tf.keras.estimator.model_to_estimator(model, model_dir=directory)
    values = {model.input_names[0]: np.random.RandomState(1).randn(3, 4).astype("float32")}
    feed = V1.estimator.inputs.numpy_input_fn
    estimator.train(feed(values, np.zeros((3, 2), "float32"), 3, num_epochs=2, shuffle=False))
    found = list(estimator.predict(feed(values, batch_size=3, shuffle=False)))
    last = tf.train.latest_checkpoint(directory)
    for path in [last + ".index", *glob.glob(last + ".data-*")]:
        shutil.copy(path, os.path.join(FOLDER, "estimator"))
    outputs = np.stack([next(iter(row.values())) for row in found])
    np.savez_compressed(
        os.path.join(FOLDER, "estimator.npz"), input_0=next(iter(values.values())), output_0=outputs
    )


# What several releases write alike.


def images():
    layers = [L.Conv2D(2, 3, activation="relu", input_shape=(6, 6, 1)), L.Flatten(), L.Dense(2)]
    return tf.keras.Sequential(layers)


def masked_ways():
    tensor = tf.keras.Input((5, 3))
    hidden = L.Bidirectional(L.LSTM(2, return_sequences=True))(L.Masking()(tensor))
    return tf.keras.Model(tensor, L.Dense(2)(hidden))


def write_saved_models():
    with tarfile.open(os.path.join(FOLDER, "saved_models.tar.xz"), "w:xz") as archive:
        for name, directory in SAVED_MODELS:
            archive.add(os.path.join(directory, name), name)
            shutil.rmtree(directory)


def main():
    os.makedirs(FOLDER)
    if VERSION == (2, 2):
        save("images", moved(images()))
        save("masked_ways", moved(masked_ways()))
    if VERSION < (2, 0):
        checkpoint_of_estimator()
    if VERSION < (2, 3):
        return
    # It makes copies of its layer, for which TensorFlow 2.3 looks up the activation.
    tf.keras.utils.get_custom_objects()["ELU"] = L.ELU
    save("activations_of_dense", moved(activations_of_dense()), saved_model=True)
    save("activations_of_images", moved(activations_of_images()))
    save("activations_in_wrappers", moved(activations_in_wrappers()))
    save("activations_of_recurrent_layers", moved(activations_of_recurrent_layers()))
    save("activations_in_nested_models", moved(activations_in_nested_models()))
    save("frozen_activations", moved(frozen_activations()))
    save("spellings", moved(spellings()))
    save("subclass", moved(subclass()))
    save("subclasses_inside", moved(subclasses_inside()), saved_model=True)
    save("initializers_of_compat", moved(initializers_of_compat()))
    cudnn()
    checkpoint_of_manager()
    checkpoint_of_estimator()
    write_saved_models()


main()
