"""Normalisation and attention."""

from __future__ import annotations

from coverage.case import ANYWHERE, MANY, MASKED, Family
from coverage.tables.common import ANY, MIXED

WHOLE = (*ANYWHERE, *MASKED)
STEPS = ((6, 5),)
IMAGE = ((4, 3, 2),)
WEIGHTS = {
    "beta_initializer": ("ones",),
    "gamma_initializer": ("he_normal",),
    "beta_regularizer": ("l2",),
    "gamma_regularizer": ("l1",),
    "beta_constraint": ("non_neg",),
    "gamma_constraint": ("max_norm",),
}
OPTIONS = {"epsilon": (0.1,), "center": (False,), "scale": (False,)}
MOMENTS = {
    "momentum": (0.5,),
    "moving_mean_initializer": ("ones",),
    "moving_variance_initializer": ("zeros",),
}
RENORM = {
    "renorm": (True,),
    "renorm_clipping": (None,),
    "renorm_momentum": (0.5,),
}
WHEN_RENORMED = (
    {"renorm": True, "renorm_momentum": 0.5},
    {"renorm": True, "center": False, "scale": False},
    {"renorm": True, "trainable": False},
    {"renorm": True, "renorm_clipping": {"rmax": 3.0, "rmin": 0.3, "dmax": 1.0}},
)

FAMILIES = (
    Family(
        "BatchNormalization",
        STEPS,
        {},
        {
            **OPTIONS,
            **MOMENTS,
            **WEIGHTS,
            **RENORM,
            "axis": (1, -2, 2, [2], [1, 2]),
            "fused": (True, False),
            "virtual_batch_size": (2,),
            **ANY,
        },
        crossed=(("center", "scale"),),
        rows=WHEN_RENORMED,
        positions=WHOLE,
    ),
    Family(
        "BatchNormalization",
        IMAGE,
        {},
        {
            "axis": (1, 2, 3, -3, [3], [1, 3], [1, 2, 3]),
            "fused": (True, False),
            **OPTIONS,
            "dtype": ("float64", MIXED),
        },
        crossed=(("fused", "scale", "center"), ("axis", "scale")),
        rows=({"renorm": True}, {"renorm": True, "fused": False}),
        label="rank_4",
    ),
    Family("BatchNormalization", ((5,),), {}, {"renorm": (True,), **OPTIONS}, label="rank_2"),
    Family("BatchNormalization", ((3, 4, 3, 2),), {}, {"axis": (1, 2)}, label="rank_5"),
    Family("BatchNormalization", ((None, None, 2),), {}, label="open"),
    Family("BatchNormalization", ((5,),), {}, label="cast_integers", dtype="int32"),
    Family(
        "experimental.SyncBatchNormalization",
        IMAGE,
        {},
        {**OPTIONS, **MOMENTS, "axis": (1,), "renorm": (True,), "trainable": (False,)},
    ),
    Family(
        "LayerNormalization",
        STEPS,
        {},
        {**OPTIONS, **WEIGHTS, "axis": (1, 2, -2, [1], [1, 2], [2, 1]), **ANY},
        crossed=(("center", "scale"), ("axis", "scale")),
        positions=WHOLE,
    ),
    Family(
        "LayerNormalization", IMAGE, {}, {"axis": (1, 3, [1, 3], [1, 2, 3], [2, 3])}, label="rank_4"
    ),
    Family(
        "LayerNormalization", ((5,),), {}, {"epsilon": (1e-6,), "dtype": (MIXED,)}, label="rank_2"
    ),
    Family("LayerNormalization", ((None, 5),), {}, label="open", positions=WHOLE),
    *(
        family
        for name, other in (("Attention", True), ("AdditiveAttention", False))
        for family in (
            Family(
                name,
                ((6, 4), (6, 4)),
                {},
                {"use_scale": (other,), "causal": (True,), "dropout": (0.3,), **ANY},
                crossed=(("use_scale", "causal"),),
                positions=(*MANY, *MASKED),
                call="list",
                after=2,
            ),
            Family(
                name,
                ((3, 4), (6, 4)),
                {},
                {"use_scale": (other,)},
                positions=(*MANY, *MASKED),
                label="lengths",
                call="list",
            ),
            Family(
                name,
                ((3, 4), (6, 5), (6, 4)),
                {},
                {"use_scale": (other,)},
                positions=(*MANY, *MASKED),
                label="three",
                call="list",
            ),
            Family(
                name,
                ((None, 4), (None, 4)),
                {},
                {"causal": (True,)},
                positions=(*MANY, *MASKED),
                label="open",
                call="list",
            ),
        )
    ),
)
