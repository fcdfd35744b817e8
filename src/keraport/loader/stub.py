"""Loads Keras models of other releases in this one. Written by `keraport emit-loader`.

    from load_keras import load_model
    model = load_model("model.h5")

keraport, in an interpreter of its own, converts the model for the release that runs here; the
loader of this release then opens what it wrote. Python 2.7 to 3.13, standard library only.

keraport is found by, in this order: the argument `keraport`, the environment variable KERAPORT,
the interpreter that wrote this file, and `keraport` on the PATH.
"""
# ruff: noqa

from __future__ import absolute_import, print_function

import importlib
import inspect
import json
import linecache
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import types

WRITTEN_BY = ["keraport"]
"""What ran keraport when it wrote this file."""

WAY = (
    "name a Python 3.11 or later that has keraport, as load_model(path, "
    "keraport='/path/to/python') or in the environment variable KERAPORT"
)
"""What to do where keraport cannot be run."""

FLAGS = {
    "stock_only": "--stock-only",
    "translate_lambdas": "--translate-lambdas",
    "port": "--port",
    "drop_optimizer": "--drop-optimizer",
}
VALUES = {
    "from_": "--from",
    "weights": "--weights",
    "from_backend": "--from-backend",
    "lambda_python": "--lambda-python",
}
PAIRS = {"renamed": ("--map", "="), "dropped": ("--drop", "."), "lambdas": ("--lambda", "=")}


class KeraportError(Exception):
    """What keraport found wrong with a model, or why it could not be asked.

    `kind` is what it says under --json: "refused", "foreign_file", "unknown_release", ...;
    `report` has the verdict on every layer where the model was refused, else it is None.
    """

    def __init__(self, message, kind="", report=None):
        super(KeraportError, self).__init__(message)
        self.kind = kind
        self.report = report


def load_model(
    path, custom_objects=None, compile=True, keras=None, keraport=None, objects=(), **options
):
    """A model that another release of Keras saved.

    Args:
        path: the model; it is read and never touched.
        custom_objects: your own classes and functions by name, as Keras takes them.
        compile: compile the model, where it was saved as compiled.
        keras: the Keras to load with, if several are imported: `tf.keras`, `tf_keras`, `keras`.
            If left out: tf_keras if it is imported, else keras, else tf.keras.
        keraport: an interpreter that has keraport, or a command that runs it.
        objects: Python files that define your own classes for this release; they are imported.
        options: those of keraport.convert: from_, weights, renamed, dropped, lambdas,
            translate_lambdas, lambda_python, stock_only, allow_approximate, from_backend,
            verify_checksums, port, drop_optimizer.

    Returns:
        what the load_model of the running release returns.

    Raises:
        KeraportError: the model is refused, damaged or no model, or keraport cannot be run.
    """
    require_arguments(path, custom_objects)
    own = dict(custom_objects or {})
    if own and options.get("port"):
        raise TypeError("port= rewrites files of objects=, and custom_objects= are rewritten already")
    files = [objects] if is_text(objects) else [str(item) for item in objects]
    running = find_keras(keras) or import_keras()
    folder = tempfile.mkdtemp(prefix="keraport-load-")
    try:
        words = list(words_for(options))
        source, renamed = source_of(own)
        if source:
            parsed = os.path.join(folder, "custom_objects_given.py")
            with open(parsed, "wb") as stream:
                stream.write(source.encode("utf-8") if is_text(source) else source)
            words += ["--objects", parsed]
            for name in sorted(renamed):
                words += ["--map", "%s=%s" % (name, renamed[name])]
        for item in files:
            words += ["--objects", os.path.abspath(item)]
        command = command_for(keraport)
        out, written = convert(command, path, running, words, folder)
        found = load_objects([os.path.join(folder, name) for name in written if name[-3:] == ".py"])
        # Those that are rewritten are among what was written.
        found.update(load_objects([] if options.get("port") else files))
        found.update(by_names(own))
        return load_with(running, out, found, compile)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def import_keras():
    """Keras, where neither it nor TensorFlow is imported yet."""
    try:
        return importlib.import_module("keras")
    except ImportError:
        return find_keras(importlib.import_module("tensorflow"))


def is_text(value):
    """True for text, which is bytes or not in Python 2."""
    return isinstance(value, (str, type("")))


