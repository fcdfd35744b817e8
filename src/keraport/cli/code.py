"""``keraport code``: the model as Python source."""

from __future__ import annotations

import typer

from keraport.cli import options as given
from keraport.cli.output import Output


def code(
    model: given.ModelFile,
    to: given.To,
    from_: given.From = None,
    from_backend: given.FromBackend = None,
    objects: given.Objects = None,
    renamed: given.Rename = None,
    dropped: given.Drop = None,
    named_lambdas: given.NamedLambdas = None,
    translate_lambdas: given.TranslateLambdas = False,
    lambda_python: given.LambdaPython = None,
    stock_only: given.StockOnly = False,
    allow: given.Allow = None,
    json: given.Json = False,
    quiet: given.Quiet = False,
    verbose: given.Verbose = 0,  # noqa: ARG001 - its callback has acted
) -> int:
    """Print MODEL as Python source for another release: build() and load(weights)."""
    from keraport.codegen.code import code

    options = given.conversion_options(
        objects,
        renamed,
        dropped,
        stock_only=stock_only,
        allow=allow,
        lambdas=given.lambda_choices(named_lambdas, translate_lambdas, lambda_python),
        from_backend=from_backend,
    )
    source = code(model, to, from_=from_, options=options)
    if json:
        document = {"source": str(model), "target": to, "code": source}
        Output(json, quiet).answer(document, lambda: (), kind="code")
    elif not quiet:
        typer.echo(source, nl=False)
    return 0
