"""Initializers, regularizers, constraints and dtype policies of Keras 3."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, config_of, configured
from keraport.changes.combinators import Added, Cosmetic, NewClass, RenamedClass, Unchanged
from keraport.changes.companions import FromCompanion
from keraport.changes.declared import declared
from keraport.changes.keras3.windows import DROPPED, NEW, again_in, keras3_file, since
from keraport.changes.objects.policies import policy_name
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import own_keras_file
from keraport.model import Object
from keraport.quantised.policies import CLASSES, quantisation
from keraport.report import Verdict

_INITIALIZERS: Final = keras3_file("initializers/random_initializers.py")
_POLICIES: Final = keras3_file("dtype_policies/dtype_policy.py")

_KNOWN: Final = frozenset(
    {"float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16"}
)

_POLICIES_BROUGHT: Final = (
    ("3.3", ("DTypePolicy", "FloatDTypePolicy")),
    ("3.3", ("QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy")),
    ("3.4", ("DTypePolicyMap",)),
    ("3.12", ("GPTQDTypePolicy",)),
    ("3.14", ("AWQDTypePolicy", "Int4DTypePolicy")),
)
"""Release, and the policies that it brought."""

_KEYS_OF_POLICIES: Final = ("mode", "name", "source_name")


@declared
class PolicyByName(Effect):
    """A layer's dtype may be a Policy; Keras 3 takes its name."""

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Write the name."""
        config = config_of(subject)
        policy = config.get(change.key)
        if not isinstance(policy, Object):
            return subject
        if subject.class_name in CLASSES and quantisation(config) is not None:
            return subject  # kept: `keraport.surgery.quantised` has taken out all others
        name = policy_name(policy)
        if name not in _KNOWN:
            raise Refused(
                f"{change.key}={policy.class_name} {name!r}: not supported yet",
                hint=f"use one of {', '.join(sorted(_KNOWN))}",
                source=change.source,
            )
        mixed = str(name).startswith("mixed_")
        site.note(
            Verdict.EQUIVALENT if mixed else Verdict.EXACT,
            f"policy {name} written by its name"
            + (": half precision is rounded at other places" if mixed else ""),
            source=change.source,
        )
        return configured(subject, {**config, change.key: name})


CHANGES = (
    *(
        Change(
            Kind.INITIALIZER,
            (
                *("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform"),
                *("LecunNormal", "LecunUniform", "VarianceScaling"),
            ),
            key=key,
            held=since("3.15"),
            source=_INITIALIZERS,
            effect=Added(neutral=None, because="it takes the last two axes"),
        )
        for key in ("input_axes", "output_axes")
    ),
    Change(
        Kind.INITIALIZER,
        ("STFT",),
        held=since("3.7"),
        source=keras3_file("initializers/constant_initializers.py"),
        effect=NewClass(because="it has no initializer that does the same", hint="use Constant"),
    ),
    Change(
        Kind.INITIALIZER,
        ("Orthogonal",),
        # From 3.4 to 3.6 both names are read, and this one is written.
        held=again_in("3.7"),
        source=keras3_file("initializers/random_initializers.py", "3.6.0"),
        effect=RenamedClass("OrthogonalInitializer"),
    ),
    Change(
        Kind.INITIALIZER,
        ("Identity",),
        held=again_in("3.2"),
        source=keras3_file("initializers/__init__.py", "3.0.5"),
        effect=NewClass(
            because="its loader does not find the class", hint="use a Constant, or Orthogonal"
        ),
    ),
    Change(
        Kind.REGULARIZER,
        ("l1_l2",),
        held=DROPPED,
        source=keras3_file("regularizers/regularizers.py"),
        effect=Unchanged("L1L2 is what is written", keys=("l1", "l2")),
    ),
    Change(
        Kind.CONSTRAINT,
        ("RadialConstraint",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "constraints.py"),
        effect=FromCompanion(),
    ),
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held=DROPPED,
        source=_POLICIES,
        effect=PolicyByName(),
    ),
    Change(
        Kind.INITIALIZER,
        ("*",),
        key="dtype",
        held=DROPPED,
        source=keras3_file("initializers/initializer.py"),
        effect=Cosmetic("the layer's dtype decides"),
    ),
    Change(
        Kind.POLICY,
        ("Policy",),
        held=DROPPED,
        source=_POLICIES,
        effect=Unchanged("a layer's dtype carries it, see above"),
    ),
    *(
        Change(
            Kind.POLICY,
            names,
            held=since(position),
            source=_POLICIES,
            effect=Unchanged("those that no other release has are refused where a layer has them"),
        )
        for position, names in _POLICIES_BROUGHT
    ),
    Change(
        Kind.POLICY,
        ("DTypePolicy", "FloatDTypePolicy", "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy"),
        held=since("3.4"),
        source=_POLICIES,
        effect=Unchanged("all that is read of it is its name", keys=_KEYS_OF_POLICIES),
    ),
    Change(
        Kind.POLICY,
        ("Policy",),
        key="loss_scale",
        held=NEW,
        source=_POLICIES,
        effect=Unchanged("it is not written"),
    ),
)
