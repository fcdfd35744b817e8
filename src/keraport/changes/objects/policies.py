"""Dtype policies: which dtype a layer computes in, and which its variables have."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Unchanged
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Object
from keraport.report import Verdict

_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
"""Policy: the dtype it computes in; its variables are float32 (policy.py, TF 2.3)."""


@declared
class PolicyToDtype(Effect):
    """Older layers have one dtype, for computing and for variables."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """The variables' dtype; computing in it is more exact than what the policy asked for."""
        config = config_of(subject)
        policy = config.get("dtype")
        name = policy_name(policy)
        if name is None or (name == policy and name not in _MIXED):
            return subject
        if name in _MIXED:
            site.note(
                Verdict.APPROXIMATE,
                f"computes in float32: {site.target} has no policy {name}; "
                f"outputs differ by the rounding of {_MIXED[name]}",
                source=change.source,
            )
            name = "float32"
        else:
            site.note(Verdict.EXACT, f"policy {name} written as a dtype", source=change.source)
        return configured(subject, {**config, "dtype": name})


def policy_name(policy: object) -> str | None:
    """The name of a dtype policy, or of a plain dtype; None if it is neither."""
    if isinstance(policy, str):
        return policy
    if isinstance(policy, Object) and policy.class_name in ("Policy", "PolicyV1"):
        name = config_of(policy).get("name")
        return name if isinstance(name, str) else None
    return None


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("2.3.0", "mixed_precision/experimental/policy.py"),
        effect=PolicyToDtype(),
    ),
    Change(
        Kind.POLICY,
        ("Policy",),
        held="tf 2.1..",
        source=keras_file("2.3.0", "mixed_precision/experimental/policy.py"),
        effect=Unchanged("a layer's dtype carries it, see above"),
    ),
    Change(
        Kind.POLICY,
        ("PolicyV1",),
        held="tf 2.4..",
        source=keras_file("2.4.0", "mixed_precision/policy.py"),
        effect=Unchanged("a layer's dtype carries it, see above"),
    ),
)
