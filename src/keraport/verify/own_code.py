"""The user's own Python files, imported in a process of a release.

Python 2.7 to 3.13, standard library only: the probe imports it in real releases, `keraport.inside`
in the process that it was called in, and `keraport.loader` copies its functions into the stub.
"""
# ruff: noqa: F401, UP010, UP035, PTH100, PTH119, PTH120, PTH122, PTH123

from __future__ import absolute_import, print_function

import importlib
import inspect
import linecache
import os
import sys
import types

MYPY = False
if MYPY:
    from typing import Any, Dict, List


def load_objects(paths):
    # type: (List[str]) -> Dict[str, Any]
    """The custom objects that Python files define; later files win."""
    objects = {}  # type: Dict[str, Any]
    for path in paths:
        objects.update(objects_of(import_file(path)))
    return objects


def import_file(path):
    # type: (str) -> types.ModuleType
    """A module from a file, or a package from a folder; it may import its neighbours."""
    name = os.path.splitext(os.path.basename(os.path.normpath(path)))[0]
    if os.path.isdir(path):  # noqa: PTH112 - Python 2.7 too
        folder = os.path.dirname(os.path.abspath(path))
        sys.path.insert(0, folder)
        try:
            return importlib.import_module(name)
        finally:
            sys.path.remove(folder)
    module = types.ModuleType(name)
    module.__file__ = path
    with open(path, "rb") as stream:
        source = stream.read()
    code = compile(source, path, "exec")
    # TensorFlow reads the source of a layer when it is called, and the file may be gone by then.
    lines = source.decode("utf-8", "replace").splitlines(True)
    linecache.cache[path] = len(source), None, lines, path
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    try:
        exec(code, module.__dict__)  # noqa: S102 - a user's own source, named on the command line
    finally:
        sys.path.remove(folder)
    return module


def objects_of(module):
    # type: (types.ModuleType) -> Dict[str, Any]
    """Its ``custom_objects``, else the classes and functions of it and of files beside it."""
    declared = getattr(module, "custom_objects", None)
    if isinstance(declared, dict):
        return dict(declared)
    return {
        name: value
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and ((value.__module__ + ".").startswith(module.__name__ + ".") or _is_near(value, module))
    }


def _is_near(value, module):
    # type: (Any, types.ModuleType) -> bool
    """True if the module imports it from a file in, or below, the folder that it lies in."""
    folder = os.path.dirname(os.path.abspath(str(module.__file__)))
    source = getattr(sys.modules.get(value.__module__), "__file__", None)
    return source is not None and os.path.abspath(source).startswith(folder + os.sep)
