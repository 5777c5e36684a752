"""The files of an audit directory, taken apart and put together again (docs/data-format.md): what
somebody who can write there, or who has a signing key, could make of them."""
import base64
import hashlib
import pathlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

WIDTH = 256
HASH_BYTES = 32
HEADER_BYTES = 80
FRAME_HEADER_BYTES = 64
CHAIN_AT = 32
FIRST = 0x80000000


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def node(left, right):
    return sha256(b"\x01", left, right)


def root_of(hashes):
    if not hashes:
        return sha256()
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root_of(hashes[:half]), root_of(hashes[half:]))


def leaf(entry):
    return sha256(b"\x00", entry)


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < WIDTH else "")


def encode_bundle(entries):
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_bundle(content):
    entries, at = [], 0
    while at < len(content):
        end = at + 2 + struct.unpack_from(">H", content, at)[0]
        entries.append(content[at + 2:end])
        at = end
    return entries


def tree_files(entries):
    """Every tile and bundle: {name: content}."""
    files = {}
    for at in range(0, len(entries), WIDTH):
        part = entries[at:at + WIDTH]
        files[tile_path("entries", at // WIDTH, len(part))] = encode_bundle(part)
    level, hashes = 0, [leaf(entry) for entry in entries]
    while hashes:
        parts = [hashes[at:at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        for index, part in enumerate(parts):
            files[tile_path(level, index, len(part))] = b"".join(part)
        level, hashes = level + 1, [root_of(part) for part in parts if len(part) == WIDTH]
    return files


def encode_state(account, hashes):
    nodes, at = b"", 0
    for bit in reversed(range(len(hashes).bit_length())):
        if len(hashes) >> bit & 1:
            nodes += root_of(hashes[at:at + (1 << bit)])
            at += 1 << bit
    body = struct.pack(">IQ", account, len(hashes)) + nodes
    return body + sha256(body)


class Signer:
    def __init__(self, origin, seed):
        self.origin, self.key = origin, Ed25519PrivateKey.from_private_bytes(seed)
        self.public = b"\x01" + self.key.public_key().public_bytes_raw()
        self.key_id = sha256(origin.encode(), b"\n", self.public)[:4]

    def vkey(self):
        return f"{self.origin}+{self.key_id.hex()}+{base64.b64encode(self.public).decode()}\n"

    def checkpoint(self, size, root):
        text = f"{self.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.key_id + self.key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.origin} {signature}\n".encode()


class Log:
    """One account's log as it is on disk."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.origin, size, root = (self.directory / "checkpoint").read_text().split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root)
        self.account = struct.unpack(">I", (self.directory / "state").read_bytes()[:4])[0]

    def entries(self):
        found = []
        while len(found) < self.size:
            width = min(WIDTH, self.size - len(found))
            name = tile_path("entries", len(found) // WIDTH, width)
            found += decode_bundle((self.directory / name).read_bytes())
        return found

    def names(self):
        """Of the tiles and bundles that count."""
        return sorted(tree_files([b""] * self.size))


def log_files(account, entries, signer):
    """All files of a log that somebody with the key makes."""
    hashes = [leaf(entry) for entry in entries]
    return {**tree_files(entries), "state": encode_state(account, hashes),
            "checkpoint": signer.checkpoint(len(entries), root_of(hashes)), "key.pub": signer.vkey().encode()}


class Frame:
    def __init__(self, head, entry):
        self.head, self.entry = head, entry  # `head` is what stands before the chain.

    def is_first(self):
        return struct.unpack(">I", self.head[:4])[0] >= FIRST

    def with_entry(self, entry):
        first = FIRST if self.is_first() else 0
        return Frame(struct.pack(">I", first | len(entry)) + self.head[4:], entry)

    def size(self):
        return FRAME_HEADER_BYTES + len(self.entry)


def read_segment(content):
    """(number, chain before, frames)."""
    number, before, chain = struct.unpack(">Q", content[8:16])[0], content[16:48], content[16:48]
    frames, at = [], HEADER_BYTES
    while at + FRAME_HEADER_BYTES <= len(content):
        size = struct.unpack_from(">I", content, at)[0] & ~FIRST
        head, entry = content[at:at + CHAIN_AT], content[at + FRAME_HEADER_BYTES:][:size]
        after = sha256(chain, head, entry)
        if size == 0 or after != content[at + CHAIN_AT:at + FRAME_HEADER_BYTES]:
            break
        frames.append(Frame(head, entry))
        chain, at = after, at + FRAME_HEADER_BYTES + size
    return number, before, frames


def write_segments(segments, zeros=0):
    """[content] of [(number, frames)], all chained anew from the first's `before`."""
    number, chain, _ = segments[0]
    contents = []
    for number, _, frames in segments:
        head = b"VELUMJ1\n" + struct.pack(">Q", number) + chain
        content = head + sha256(head)
        for frame in frames:
            chain = sha256(chain, frame.head, frame.entry)
            content += frame.head + chain + frame.entry
        contents.append(content + bytes(zeros))
    return contents
