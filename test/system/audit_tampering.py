#!/usr/bin/env python3
"""Whatever is done to an audit directory, both verifiers notice, and agree: audit_tampering.py BINARY

A log of several bundles and segments is made by a real server, a second account's beside it. Each
operator below does one kind of harm, at a place and in a way that a seed chooses; `velum audit
verify` and tools/verify must both refuse what it leaves. What is harmless they must both take.
Each operator is tried at 25 seeds, with VELUM_LONG=1 at 500.
"""
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness import audit_files as af  # noqa: E402
from harness.keys import keys_of  # noqa: E402
from harness.report import LONG, Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

VERIFIER = ROOT / "tools" / "verify" / "velum-verify.mjs"
PLACEMENTS = 500 if LONG else 25
HARMLESS_PLACEMENTS = 100 if LONG else 10
BATCH = 25
AT_ONCE = 2
ZEROS = 1000  # Left behind the frames of a segment, of 8 MB.
OPERATORS, HARMLESS = [], []


def operator(name, needs_kept=False):
    """Needs a checkpoint that was kept elsewhere, where the files alone cannot tell."""
    return lambda function: OPERATORS.append((name, function, needs_kept)) or function


def harmless(function):
    HARMLESS.append((function.__name__.replace("_", " "), function, True))
    return function


class Base:
    """What the servers made, and what an auditor has."""

    def __init__(self, binary, directory):
        self.directory, self.binary = directory, binary
        self.audit = directory / "base" / "audit"
        self.older = []  # The account's directory as it was, at each stage.
        store = self.make_log(directory / "loja", "loja", (300, 180, 50))
        other = self.make_log(directory / "outra", "outra", (60,))
        self.signer = self.signer_of(store, "loja")
        self.stranger = af.Signer(self.signer.origin, b"another key, of somebody else !!")
        shutil.copytree(other.data / "audit" / "outra", self.audit / "outra")
        self.log, self.other = af.Log(self.audit / "loja"), af.Log(self.audit / "outra")
        self.entries, self.names = self.log.entries(), self.log.names()
        self.segments = sorted((self.audit / "journal").iterdir())
        for segment in self.segments:
            content = segment.read_bytes()
            segment.write_bytes(content.rstrip(b"\0") + bytes(ZEROS))
        self.keys = directory / "keys"
        self.keys.write_text(self.signer.vkey() + self.signer_of(other, "outra").vkey())
        self.kept = directory / "kept"  # The newest of both, and an older one.
        self.kept.write_bytes(b"".join((path / "checkpoint").read_bytes() for path in
                                       (self.older[0], self.audit / "loja", self.audit / "outra")))

    def signer_of(self, store, account):
        seed = keys_of(store, self.directory)["store signing"]
        return af.Signer(f"velum/{store.region}/{account}", seed)

    def make_log(self, data, account, stages):
        """Ends with a kill, while the newest entries are in the journal only. Segments that the server
        removed are kept: a crash can leave them."""
        store = Store(self.binary, data, account)
        journal = data / "audit" / "journal"
        old = self.directory / f"{account}.segments"
        old.mkdir()
        subjects = []
        for stage, count in enumerate(stages):
            server = Server(store)
            server.start()
            with server.client() as client:
                subjects = subjects or [client.create({"email": f"a{number}@example.com"}).json()["id"]
                                        for number in range(20)]
                for number in range(count):
                    assert client.unmask(subjects[number % 20]).status == 200
                self.wait_until_signed(client)
                for segment in journal.iterdir():
                    shutil.copy(segment, old / segment.name)
                if account == "loja":
                    self.older.append(self.directory / f"stage{stage}")
                    shutil.copytree(data / "audit" / account, self.older[-1])
                if stage + 1 == len(stages) and account == "loja":
                    for number in range(9):
                        client.unmask(subjects[number])
                    shutil.copytree(data / "audit", self.audit)  # As the power going now would leave it.
            assert server.stop() == 0
        if account == "loja":
            for segment in old.iterdir():
                if not (self.audit / "journal" / segment.name).exists():
                    shutil.copy(segment, self.audit / "journal" / segment.name)
        return store

    @staticmethod
    def wait_until_signed(client):
        newest = json.loads(client.request("GET", "/api/audit/events?limit=1").body)["items"][0]["number"]
        deadline = time.monotonic() + 60
        while client.request("GET", f"/api/audit/proof/{newest}").status != 200:
            assert time.monotonic() < deadline, "the entries are not signed"
            time.sleep(0.1)


