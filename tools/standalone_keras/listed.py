"""The models that are listed: functions that build one, by name."""

from keras import models as M

MODELS = {}


def model(build):
    """List a function that builds a model."""
    MODELS[build.__name__] = build
    return build


def stack(*layers):
    """A Sequential."""
    return M.Sequential(list(layers))
