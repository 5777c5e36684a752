"""Requests that nobody sends who means well, and what must be true of every answer to them.

Every request holds a canary: a text that exists nowhere else, and that must come back in no error and
be found in no log, metric or file.
"""
import pathlib
import random
import re
import string

from harness.client import PROFILES
from harness.raw import Raw, request
from harness.search import Hunt

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def documented_codes():
    """{code: status} of docs/errors.md."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    return {code: int(status) for code, status in re.findall(r"^\| `(\w+)` \| (\d+)", text, re.M)}


class Attack:
    """Sends, and judges what comes back."""

    def __init__(self, server):
        self.server = server
        self.marker = "".join(random.SystemRandom().choices(string.ascii_lowercase, k=12))
        self.hunt = Hunt([self.marker])
        self.codes = documented_codes()
        self.count, self.refusals = 0, 0

    def canary(self):
        self.count += 1
        return f"{self.marker}{self.count}"

    def headers(self, *more):
        """The store's key, a canary that nobody asked for, and what the case is about."""
        return [*self.server.store.auth().items(), ("X-Note", self.canary()),
                ("User-Agent", self.canary()), *more]

    def judge(self, answer, statuses, what):
        """A problem detail with a documented code that holds nothing of the request."""
        assert answer is not None, f"{what}: no answer"
        assert answer.status in statuses, \
            f"{what}: {answer.status}, not {statuses}: {answer.text()[:200]}"
        if answer.status < 400:
            return None
        self.refusals += 1
        told = answer.body + repr(answer.headers).encode()
        assert not self.hunt.in_bytes(told), f"{what}: {self.hunt.in_bytes(told)}"
        problem = answer.json()
        assert set(problem) == {"type", "title", "status", "detail", "message", "code"}, what
        assert answer.header("Content-Type") == "application/json", what
        assert problem["status"] == answer.status, what
        assert self.codes.get(problem["code"]) == answer.status or answer.status in (417, 505), \
            f"{what}: {answer.status} {problem['code']} is not documented"
        return problem["code"]

    def send(self, content, statuses, what):
        """On a connection of its own. Returns the code of the refusal."""
        with Raw(self.server.port) as connection:
            return self.judge(connection.ask(content), statuses, what)

    def post(self, connection, body, statuses, what, target=PROFILES,
             content_type="application/json"):
        headers = self.headers(("Content-Type", content_type))
        content = request("POST", f"{target}?note={self.canary()}", headers, body)
        answer = connection.ask(content)
        return self.judge(answer, statuses, what), answer

    def document(self, member):
        """A document whose last member is these bytes."""
        return f'{{"email": "{self.canary()}@example.com", "x": '.encode() + member + b"}"


def check_traces(report, attack, directory):
    """At the end, while the server still runs."""
    with report.check("nothing of all this is in a log, a metric, the audit log or a file"):
        with attack.server.client() as client:
            for target in ("/metrics", "/api/audit/events"):
                answer = client.request("GET", target)
                assert answer.status == 200, f"{target} answers {answer.status}"
                assert not attack.hunt.in_bytes(answer.body), attack.hunt.in_bytes(answer.body)
        assert attack.server.log_text(), "the log is empty"
        lines, files, _ = attack.hunt.in_files(directory)
        assert files >= 6 and not lines, f"{files} files: {'; '.join(lines[:10])}"
    with report.check("the search finds what it looks for"):
        assert attack.hunt.in_bytes(f"x{attack.canary()}".encode())
