"""Runs two files in two real releases and compares what they predict."""

from keraport.verify.compare import Difference, Tolerance
from keraport.verify.inputs import ModelInput
from keraport.verify.result import LayerDifference, OutputDifference, Status, Verification
from keraport.verify.run import companion_of, verify
from keraport.verify.smoke import Opening, not_installed, smoke

__all__ = [
    "Difference",
    "LayerDifference",
    "ModelInput",
    "Opening",
    "OutputDifference",
    "Status",
    "Tolerance",
    "Verification",
    "companion_of",
    "not_installed",
    "smoke",
    "verify",
]
