# mypy: ignore-errors
"""Runs inside a real release: projections and random changes of images, hashes and look-ups.

Usage: python probe_preprocessing.py FOLDER ANSWER. In TF 1.12, FOLDER has ``out_objects.py`` and
the companion computes; in TF 2.3 that release does.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf  # noqa: TID251 - runs inside a real release

SIZES = ((6, 9), (5, 4), (1, 3))
WORDS = ["a", "b", "", "longer than the others", "\u00e9\u4e16", "x" * 100]


def drawn(*shape):
    return np.random.RandomState(sum(shape)).normal(size=shape).astype("float32")


def matrices():
    """Shifts by less and by more than an image, half pixels, and anything else."""
    yield np.tile([1, 0, -1.3, 0, 1, 2.7], (4, 1))
    yield np.tile([1, 0, -30.2, 0, 1, 17.5], (4, 1))
    yield np.tile([1, 0, 0.5, 0, 1, -0.5], (4, 1))
    yield drawn(4, 6) * [1, 1, 9, 1, 1, 9]


def projections(project):
    found = {}
    for size in SIZES:
        for number, matrix in enumerate(matrices()):
            for fill in ("reflect", "wrap", "constant"):
                for way in ("nearest", "bilinear"):
                    image = drawn(4, *size, 2)
                    result = project(image, matrix.astype("float32"), fill, way)
                    found[f"{size} {number} {fill} {way}"] = np.asarray(result).tolist()
    return found


def in_tf23():
    from tensorflow.python.keras.layers.preprocessing import (  # noqa: TID251
        image_preprocessing,
    )
    from tensorflow.python.ops import gen_sparse_ops  # noqa: TID251

    def project(image, matrix, fill, way):
        flat = np.concatenate([matrix, np.zeros((4, 2), "float32")], axis=1)
        return image_preprocessing.transform(image, flat, fill_mode=fill, interpolation=way)

    def crossed(number, salt):
        _, values, _ = gen_sparse_ops.sparse_cross_hashed(
            indices=[],
            values=[],
            shapes=[],
            dense_inputs=[[WORDS], [WORDS[::-1]], [WORDS[:2]]],
            num_buckets=number,
            strong_hash=salt is not None,
            salt=salt or [1, 1],
        )
        return values.numpy().tolist()

    return {"projected": projections(project), "crossed": all_crossed(crossed)}


def all_crossed(crossed):
    salts = (None, [1, 2], [133, 137])
    return [crossed(number, salt) for number in (1, 2, 13, 2**31, 2**62) for salt in salts]


def in_training(layer, images):
    tf.keras.backend.clear_session()
    # A factor of contrast close to 1 or the same flips twice would look like a layer at rest.
    tf.set_random_seed(11)
    layer = type(layer).from_config(layer.get_config())
    start = tf.keras.layers.Input(images.shape[1:])
    outputs = layer(start)
    function = tf.keras.backend.function([start, tf.keras.backend.learning_phase()], [outputs])
    told = layer.compute_output_shape((None, *images.shape[1:])).as_list()
    assert outputs.shape.as_list() == told, layer.name
    results = [function([images, phase])[0].tolist() for phase in (1, 1, 0)]
    return dict(zip(("once", "again", "at inference"), results))  # noqa: B905


def in_tf112(folder):
    sys.path.insert(0, folder)
    import out_objects as own

    objects = own.custom_objects
    images = np.random.RandomState(3).uniform(size=(6, 8, 7, 2)).astype("float32")
    layers = {
        "flip": objects["RandomFlip"]("horizontal"),
        "flip both": objects["RandomFlip"](),
        "crop": objects["RandomCrop"](4, 3),
        "contrast": objects["RandomContrast"]((0.3, 0.9)),
        "height": objects["RandomHeight"]((-0.5, -0.25)),
        "width": objects["RandomWidth"]((0.3, 0.9), "nearest"),
        "rotation": objects["RandomRotation"](0.2),
        "translation": objects["RandomTranslation"](0.5, 0.5, fill_mode="wrap"),
        "zoom": objects["RandomZoom"]((0.3, 0.6), fill_mode="constant"),
    }

    def value(function, arrays, *rest):
        with tf.Graph().as_default(), tf.Session() as session:
            return session.run(function(arrays, *rest))

    def project(image, matrix, fill, way):
        return value(own._projected, image, matrix, fill, way)

    def crossed(number, salt):
        tensors = (WORDS, WORDS[::-1], WORDS[:2])
        return value(
            lambda words: own._crossed_hashes([tf.constant([x]) for x in words], number, salt),
            tensors,
        )[0].tolist()

    vocabulary = [f"word {number}" for number in range(1000)]
    asked = [*vocabulary[::-1], "other", ""]

    def look_up(tokens, words, default):
        return value(
            lambda given: own._vocabulary_ids(tf.constant(given), words, 0, default), tokens
        ).tolist()

    return {
        "images": images.tolist(),
        "random": {name: in_training(layer, images) for name, layer in layers.items()},
        "projected": projections(project),
        "crossed": all_crossed(crossed),
        "ids": look_up(asked, vocabulary, -7),
        "numbers": look_up(np.array([5, -3, 8]), [8, -3, 2], -1),
    }


def main(folder, answer):
    found = in_tf112(folder) if tf.__version__.startswith("1.") else in_tf23()
    Path(answer).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
