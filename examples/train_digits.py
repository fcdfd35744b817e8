"""Train a small convolutional network on scikit-learn's digits, in TensorFlow 2.3.0.

Writes ``digits.h5`` and ``digits_inputs.npz`` beside this script; README.md says what they hold
and which versions made them.
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import sklearn
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent
SEED = 2303
KEPT = 16


def build_model() -> tf.keras.Model:
    """Two convolutions, a BatchNormalization, a Dense: some 5,000 weights."""
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Conv2D(8, 3, activation="relu", padding="same", input_shape=(8, 8, 1)),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu", padding="same"),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )


def main() -> None:
    """Train, measure on images that training never saw, save."""
    np.random.seed(SEED)
    tf.random.set_seed(SEED)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    digits = load_digits()
    images = (digits.images / 16.0).astype("float32")[..., np.newaxis]
    seen, held_out, seen_labels, labels = train_test_split(
        images, digits.target, test_size=0.25, random_state=SEED, stratify=digits.target
    )
    model = build_model()
    model.compile(
        optimizer=tf.keras.optimizers.Adam(0.005),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(seen, seen_labels, batch_size=32, epochs=25, verbose=0)
    loss, accuracy = model.evaluate(held_out, labels, verbose=0)
    print(f"TensorFlow {tf.__version__}, scikit-learn {sklearn.__version__}")
    print(f"{len(held_out)} held-out images: loss {loss:.4f}, accuracy {accuracy:.4f}")
    if accuracy < 0.95:
        raise SystemExit("not trained well enough to be an example")
    model.save(str(HERE / "digits.h5"))
    inputs = held_out[:KEPT]
    np.savez_compressed(
        str(HERE / "digits_inputs.npz"),
        input_0=inputs,
        output_0=model.predict(inputs, batch_size=KEPT),
        labels=labels[:KEPT],
    )


if __name__ == "__main__":
    main()
