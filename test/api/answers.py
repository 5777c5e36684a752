"""Whether the scenarios together show every answer that the server's own document names.

A need is an operation and what one of its answers must be: `400 invalid_json`, or in which way
`404 not_found, by a malformed addressId`; `200, by its alternativeKey`. No list of them is kept:
they follow from /openapi.json.
"""
import dataclasses
import fnmatch
import pathlib
import re
import urllib.parse
import uuid

ERRORS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "errors.md"
# Whose values can be refused: each by itself, of each operation that takes it.
PARAMETERS = ("ttl", "limit", "cursor", "before", "next", "alternativeKey", "reason", "useCase",
              "onBehalfOf", "fields", "grant", "Idempotency-Key", "numItems", "pageNumber", "sort", "sortType")


@dataclasses.dataclass
class Unreached:
    """What no scenario can bring about. One that a scenario does bring about is a failure."""
    operations: str  # A pattern.
    answer: str
    reason: str


UNREACHED = [
    Unreached("*", "503 audit_unavailable", "takes a disk that fails: test/system/journal_down.py"),
    Unreached("*", "503 storage_unavailable",
              "takes a disk that fails: src/storage/sqlite/damage_test.cc"),
    Unreached("*", "503 sealed", "takes a process with half the keys, which no command starts yet"),
    *(Unreached(operations, "429 rate_limited",
                "takes a server with a limit: test/system/budgets.py")
      for operations in ("GET *", "PUT *", "PATCH *", "DELETE *", "POST *[!s]", "POST *[!n]s", "POST */tokens", "POST */shopper-tokens")),
    Unreached("PATCH */profiles/{profileId}/*", "409 conflict",
              "nothing in it is unique; takes a lost race: test/fault/convert_race_test.cc"),
    Unreached("PUT */profiles/{profileId}/purchase-info", "409 conflict", "as of PATCH"),
    Unreached("PATCH */prospects/{prospectId}", "409 conflict", "as of what hangs on a profile"),
    Unreached("GET /api/orders/feed", "409 conflict", "takes ten lost races: src/modules/orders/feed.cc"),
    Unreached("PUT */canaries/{token}", "409 conflict",
              "takes 1,000 canaries: src/alerts/delivery_test.cc"),
    Unreached("PUT */queries/{queryName}", "409 conflict",
              "takes 100 saved queries: src/server/audit_queries_test.cc"),
    Unreached("POST */webhooks/{webhookId}/test", "409 conflict",
              "takes 1,000 alerts that wait: src/alerts/delivery_test.cc"),
    Unreached("POST */prospects", "409 conflict",
              "takes an erasure that is under way: test/fault/idempotency_test.cc"),
]
# Of docs/errors.md, but of no operation of its own.
NEVER_SHOWN = {
    "request_timeout": "takes a client that stalls: test/system/hostile_http.py",
    "wrong_region": "takes accounts in two regions, of which a server knows one",
    "internal_error": "is a fault of the server's own",
}


def is_id(text):
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def parameters_of(document, operation):
    """(where, name) of each."""
    resolved = [document.resolve(one) for one in operation.text.get("parameters", [])]
    return {(one["in"], one["name"]) for one in resolved}


def needs_of(document, operation):
    needs = set()
    for status, response in operation.text["responses"].items():
        if status == "default":
            continue
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        codes = schema.get("properties", {}).get("code", {}).get("enum", [""])
        needs |= {f"{status} {code}".strip() for code in codes}
    success = next(status for status in operation.text["responses"] if status[0] in "23")
    for where, name in parameters_of(document, operation):
        if name in PARAMETERS:
            needs.add(f"400 invalid_request, by its {name}")
        if where != "path" and name not in ("an", "X-Velum-Account"):
            needs.add(f"{success}, by its {name}")
        if name == "alternativeKey":
            needs.add("404 not_found, by an unknown alternativeKey")
        if where == "path" and name != "file":
            needs.add(f"404 not_found, by a malformed {name}")
        if name == "an":
            needs.add("404 not_found, of another store")
    return needs


