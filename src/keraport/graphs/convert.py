"""The graph of a SavedModel for another TensorFlow, whatever wrote it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keraport.errors import ForeignFileError, RefusedError, UsageError
from keraport.formats.atomic import replacing
from keraport.formats.checkpoint.bundle import open_bundle
from keraport.formats.directory import appearing, require_new
from keraport.formats.files import exists, refuse_link
from keraport.formats.saved_model.graph import GRAPH_FILE
from keraport.graphs.carry import Carried, Crossing, carry, needed
from keraport.graphs.ends import Named, keep_signatures, signatures_of
from keraport.graphs.files import SERVE, read_meta_graph
from keraport.graphs.folders import copy_folder
from keraport.graphs.frozen import frozen, unfrozen, variables_of
from keraport.graphs.kernels import kernels_of_target
from keraport.graphs.refusal import Refusal
from keraport.graphs.registry import registry_of_target, registry_of_writer
from keraport.graphs.stream import write_graph_def
from keraport.graphs.trainable import trainable_of
from keraport.graphs.values import keys_of, weights_of
from keraport.graphs.write import saved_model, versions
from keraport.kits.formats import format_by_suffix
from keraport.planning import target_of
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.catalog.releases import Release
    from keraport.graphs import graph_pb2 as pb
    from keraport.model import Weight

_FOLDERS: Final = ("variables", "assets")
_ELSEWHERE: Final = (
    "export the model without that operation, or name signatures that do not need it: "
    "--signature NAME"
)


@dataclass(frozen=True, slots=True)
class GraphReport:
    """What was written.

    Args:
        source: the directory.
        output: what was written.
        written_by: version of TensorFlow that wrote the directory; empty if it does not say.
        target: id of the release that opens the output.
        frozen: it is a GraphDef with constants, and no SavedModel.
        signatures: for each, its inputs and outputs as ``name: tensor``.
        nodes: of the graph that was written.
        variables: of it.
        rewritten: how many nodes of an operation were expressed by others, by its name.
        load: the lines that open it.
    """

    source: Path
    output: Path
    written_by: str
    target: str
    frozen: bool
    signatures: dict[str, dict[str, dict[str, str]]]
    nodes: int
    variables: int
    rewritten: dict[str, int]
    load: str

    def to_json(self) -> dict[str, Any]:
        """As a document; its schema is ``docs/reference/schemas/graph.json``."""
        return {
            "source": str(self.source),
            "output": str(self.output),
            "written_by": self.written_by,
            "target": self.target,
            "frozen": self.frozen,
            "signatures": self.signatures,
            "nodes": self.nodes,
            "variables": self.variables,
            "rewritten": self.rewritten,
            "load": self.load,
        }


def convert_graph(
    source: Path | str,
    output: Path | str,
    to: str,
    *,
    signatures: Collection[str] = (),
    freeze: bool = False,
    force: bool = False,
) -> GraphReport:
    """Write the graph of a SavedModel so that another TensorFlow runs it.

    Functions of TensorFlow 2 become nodes, operations that the target lacks are expressed by those
    that it has, and loops are listed so that there are gradients of them. Nothing is run.

    Args:
        source: a SavedModel directory, read only.
        output: the directory to write, or with `freeze` a file ``.pb``.
        to: id of the target release.
        signatures: names of those to keep; all if empty.
        freeze: write a GraphDef with constants instead of variables.
        force: replace an existing ``.pb``; directories are never replaced.

    Returns:
        what was written, with the lines that load it.

    Raises:
        RefusedError: an operation cannot be expressed; nothing is written.
        UsageError: unknown release or signature, existing output.
        InputFileError: `source` is damaged, foreign or unsafe.
    """
    source, output = Path(source), Path(output)
    target = target_of(to)
    operations = registry_of_target(target)
    _require_suffix(output, freeze)
    if not freeze:
        require_new(output)
    meta = read_meta_graph(source)
    keep_signatures(meta, signatures, str(source))
    writer = meta.meta_info_def.tensorflow_version
    kernels = kernels_of_target(target)
    crossing = Crossing(registry_of_writer(writer), operations, target.title, str(source), kernels)
    named, trainable = Named(meta), trainable_of(meta)
    carried = carry(meta.graph_def, crossing, named.ends)
    _require_expressed(carried.refusals, source, target)
    if freeze:
        carried, weights = _frozen(carried, named, source, target)
        named.settle(carried.body)
        with replacing([output], inputs=[source / GRAPH_FILE], force=force) as (partial,):
            write_graph_def(partial, carried.body, versions(), weights)
    else:
        if variables_of(carried.body):
            _require_variables(source)
        named.settle(carried.body)
        data = saved_model(meta, carried.body, trainable, target, crossing)
        with appearing(output) as partial:
            (partial / GRAPH_FILE).write_bytes(data)
            for name in _FOLDERS:
                if exists(source / name):
                    copy_folder(source / name, partial / name)
    return GraphReport(
        source,
        output,
        writer,
        target.id,
        freeze,
        _signatures(meta),
        len(carried.body.nodes),
        len(variables_of(carried.body)),
        dict(sorted(carried.rewritten.items())),
        _load_line(output, target, freeze),
    )


def _require_suffix(output: Path, freeze: bool) -> None:
    if freeze and output.suffix != ".pb":
        raise UsageError(
            f"{output}: a frozen graph is written as one file, expected a name that ends in .pb",
            hint="name it OUT.pb",
        )
    if not freeze and (output.suffix == ".pb" or format_by_suffix(output) is not None):
        raise UsageError(
            f"{output}: a graph is written as a SavedModel, expected the name of a directory",
            hint="leave the suffix out, or write one file with --frozen and OUT.pb",
        )


def _require_expressed(refusals: list[Refusal], source: Path, target: Release) -> None:
    if not refusals:
        return
    count = "1 operation" if len(refusals) == 1 else f"{len(refusals)} operations"
    raise RefusedError(
        f"{source}: {count} cannot be expressed in {target.title}",
        operations=refusals,
        hint=next((item.hint for item in refusals if item.hint), _ELSEWHERE),
    )


def _frozen(
    carried: Carried, named: Named, source: Path, target: Release
) -> tuple[Carried, dict[str, Weight]]:
    """The graph with constants, and where their values are."""
    keys = keys_of(carried.body)
    body = carried.body
    # What restores and initializes is not wanted, nor are names of files.
    body.results, body.done = body.results[: len(named.ends.results)], []
    body = needed(body)
    _require_expressed(unfrozen(body), source, target)
    wanted, weights = variables_of(body), {}
    if wanted:
        _require_variables(source)
        refuse_link(source / "variables")
        bundle = open_bundle(source / "variables" / "variables")
        weights = weights_of(bundle, keys, wanted, str(source))
    return Carried(frozen(body), [], carried.rewritten), weights


def _require_variables(source: Path) -> None:
    if not exists(source / "variables"):
        raise ForeignFileError(
            f"{source}: holds no variables, expected the folder variables",
            hint="copy or download the directory again",
        )


def _signatures(meta: pb.MetaGraph) -> dict[str, dict[str, dict[str, str]]]:
    return {
        name: {
            "inputs": {key: item.name for key, item in sorted(signature.inputs.items())},
            "outputs": {key: item.name for key, item in sorted(signature.outputs.items())},
        }
        for name in signatures_of(meta)
        for signature in (meta.signature_def[name],)
    }


def _load_line(output: Path, target: Release, freeze: bool) -> str:
    is_tf1 = target.has("is-tensorflow-1")
    if freeze:
        made = "tf.GraphDef" if is_tf1 else "tf.compat.v1.GraphDef"
        return (
            f"graph = {made}(); graph.ParseFromString(open({str(output)!r}, 'rb').read()); "
            "tf.import_graph_def(graph, name='')"
        )
    if not is_tf1:
        return f"model = tf.saved_model.load({str(output)!r})  # model.signatures"
    return f"tf.saved_model.loader.load(session, ['{SERVE}'], {str(output)!r})"
