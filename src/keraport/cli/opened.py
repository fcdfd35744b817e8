"""``convert --smoke``: the output, opened in its release before it appears."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.convert import convert
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.kits.formats import format_by_suffix
from keraport.model import Format
from keraport.report import Report
from keraport.verify import Opening, not_installed, smoke

if TYPE_CHECKING:
    from keraport.cli.proven import Proof
    from keraport.runtimes.pool import RuntimePool

_WEIGHTS_ONLY: Final = (Format.HDF5_WEIGHTS, Format.CHECKPOINT, Format.KERAS_WEIGHTS)
"""What no release opens without a model that has those layers."""


def opened(
    source: Path,
    staged: Path,
    report: Report,
    arguments: Mapping[str, Any],
    proof: Proof,
    pool: RuntimePool,
    tell: Callable[[str], None],
) -> Opening:
    """Open an output in its release, if that is installed.

    Args:
        source: what was converted.
        staged: the output, where it was written first.
        report: of the conversion.
        arguments: of the conversion, as `keraport.convert.convert` takes them.
        proof: how to open it.
        pool: processes of the releases, shared with whatever else is run.
        tell: told what is being done.

    Raises:
        KeraportError: whatever `keraport.verify.smoke` raises.
    """
    release = on_backend(get_release(report.target), report.backend)
    absent = not_installed(release, pool)
    if absent is not None:
        return absent
    tell(f"opening {staged.name} in {release.id}")
    found = arguments["file_format"] or format_by_suffix(staged)
    # An architecture's weights are `.h5` or `.weights.h5`, as the release reads them.
    beside = (staged.with_name(name) for name in report.written if name.endswith(".h5"))
    weights = next(beside, None) if found is Format.JSON else None
    with tempfile.TemporaryDirectory(prefix="keraport-") as scratch, Sources() as values:
        architecture = staged if found is Format.JSON else None
        if found in _WEIGHTS_ONLY:
            # The layers that the weights belong to, as the same conversion writes them.
            architecture = Path(scratch) / "architecture.json"
            convert(source, architecture, report.target, **{**arguments, "file_format": None})
        file = read(staged, weights)
        held = (
            (f"{group.layer}: {weight.name}", values.values(weight))
            for group in file.groups
            for weight in group.weights
            if weight.dtype != "string"
        )
        return smoke(
            weights or staged,
            release,
            pool,
            architecture=architecture,
            weights=held,
            objects=proof.objects,
            inputs=proof.inputs,
            timeout=proof.timeout,
            trust=proof.trust,
        )
