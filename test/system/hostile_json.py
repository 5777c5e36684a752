#!/usr/bin/env python3
"""Bodies that are no JSON, or too much of it: hostile_json.py BINARY

All of JSONTestSuite, each file as a body and each within a document; text that is no Unicode; depth.
Each is refused as invalid_json or stored and read back as it was, and nothing of it is left anywhere.
"""
import gzip
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.attack import Attack, check_traces  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.raw import Raw, request  # noqa: E402
from harness.report import Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

SUITE = ROOT.parent / "shared" / "vectors" / "json"
SUITE_FILES = 318
# Of the i_ files, where the RFC leaves the choice: docs/json.md.
ACCEPTED = {"i_number_double_huge_neg_exp.json", "i_number_real_underflow.json",
            "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
            "i_number_very_big_negative_int.json"}
BODIES_MIN = 30


def suite():
    if not SUITE.is_dir():
        raise Skip("../shared/vectors/json is not there")
    files = sorted(SUITE.glob("*.json"))
    assert len(files) == SUITE_FILES, f"{len(files)} files"
    return [(path.name, path.read_bytes()) for path in files]


def is_valid(name):
    """For the API, which refuses a name that comes twice."""
    if name.startswith("y_object_duplicated_key"):
        return False
    return name.startswith("y_") or name in ACCEPTED


def check_suite_alone(attack, connection):
    """As the whole body. What is valid is still no profile: it has no e-mail."""
    files = suite()
    for name, content in files:
        code, _ = attack.post(connection, content, (400,), name)
        want_json = not is_valid(name)
        assert (code == "invalid_json") == want_json, f"{name}: {code}"
    return len(files)


def check_suite_inside(attack, connection):
    """As a member of a document, which is then stored and must come back as it was."""
    stored = 0
    for name, content in suite():
        statuses = (201,) if is_valid(name) else (400,)
        body = b'{"x": ' + content + f', "email": "{attack.canary()}@example.com"}}'.encode()
        code, answer = attack.post(connection, body, statuses, f"{name} inside")
        if answer.status == 400:
            assert code == "invalid_json", f"{name} inside: {code}"
            continue
        target = f"{PROFILES}/{answer.json()['id']}/unmask?reason=test"
        shown = connection.ask(request("GET", target, attack.headers())).json()
        assert shown[0]["document"]["x"] == json.loads(content), f"{name} came back changed"
        stored += 1
    return stored


def check_bodies(attack, connection):
    """Text that is no UTF-8 or no Unicode, and depth."""
    bad = [b'"\xff"', b'"\xc3"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"',
           b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\ud800"', b'"\\udbff\\u0041"', b'"\x00"', b'"\n"',
           b'"\\x41"', b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x10", b"'a'", b"{1:2}",
           b'{"a":1,"a":2}', b'{"\xff":1}', b'{"\\ud800":1}', b"[" * 10_000, b"]" * 10_000,
           b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
           b"[" * 64 + b"]" * 64, b"[" * 500_000]
    for member in bad:
        code, _ = attack.post(connection, attack.document(member), (400,), repr(member[:20]))
        assert code == "invalid_json", f"{member[:20]}: {code}"
    for body in (attack.document(b"1").decode().encode("utf-16"), b"\xef\xbb\xbf{}", b"", b" ",
                 gzip.compress(attack.document(b"1"))):
        code, _ = attack.post(connection, body, (400,), repr(body[:20]))
        assert code == "invalid_json", f"{body[:20]}: {code}"
    attack.post(connection, attack.document(b"[" * 63 + b"]" * 63), (201,), "64 levels")
    attack.post(connection, attack.document(b'"' + b"9" * 300_000 + b'"'), (413,), "300 kB")
    attack.post(connection, attack.document(b"[" + b"0," * 120_000 + b"0]"), (201,),
                "120,000 numbers")
    return len(bad) + 8


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    attack = Attack(server)
    with Raw(server.port) as connection:
        with report.check("JSONTestSuite, each file a body"):
            files = check_suite_alone(attack, connection)
        with report.check("JSONTestSuite, each file in a document"):
            stored = check_suite_inside(attack, connection)
            print(f"figure JSONTestSuite: {files} files twice, {stored} stored and read back",
                  flush=True)
            assert stored > 90, f"{stored} were stored"
        with report.check("bodies that are no text, or deep"):
            bodies = check_bodies(attack, connection)
            print(f"figure hostile bodies: {bodies}, {attack.refusals} refusals, "
                  f"{attack.count} canaries", flush=True)
            assert bodies >= BODIES_MIN
    check_traces(report, attack, directory)
    with report.check("it stops, and its log verifies"):
        assert server.stop() == 0, server.log_text()[-1000:]
        server.store.command("audit", "verify")


if __name__ == "__main__":
    run(test)
