"""Train and save three small networks in TensorFlow 2.3.0.

``my_model_tf2``: Dense(64, relu), Dense(10, softmax). ``custom_model_tf2``: the same with a user's
own layer between. ``selu_model_tf2``: the same with selu. Each is trained for a few epochs on a
task made of random numbers, and saved with some inputs and its own predictions for them.
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf
from my_layers import MyCustomLayer

HERE = Path(__file__).parent
SEED = 2303
FEATURES, SAMPLES, KEPT = 20, 600, 16


def dense_model(activation: str, *between: tf.keras.layers.Layer) -> tf.keras.Model:
    """Dense(64), any layers between, Dense(10, softmax)."""
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Dense(64, activation=activation, input_shape=(FEATURES,)),
            *between,
            layers.Dense(10, activation="softmax"),
        ]
    )


def train_and_save(name: str, activation: str, *between: tf.keras.layers.Layer) -> None:
    """Train to tell ten directions apart, then save the model with inputs and predictions."""
    tf.keras.backend.clear_session()
    tf.random.set_seed(SEED)
    random = np.random.RandomState(SEED)
    inputs = random.normal(size=(SAMPLES, FEATURES)).astype("float32")
    labels = (inputs @ random.normal(size=(FEATURES, 10))).argmax(axis=1)
    model2 = dense_model(activation, *between)
    model2.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model2.fit(inputs, labels, batch_size=32, epochs=30, verbose=0, shuffle=False)
    _, accuracy = model2.evaluate(inputs, labels, verbose=0)
    print(f"{name}: accuracy {accuracy:.3f} on what it was trained on")
    model2.save(str(HERE / f"{name}.h5"))
    kept = inputs[:KEPT]
    outputs = model2.predict(kept, batch_size=KEPT)
    np.savez_compressed(str(HERE / f"{name}.npz"), input_0=kept, output_0=outputs)


def main() -> None:
    """Make all three."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    train_and_save("my_model_tf2", "relu")
    train_and_save("custom_model_tf2", "relu", MyCustomLayer())
    train_and_save("selu_model_tf2", "selu")


if __name__ == "__main__":
    main()
