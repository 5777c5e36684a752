"""App tokens as docs/data-format.md has them."""
import base64

PREFIX = "velum_token_"


def crc32c(content):
    value = 0xFFFFFFFF
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def app_token(secret):
    """Of 43 characters of base64url: written well, whether or not it is anybody's."""
    text = PREFIX + secret
    checksum = base64.urlsafe_b64encode(crc32c(text.encode()).to_bytes(4, "big"))
    return text + checksum.decode().rstrip("=")