class Scratch:
    """A copy of the base to be spoilt. Files are links until they are written."""

    def __init__(self, base, directory, choices):
        self.base, self.audit, self.choices = base, directory / "audit", choices
        shutil.copytree(base.audit, self.audit, copy_function=os.link)
        self.loja = self.audit / "loja"

    def write(self, path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content)

    def replace_log(self, files):
        """All of the account's log."""
        shutil.rmtree(self.loja)
        for name, content in files.items():
            self.write(self.loja / name, content)

    def pick(self, prefix):
        """One of the files of the tree whose names begin so."""
        return self.loja / self.choices.choice([name for name in self.base.names if name.startswith(prefix)])

    def flip(self, path, begin=0, end=None):
        content = bytearray(path.read_bytes())
        at = self.choices.randrange(begin, len(content) if end is None else end)
        content[at] ^= 1 << self.choices.randrange(8)
        self.write(path, bytes(content))

    def segment(self, number):
        return self.audit / "journal" / self.base.segments[number].name

    def parsed_segments(self):
        return [af.read_segment(path.read_bytes()) for path in self.base.segments]

    def write_journal(self, segments):
        for path, content in zip(self.base.segments, af.write_segments(segments, ZEROS)):
            self.write(self.audit / "journal" / path.name, content)


def end_of_frames(frames):
    return af.HEADER_BYTES + sum(frame.size() for frame in frames)


def before_last_write(frames):
    """Those that a torn write at the end cannot take with it."""
    last = max(number for number, frame in enumerate(frames) if frame.is_first())
    return frames[:last]


@operator("a bit of the entries is flipped")
def _(scratch):
    scratch.flip(scratch.pick("tile/entries"))


@operator("a bit of a hash tile is flipped")
def _(scratch):
    scratch.flip(scratch.pick(scratch.choices.choice(("tile/0", "tile/1"))))


@operator("a bit of the checkpoint is flipped")
def _(scratch):
    scratch.flip(scratch.loja / "checkpoint")


@operator("a bit of the state is flipped")
def _(scratch):
    scratch.flip(scratch.loja / "state")


@operator("a bit of the journal is flipped")
def _(scratch):
    number = scratch.choices.randrange(len(scratch.base.segments))
    _, _, frames = scratch.parsed_segments()[number]
    if number + 1 == len(scratch.base.segments):
        frames = before_last_write(frames)
    scratch.flip(scratch.segment(number), 0, end_of_frames(frames))


def edit_bundle(scratch, edit):
    path = scratch.pick("tile/entries")
    entries = af.decode_bundle(path.read_bytes())
    at = scratch.choices.randrange(len(entries))
    scratch.write(path, af.encode_bundle(edit(entries, at)))


@operator("an entry is deleted")
def _(scratch):
    edit_bundle(scratch, lambda entries, at: entries[:at] + entries[at + 1:])


@operator("an entry is there twice")
def _(scratch):
    instead = scratch.choices.randrange(2)  # Of the one behind it, or pushing all by one.
    edit_bundle(scratch, lambda entries, at: entries[:at + 1] + entries[at:][:1] + entries[at + 1 + instead:])


@operator("two entries change places")
def _(scratch):
    first, second = scratch.choices.sample(range(scratch.base.log.size), 2)
    entries = list(scratch.base.entries)
    entries[first], entries[second] = entries[second], entries[first]
    remade = scratch.choices.random() < 0.5  # With tiles to fit, which nobody signed.
    for name, content in af.tree_files(entries).items():
        if remade or name.startswith("tile/entries"):
            scratch.write(scratch.loja / name, content)


@operator("a tile or a bundle ends too early")
def _(scratch):
    path = scratch.pick("tile")
    scratch.write(path, path.read_bytes()[:scratch.choices.randrange(path.stat().st_size)])


@operator("a tile or a bundle is gone")
def _(scratch):
    scratch.pick("tile").unlink()


@operator("state or checkpoint are cut or gone")
def _(scratch):
    path = scratch.loja / scratch.choices.choice(("state", "checkpoint"))
    if scratch.choices.random() < 0.2:
        path.unlink()
    else:
        scratch.write(path, path.read_bytes()[:scratch.choices.randrange(path.stat().st_size)])


@operator("a segment of the journal is gone, cut or another's")
def _(scratch):
    segments = scratch.parsed_segments()
    number = scratch.choices.randrange(len(segments) - 1)
    path = scratch.segment(number)
    way = scratch.choices.randrange(3)
    if way == 0:
        scratch.segment(1).unlink()  # With the first one gone, the second is the oldest there is.
    elif way == 1:  # The tail of an older one was acknowledged: the next says so.
        scratch.write(path, path.read_bytes()[:scratch.choices.randrange(af.HEADER_BYTES,
                                                                         end_of_frames(segments[number][2]))])
    else:
        scratch.write(path, scratch.segment(number + 1).read_bytes())


# Signed by nobody, but for what the tree has of it.
@operator("two frames of the journal change places")
def _(scratch):
    segments = scratch.parsed_segments()
    frames = scratch.choices.choice([frames for _, _, frames in segments if len(frames) > 1])
    first, second = scratch.choices.sample(range(len(frames)), 2)
    frames[first], frames[second] = frames[second], frames[first]
    scratch.write_journal(segments)  # Well chained, all of it.


@operator("an entry of the journal is edited, and its chain made again")
def _(scratch):
    segments = scratch.parsed_segments()
    frames = scratch.choices.choice([frames for _, _, frames in segments if len(frames) > 2])
    # A journal may begin and end anywhere: without its first or its last frame it is one.
    at = scratch.choices.randrange(1, len(frames) - 1)
    if scratch.choices.random() < 0.5:
        content = json.loads(frames[at].entry)
        # Under no checkpoint yet it is signed by nobody, and may say what it likes of its own account.
        content["action" if content["number"] < scratch.base.log.size else "account"] = "Other"
        frames[at] = frames[at].with_entry(canonical(content))
    else:
        del frames[at]
    scratch.write_journal(segments)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@operator("an older checkpoint is put back", needs_kept=True)
def _(scratch):
    older = scratch.choices.choice(scratch.base.older[:-1])
    scratch.write(scratch.loja / "checkpoint", (older / "checkpoint").read_bytes())


@operator("the log is put back as it was", needs_kept=True)
def _(scratch):
    older = scratch.choices.randrange(len(scratch.base.older) - 1)
    shutil.rmtree(scratch.loja)
    shutil.copytree(scratch.base.older[older], scratch.loja, copy_function=os.link)
    for number in range(older + 1, len(scratch.base.segments)):  # The journal with it, or what is left of it.
        scratch.segment(number).unlink()


@operator("the log is signed with another key")
def _(scratch):
    entries = list(scratch.base.entries)
    if scratch.choices.random() < 0.5:
        entries[scratch.choices.randrange(len(entries))] = scratch.choices.choice(entries)
    scratch.replace_log(af.log_files(scratch.base.log.account, entries, scratch.base.stranger))


