"""Runs two files in two real releases and compares what they predict."""

from keraport.verify.compare import Difference, Tolerance
from keraport.verify.inputs import ModelInput
from keraport.verify.result import LayerDifference, OutputDifference, Status, Verification
from keraport.verify.run import companion_of, verify

__all__ = [
    "Difference",
    "LayerDifference",
    "ModelInput",
    "OutputDifference",
    "Status",
    "Tolerance",
    "Verification",
    "companion_of",
    "verify",
]
