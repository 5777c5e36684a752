"""Sentences about many requests, each a line: `PATCH /profiles/{ana} {"firstName": "Ana"}`.

Its path is below the Profile System's, unless it begins with /api/ or is a whole address.
"""
import json
import re
import time
import urllib.parse
import uuid

from harness.client import Client
from language import fill_in
from steps import (PROFILE, check, put_custom_fields, refusal_names, refused, restart, status_is,
                   step)

BASE = "/api/storage/profile-system"
WAIT_S = 20
LINE = re.compile(r"(?P<method>[A-Z]+) (?P<target>(?:http:/)?/\S*)(?: (?P<body>.+))?")
EXPECTED = (r'(?:answered with (?P<answered>\d{3})|refused with (?P<status>\d{3}) (?P<code>\w+)'
            r'(?:, naming "(?P<name>[^"]*)")?)')
STORE = r"(?: in the store (?P<store>\S+))?"


def requests_of(block):
    for line in block.split("\n"):
        found = LINE.fullmatch(line.strip())
        check(found, f"{line!r} is no request")
        is_whole = found["target"].startswith(("/api/", "/checkout/", "http://"))
        target = found["target"] if is_whole else BASE + found["target"]
        yield found["method"], target, found["body"]


def send_each(world, requests, headers, expected):
    """Each with the headers that were given for the next request. All are tried; that nothing is
    there is told in the same words to every question."""
    headers = {**world.next_headers, **headers}
    wrong, seen = [], set()
    for method, target, body in requests:
        world.next_headers = dict(headers)
        world.send(method, target, body)
        try:
            if expected["answered"]:
                status_is(world, expected["answered"])
                continue
            refused(world, expected["status"], expected["code"])
            if expected["name"] is not None:
                refusal_names(world, expected["name"])
        except Exception as error:  # Also an answer without the form of an error.
            wrong.append(f"{method} {target[:200]} {(body or '')[:80]}: {error}")
            continue
        seen.add(json.dumps(world.answer.json(), sort_keys=True))
    check(not wrong, "; ".join(wrong))
    check(expected["code"] != "not_found" or len(seen) == 1, f"it is told in many ways: {seen}")


@step(r"users are made until there are (?P<count>\d+)")
def many_users(world, count):
    with Client(world.server.port, headers=world.credentials) as client:
        for number in range(int(count)):
            answer = client.request("POST", "/api/license-manager/users",
                                    {"email": f"u{number}@example.com", "name": "u"})
            if answer.status != 200:
                break
        total = client.request("GET", "/api/license-manager/site/pvt/logins/list/paged?numItems=1")
        check(total.json()["paging"]["total"] == int(count), f"there are {total.json()['paging']}")


@step(rf"each of these(?:, sent as (?P<type>\S+),)? is {EXPECTED}")
def each_of_these(world, block, type, **expected):
    send_each(world, requests_of(block), {"Content-Type": type} if type else {}, expected)


@step(r"these calls")
def these_calls(world, block):
    """{who} in them is filled in by each sentence that asks them."""
    world.calls = list(requests_of(block))


@step(rf"asked of {PROFILE}{STORE}, each call is {EXPECTED}")
def each_call(world, field, value, id, store, **expected):
    names = {"who": id if field is None else urllib.parse.quote(value, safe="@+")}
    asked = {**({"alternativeKey": field} if field else {}), **({"an": store} if store else {})}
    query = urllib.parse.urlencode(asked, safe="%")
    send_each(world, [(method, fill_in(with_query(target, query), names), body)
                      for method, target, body in world.calls], {}, expected)


def with_query(target, query):
    return target + (("&" if "?" in target else "?") + query if query else "")


@step(r"the client sends (?P<method>POST|PUT) (?P<target>\S+) (?P<count>\d+) times with")
def send_many(world, method, target, count, block):
    world.answers = []
    for _ in range(int(count)):
        world.send(method, target, block)
        world.answers.append(world.answer)


@step(r"the client sends GET (?P<target>\S+) until it is answered with (?P<status>\d{3})")
def send_until(world, target, status):
    deadline = time.monotonic() + WAIT_S
    while True:
        world.send("GET", target)
        if world.answer.status == int(status) or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    status_is(world, status)


@step(r"the answer has (?P<count>\d+) lines")
def has_lines(world, count):
    lines = [json.loads(line) for line in world.answer.text().splitlines()]
    check(len(lines) == int(count), f"it has {len(lines)}")


@step(r"the (?P<member>\w+) of each line is (?P<wanted>\[.*\])")
def of_each_line(world, member, wanted):
    found = [json.loads(line)[member] for line in world.answer.text().splitlines()]
    check(found == json.loads(wanted), f"they are {json.dumps(found)}")


@step(r"the client changes the custom fields of (?P<schema>[\w-]+) (?P<count>\d+) times")
def change_schema_often(world, schema, count):
    """There and back: each is a change."""
    for turn in range(int(count)):
        field = {"type": "string", "sensitive": True, "pii": turn % 2 == 0}
        put_custom_fields(world, schema, json.dumps({"turn": field}))


@step(r"the end of (?P<id>\S+) comes")
def end_comes(world, id):
    """Of a profile with all that is its own, or of one record. The clock is the machine's, so the
    end is moved in its place; test/sim moves the clock."""
    record = uuid.UUID(id).bytes

    def end():
        for table in ("record", "lookup"):
            where = "WHERE subject_id=? OR record_id=?"
            world.server.store.sql(f"UPDATE {table} SET expires_at=1 {where}", record, record)

    restart(world, end)


@step(r"the answer is 200, or 404 in a build without the page")
def is_page(world):
    status_is(world, "404" if world.answer.status == 404 else "200")


@step(r"the client imports these rows")
def import_rows(world, block):
    world.send("POST", f"{BASE}/import", block, Content_Type="application/x-ndjson")


def told_of_row(world, number):
    check(world.answer.status == 200, f"the answer is {world.answer.status}")
    results = [json.loads(line) for line in world.answer.text().splitlines()]
    found = [one for one in results if one.get("line") == int(number)]
    check(len(found) == 1, f"{len(found)} results of row {number}")
    return found[0]


@step(r"row (?P<number>\d+) makes (?P<made>\{[^}]*\})(?: and finds (?P<found>\{[^}]*\}))?")
def row_makes(world, number, made, found):
    told = told_of_row(world, number)
    counts = told.get("made"), told.get("alreadyThere")
    check(counts == (json.loads(made), json.loads(found or "{}")), f"it is {told}")


@step(r"row (?P<number>\d+) is rejected with (?P<code>\w+)")
def row_is_rejected(world, number, code):
    told = told_of_row(world, number)
    check((told["status"], told.get("code")) == ("rejected", code), f"it is {told}")
    for text in world.sent:
        check(text not in world.answer.text(), "a result repeats what was sent")


@step(r"the profile of row (?P<number>\d+) is known as (?P<name>\w+)")
def row_is_known(world, number, name):
    world.names[name] = told_of_row(world, number)["id"]