@operator("an entry comes from another account")
def _(scratch):
    entries = list(scratch.base.entries)
    entries[scratch.choices.randrange(len(entries))] = scratch.choices.choice(scratch.base.other.entries())
    if scratch.choices.random() < 0.5:  # By who has the key.
        scratch.replace_log(af.log_files(scratch.base.log.account, entries, scratch.base.signer))
    else:
        for name, content in af.tree_files(entries).items():
            scratch.write(scratch.loja / name, content)


def resign(scratch, entries):
    """By who has the log's own key, and makes a journal to fit."""
    scratch.replace_log(af.log_files(scratch.base.log.account, entries, scratch.base.signer))
    shutil.rmtree(scratch.audit / "journal")
    (scratch.audit / "journal").mkdir()


@operator("entries are renumbered, and signed")
def _(scratch):
    entries = list(scratch.base.entries)
    at = scratch.choices.randrange(len(entries))
    if scratch.choices.random() < 0.5:
        del entries[at]  # The rest keep their numbers.
        if at == len(entries):
            del entries[0]
    else:
        content = json.loads(entries[at])
        content["number"] += scratch.choices.choice((-1, 1, 256, 0.5))
        entries[at] = canonical(content)
    resign(scratch, entries)


@operator("entries are spelt otherwise, and signed")
def _(scratch):
    entries = list(scratch.base.entries)
    at = scratch.choices.randrange(len(entries))
    content = json.loads(entries[at])
    ways = [json.dumps(content, sort_keys=True).encode(), entries[at] + b"\n", b" " + entries[at],
            json.dumps(dict(reversed(content.items())), separators=(",", ":")).encode(),
            entries[at].replace(b"loja", b"loj\\u0061", 1), entries[at].replace(b'"number":', b'"number":0', 1),
            entries[at].replace(b'"number":', b'"number":1,"number":', 1), b"", b"null",
            b"\xef\xbb\xbf" + entries[at], entries[at].replace(b"loja", b"loj\xe3", 1), entries[at][:-1]]
    entries[at] = scratch.choices.choice(ways)
    resign(scratch, entries)


@operator("the past is written anew, and signed", needs_kept=True)
def _(scratch):
    entries = list(scratch.base.entries)
    # What both checkpoints that were kept cover.
    content = json.loads(entries[at := scratch.choices.randrange(len(entries))])
    content["action"] = "Other"
    entries[at] = canonical(content)
    resign(scratch, entries)


@operator("two accounts' logs change places, or one is gone", needs_kept=True)
def _(scratch):
    if scratch.choices.random() < 0.5:
        scratch.loja.rename(scratch.audit / "loja.")
        (scratch.audit / "outra").rename(scratch.loja)
        (scratch.audit / "loja.").rename(scratch.audit / "outra")
    else:
        shutil.rmtree(scratch.audit / scratch.choices.choice(("loja", "outra")))


@harmless
def nothing_is_done(scratch):
    del scratch


@harmless
def a_partial_tile_that_was_superseded_is_left(scratch):
    names = af.tree_files(scratch.base.entries[:scratch.choices.randrange(1, scratch.base.log.size)])
    for name, content in names.items():
        if ".p/" in name:
            scratch.write(scratch.loja / name, content)


@harmless
def zeros_behind_the_journal_are_more_or_fewer(scratch):
    path = scratch.segment(scratch.choices.randrange(len(scratch.base.segments)))
    content = path.read_bytes().rstrip(b"\0")
    scratch.write(path, content + bytes(scratch.choices.randrange(5000)))


@harmless
def a_segment_was_begun_and_has_no_header(scratch):
    number = af.read_segment(scratch.base.segments[-1].read_bytes())[0] + 1
    scratch.write(scratch.audit / "journal" / f"{number:016}.seg", bytes(scratch.choices.randrange(300)))


@harmless
def the_last_write_is_torn(scratch):
    _, _, frames = scratch.parsed_segments()[-1]
    end = end_of_frames(before_last_write(frames))
    content = scratch.segment(-1).read_bytes()
    scratch.write(scratch.segment(-1), content[:scratch.choices.randrange(end, end_of_frames(frames))] + bytes(ZEROS))


