#!/usr/bin/env python3
"""Watches the server's system calls during one unmask: unmask_order.py BINARY

Promise 2: no byte of unmasked PII leaves before its audit record is durable. Promise 1: a masked
read leaves no trace and waits for no disk.
"""
import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.report import Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

CALLS = "pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync"
SYNCS = ("fdatasync", "fsync")
SENDS = ("write", "writev", "sendto", "sendmsg")
READS = 50
SETTLE_S = 1.5  # The trees and the outbox follow behind a write.
CANARY = "Quetzalcoatlina"

LINE = re.compile(r"(\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<name>\w+)\()(?P<rest>.*)")


@dataclasses.dataclass
class Call:
    name: str
    text: str
    began: int  # Lines of the trace: strace writes them in the order in which things happened.
    ended: int | None = None
    failed: bool = False


def parse(trace):
    calls, open_calls = [], {}
    for number, line in enumerate(trace.splitlines()):
        found = LINE.match(line)
        if not found:
            continue  # A signal, or a thread's end.
        thread = found[1]
        if found["resumed"]:
            call = open_calls.pop(thread)
            call.text += found["rest"]
        else:
            call = Call(found["name"], found["rest"], number)
            calls.append(call)
        if found["rest"].endswith("<unfinished ...>"):
            open_calls[thread] = call
        else:
            call.ended = number
            call.failed = re.search(r"\) += -1 ", call.text) is not None
    return calls


def require_ptrace():
    if shutil.which("strace") is None:
        raise Skip("strace is not installed")
    probe = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True,
                           text=True, check=False)
    if probe.returncode != 0:
        raise Skip(f"ptrace is not permitted: {probe.stderr.strip()[-200:]}")


def calls_during(trace_file, act):
    """The calls of the server while `act` runs, with the traffic before and after left out."""
    time.sleep(SETTLE_S)
    before = trace_file.stat().st_size
    act()
    time.sleep(SETTLE_S)
    with open(trace_file, "rb") as trace:
        trace.seek(before)
        return parse(trace.read().decode(errors="replace"))


def check_order(calls, token):
    """The entry is written, then synced, and only when that has ended is the canary sent."""
    entries = [call for call in calls if call.name.startswith("pwrite") and ".seg>" in call.text
               and "GetProfileUnmasked" in call.text and token in call.text]
    assert len(entries) == 1, f"{len(entries)} writes of the entry to a journal segment"
    segment = re.search(r"<([^>]*/audit/[^>]*\.seg)>", entries[0].text)[1]
    sends = [call for call in calls if call.name in SENDS and CANARY in call.text]
    assert sends, "the plaintext was not seen leaving"
    first = min(call.began for call in sends)
    for call in calls:
        if CANARY in call.text:
            assert call in sends and ("TCP" in call.text or "socket" in call.text), \
                f"the plaintext went elsewhere: {call.name}({call.text[:200]}"
    synced = [call for call in calls if call.name in SYNCS and segment in call.text
              and call.ended is not None and not call.failed
              and entries[0].ended < call.began]
    assert synced, "no sync of that segment after the entry was written"
    assert min(call.ended for call in synced) < first, \
        "the plaintext was sent before the journal's sync had ended"


def check_masked(calls):
    answers = [call for call in calls if call.name in SENDS and "HTTP/1.1 200" in call.text]
    assert len(answers) >= READS, f"only {len(answers)} answers were seen"
    synced = [f"{call.name}({call.text[:100]}" for call in calls if call.name in SYNCS]
    assert not synced, f"masked reads synced: {synced[:5]}"
    written = [call.text[:100] for call in calls if call.name.startswith("pwrite")]
    assert not written, f"masked reads wrote: {written[:5]}"


def test(report, binary, directory):
    trace_file = directory / "trace"
    server = None
    with report.check("a server under strace"):
        require_ptrace()
        # -D: the server stays our child, so that signals reach it and not strace.
        server = Server(Store(binary, directory / "data"), prefix=[
            "strace", "-D", "-f", "-y", "-yy", "-s", "65536", "-o", trace_file,
            "-e", f"trace={CALLS}"]).start()
    if server is None or not trace_file.exists():
        return
    with server.client() as client:
        created = client.create({"email": "ana@example.com", "firstName": CANARY})
        assert created.status == 201, created.text()
        token = created.json()["id"]

        def unmask():
            answer = client.unmask(token, "a+parcel+came+back")
            assert answer.status == 200, answer.text()
            assert answer.json()[0]["document"]["firstName"] == CANARY, json.dumps(answer.json())

        def read():
            for _ in range(READS):
                assert client.read(token).status == 200

        for _ in range(2):
            with report.check("the entry is durable before the plaintext leaves"):
                check_order(calls_during(trace_file, unmask), token)
        with report.check(f"{READS} masked reads write and sync nothing"):
            check_masked(calls_during(trace_file, read))
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]


if __name__ == "__main__":
    run(test)
