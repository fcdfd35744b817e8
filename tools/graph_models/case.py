"""How a program is written down: a function over arrays, or a module with several signatures."""

import os
import zlib

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf

CASES = {}
"""Builders by name: each gives a module, its signatures, and the calls that are recorded."""


class Fixed:
    """An array whose shape the signature says in full."""

    def __init__(self, array):
        self.array = array


class Free:
    """An array of which the signature says the rank alone."""

    def __init__(self, array):
        self.array = array


def array_of(value):
    """What is fed."""
    return np.asarray(value.array if isinstance(value, (Fixed, Free)) else value)


def spec_of(name, value):
    """What the signature says: the first dimension is open as a rule."""
    array = array_of(value)
    dtype = tf.string if array.dtype.kind in "SUO" else tf.as_dtype(array.dtype)
    shape = list(array.shape)
    if isinstance(value, Free):
        shape = [None] * len(shape)
    elif not isinstance(value, Fixed) and shape:
        shape[0] = None
    return tf.TensorSpec(shape, dtype, name=name)


def numbers(*shape, seed=0, dtype="float32"):
    """Normal numbers."""
    rng = np.random.RandomState(zlib.crc32(repr((shape, seed)).encode()) % 2**31)
    return rng.normal(size=shape).astype(dtype)


def whole(*shape, top=10, seed=0, dtype="int32"):
    """Whole numbers from nought to below `top`."""
    rng = np.random.RandomState(zlib.crc32(repr((shape, seed, top)).encode()) % 2**31)
    return rng.randint(0, top, size=shape).astype(dtype)


def named(result):
    """Outputs of a signature have names."""
    if isinstance(result, dict):
        return result
    if isinstance(result, (tuple, list)):
        return {"out_%d" % number: item for number, item in enumerate(result)}
    return {"out": result}


def program(**inputs):
    """A decorator: the function is the only signature, and is called with these arrays."""

    def decorate(function):
        def build():
            specs = [spec_of(name, value) for name, value in inputs.items()]
            traced = tf.function(function)

            def whole_function(*tensors):
                return named(traced(*tensors))

            module = tf.Module()
            module.run = tf.function(whole_function, input_signature=specs)
            calls = [("serving_default", {k: array_of(v) for k, v in inputs.items()})]
            return module, {"serving_default": module.run}, calls

        CASES[function.__name__] = build
        return function

    return decorate


def built(function):
    """A decorator: the function gives module, signatures and calls itself."""
    CASES[function.__name__] = function
    return function


def signature(function, **inputs):
    """A concrete function over arrays like these."""
    specs = [spec_of(name, value) for name, value in inputs.items()]

    def whole_function(*tensors):
        return named(function(*tensors))

    return tf.function(whole_function, input_signature=specs)