@harmless
def behind_the_end_of_an_older_segment_is_a_write_that_failed(scratch):
    number = scratch.choices.randrange(len(scratch.base.segments) - 1)
    _, _, frames = scratch.parsed_segments()[number]
    content = scratch.segment(number).read_bytes()
    noise = scratch.choices.randbytes(scratch.choices.randrange(1, 500))
    scratch.write(scratch.segment(number), content[:end_of_frames(frames)] + noise)


@harmless
def old_segments_are_removed(scratch):
    for number in range(scratch.choices.randrange(1, len(scratch.base.segments))):
        scratch.segment(number).unlink()


class Verifiers:
    def __init__(self, base):
        self.base = base

    def own(self, scratch, kept):
        words = [self.base.binary, "audit", "verify", "--data", scratch.audit.parent, "--key", self.base.keys]
        done = subprocess.run([*words, *(["--checkpoint", self.base.kept] if kept else [])],
                              capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stderr.strip()

    def independent(self, scratches, kept):
        lines = [json.dumps({"check": str(one.audit), "key": str(self.base.keys),
                             **({"checkpoint": str(self.base.kept)} if kept else {})}) for one in scratches]
        done = subprocess.run(["node", VERIFIER, "batch"], input="\n".join(lines), capture_output=True,
                              text=True, check=True, timeout=600)
        return [(one["code"], one["why"]) for one in map(json.loads, done.stdout.splitlines())]


def batch_of(base, verifiers, name, function, kept, seeds, wanted):
    """What is wrong with the verdicts: a text a seed."""
    wrong, scratches = [], []
    directory = base.directory / f"scratch-{abs(hash((name, seeds.start)))}"
    for seed in seeds:
        scratch = Scratch(base, directory / str(seed), random.Random(f"{name} {seed}"))
        function(scratch)
        scratches.append(scratch)
    told = verifiers.independent(scratches, kept)
    assert len(told) == len(scratches), "the independent verifier ended"
    for seed, scratch, (other, why) in zip(seeds, scratches, told):
        own, said = verifiers.own(scratch, kept)
        if (own, other) != (wanted, wanted):
            wrong.append(f"seed {seed}: velum audit verify {own} {said[-200:]}, tools/verify {other} {why[-200:]}")
    shutil.rmtree(directory)
    return wrong


def try_all(report, base, operators, wanted, placements):
    verifiers = Verifiers(base)
    tried = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, function, kept in operators:
            starts = range(0, placements, BATCH)
            batches = [pool.submit(batch_of, base, verifiers, name, function, kept,
                                   range(start, min(start + BATCH, placements)), wanted) for start in starts]
            with report.check(f"{'noticed' if wanted else 'taken'} by both: {name}"):
                wrong = [one for batch in batches for one in batch.result()]
                assert not wrong, f"{len(wrong)} of {placements}: {'; '.join(wrong[:3])}"
                tried += placements
    return tried


def test(report, binary, directory):
    if shutil.which("node") is None:
        with report.check("two verifiers agree on what was tampered with"):
            raise Skip("no node")
        return
    with report.check("a log of several bundles and segments, and a second account's"):
        base = Base(binary, directory)
        assert len(base.segments) == 3 and base.log.size > 2 * af.WIDTH, (len(base.segments), base.log.size)
        assert base.log.account != base.other.account
    harm = try_all(report, base, OPERATORS, 1, PLACEMENTS)
    good = try_all(report, base, HARMLESS, 0, HARMLESS_PLACEMENTS)
    print(f"figure tampered directories, of {len(OPERATORS)} kinds, that both verifiers refuse: {harm}")
    print(f"figure harmless ones, of {len(HARMLESS)} kinds, that both take: {good}")


if __name__ == "__main__":
    run(test)
