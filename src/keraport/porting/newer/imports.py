"""Imports, as the target has the modules."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, code, dotted
from keraport.porting.newer.names import Found, answer

_Statement = cst.BaseSmallStatement | cst.RemovalSentinel
_FOLLOWED = ("tensorflow", "keras")
_CAUGHT = ("ImportError", "ModuleNotFoundError", "Exception")


def import_(original: cst.Import, updated: cst.Import, context: Context) -> _Statement:
    """``import tensorflow.keras.backend as K``."""
    kept: list[cst.ImportAlias] = []
    for item in updated.names:
        full = code(item.name).strip()
        local = code(item.asname.name).strip() if item.asname else full.partition(".")[0]
        if full == "tensorflow":
            context.modules[local] = context.tf
        if full.partition(".")[0] not in _FOLLOWED or full == "tensorflow":
            kept.append(item)
            continue
        path = _module_path(full, context)
        spelled = _module_there(path, context)
        if spelled is None:
            context.left(original, f"{full} is private, or not in {context.target.title}")
            kept.append(item)
        elif item.asname is None and local == "tensorflow":
            context.modules[local] = "tensorflow"
            kept.append(item.with_changes(name=cst.Name("tensorflow")))
        elif item.asname is None:  # import keras, import keras.layers
            context.uses_keras = True
            context.modules[local] = "keras" if context.is_for_keras3 else f"{context.tf}.keras"
        else:
            if spelled != full:
                context.changed(original, f"{full} is {spelled}")
            module, _, last = spelled.rpartition(".")
            context.aliases[local] = (module, last)
            context.modules[local] = _with_tf(spelled, context)
    if not kept:
        return cst.RemoveFromParent()
    return updated.with_changes(
        names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    )


def import_from(original: cst.ImportFrom, updated: cst.ImportFrom, context: Context) -> _Statement:
    """``from tensorflow.keras.layers import Layer``: what stays is imported from where it is."""
    module = code(original.module).strip() if original.module is not None else ""
    if original.relative or module.partition(".")[0] not in _FOLLOWED:
        if original.relative and context.home.moved:
            context.left(original, "a relative import works inside its package only")
        return updated
    if isinstance(original.names, cst.ImportStar):
        context.left(original, "names from `import *` are not followed; import them by name")
        return updated
    stay: dict[str, list[cst.ImportAlias]] = {}
    for item in original.names:
        home = _home(original, module, item, context)
        if home:
            stay.setdefault(home, []).append(item.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    if not stay:
        return cst.RemoveFromParent()
    home = module if module in stay else next(iter(stay))
    for other in stay.keys() - {home}:
        for item in stay[other]:
            context.aliases[_local(item)] = (other, code(item.name))
    if home == module and len(stay[home]) == len(original.names):
        return updated
    if home != module:
        context.changed(original, f"{module} is {home}")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    names = [item.with_changes(comma=comma) for item in stay[home][:-1]]
    last = stay[home][-1]
    if len(stay[home]) == len(original.names):  # in lines of their own, if they were
        names = [
            new.with_changes(comma=old.comma)
            for new, old in zip(stay[home][:-1], original.names, strict=False)
        ]
        last = last.with_changes(comma=original.names[-1].comma)
    return updated.with_changes(module=dotted(home), names=[*names, last])


def _home(statement: cst.ImportFrom, module: str, item: cst.ImportAlias, context: Context) -> str:
    """The module that a name is imported from; empty if it goes, and its uses are spelled out."""
    local = _local(item)
    full = context.public_name(f"{module}.{code(item.name)}")
    path = full.partition(".")[2]
    api = context.api_of(path)
    if api.is_module:
        spelled = _module_there(path, context)
        if spelled is None:
            context.gone.add(local)
            return ""
        if spelled == local == "keras":
            context.uses_keras = True
            context.modules[local] = "keras"
            context.changed(statement, "keras is imported by itself")
            return ""
        context.modules[local] = _with_tf(spelled, context)
        return spelled.rpartition(".")[0]
    found = answer(api, context)
    if api.entry is None:
        if _is_tried(statement, context):
            return module
        if not _is_used(local, context):
            context.changed(statement, f"{module}.{code(item.name)} is not used, and left out")
            return ""
        context.left(statement, f"{module}.{code(item.name)} is not public, and is not followed")
        return module
    last = code(item.name)
    if isinstance(found, Found) and not found.helper and found.text.endswith(f".{last}"):
        home = found.text.rpartition(".")[0]
        if path.startswith("keras.") or home != context.tf:
            real = home.replace(context.tf, "tensorflow", 1) if _is_tf(home, context) else home
            context.modules[local] = found.text
            if not real.startswith("tensorflow.keras.backend"):
                return real
        elif module == "tensorflow":
            context.modules[local] = found.text
            return module
    context.gone.add(local)
    return ""


def _is_tried(statement: cst.ImportFrom, context: Context) -> bool:
    """True for an import that may fail: what is tried instead follows ``except ImportError``."""
    around = context.around(statement, cst.Try)
    return around is not None and any(
        handler.type is None or code(handler.type).strip() in _CAUGHT for handler in around.handlers
    )


def _is_used(local: str, context: Context) -> bool:
    """True if the file names it outside of imports."""
    names = m.findall(context.module, m.Name(local))
    return any(
        not isinstance(context.parent(name), cst.ImportAlias | cst.AsName)
        and context.around(name, cst.ImportFrom) is None
        for name in names
    )


def _with_tf(name: str, context: Context) -> str:
    """The name by which answers say it: ``tf.keras.layers``."""
    return name.replace("tensorflow", context.tf, 1)


def _is_tf(home: str, context: Context) -> bool:
    return home.partition(".")[0] == context.tf


def _local(item: cst.ImportAlias) -> str:
    return code(item.asname.name).strip() if item.asname else code(item.name).strip()


def _module_path(full: str, context: Context) -> str:
    return context.public_name(full).partition(".")[2]


def _module_there(path: str, context: Context) -> str | None:
    """The module of the target, by its full name; None if it is none."""
    if path and not context.api_of(path).is_module:
        return None
    if not any(name.startswith(f"{path}.") for name in context.target_names):
        return None
    if path == "keras" or path.startswith("keras."):
        return path if context.is_for_keras3 else f"tensorflow.{path}"
    return f"tensorflow.{path}"
