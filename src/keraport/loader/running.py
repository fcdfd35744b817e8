"""Which Keras runs in a process, and what its own loader makes of a converted file.

Python 2.7 to 3.13, standard library only, and without an import of any framework:
`keraport.inside` uses it in the process that it was called in, and `keraport.loader` copies its
functions into the stub.
"""
# ruff: noqa: F401, UP010, UP031, UP035

from __future__ import absolute_import, print_function

import inspect
import re
import sys
import textwrap

MYPY = False
if MYPY:
    from typing import Any, Dict, List, Tuple


def find_keras(given=None):
    # type: (Any) -> Any
    """The Keras to load with: the one that is given, or that is imported; None if none is.

    Whoever imports tf_keras imports Keras and TensorFlow with it, and whoever imports Keras may
    import TensorFlow with it: so tf_keras goes first, and TensorFlow last.
    """
    if given is None:
        imported = [name for name in ("tf_keras", "keras", "tensorflow") if name in sys.modules]
        if not imported:
            return None
        given = sys.modules[imported[0]]
    is_tensorflow = str(getattr(given, "__name__", "")).startswith("tensorflow")
    found = getattr(given, "keras", given) if is_tensorflow else given
    if not hasattr(found, "layers"):
        raise TypeError("keras= is %r, expected tf.keras, tf_keras or keras" % (given,))
    return found


def name_of(keras):
    # type: (Any) -> str
    """The release that a Keras is of, as keraport takes it: ``tensorflow==1.12.0``.

    Its layers tell: tf.keras is a part of TensorFlow up to 2.5, the package ``keras`` from 2.6 on,
    or ``tf_keras``.
    """
    package = keras.layers.Dense.__module__.split(".")[0]
    product = "tensorflow" if package.startswith("tensorflow") else package
    version = str(sys.modules[product].__version__)
    numbers = re.match(r"\d+(\.\d+)*", version)
    return "%s==%s" % (product, numbers.group(0) if numbers else version)


def backend_of(keras):
    # type: (Any) -> str
    """What a Keras computes with: ``tensorflow``, ``jax``, ``torch``, ``theano``, ..."""
    # The Keras inside of TensorFlow need not say so.
    return str(getattr(keras.backend, "backend", lambda: "tensorflow")())


def suffixes_for(keras):
    # type: (Any) -> Tuple[str, ...]
    """The suffixes of files that a Keras is given, the one to try first before the others."""
    # Keras 3 saves archives itself, and not each of its releases reads HDF5 well; it alone has
    # operations.
    return (".keras", ".h5") if hasattr(keras, "ops") else (".h5",)


def require_arguments(path, custom_objects):
    # type: (Any, Any) -> None
    """Say what load_model() takes, where it is given something else."""
    if not isinstance(path, (str, str)) and not hasattr(path, "__fspath__"):
        raise TypeError("load_model() takes the path of a model, not %r" % (path,))
    if custom_objects is None:
        return
    if not hasattr(custom_objects, "items"):
        raise TypeError(
            "custom_objects= is %r, expected a dict of classes and functions by name"
            % (custom_objects,)
        )
    for name in custom_objects:
        if not isinstance(name, (str, str)):
            raise TypeError(
                "custom_objects= has the key %r, expected the name of a class or function" % (name,)
            )


def source_of(custom_objects):
    # type: (Dict[str, Any]) -> Tuple[str, Dict[str, str]]
    """The source of classes and functions of the caller's, for keraport to read.

    Returns:
        the source, without that of objects that have none; what a model calls them, by which name
        they have in it, where these differ.
    """
    texts = {}  # type: Dict[str, str]
    renamed = {}  # type: Dict[str, str]
    for key in sorted(custom_objects):
        item = custom_objects[key]
        if not (inspect.isclass(item) or inspect.isfunction(item)):
            continue
        module = item.__module__
        family = [item]
        if inspect.isclass(item):
            # What the class inherits of __init__ and call stands there.
            family += [base for base in item.__mro__[1:] if base.__module__ == module]
        for member in family:
            if member.__name__ not in texts:
                texts[member.__name__] = text_of(member)
        if key != item.__name__ and key.split(">")[-1] != item.__name__ and texts[item.__name__]:
            renamed[key] = item.__name__
    return "\n\n".join(texts[name] for name in sorted(texts) if texts[name]), renamed


def text_of(item):
    # type: (Any) -> str
    """The source of a class or function; empty if there is none."""
    try:
        return textwrap.dedent(inspect.getsource(item))
    except (OSError, IOError, TypeError):  # noqa: UP024 - two of them in Python 2
        pass
    methods = [value for value in vars(item).values() if inspect.isfunction(value)]
    for method in methods:
        # Classes typed into a notebook are found by their methods alone in older Pythons.
        try:
            return "".join(inspect.findsource(method)[0])
        except (OSError, IOError, TypeError):  # noqa: UP024
            continue
    return ""


def by_names(custom_objects):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """The objects by what the caller calls them, and by their own names."""
    own = {
        item.__name__: item
        for item in custom_objects.values()
        if inspect.isclass(item) or inspect.isfunction(item)
    }
    return dict(own, **custom_objects)


def load_with(keras, path, custom_objects, compile):  # noqa: A002 - as Keras calls it
    # type: (Any, str, Dict[str, Any], bool) -> Any
    """What a Keras makes of a file that was converted for it."""
    before = sys.getrecursionlimit()
    # Every release follows a graph by recursion, and Python stops at 1,000 frames.
    sys.setrecursionlimit(max(20000, before))
    try:
        return keras.models.load_model(path, custom_objects=custom_objects, compile=compile)
    finally:
        sys.setrecursionlimit(before)
