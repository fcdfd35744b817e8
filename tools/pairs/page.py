"""A page about moving models from one release to another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from keraport.catalog.releases import Release, get_release
from keraport.changes import ALL_CHANGES, combinators
from keraport.changes.change import Change
from keraport.changes.training.functions import AsFunction
from keraport.history.refusals import row_of
from matrix.archive import releases as in_matrix
from matrix.measured import MEASURED
from pairs.met import PAIRS, kept

PLURALS: Mapping[str, str] = {
    "layer": "layers",
    "activation": "activations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "loss": "losses",
    "metric": "metrics",
    "optimizer": "optimizers",
    "schedule": "learning rate schedules",
}
"""Kinds that a list of missing classes names, and how it calls several."""

SENTENCES: Mapping[type, str] = {
    combinators.Added: "only {has} has the keyword; {lacks} always does what `{neutral!r}` means",
    combinators.ActedUpon: "{lacks} takes the keyword; {because}",
    combinators.Renamed: "{lacks} calls it `{other}`",
    combinators.DefaultChanged: "the default is `{since!r}` in {has}, and `{without!r}` in {lacks}",
    combinators.Cosmetic: "{has} writes the keyword, {lacks} rejects it",
    combinators.RenamedClass: "{lacks} calls the class `{other}`",
    combinators.RenamedValue: "{lacks} calls values otherwise: {other}",
}
"""What is said of a kind of change, with the release that has it and the one that lacks it."""

LACKED = (combinators.NewClass, combinators.RespeltObject, AsFunction)
NOTHING = (combinators.Unchanged,)


def name(release: Release) -> str:
    """As people call it."""
    if release.line == "tf":
        return f"TensorFlow {release.tensorflow}"
    return f"{'tf_keras' if release.line == 'tf-keras' else 'Keras'} {release.keras}"


def index() -> str:
    """The page that leads to the others."""
    rows = "".join(
        f"| [{name(get_release(a))} to {name(get_release(b))}]({a}-to-{b}.md) "
        f"| {kept()[f'{a}-to-{b}']['models'] or '-'} | {_rate(kept()[f'{a}-to-{b}'])} |\n"
        for a, b in PAIRS
    )
    return f"""# Between two releases

Written by `tools/build_pair_pages.py`. What changes between two releases that models are often
moved between, what keraport does about it, and the command. *Convert* is the share of the models in
this repository, saved by the first release, that convert without a refusal.

| from, to | models | convert |
|---|---|---|
{rows}
Any other pair works the same way: `keraport check MODEL --to RELEASE`. All differences are in
[What changed between the releases](../reference/changes.md), and what was measured in
[Models of every release](../reference/matrix.md).
"""


def _rate(found: Mapping[str, Any]) -> str:
    models = found["models"]
    return f"{(models - found['refused']) / models:.1%}" if models else "-"


def page(source: str, target: str) -> str:
    """The page of a pair."""
    here, there = get_release(source), get_release(target)
    found = kept()[f"{source}-to-{target}"]
    parts = [
        f"# From {name(here)} to {name(there)}\n",
        "Written by `tools/build_pair_pages.py`.\n",
        _commands(target),
        _measured(source, target, found),
        _drift(here, there),
        _companions(found),
        _refusals(found, there),
        _lacked(here, there),
        _keywords(here, there),
    ]
    return "\n".join(part for part in parts if part)


def _commands(target: str) -> str:
    suffix = "keras" if get_release(target).line == "keras3" else "h5"
    return f"""```console
keraport check model.h5 --to {target}
keraport convert model.h5 converted.{suffix} --to {target}
keraport verify model.h5 converted.{suffix} --layers
```

