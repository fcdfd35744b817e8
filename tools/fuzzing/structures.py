"""Damage to JSON that leaves it JSON: configs that no release of Keras would write."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

from keraport.catalog.api import load_api

_SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 3, 2**31, -(2**31), 2**63, -(2**63), 10**60),
    *(0.5, -0.0, 1e308, -1e308, 1e-320, "", "a", "\0", "../x", "/x", "x" * 5000, "\x1b[2J"),
    *("<lambda>", "float16", "int64", "string", "variant", "channels_first", "linear", "same"),
    *("None", "[1, 2]", "=", "\u202e", "é"),
)
_TREES: tuple[Any, ...] = (
    *([], {}, [[]], [None], [{}], {"": None}, {"a": 1}, [0, -1], [1, 1, 1, 1, 1]),
    *(["a", 0, 0], ["a", 0, 0, {}], [["a", 0, 0, {}]], [[["a", 0, 0, {"x": ["a", 0, 0]}]]]),
    {"class_name": "Dense", "config": {}},
    {"class_name": "Dense", "config": None},
    {"class_name": "Lambda", "config": {"function": ["4wEAAAAA", None, None]}},
    {"class_name": "__lambda__", "config": {"code": "", "defaults": None, "closure": None}},
    {"class_name": "__tuple__", "items": [1, 2]},
    {"class_name": "TensorShape", "items": [None, 2]},
    {"class_name": "Sequential", "config": {"name": "s", "layers": []}},
    {"class_name": "Functional", "config": {"layers": [], "input_layers": [], "output_layers": []}},
    {"class_name": [], "config": {}},
    {"class_name": {}, "config": []},
)
_KEYS = ("name", "class_name", "config", "layers", "module", "registered_name", "dtype", "x")

Path = tuple[Any, ...]


def class_names() -> tuple[str, ...]:
    """Every class that the source of the campaign has."""
    return tuple(sorted(load_api("tf2.3").class_names))


def mutate_tree(tree: Any, random: Random, others: Sequence[Any], classes: Sequence[str]) -> Any:
    """One to six changes at random places of a document.

    Args:
        tree: a sound document; not changed.
        random: decides.
        others: sound documents to take pieces from.
        classes: names to put in place of a class.
    """
    tree = copy.deepcopy(tree)
    for _ in range(1 + min(5, int(random.expovariate(0.8)))):
        tree = _change(tree, random, others, classes)
    return tree


def _change(tree: Any, random: Random, others: Sequence[Any], classes: Sequence[str]) -> Any:
    places = list(_places(tree))
    if not places:
        return random.choice(_TREES)
    path = random.choice(places)
    holder, key = _at(tree, path[:-1]), path[-1]
    match random.randrange(8):
        case 0:
            holder[key] = copy.deepcopy(random.choice(_SCALARS))
        case 1:
            holder[key] = copy.deepcopy(random.choice(_TREES))
        case 2:
            del holder[key]
        case 3:
            holder[key] = copy.deepcopy(_at(tree, random.choice(places)))
        case 4:
            other = random.choice(others)
            holder[key] = copy.deepcopy(_at(other, random.choice(list(_places(other)))))
        case 5:
            holder[key] = [holder[key]]
        case 6:
            _rename(holder, key, random)
        case 7:
            named = [place for place in places if place[-1] == "class_name"]
            if named:
                place = random.choice(named)
                _at(tree, place[:-1])["class_name"] = random.choice(classes)
    return tree


def _rename(holder: Any, key: Any, random: Random) -> None:
    if isinstance(holder, dict):
        holder[random.choice((*_KEYS, *holder))] = holder.pop(key)
    else:
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(holder[key]))


def _places(tree: Any) -> Sequence[Path]:
    found: list[Path] = []
    pending: list[tuple[Path, Any]] = [((), tree)]
    while pending:
        path, item = pending.pop()
        if path:
            found.append(path)
        if isinstance(item, dict):
            pending += [((*path, key), value) for key, value in item.items()]
        elif isinstance(item, list):
            pending += [((*path, index), value) for index, value in enumerate(item)]
    return found


def _at(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree
