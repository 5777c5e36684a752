#!/usr/bin/env python3
"""Requests that nobody sends who means well: hostile_http.py BINARY

Each gets the right refusal or a closed connection, somebody else is served as if nothing had been, and
nothing of what was sent is in an error, a log, a metric or a file.
"""
import concurrent.futures
import json
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness import slow  # noqa: E402
from harness.attack import Attack, check_traces  # noqa: E402
from harness.client import PROFILES  # noqa: E402
from harness.raw import Raw, request  # noqa: E402
from harness.report import run  # noqa: E402
from harness.slow import Slow, Witness  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

LARGE_BYTES = 10 << 20
LARGE_AT_ONCE = 4
MEMORY_MAX_BYTES = 24 << 20  # That the peak may grow by, while 12 bodies of 10 MB come.
PIPELINED = 1000
RESETS = 50
HEAD_S, BODY_S, WRITE_S = 10, 30, 30  # The deadlines: docs/operating.md.
LATE_S = 3  # Of a deadline, on a machine that is busy.
WITNESS_MAX_S = 1.0
LISTENING = "0A"  # A state of a row in /proc/net/tcp.
CASES_MIN = 150
# Escapes in a target: those that decode to text, if to an odd one, and those that do not.
TEXTS = ("%0d%0aSet-Cookie:a", "%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "%e2%80%ae", "%ef%bf%bf")
NO_TEXTS = ("%ff", "%c3", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%00", "%zz", "%", "%f")


def check_types_and_methods(attack):
    cases = 0
    post = ("POST", PROFILES)
    for content_type in ("", "text/plain", "application/xml", "multipart/form-data; boundary=a",
                         "application/x-www-form-urlencoded", "application/jsonx", "application",
                         "json", "application/merge-patch+xml", "application/json, text/plain",
                         f"text/{attack.canary()}"):
        body = attack.document(b"1")
        headers = attack.headers(("Content-Type", content_type))
        code = attack.send(request(*post, headers, body), (415,), content_type)
        assert code == "unsupported_media_type", code
        cases += 1
    attack.send(request(*post, attack.headers(), attack.document(b"1")), (415,), "no type")
    for method, target, statuses in (
            ("TRACE", "/livez", (405,)), ("BREW", "/livez", (405,)), ("get", "/livez", (405,)),
            ("POST", "/livez", (405,)), ("DELETE", "/metrics", (405,)), ("PUT", PROFILES, (405,)),
            ("DELETE", PROFILES, (405,)), ("PATCH", PROFILES, (405,)),
            (attack.canary(), PROFILES, (405,)), ("CONNECT", f"{attack.canary()}:443", (400,)),
            ("GET", "*", (400,)), ("OPTIONS", "*", (204, 404, 405)), ("M" * 9000, "/", (414,))):
        content = request(method, target, attack.headers())
        with Raw(attack.server.port) as connection:
            answer = connection.ask(content)
            attack.judge(answer, statuses, f"{method[:20]} {target}")
            if answer.status == 405:
                assert answer.header("Allow"), f"{method} {target}: no Allow"
        cases += 1
    return cases + 1


def check_targets(attack, id):
    """Paths and queries that decode into something else than text."""
    cases = 0
    for text in (*TEXTS, *NO_TEXTS):
        canary = attack.canary()
        for target, statuses in ((f"/{text}{canary}", (400, 404)),
                                 (f"/{text}{canary}?alternativeKey=email", (400, 404)),
                                 (f"/{id}?alternativeKey={text}{canary}", (400,)),
                                 (f"/{id}/unmask?reason=", (400,)),
                                 (f"/{id}/versions/{text}{canary}", (400, 404)),
                                 (f"/{id}?an={text}{canary}", (400, 404))):
            attack.send(request("GET", PROFILES + target, attack.headers()), statuses, target)
            cases += 1
        target = f"{PROFILES}/{id}/unmask?reason={text}{canary}"
        statuses = (200,) if text in TEXTS else (400,)
        attack.send(request("GET", target, attack.headers()), statuses, target)
        cases += 1
    for target in (f"/{attack.canary()}#a", f"/{attack.canary()}\x7f", "http://", "ftp://a/",
                   f"http://{attack.canary()}@a/", f"//{attack.canary()}/%5c", "/" + "a" * 9000):
        attack.send(request("GET", target, attack.headers()), (400, 404, 414), target[:40])
        cases += 1
    return cases


def framing_cases(attack):
    """(bytes, status); a request for /hidden stands where only a misled parser would find it."""
    hidden = request("GET", f"/hidden/{attack.canary()}")
    line, name = f"POST {PROFILES}?a={attack.canary()} HTTP/1.1\r\n", attack.canary()

    def post(headers, rest=b""):
        return (line + "Host: a\r\n" + headers + "\r\n").encode("latin-1") + rest + hidden
    size = f"Content-Length: {len(hidden)}\r\n"
    chunked, last = "Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"
    refused = [size + size, size + "Content-Length: 0\r\n", "Content-Length: 5, 5\r\n",
               "Content-Length: +5\r\n", "Content-Length: 0x5\r\n", f"Content-Length: {name}\r\n",
               "Content-Length: 5\r\n 5\r\n", "Content-Length : 5\r\n", chunked + size,
               size + chunked, chunked + chunked, "Transfer-Encoding: gzip, chunked\r\n",
               "Transfer-Encoding: Chunked\r\n", "Transfer-Encoding: identity\r\n",
               f"Transfer-Encoding: {name}\r\n", "Transfer-Encoding: x\r\n chunked\r\n",
               f"X: {name}\n", f"X: {name}\r\n folded\r\n", f"X : {name}\r\n", f"{name}\r\n",
               f"X: {name}\x00\r\n", f"X: {name}\rY: b\r\n", "Host: b\r\n", f": {name}\r\n"]
    yield from ((post(headers, last), 400) for headers in refused)
    for chunk in (b"5;a=\"b\"\r\nhello\r\n", b"5\nhello\r\n", b"5\r\nhello\n", b"0x5\r\nhello\r\n",
                  b"-5\r\nhello\r\n", b"5 \r\nhello\r\n", b"5\r\nhello!\r\n", b"0\r\nA: b\r\n\r\n",
                  b"0\r\nContent-Length: 5\r\n\r\n", b"5;" + b"a" * 200 + b"\r\nhello\r\n"):
        yield post(chunked, chunk + last), 400
    yield post("Content-Length: 18446744073709551615\r\n"), 413
    yield post(chunked, b"ffffffffffffffff\r\n"), 413
    yield post(f"Expect: {name}\r\n"), 417
    yield post(f"X: {name}{'x' * 9000}\r\n"), 431
    yield post("X: a\r\n" * 101), 431
    yield post("".join(f"X: {name}{'x' * 8000}\r\n" for _ in range(5))), 431
    yield f"GET /{name} HTTP/1.1\r\n\r\n".encode() + hidden, 400
    yield f"GET /{name} HTTP/2.0\r\nHost: a\r\n\r\n".encode() + hidden, 505
    yield f"GET /{name}\r\n".encode() + hidden, 400
    yield b"\x16\x03\x01\x02\x00" + name.encode() + hidden, 400
    yield (line + f"Host: {name}/b\r\n\r\n").encode() + hidden, 400


def check_framing(attack):
    cases = 0
    for content, status in framing_cases(attack):
        with Raw(attack.server.port) as connection:
            answer = connection.ask(content)
            attack.judge(answer, (status,), repr(content[:200]))
            assert answer.header("Connection") == "close", f"{content[:200]}: stays"
            assert connection.rest() == b"", f"{content[:200]}: something follows the refusal"
        cases += 1
    return cases


def peak_bytes(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def check_large(attack):
    """In one piece, in one chunk and in chunks of 1,000 bytes, several at once."""
    content = attack.document(b'"' + (attack.canary() * 1000).encode())
    content += b"x" * (LARGE_BYTES - len(content))
    head = attack.headers(("Content-Type", "application/json"))
    chunks = [request("POST", PROFILES, [*head, ("Transfer-Encoding", "chunked")])
              + f"{size:x}\r\n".encode()
              + f"\r\n{size:x}\r\n".encode().join(content[at:at + size]
                                                for at in range(0, LARGE_BYTES, size))
              for size in (1024, LARGE_BYTES)]
    shapes = [request("POST", PROFILES, head, content), *chunks]
    before = peak_bytes(attack.server.process)
    with concurrent.futures.ThreadPoolExecutor(LARGE_AT_ONCE) as pool:
        jobs = [pool.submit(attack.send, shape, (413,), "10 MB") for shape in shapes
                for _ in range(LARGE_AT_ONCE)]
        for job in jobs:
            assert job.result() == "payload_too_large"
    grown = peak_bytes(attack.server.process) - before
    print(f"figure {len(jobs)} bodies of 10 MB: the peak of memory grows by {grown / 1e6:.1f} MB",
          flush=True)
    assert grown < MEMORY_MAX_BYTES, f"it grew by {grown / 1e6:.1f} MB"


def check_pipeline(attack, ids):
    """All in one write. The answers come in order, and none after the one that was refused."""
    order = random.choices(ids, k=PIPELINED)
    reads = [request("GET", f"{PROFILES}/{id}", attack.headers()) for id in order]
    broken = f"GET /{attack.canary()} HTTP/1.1\r\n\r\n".encode()
    with Raw(attack.server.port) as connection, \
            concurrent.futures.ThreadPoolExecutor(1) as pool:
        sent = pool.submit(connection.send, b"".join(reads) + broken + reads[0])
        for number, id in enumerate(order):
            answer = connection.answer()
            assert answer is not None and answer.status == 200, f"{number}: {answer}"
            assert answer.json()[0]["id"] == id, f"{number} is another's"
        attack.judge(connection.answer(), (400,), "the broken one")
        assert connection.rest() == b"", "something follows the refusal"
        sent.result()


def check_half_closed(attack, id):
    whole = request("GET", f"{PROFILES}/{id}/unmask?reason=test", attack.headers())
    with Raw(attack.server.port) as connection:
        connection.send(whole * 3)
        connection.finish_writing()
        assert [connection.answer().status for _ in range(3)] == [200] * 3
        assert connection.rest() == b""
    body = attack.document(b"1")
    cut = request("POST", PROFILES, attack.headers(("Content-Type", "application/json")), body)
    for content in (whole[:30], whole[:-2], cut[:-1], b"G", b""):
        with Raw(attack.server.port) as connection:
            connection.send(content)
            connection.finish_writing()
            assert connection.rest() == b"", f"an answer to {content[-30:]}"
    email = json.loads(body)["email"]
    target = f"{PROFILES}/{email}?alternativeKey=email"
    attack.send(request("GET", target, attack.headers()), (404,), "what was cut off")


def connections_of(server):
    """That the process still holds: the kernel's rows with its port and with a file."""
    rows = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(f":{server.port:04X}") and row.split()[3] != LISTENING
               and row.split()[9] != "0" for row in rows)


def reset_in_the_middle(attack, large):
    target = f"{PROFILES}/{large}/unmask?reason=test"
    for number in range(RESETS):
        connection = Raw(attack.server.port, receive_buffer_bytes=4096)
        connection.send(request("GET", target, attack.headers()) * 5)
        if number % 2:
            connection.socket.recv(1000)
        connection.reset()


def slow_clients(attack):
    post = f"POST {PROFILES}?a={attack.canary()} HTTP/1.1\r\nHost: a\r\n"
    header = f"GET /{attack.canary()} HTTP/1.1\r\nHost: a\r\nX: {attack.canary()}".encode()
    sized = (post + "Content-Length: 5000\r\n\r\n").encode()
    chunked = (post + "Transfer-Encoding: chunked\r\n\r\n").encode()
    heads = [Slow("silence", b"", None, HEAD_S, b""), Slow("a method", b"G", 408, HEAD_S, b"G"),
             Slow("a header", header, 408, HEAD_S), Slow("a stalled head", header, 408, HEAD_S, b""),
             Slow("headers", header + b"\r\n", 408, HEAD_S, b"a: b\r\n"),
             Slow("half a line's end", header + b"\r\n\r", 408, HEAD_S, b"")]
    bodies = [Slow("a body", sized, 408, BODY_S), Slow("a stalled body", sized, 408, BODY_S, b""),
              Slow("chunks", chunked, 408, BODY_S, b"1\r\nx\r\n"),
              Slow("one chunk", chunked + b"fff\r\n", 408, BODY_S),
              Slow("a size", chunked, 408, BODY_S, b"0")]
    return heads * 2 + bodies


def check_all(report, attack, ids, large):
    """Everything that takes no waiting. Says how many requests there were."""
    numbers = {}
    with report.check("content types and methods"):
        numbers["types and methods"] = check_types_and_methods(attack)
    with report.check("paths and queries that are no text"):
        numbers["targets"] = check_targets(attack, ids[0])
    with report.check("framing that two parsers could read differently"):
        numbers["framing"] = check_framing(attack)
    with report.check("bodies of 10 MB are refused and not kept"):
        check_large(attack)
    with report.check(f"{PIPELINED} pipelined requests are answered in order"):
        check_pipeline(attack, ids)
    with report.check("who closes one side gets the answer, and half a request does nothing"):
        check_half_closed(attack, ids[0])
    with report.check("who vanishes in the middle of an answer harms nobody"):
        reset_in_the_middle(attack, large)
    print(f"figure hostile requests: {numbers}, {attack.refusals} refusals, "
          f"{attack.count} canaries", flush=True)
    with report.check("the battery was one"):
        assert sum(numbers.values()) >= CASES_MIN and attack.refusals >= CASES_MIN


def check_slow(report, attack, clients, threads):
    for thread in threads:
        thread.join()
    with report.check("a byte a second renews no deadline"):
        wrong = [text for text in (one.wrong(LATE_S) for one in clients) if text]
        assert clients and not wrong, "; ".join(wrong)
        print(f"figure {len(clients)} slow clients: heads end after "
              f"{max(one.took_s for one in clients if one.after_s == HEAD_S):.1f} s, bodies after "
              f"{max(one.took_s for one in clients if one.after_s == BODY_S):.1f} s", flush=True)


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    attack = Attack(server)
    with server.client() as client:
        ids = [client.create({"email": f"p{n}@example.com"}).json()["id"] for n in range(20)]
        large = client.create({"email": "large@example.com", "x": "y" * 200_000}).json()["id"]

    def served(client):
        answer = client.read(ids[0])
        assert answer.status == 200, answer.text()
    deaf = Raw(server.port, receive_buffer_bytes=4096)  # Asks for 10 MB and takes nothing.
    deaf.send(request("GET", f"{PROFILES}/{large}/unmask?reason=test", attack.headers()) * 50)
    deaf_since = time.monotonic()
    clients = slow_clients(attack)
    with report.check("who takes nothing of an answer is waited for"):
        time.sleep(0.2)
        assert connections_of(server) == 1, f"{connections_of(server)} connections"
    with Witness(server, served) as witness:
        threads = slow.start(clients, server.port, BODY_S + 2 * LATE_S)
        check_all(report, attack, ids, large)
        check_slow(report, attack, clients, threads)
    with report.check("somebody else is served all the while"):
        assert witness.wrong is None and witness.count > 100, witness.wrong or witness.count
        print(f"figure beside all that: {witness.count} reads, the slowest "
              f"{witness.longest_s * 1000:.0f} ms", flush=True)
        assert witness.longest_s < WITNESS_MAX_S
    with report.check("who takes nothing of an answer is left, and so is everybody else"):
        while (left := connections_of(server)) > 0:
            assert time.monotonic() - deaf_since < WRITE_S + 2 * LATE_S, f"{left} are still there"
            time.sleep(0.1)
    deaf.close()
    check_traces(report, attack, directory)
    with report.check("it stops, and its log verifies"):
        assert server.stop() == 0, server.log_text()[-1000:]
        server.store.command("audit", "verify")


if __name__ == "__main__":
    run(test)