`check` gives the verdict on each layer and writes nothing; `verify` runs both files in the two real
releases. Add `--translate-lambdas` if there are Lambdas, `--objects FILE.py` for custom classes
([Custom layers](../guides/custom-layers.md)). If something fails: [FAQ](../faq.md),
[Troubleshooting](../troubleshooting.md).
"""


def _measured(source: str, target: str, found: Mapping[str, Any]) -> str:
    if not found["models"]:
        return ""
    stock = found["models"] - found["companion"] - found["refused"]
    what = "[matrix](../reference/matrix.md)" if source in in_matrix() else "tests"
    text = (
        f"Of {found['models']} models of the {what} that this release saved, {stock} convert to "
        f"stock layers alone, {found['companion']} need a [companion](../concepts/companions.md) "
        f"beside the model, and {found['refused']} are refused."
    )
    cells = json.loads(MEASURED.read_text(encoding="utf-8"))
    cell = next((c for c in cells if (c["source"], c["target"]) == (source, target)), None)
    if cell:
        ran = cell["agree"] + cell["companion"]
        text += (
            f" {ran} outputs were run in both real releases and agree; {cell['wrong']} differ, "
            f"{cell['fails']} fail to load."
        )
    return f"{text}\n"


def crossed(here: Release, there: Release) -> list[Change]:
    """The declared changes that one of the two releases has and the other does not."""
    return [c for c in ALL_CHANGES if c.held_by(here) != c.held_by(there)]


def _names(change: Change) -> str:
    return ", ".join("all" if item == "*" else f"`{item}`" for item in change.names)


def _drift(here: Release, there: Release) -> str:
    rows = sorted(
        f"| {_names(c)} | {f'`{c.key}`' if c.key else ''} | {_cell(c.drift)} | {_source(c)} |\n"
        for c in crossed(here, there)
        if c.drift
    )
    if not rows:
        return ""
    return f"""## What loads without an error and computes something else

Of a file that is loaded as it is. keraport rewrites each of these, or refuses it.

| what | keyword | difference, as measured | source |
|---|---|---|---|
{"".join(rows)}"""


def _companions(found: Mapping[str, Any]) -> str:
    if not found["companions"]:
        return ""
    names = ", ".join(f"`{item}`" for item in found["companions"])
    return f"""## What a companion defines

Classes that a file beside the converted model defines, met in {found["companion"]} of
{found["models"]} models; `--stock-only` refuses such layers instead:

{names}
"""


def _refusals(found: Mapping[str, Any], there: Release) -> str:
    if not found["reasons"]:
        return ""
    rows = []
    for class_name, text, count in found["reasons"]:
        row = row_of(class_name, text, there)
        argument = f"`{row.argument}`" if row and row.argument else ""
        because = row.because if row else text
        rows.append(f"| `{class_name}` | {argument} | {_cell(because)} | {count} |\n")
    return f"""## What is refused

Met in these models; [What is refused, and why](../reference/refusals.md) lists the reasons for all
releases.

| class | argument | why | models |
|---|---|---|---|
{"".join(sorted(rows))}"""


def _lacked(here: Release, there: Release) -> str:
    lines = []
    for has in (here, there):
        groups: dict[str, set[str]] = {}
        for change in crossed(here, there):
            if isinstance(change.effect, LACKED) and change.held_by(has):
                groups.setdefault(str(change.kind), set()).update(change.names)
        for kind, plural in PLURALS.items():
            if kind in groups:
                listed = ", ".join(f"`{item}`" for item in sorted(groups[kind]))
                lines.append(f"- Only in {name(has)}, {plural}: {listed}\n")
    return f"## Classes and functions that one of them lacks\n\n{''.join(lines)}" if lines else ""


def _keywords(here: Release, there: Release) -> str:
    rows = []
    for change in crossed(here, there):
        if isinstance(change.effect, LACKED + NOTHING):
            continue
        has, lacks = (here, there) if change.held_by(here) else (there, here)
        keys = [change.key, *getattr(change.effect, "keys", ())]
        keyword = ", ".join(dict.fromkeys(f"`{key}`" for key in keys if key))
        text = _sentence(change.effect, name(has), name(lacks))
        cells = (change.kind, _names(change), keyword, _cell(text), _source(change))
        rows.append(f"| {' | '.join(cells)} |\n")
    if not rows:
        return ""
    return f"""## Keywords and meanings

A keyword is left out where its value is what the other release always does; any other value is
rewritten, defined by a companion or refused, never dropped.

| kind | what | keyword | difference | source |
|---|---|---|---|---|
{"".join(sorted(rows))}"""


def _sentence(effect: Any, has: str, lacks: str) -> str:
    kind = type(effect)
    if kind in SENTENCES:
        names = getattr(kind, "__dataclass_fields__", ())
        fields = {field: getattr(effect, field) for field in names}
        return SENTENCES[kind].format_map({**fields, "has": has, "lacks": lacks})
    text = (kind.__doc__ or "").strip().split("\n")[0].rstrip(".").replace("``", "`")
    return f"{has}: {text}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _source(change: Change) -> str:
    place = change.source.rsplit("/", 1)[-1]
    return f"[{place}]({change.source})"