def is_named(document, operation, exchange):
    """Whether the operation's part of the document has the answer, by itself or as every call's."""
    responses = operation.text["responses"]
    response = document.resolve(responses.get(str(exchange.status)) or responses["default"])
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    allowed = schema.get("properties", {})
    return (exchange.status in allowed.get("status", {}).get("enum", [exchange.status]) and
            exchange.code in allowed.get("code", {}).get("enum", [exchange.code]))


def shown_by(operation, exchange):
    """The needs that this answer meets, and others that nobody has."""
    answer = f"{exchange.status} {exchange.code}".strip()
    target = urllib.parse.urlsplit(exchange.target)
    query = {name for name, _ in urllib.parse.parse_qsl(target.query, keep_blank_values=True)}
    values = dict(zip(operation.path.split("/"), target.path.split("/")))
    shown = {answer} | {f"{answer}, by its {name}" for name in (*query, *exchange.headers)}
    if query & {"an"} or "X-Velum-Account" in exchange.headers:
        shown.add(f"{answer}, of another store")
        return shown
    if "alternativeKey" in query:
        shown.add(f"{answer}, by an unknown alternativeKey")
        values.pop("{profileId}", None)
    return shown | {f"{answer}, by a malformed {part[1:-1]}" for part, value in values.items()
                    if part.startswith("{") and not is_id(value)}


def documented_codes():
    return set(re.findall(r"^\| `(\w+)` \| \d{3} \|", ERRORS.read_text(encoding="utf-8"), re.M))


def without_page(needs, shown):
    """A build without swagger-ui-dist has no page: it answers 404 to all of /docs, else to none."""
    missing = ("GET /docs", "404 not_found") in shown
    unmet = {("GET /docs", "200"), ("GET /docs/{file}", "200")} if missing else {
        ("GET /docs", "404 not_found")}
    return needs - unmet


def stale(needs, shown):
    for entry in UNREACHED:
        met = [need for need in needs if need[1] == entry.answer and
               fnmatch.fnmatchcase(need[0], entry.operations)]
        if not met:
            yield f"{entry.operations}: {entry.answer}: no operation has it"
        yield from (f"{name}: {answer}: a scenario shows it" for name, answer in met
                    if (name, answer) in shown)


def wrong_answers(document, exchanges):
    """(name, why) of each check; why is None for those that passed."""
    needs = {(str(one), need) for one in document.operations for need in needs_of(document, one)}
    shown, codes, unnamed = set(), set(), set()
    for exchange in exchanges:
        codes.add(exchange.code)
        operation = document.find(exchange.method, exchange.target)
        if operation is not None:
            shown |= {(str(operation), what) for what in shown_by(operation, exchange)}
            if not is_named(document, operation, exchange):
                unnamed.add(f"{operation}: {exchange.status} {exchange.code}")
    excused = {need for need in needs for entry in UNREACHED if need[1] == entry.answer and
               fnmatch.fnmatchcase(need[0], entry.operations)}
    missing = sorted(": ".join(need) for need in
                     without_page(needs, shown) - shown - excused)
    print(f"figure answers that the scenarios must show: {len(needs - excused)}")
    known = documented_codes()
    elsewhere = set(NEVER_SHOWN) | {entry.answer.split()[1] for entry in UNREACHED}
    unshown = sorted(known - codes - elsewhere)
    outdated = sorted(stale(needs, shown)) + sorted(set(NEVER_SHOWN) & codes)
    outdated += sorted(set(NEVER_SHOWN) - known)
    return [("answers: every answer that /openapi.json names is shown", _why(missing)),
            ("answers: /openapi.json names every answer", _why(sorted(unnamed))),
            ("answers: every code of docs/errors.md is shown", _why(unshown)),
            ("answers: what cannot be shown is still so", _why(outdated))]


def _why(found):
    return f"{len(found)}: " + "; ".join(found) if found else None
