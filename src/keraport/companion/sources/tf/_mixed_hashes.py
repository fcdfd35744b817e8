def _mixed_hashes(one, other):
    """FingerprintCat64 of TensorFlow (core/platform/fingerprint.h) on 64-bit numbers."""
    # 0xc6a4a7935bd1e995 as a signed number; products wrap around.
    factor = tf.constant(-0x395B586CA42E166B, tf.int64)
    xor = tf.bitwise.bitwise_xor

    def shift_mix(values):
        return xor(values, _shifted_right(values, 47))

    mixed = xor(xor(one, factor), shift_mix(other * factor) * factor) * factor
    return shift_mix(shift_mix(mixed) * factor)
