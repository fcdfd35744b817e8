"""Pooling, upsampling, cropping, padding."""

from matrix.case import Case, Input, each, layer

L = layer
LINE = (Input((8, 4)),)
IMAGE = (Input((6, 4, 3)),)
VOLUME = (Input((4, 4, 4, 2)),)
FIRST = {"data_format": "channels_first"}


def _pooling(rank):
    return each(
        *(L(kind + "Pooling%dD" % rank, pool_size=2) for kind in ("Average", "Max")),
        *(
            L(kind + "Pooling%dD" % rank, pool_size=3, strides=2, padding="same")
            for kind in ("Average", "Max")
        ),
    )


def _globals(rank, **options):
    return each(*(L("Global%sPooling%dD" % (kind, rank), **options) for kind in ("Average", "Max")))


def _adaptive(rank):
    return each(
        *(L("Adaptive%sPooling%dD" % (kind, rank), output_size=2) for kind in ("Average", "Max"))
    )


CASES = (
    Case("pooling_1d", "Average and maximum over steps.", LINE, _pooling(1)),
    Case("pooling_2d", "Average and maximum over pixels.", IMAGE, _pooling(2)),
    Case("pooling_3d", "Average and maximum over voxels.", VOLUME, _pooling(3)),
    Case(
        "pooling_1d_first",
        "Pooling of steps, channels first.",
        LINE,
        each(L("MaxPooling1D", pool_size=2, **FIRST), L("AveragePooling1D", pool_size=2, **FIRST)),
    ),
    Case(
        "pooling_2d_first",
        "Pooling of pixels, channels first.",
        IMAGE,
        each(L("MaxPooling2D", **FIRST), L("AveragePooling2D", pool_size=2, **FIRST)),
    ),
    Case("global_pooling_1d", "Average and maximum of all steps.", LINE, _globals(1)),
    Case("global_pooling_2d", "Average and maximum of all pixels.", IMAGE, _globals(2)),
    Case("global_pooling_3d", "Average and maximum of all voxels.", VOLUME, _globals(3)),
    Case("global_pooling_first", "The same, channels first.", IMAGE, _globals(2, **FIRST)),
    Case("global_pooling_1d_first", "Of steps, channels first.", LINE, _globals(1, **FIRST)),
    Case(
        "global_pooling_kept",
        "Global pooling that keeps dimensions.",
        IMAGE,
        _globals(2, keepdims=True),
    ),
    Case("adaptive_pooling_1d", "Adaptive pooling.", LINE, _adaptive(1)),
    Case("adaptive_pooling_2d", "Adaptive pooling of pixels.", IMAGE, _adaptive(2)),
    Case("adaptive_pooling_3d", "Adaptive pooling of voxels.", VOLUME, _adaptive(3)),
    Case(
        "upsampling", "UpSampling of steps, by repetition.", LINE, each(L("UpSampling1D", size=2))
    ),
    Case(
        "upsampling_2d",
        "UpSampling of pixels.",
        IMAGE,
        each(L("UpSampling2D"), L("UpSampling2D", size=(1, 3)), L("UpSampling2D", size=2, **FIRST)),
    ),
    Case(
        "upsampling_bilinear",
        "UpSampling2D, bilinear: where pixels lie differs.",
        IMAGE,
        each(L("UpSampling2D", size=2, interpolation="bilinear")),
    ),
    Case(
        "upsampling_bicubic",
        "UpSampling2D, bicubic and others.",
        IMAGE,
        each(
            L("UpSampling2D", size=2, interpolation="bicubic"),
            L("UpSampling2D", size=2, interpolation="lanczos3"),
        ),
    ),
    Case("upsampling_3d", "UpSampling3D.", VOLUME, each(L("UpSampling3D", size=(1, 2, 2)))),
    Case(
        "cropping",
        "Cropping and padding of steps.",
        LINE,
        each(L("Cropping1D", cropping=(1, 2)), L("ZeroPadding1D", padding=2)),
    ),
    Case(
        "cropping_2d",
        "Cropping and padding of pixels.",
        IMAGE,
        each(
            L("Cropping2D", cropping=((1, 2), (0, 1))),
            L("ZeroPadding2D", padding=((1, 0), (2, 1))),
            L("ZeroPadding2D", padding=1, **FIRST),
            L("Cropping2D", cropping=1, **FIRST),
        ),
    ),
    Case(
        "cropping_3d",
        "Cropping and padding of voxels.",
        VOLUME,
        each(L("Cropping3D", cropping=1), L("ZeroPadding3D", padding=(1, 0, 2))),
    ),
)
