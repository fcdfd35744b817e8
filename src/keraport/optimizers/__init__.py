"""What optimizers keep: which variables a release saves, in which order, and whose they are."""

from keraport.optimizers.carry import Kept, NotCarriedError, carried, kept_in

__all__ = ["Kept", "NotCarriedError", "carried", "kept_in"]
