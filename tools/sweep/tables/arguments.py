"""Arguments that layers of TensorFlow 2.3 have got since."""

from __future__ import annotations

from coverage.case import ANYWHERE, MANY, MASKED, Family, layer
from coverage.tables.common import ANY, obj

WHOLE = (*ANYWHERE, *MASKED)
STEPS = ((6, 5),)
IMAGE = ((6, 5, 3),)
PAIR = ((6, 4), (6, 4))

ACTIVATIONS = (
    *("gelu", "silu", "mish", "relu6", "leaky_relu", "log_softmax", "hard_silu", "celu", "glu"),
    *("hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "sparsemax"),
    *("sparse_plus", "threshold", "log_sigmoid", "sparse_sigmoid", "hard_swish"),
)
INITIALIZERS = (obj("STFT"), obj("IdentityInitializer"), obj("OrthogonalInitializer", seed=1))

FAMILIES = (
    Family("Activation", ((6, 4),), {"activation": "gelu"}, {"activation": ACTIVATIONS},
           positions=WHOLE, label="later"),
    Family("Dense", ((5,),), {"units": 4}, {
        "activation": ACTIVATIONS,
        "kernel_regularizer": (obj("OrthogonalRegularizer", factor=0.1, mode="columns"),),
        "dtype": ("bfloat16", "float16", "mixed_bfloat16"),
        "name": ("some.dense",),
    }, label="later"),
    Family("Dense", ((6, 5),), {"units": 4}, {"lora_rank": (2,)}, label="lora"),
    Family("EinsumDense", ((6, 5),), {"equation": "abc,cd->abd", "output_shape": (None, 4)},
           {"bias_regularizer": ("l2",), "bias_constraint": ("non_neg",), "lora_rank": (2,)},
           label="later"),
    Family("Embedding", ((6,),), {"input_dim": 7, "output_dim": 4}, {"lora_rank": (2,)},
           label="later", dtype="int32", draw=7),
    Family("LSTM", ((6, 4),), {"units": 3}, {"use_cudnn": (True, False), "seed": (3,)},
           label="later", positions=WHOLE),
    Family("GRU", ((6, 4),), {"units": 3}, {"use_cudnn": (True, False), "seed": (3,)},
           label="later", positions=WHOLE),
    Family("SimpleRNN", ((6, 4),), {"units": 3}, {"seed": (3,)}, label="later", positions=WHOLE),
    Family("Conv2DTranspose", ((4, 5, 3),), {"filters": 2, "kernel_size": 3},
           {"dilation_rate": ((1, 2), (2, 3)), "data_format": ("channels_first",)},
           crossed=(("dilation_rate", "data_format"),), label="unequal"),
    Family("Conv3DTranspose", ((3, 4, 3, 2),), {"filters": 2, "kernel_size": 2},
           {"dilation_rate": (2, (2, 1, 1), (1, 2, 2)), "padding": ("same",)},
           crossed=(("dilation_rate", "padding"),), label="dilated"),
    Family("Conv1DTranspose", ((5, 3),), {"filters": 2, "kernel_size": 3, "dilation_rate": 2},
           {"data_format": ("channels_first",), "padding": ("same",)}, label="dilated"),
    Family("BatchNormalization", ((6, 5),), {}, {"synchronized": (True,)}, positions=WHOLE,
           label="later"),
    *(
        Family(f"Global{kind}Pooling{rank}D", shape, {"keepdims": True},
               {"data_format": ("channels_first",)}, positions=(*ANYWHERE, "masked"), label="kept")
        for kind in ("Average", "Max")
        for rank, shape in ((1, ((6, 5),)), (2, IMAGE), (3, ((3, 4, 3, 2),)))
    ),
    Family("ZeroPadding1D", ((6, 5),), {"data_format": "channels_first"}, {"padding": ((1, 2),)},
           label="first"),
    Family("Attention", PAIR, {}, {"score_mode": ("dot", "concat"), "seed": (3,)},
           crossed=(("score_mode", "seed"),), positions=(*MANY, *MASKED), call="list",
           label="later"),
    *(
        Family(name, PAIR, {}, {"use_scale": (True, False)}, positions=(*MANY, *MASKED),
               call="list", given=given, label=label)
        for name in ("Attention", "AdditiveAttention")
        for given, label in (
            ({"use_causal_mask": True}, "causal"),
            ({"return_attention_scores": True}, "scores"),
        )
    ),
    Family("Resizing", IMAGE, {"height": 4, "width": 7}, {
        "crop_to_aspect_ratio": (True,), "pad_to_aspect_ratio": (True,), "antialias": (True,),
        "data_format": ("channels_first",),
    }, crossed=(("antialias", "crop_to_aspect_ratio"),),
       rows=({"pad_to_aspect_ratio": True, "fill_value": 0.5},
             {"interpolation": "nearest", "crop_to_aspect_ratio": True}),
       label="later"),
    Family("CenterCrop", ((3, 6, 5),), {"height": 4, "width": 3, "data_format": "channels_first"},
           label="first"),
    Family("Normalization", STEPS, {"mean": 0.3, "variance": 1.5},
           {"invert": (True,), "axis": (None,), **ANY}, positions=(*ANYWHERE, "masked"),
           label="given"),
    Family("Normalization", STEPS, {"mean": [0.1, 0.2, 0.3, 0.4, 0.5],
           "variance": [1.0, 2.0, 0.5, 1.5, 0.2]}, {"invert": (True,)}, label="vector"),
    Family("Layer", STEPS, {}, {"activity_regularizer": ("l2",), "autocast": (False,)},
           label="later"),
    Family("ConvLSTM2D", ((3, 5, 5, 2),), {"filters": 2, "kernel_size": 2},
           {"activity_regularizer": ("l2",), "seed": (3,)}, label="later"),
    Family("TimeDistributed", ((3, 6, 4),), {"layer": layer("LayerNormalization")},
           {"layer": (layer("GroupNormalization", groups=2), layer("UnitNormalization"),
                      layer("DepthwiseConv1D", kernel_size=2), layer("Identity"),
                      layer("RMSNormalization"))}, label="later"),
    Family("Bidirectional", ((6, 4),), {"layer": layer("LSTM", units=3, dtype="float64")},
           {"merge_mode": ("sum", None), "dtype": ("float64",)},
           crossed=(("merge_mode", "dtype"),),
           positions=("functional", "masked", "nested"), label="inner_doubles", dtype="float64"),
    Family("Bidirectional", ((6, 4),), {"layer": layer("GRU", units=3), "dtype": "float64"},
           {"merge_mode": ("sum", "mul", "ave", None)},
           positions=("functional", "masked", "nested"), label="outer_doubles"),
)  # fmt: skip