def words_for(options):
    """The words of a command line for the keywords of keraport.convert."""
    for name in sorted(options):
        value = options[name]
        if name in FLAGS:
            if value:
                yield FLAGS[name]
        elif name in VALUES:
            if value:
                yield VALUES[name]
                yield os.path.abspath(str(value)) if name == "weights" else str(value)
        elif name in PAIRS:
            option, between = PAIRS[name]
            for pair in value.items() if hasattr(value, "items") else value or ():
                yield option
                yield between.join(pair)
        elif name == "allow_approximate":
            if value:
                yield "--allow"
                yield "approximate"
        elif name == "verify_checksums":
            if not value:
                yield "--skip-checksums"
        else:
            raise TypeError("load_model() got an unexpected keyword argument %r" % name)


def command_for(given):
    """The command that runs keraport."""
    given = given or os.environ.get("KERAPORT")
    if not given:
        is_there = os.path.isabs(WRITTEN_BY[0]) and os.path.exists(WRITTEN_BY[0])
        return WRITTEN_BY if is_there else ["keraport"]
    if not is_text(given) and not hasattr(given, "__fspath__"):
        return [str(word) for word in given]
    given = str(given)
    words = [given] if os.path.exists(given) else split(given)
    is_python = re.match(r"(python|pypy)[\d.]*(\.exe)?$", os.path.basename(words[0]))
    return words + ["-m", "keraport"] if is_python and len(words) == 1 else words


def split(text):
    """The words of a command that is given as text."""
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError as problem:
        raise KeraportError("%r cannot be split into words: %s\nhint: %s" % (text, problem, WAY))
    if not words or not words[0]:
        raise KeraportError("%r names no command\nhint: %s" % (text, WAY))
    return words


def convert(command, path, running, words, folder):
    """Let keraport convert a model.

    Returns:
        the converted file, and the names of all that were written into the folder.
    """
    name, backend = name_of(running), backend_of(running)
    words = ["--to", name, "--json"] + words
    words += [] if backend == "tensorflow" else ["--backend", backend]
    first = None
    for suffix in suffixes_for(running):
        out = os.path.join(folder, "model" + suffix)
        answer = ask(
            command
            + ["convert", os.path.abspath(path if is_text(path) else str(path)), out]
            + words,
            folder,
        )
        if "error" not in answer:
            return out, answer["report"]["written"]
        first = first or answer["error"]
        # Not each model can be written in each format.
        if answer["error"].get("exit_status") != 2:
            break
    raise KeraportError(told(first), first.get("kind", ""), first.get("report"))


def ask(command, folder):
    """What keraport answers, as the document that it prints."""
    # Its interpreter is another one than this, with modules of its own.
    hidden = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONEXECUTABLE")
    environment = {key: os.environ[key] for key in os.environ if key not in hidden}
    called = " ".join(command[: command.index("convert")])
    try:
        with open(os.devnull, "rb") as nothing:
            process = subprocess.Popen(
                [as_argument(word) for word in command],
                stdin=nothing,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=folder,
            )
            out, err = process.communicate()
    except OSError as problem:
        reason = os.strerror(problem.errno)
        raise KeraportError("keraport cannot be run as %r: %s\nhint: %s" % (called, reason, WAY))
    try:
        answer = json.loads(out.decode("utf-8"))
        if not isinstance(answer, dict):
            raise ValueError("no document of keraport")
        return answer
    except ValueError:
        last = err.decode("utf-8", "replace").strip().splitlines()[-12:]
        lines = ["%r ended with status %d and without an answer" % (called, process.returncode)]
        raise KeraportError(str("\n".join(lines + last + ["hint: " + WAY])))


def as_argument(word):
    """A word for a command line; locales that have no name for it are not asked."""
    if isinstance(word, bytes) or os.name == "nt":
        return word
    try:
        return word.encode(sys.getfilesystemencoding(), "surrogateescape")
    except (UnicodeError, LookupError):
        return word.encode("utf-8")


def told(error):
    """An error of keraport as text: its message, a line for each refused layer, the hint."""
    report = error.get("report") or {}
    lines = [error["message"]]
    for layer in report.get("layers", ()):
        for note in layer["notes"]:
            if note["verdict"] == report["verdict"]:
                line = "  %s (%s): %s" % (layer["path"], layer["class_name"], note["text"])
                lines.append(line + ("; workaround: " + note["hint"] if note["hint"] else ""))
    # The hint of a refusal is that of its first layer.
    if error.get("hint") and len(lines) == 1:
        lines.append("hint: " + error["hint"])
    return str("\n".join(lines))
