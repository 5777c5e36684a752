"""The keys of a store as the independent reader opens them: what a search of memory looks for."""
import contextlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import uuid

READER = pathlib.Path(__file__).resolve().parent.parent.parent / "tools" / "reader" / "velum-reader.mjs"


def keys_of(store, directory):
    """{name: key} of the key files, of what they open, and of every record ("ID full", "ID masked"). A
    server may be running, but nothing may be written meanwhile: its database is copied."""
    for name in ("data.db", "data.db-wal"):
        if (store.data / name).exists():
            shutil.copy(store.data / name, directory / name)
    root_key = pathlib.Path(f"{store.data}.root-key")
    with contextlib.closing(sqlite3.connect(directory / "data.db")) as database:
        account = database.execute("SELECT account_id, region, wrapped_full, wrapped_masked, "
                                   "wrapped_index, wrapped_signing FROM account").fetchone()
        rows = database.execute("SELECT subject_id, record_id, entity, epoch, key_sealed, "
                                "key_masked FROM record").fetchall()
    number, region, *wraps = account
    wraps = dict(zip(("full", "masked", "index", "signing"), (wrap.hex() for wrap in wraps)))
    records = [{"place": {"region": region, "account": number, "entity": entity,
                          "token": str(uuid.UUID(bytes=subject)),
                          "record": str(uuid.UUID(bytes=record))},
                "epoch": epoch, "wrapped_full": full.hex(), "wrapped_masked": masked.hex()}
               for subject, record, entity, epoch, full, masked in rows]
    asked = directory / "asked.json"
    asked.write_text(json.dumps({
        "key_file": root_key.read_text(), "epoch_file": pathlib.Path(f"{root_key}.epochs").read_text(),
        "store": {"region": region, "account": number, **wraps}, "records": records}))
    told = subprocess.run(["node", READER, "--keys", asked], check=True, capture_output=True).stdout
    return {name: bytes.fromhex(key) for name, key in json.loads(told).items()}


class KeyHunt:
    """Finds a quarter of any of many keys, wherever it begins, in one pass for all of them. Also with
    each four bytes turned round, as hashing leaves its input on the stack."""

    def __init__(self, keys):
        self.names = {}
        for name, key in keys.items():
            turned = b"".join(key[at:at + 4][::-1] for at in range(0, len(key), 4))
            for form in (key, turned):
                for at in range(0, len(form), 8):
                    self.names[int.from_bytes(form[at:at + 8], "little")] = name
        self.wanted = set(self.names)

    def in_bytes(self, content):
        """The names of those that are there."""
        view, found = memoryview(content), set()
        for first in range(8):
            end = first + (len(content) - first) // 8 * 8
            found |= self.wanted.intersection(view[first:end].cast("Q"))
        return {self.names[word] for word in found}
