"""Checksums of a database's pages, for tests that write to one with SQLite and not with velum.

docs/data-format.md has the layout: the last 8 bytes of a page are CRC-32C of its number and the first
half of the rest, then CRC-32C of its number and the second half.
"""
import struct

PAGE_BYTES = 4096
SUM_BYTES = 8


def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = _table()


def crc32c(before, content):
    state = before ^ 0xFFFFFFFF
    for byte in content:
        state = TABLE[(state ^ byte) & 0xFF] ^ state >> 8
    return state ^ 0xFFFFFFFF


def page_sum(number, content):
    start = crc32c(0, struct.pack(">I", number))
    half = len(content) // 2
    return struct.pack(">II", crc32c(start, content[:half]), crc32c(start, content[half:]))


def write_page_sums(path):
    """Makes the pages of a database that nobody has open what velum takes them for."""
    content = bytearray(path.read_bytes())
    for at in range(0, len(content), PAGE_BYTES):
        end = at + PAGE_BYTES - SUM_BYTES
        content[end:end + SUM_BYTES] = page_sum(at // PAGE_BYTES + 1, content[at:end])
    path.write_bytes(content)
