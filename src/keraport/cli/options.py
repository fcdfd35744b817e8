"""The arguments that several commands share, so that each means and is called the same."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from keraport.cli.logs import show_logs
from keraport.errors import UsageError
from keraport.model.file import Format

if TYPE_CHECKING:
    from keraport.convert import Options
    from keraport.own.lambda_layers import LambdaChoices


class Allowed(StrEnum):
    """What ``--allow`` accepts."""

    APPROXIMATE = "approximate"


class SavedWith(StrEnum):
    """What ``--from-backend`` names."""

    TENSORFLOW = "tensorflow"
    JAX = "jax"
    TORCH = "torch"
    THEANO = "theano"


def complete_release(incomplete: str) -> list[str]:
    """The ids of releases that begin so, for the completion of a shell."""
    from keraport.catalog.releases import all_releases

    return [item.id for item in all_releases() if item.id.startswith(incomplete)]


def complete_format(incomplete: str) -> list[str]:
    """The formats that are written and begin so, for the completion of a shell."""
    from keraport.kits.formats import WRITTEN

    return [str(item) for item in WRITTEN if str(item).startswith(incomplete)]


ModelFile: TypeAlias = Annotated[
    Path, typer.Argument(metavar="MODEL", help="The model file. It is only read.")
]
Models: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL",
        help="The model file. It is only read. Several files, a folder that holds models, a "
        "pattern in quotes, or a URL such as s3://bucket/models are looked at side by side.",
    ),
]
ModelOrMany: TypeAlias = Annotated[
    str, typer.Argument(metavar="MODEL", help="The model file. It is only read.")
]
MoreModels: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MORE",
        help="With --out-dir all arguments are models: files, folders that hold models, patterns "
        "in quotes, and URLs such as s3://bucket/models.",
    ),
]
OutDir: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out-dir",
        metavar="DIR",
        help="Convert many models into this folder, as they lie in theirs; the same command again "
        "goes on where it was interrupted.",
    ),
]
Retry: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--retry",
        metavar="WHAT",
        help="Of many models: what an earlier run has settled is done again: refused, crashed, "
        "failed or all. Repeatable.",
    ),
]
Jobs: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="NUMBER",
        min=1,
        help="Of many models: how many at the same time; one for each processor by default.",
    ),
]
EngineName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Of many models: where they are worked on: loky, processes of this machine (the "
        "default), or an existing cluster of dask or ray.",
    ),
]
Cluster: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="The address of that cluster, e.g. tcp://host:8786. DASK_SCHEDULER_ADDRESS and "
        "RAY_ADDRESS set it, too.",
    ),
]
Records: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--records",
        metavar="FILE.jsonl",
        help="Of many models: also write what came of each as JSON, one a line.",
    ),
]
To: TypeAlias = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="RELEASE",
        help="The release to convert to, e.g. tf1.12.",
        autocompletion=complete_release,
    ),
]
From: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="RELEASE",
        help="The release that saved MODEL, if the file does not say so.",
        autocompletion=complete_release,
    ),
]
Backend: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--backend",
        metavar="NAME",
        help="The backend of Keras 3: tensorflow (the default), jax or torch.",
    ),
]
Objects: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--objects",
        metavar="FILE.py",
        help="Source of your custom classes for the target. Parsed, not run. Repeatable.",
    ),
]
Rename: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="OLD=NEW",
        help="The class that the model calls OLD is called NEW in your file. Repeatable.",
    ),
]
Drop: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--drop",
        metavar="CLASS.KEYWORD",
        help="Leave out a keyword that your class no longer takes. Repeatable.",
    ),
]
NamedLambdas: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--lambda",
        metavar="LAYER=FUNCTION",
        help="Use FUNCTION of your file for the Lambda LAYER, and for others with the same "
        "bytecode. Repeatable.",
    ),
]
TranslateLambdas: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--translate-lambdas",
        help="Translate the bytecode of Lambdas into source. The bytecode is never run.",
    ),
]
LambdaPython: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--lambda-python",
        metavar="VERSION",
        help="The Python version whose bytecode the Lambdas hold, e.g. 3.7; detected by default.",
    ),
]
SourceObjects: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--source-objects",
        metavar="FILE.py",
        help="Source of your custom classes for the release that saved the model, if it needs "
        "another file than --objects. Run there. Repeatable.",
    ),
]
Weights: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="FILE.h5",
        help="Weights for MODEL: for an architecture, or in place of its own.",
    ),
]
FromBackend: TypeAlias = Annotated[
    SavedWith | None,
    typer.Option(
        "--from-backend",
        metavar="BACKEND",
        help="The backend that MODEL was saved with, if the file does not say so: tensorflow, "
        "jax, torch or theano.",
    ),
]
OutputFormat: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="The format of OUT, if its suffix does not say so: h5, json, weights-h5; where "
        "the target reads them, keras, weights.h5, tf-weights, savedmodel-1.x.",
        autocompletion=complete_format,
    ),
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]
ReportFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE.html",
        help="Also write the result as an HTML page: one file, no scripts, no network.",
    ),
]
StockOnly: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--stock-only", help="Use stock layers only: refuse what needs a companion file of classes."
    ),
]
DropOptimizer: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--drop-optimizer",
        help="Leave out the state of the optimizer: training goes on with a fresh one.",
    ),
]
Allow: TypeAlias = Annotated[
    list[Allowed] | None,
    typer.Option(
        "--allow",
        metavar="VERDICT",
        help="Accept results of this verdict: approximate, for layers that the target can only "
        "approximate. Repeatable.",
    ),
]
EveryLayer: TypeAlias = Annotated[bool, typer.Option("--all", help="Show a row for every layer.")]
Inputs: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        metavar="X.npz",
        help="Input values, by name or as input_0, input_1, ...; random by default.",
    ),
]
Trust: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--trust",
        help="Allow the files to run what they contain: Lambda bytecode, raw operations, "
        "paths that they open.",
    ),
]
Timeout: TypeAlias = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1.0,
        envvar="KERAPORT_TIMEOUT",
        show_envvar=False,
        help="The limit for each step in a real release. KERAPORT_TIMEOUT sets it, too.",
    ),
]
Runtimes: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--runtime",
        metavar="RELEASE=COMMAND",
        help="Run RELEASE with this Python interpreter, or a command that starts one, instead "
        "of an environment that keraport installs. Repeatable.",
    ),
]
SECONDS = 600.0
"""What ``--timeout`` is if it is left out."""
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Verbose: TypeAlias = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        callback=show_logs,
        show_default=False,
        help="Log progress to stderr; -vv logs more.",
    ),
]


def output_format(text: str | None, to: str, output: Path) -> Format | None:
    """The format that was typed.

    Raises:
        UsageError: there is none of that name, or the target does not read it; the hint lists
            those that it does.
    """
    if text is None:
        return None
    from keraport.convert import target_of
    from keraport.kits.formats import formats_of, require_readable

    target = target_of(to)
    try:
        found = Format(text.lower())
    except ValueError:
        raise UsageError(
            f"--format {text}: there is no such format",
            hint=f"{target} reads {', '.join(formats_of(target))}",
        ) from None
    require_readable(found, target, output)
    return found


def conversion_options(
    objects: Sequence[Path] | None,
    renamed: Sequence[str] | None,
    dropped: Sequence[str] | None,
    *,
    stock_only: bool,
    allow: Sequence[Allowed] | None,
    lambdas: LambdaChoices | None = None,
    verify_checksums: bool = True,
    backend: str | None = None,
    from_backend: SavedWith | None = None,
    port: bool = False,
    accept_marks: bool = False,
    drop_optimizer: bool = False,
) -> Options:
    """What `keraport.convert` wants to know, out of what was typed.

    Raises:
        UsageError: a ``--map`` without ``=``, or a ``--drop`` without a dot.
    """
    from keraport.convert import Options
    from keraport.own.lambda_layers import LambdaChoices

    return Options(
        lambdas=lambdas or LambdaChoices(),
        objects=tuple(objects or ()),
        stock_only=stock_only,
        allow_approximate=bool(allow),
        verify_checksums=verify_checksums,
        backend=backend or "",
        from_backend=from_backend or "",
        port=port,
        accept_marks=accept_marks,
        drop_optimizer=drop_optimizer,
        renamed=dict(
            split("--map", item, "=", "OldLayer=MyLayer", last=True) for item in renamed or ()
        ),
        dropped=frozenset(
            split("--drop", item, ".", "MyLayer.units", last=True) for item in dropped or ()
        ),
    )


def lambda_choices(
    named: Sequence[str] | None, translate: bool, python: str | None
) -> LambdaChoices:
    """What to do with Lambdas, out of what was typed.

    Raises:
        UsageError: a ``--lambda`` without ``=``, or a Python whose bytecode is not understood.
    """
    from keraport.own.lambda_layers import LambdaChoices

    if python is not None:
        from keraport.lambdas.bytecode import PYTHONS

        if python not in PYTHONS:
            raise UsageError(
                f"--lambda-python {python}: the bytecode of this Python is not supported",
                hint=f"one of {', '.join(sorted(PYTHONS, key=lambda v: int(v.split('.')[1])))}",
            )
    pairs = dict(
        split("--lambda", item, "=", "my_layer=my_function", last=True) for item in named or ()
    )
    return LambdaChoices(pairs, translate, python)


def split(
    option: str, text: str, sign: str, example: str, *, last: bool = False
) -> tuple[str, str]:
    """The two names of ``ONE=OTHER``; with `last`, split at the last sign.

    Raises:
        UsageError: there are no two.
    """
    first, found, second = text.rpartition(sign) if last else text.partition(sign)
    if not (first and found and second):
        raise UsageError(
            f"{option} {text}: has no {sign!r} between two names", hint=f"e.g. {option} {example}"
        )
    return first, second
