"""Layers that turn sound into spectra."""

from __future__ import annotations

from coverage.case import Family

POSITIONS = ("functional", "sequential", "nested", "nested_sequential", "shared")

FAMILIES = (
    Family("MelSpectrogram", ((64,),), {
        "fft_length": 32, "sequence_stride": 16, "num_mel_bins": 8, "sampling_rate": 64,
        "min_freq": 1.0,
    }, {
        "sequence_length": (24,), "window": ("hamming",), "max_freq": (20.0,),
        "power_to_db": (False,), "top_db": (20.0,), "mag_exp": (1.0,), "min_power": (1e-3,),
        "ref_power": (2.0,),
    }, positions=POSITIONS),
    Family("STFTSpectrogram", ((64, 1),), {"frame_length": 16, "frame_step": 8}, {
        "mode": ("magnitude", "psd", "real", "imag", "angle", "stft"), "fft_length": (32,),
        "window": ("hamming", None), "periodic": (True,), "scaling": ("spectrum", None),
        "padding": ("same",), "expand_dims": (True,),
    }, positions=POSITIONS),
    Family("STFTSpectrogram", ((2, 64),),
           {"frame_length": 16, "frame_step": 8, "data_format": "channels_first"},
           positions=POSITIONS, label="first"),
)  # fmt: skip
