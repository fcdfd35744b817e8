def _siphash(data, first, second):
    """SipHash-2-4 of some bytes with a key of two numbers."""
    whole = 2**64 - 1
    first, second = first & whole, second & whole
    v0, v1 = first ^ 0x736F6D6570736575, second ^ 0x646F72616E646F6D
    v2, v3 = first ^ 0x6C7967656E657261, second ^ 0x7465646279746573

    def turned(value, bits):
        return ((value << bits) | (value >> (64 - bits))) & whole

    def mixed(v0, v1, v2, v3, rounds):
        for _ in range(rounds):
            v0, v2 = (v0 + v1) & whole, (v2 + v3) & whole
            v1, v3 = turned(v1, 13) ^ v0, turned(v3, 16) ^ v2
            v0 = turned(v0, 32)
            v2, v0 = (v2 + v1) & whole, (v0 + v3) & whole
            v1, v3 = turned(v1, 17) ^ v2, turned(v3, 21) ^ v0
            v2 = turned(v2, 32)
        return v0, v1, v2, v3

    size = len(data)
    data += bytes(7 - size % 8) + bytes([size % 256])
    for start in range(0, len(data), 8):
        block = int.from_bytes(data[start : start + 8], "little")
        v0, v1, v2, v3 = mixed(v0, v1, v2, v3 ^ block, 2)
        v0 ^= block
    v0, v1, v2, v3 = mixed(v0, v1, v2 ^ 255, v3, 4)
    return v0 ^ v1 ^ v2 ^ v3
