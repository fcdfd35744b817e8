"""Image layers; the random ones do nothing in inference."""

from matrix.case import Case, Input, each, layer

L = layer
IMAGE = (Input((6, 8, 3), draw="pixels"),)
SMALL = (Input((6, 8, 3), draw="positive"),)


def _random(name, **keywords):
    return Case(
        name.lower(), "%s, in inference." % name, SMALL, each(L(name, **keywords)), recipe="none"
    )


def _value_range(name, **keywords):
    return _random(name, value_range=(0, 1), **keywords)


CASES = (
    Case(
        "resizing",
        "Resizing, bilinear.",
        IMAGE,
        each(L("Resizing", height=4, width=5), L("Resizing", height=9, width=9)),
    ),
    Case(
        "resizing_methods",
        "Resizing by other methods.",
        IMAGE,
        each(
            L("Resizing", height=4, width=5, interpolation="nearest"),
            L("Resizing", height=9, width=5, interpolation="bicubic"),
        ),
    ),
    Case(
        "resizing_area",
        "Resizing by area.",
        IMAGE,
        each(L("Resizing", height=4, width=5, interpolation="area")),
    ),
    Case(
        "resizing_cropped",
        "Resizing that keeps the ratio.",
        IMAGE,
        each(L("Resizing", height=4, width=4, crop_to_aspect_ratio=True)),
    ),
    Case("center_crop", "CenterCrop.", IMAGE, each(L("CenterCrop", height=4, width=5))),
    Case(
        "center_crop_larger",
        "CenterCrop of images that are too small.",
        IMAGE,
        each(L("CenterCrop", height=7, width=7)),
    ),
    Case(
        "random_crop",
        "RandomCrop, in inference.",
        IMAGE,
        each(L("RandomCrop", height=4, width=5)),
        recipe="none",
    ),
    Case(
        "random_plain",
        "Random layers of TensorFlow 2.3, in inference.",
        SMALL,
        (
            (
                L("RandomFlip", mode="horizontal"),
                L("RandomRotation", factor=0.1),
                L("RandomTranslation", height_factor=0.1, width_factor=0.2),
                L("RandomZoom", height_factor=0.1),
            ),
        ),
        recipe="none",
    ),
    _random("RandomFlip", mode="vertical", seed=3),
    _random("RandomContrast", factor=0.2),
    _random("RandomHeight", factor=0.2),
    _random("RandomWidth", factor=0.2),
    _value_range("RandomBrightness", factor=0.2),
    _value_range("RandomColorDegeneration", factor=0.2),
    _value_range("RandomColorJitter", brightness_factor=0.2),
    _value_range("RandomHue", factor=0.2),
    _value_range("RandomPosterization", factor=4),
    _value_range("RandomSaturation", factor=0.2),
    _value_range("RandomSharpness", factor=0.2),
    _value_range("RandomInvert"),
    _value_range("RandomErasing"),
    _value_range("RandomElasticTransform"),
    _value_range("RandomGaussianBlur"),
    _random("RandomGrayscale"),
    _random("RandomPerspective"),
    _random("RandomShear", x_factor=0.2),
    _random("CutMix"),
    _random("MixUp"),
    _value_range("RandAugment"),
    _value_range("AugMix"),
    Case("auto_contrast", "AutoContrast.", IMAGE, each(L("AutoContrast"))),
    Case(
        "clahe",
        "ContrastLimitedAdaptiveHistogramEqualization.",
        IMAGE,
        each(L("ContrastLimitedAdaptiveHistogramEqualization")),
    ),
    Case("equalization", "Equalization.", IMAGE, each(L("Equalization"))),
    Case("solarization", "Solarization.", IMAGE, each(L("Solarization", threshold_factor=0.5))),
    Case(
        "max_num_bounding_boxes",
        "MaxNumBoundingBoxes.",
        IMAGE,
        each(L("MaxNumBoundingBoxes", max_number=2)),
    ),
    Case(
        "pipeline",
        "Pipeline.",
        IMAGE,
        each(L("Pipeline", layers=[L("Rescaling", scale=0.1), L("CenterCrop", height=4, width=4)])),
    ),
    Case(
        "tfsm_layer",
        "TFSMLayer, which needs a SavedModel.",
        IMAGE,
        each(L("TFSMLayer", filepath="missing")),
    ),
    Case(
        "torch_module",
        "TorchModuleWrapper, which needs torch.",
        IMAGE,
        each(L("TorchModuleWrapper", module=None)),
    ),
    Case("jax_layer", "JaxLayer, which needs jax.", IMAGE, each(L("JaxLayer", call_fn=None))),
    Case("flax_layer", "FlaxLayer, which needs flax.", IMAGE, each(L("FlaxLayer", module=None))),
)
