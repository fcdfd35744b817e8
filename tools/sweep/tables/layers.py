"""Layers that are newer than TensorFlow 2.3 and compute on numbers."""

from __future__ import annotations

from coverage.case import ANYWHERE, MANY, MASKED, Family, layer
from coverage.tables.common import ANY
from coverage.tables.convolutions import DEPTH
from coverage.tables.normalization import OPTIONS, WEIGHTS
from coverage.tables.recurrent import WEIGHTS as RECURRENT

WHOLE = (*ANYWHERE, *MASKED)
STEPS = ((6, 4),)
IMAGE = ((6, 5, 4),)
SHAPES = {1: ((8, 3),), 2: ((7, 6, 3),), 3: ((5, 6, 4, 2),)}
SMALL = {1: 3, 2: (3, 2), 3: (2, 3, 2)}
CONV_LSTM = {1: ((3, 6, 2),), 3: ((3, 3, 4, 3, 2),)}

FAMILIES = (
    Family("Identity", STEPS, {}, {**ANY}, positions=WHOLE),
    Family("Identity", ((5,),), {}, label="integers", dtype="int32"),
    Family("UnitNormalization", STEPS, {}, {"axis": (1, -2, 2, (1, 2)), **ANY}, positions=WHOLE),
    Family("RMSNormalization", STEPS, {}, {"axis": (1, (1, 2)), "epsilon": (0.1,), **ANY},
           positions=WHOLE),
    Family("GroupNormalization", STEPS, {"groups": 2}, {
        "groups": (1, -1, 4), **OPTIONS, **WEIGHTS, **ANY,
    }, crossed=(("center", "scale"),), positions=WHOLE),
    Family("GroupNormalization", IMAGE, {"groups": 2}, {"axis": (1, 2), "groups": (1,)},
           label="rank_4"),
    Family("SpectralNormalization", IMAGE,
           {"layer": layer("Conv2D", filters=2, kernel_size=2)},
           {"power_iterations": (3,), "layer": (layer("Dense", units=3),), **ANY}),
    Family("SpectralNormalization", ((5,),), {"layer": layer("Dense", units=3)}, label="dense"),
    Family("DepthwiseConv1D", ((9, 3),), {"kernel_size": 3}, {
        "strides": (2,), "padding": ("same",), "depth_multiplier": (2,), "dilation_rate": (2,),
        "data_format": ("channels_first",), **DEPTH,
    }, crossed=(("strides", "padding", "depth_multiplier"), ("padding", "dilation_rate")),
       positions=(*ANYWHERE, "masked")),
    *(
        Family(f"ConvLSTM{rank}D", CONV_LSTM[rank], {"filters": 2, "kernel_size": 2}, {
            "strides": (2,), "padding": ("same",), "data_format": ("channels_first",),
            "activation": ("relu",), "recurrent_activation": ("hard_sigmoid",),
            "unit_forget_bias": (False,), **RECURRENT, "return_sequences": (True,),
            "return_state": (True,), "go_backwards": (True,), **ANY,
        }, crossed=(("return_sequences", "return_state"),),
           positions=(*ANYWHERE, "bidirectional"))
        for rank in (1, 3)
    ),
    *(
        Family(f"Adaptive{kind}Pooling{rank}D", SHAPES[rank], {"output_size": SMALL[rank]},
               {"output_size": (1, 2), "data_format": ("channels_first",), **ANY})
        for kind in ("Average", "Max")
        for rank in (1, 2, 3)
    ),
    Family("ReversibleEmbedding", ((6,),), {"input_dim": 7, "output_dim": 4}, {
        "tie_weights": (False,), "mask_zero": (True,), "embeddings_initializer": ("ones",),
        "embeddings_constraint": ("unit_norm",), "logit_soft_cap": (5.0,), **ANY,
    }, dtype="int32", draw=7),
    Family("ReversibleEmbedding", ((6, 4),), {"input_dim": 7, "output_dim": 4},
           {"tie_weights": (False,), "logit_soft_cap": (0.5,)},
           crossed=(("tie_weights", "logit_soft_cap"),), given={"reverse": True},
           positions=MANY, label="reverse"),
    Family("Lambda", ((5,),), {"function": lambda: lambda x: x * 2},
           {"output_shape": ((5,),)}, label="later"),
)  # fmt: skip
