"""What each sentence of a scenario does. The first word (Given, When, ...) is for the reader."""
import base64
import concurrent.futures
import datetime
import json
import re
import tempfile
import time
import urllib.parse
import uuid

from exchange import META, TIME, Exchange, wrong_meta
from harness.client import PROFILES, Client
from harness.tokens import app_token
from language import NotUnderstood, fill_in

STEPS = []
AUDIT_WAIT_S = 5
JOB_WAIT_S = 20
SCHEMAS = "/api/storage/profile-system/schemas"
JOBS = "/api/storage/profile-system/jobs"
ENVELOPE_BYTES = 87  # That an envelope is longer than what is in it: docs/data-format.md.
PROFILE = r'the profile (?:with the (?P<field>\w+) "(?P<value>[^"]*)"|(?P<id>[^\s:,]+))'
KINDS = {"address": "addresses", "contact": "contacts", "invoice subject": "invoice-subject",
         "pickup info": "pickup-info", "consent": "consents"}
# Of nobody outside, and so anywhere: a record's, or an order's.
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{13}-01")
KIND = "(?P<kind>" + "|".join(KINDS) + ")"
PART = rf"the {KIND} (?P<part>\S+) of {PROFILE}"


class Mismatch(Exception):
    """What was expected is not what happened."""


def check(condition, why):
    if not condition:
        raise Mismatch(why)


def step(pattern):
    def add(function):
        STEPS.append((re.compile(pattern + ":?"), function))
        return function
    return add


class World:
    """What one scenario knows: the server, the names it gave to things, and the last answer."""

    def __init__(self, server, names=None):
        self.server = server
        self.names = dict(names or {})
        self.credentials = server.store.auth()
        self.next_headers = {}
        self.answer = None
        self.answers = []  # Of what was sent many times at once.
        self.calls = []  # For steps_many.py.
        self.sent = []  # Texts of the last request that no refusal may repeat.
        self.sent_ever = set()
        self.exchanges = []  # For answers.py.
        self.entry = None
        self.command_exit = None

    def run(self, one):
        text = fill_in(one.text, self.names)
        block = None if one.block is None else fill_in(one.block, self.names)
        found = [(match, function) for pattern, function in STEPS
                 if (match := pattern.fullmatch(text))]
        if len(found) != 1:
            raise NotUnderstood(f"{len(found)} steps are written like this")
        match, function = found[0]
        values = match.groupdict()
        if block is not None:
            values["block"] = block
        function(self, **values)

    def send(self, method, target, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.update(self.next_headers)
        self.next_headers = {}
        self.sent = texts_of(target, body)
        self.sent_ever.update(self.sent, [headers.get("Idempotency-Key", "")])
        with Client(self.server.port, headers=self.credentials) as client:
            self.answer = client.request(method, target, body, headers)
        self.exchanges.append(Exchange.of(method, target, headers, self.answer))
        wrong = wrong_meta(self.answer)
        check(wrong is None, wrong)

    def profile(self):
        """The one profile of the answer, which is an object or an array of one."""
        body = self.answer.json()
        if isinstance(body, list):
            check(len(body) == 1, f"an array of {len(body)}, expected one profile")
            body = body[0]
        return body


def texts_of(target, body):
    """The values of a request: its reason, and every text in the body but a field's name."""
    query = urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query)
    found = [value for name, value in query if name in ("reason", "useCase")]
    if isinstance(body, str):
        found += re.findall(r'(?<!"field")(?<!"resource")(?<!"appkey"):\s*"((?:[^"\\]|\\.)*)"', body)
    return [text.strip() for text in found if len(text.strip()) >= 5 and not ID.fullmatch(text)]


def path_of(field, value, id):
    key = id if field is None else value
    quoted = urllib.parse.quote(key, safe="@+")
    return f"{PROFILES}/{quoted}", {} if field is None else {"alternativeKey": field}


def target_of(path, query):
    return path + ("?" + urllib.parse.urlencode(query) if query else "")


def part_path(kind, part, **key):
    path, query = path_of(**key)
    return f"{path}/{KINDS[kind]}" + (f"/{part}" if part else ""), query


def at_path(value, path):
    """(found, value) of a.b.0 inside a JSON value; an array of one stands for what it holds."""
    for part in path.split("."):
        if isinstance(value, list):
            if part.isdigit():
                if int(part) >= len(value):
                    return False, None
                value = value[int(part)]
                continue
            if len(value) != 1:
                return False, None
            value = value[0]
        if not isinstance(value, dict) or part not in value:
            return False, None
        value = value[part]
    return True, value


def expect_at(where, path, wanted):
    found, value = at_path(where, path)
    check(found, f"there is no {path}")
    check(value == json.loads(wanted), f"{path} is {json.dumps(value, ensure_ascii=False)}")


# Who asks, and how.

@step(r"the client has no key")
def no_key(world):
    world.credentials = {}


@step(r"the client has the right key with a wrong token")
def wrong_token(world):
    world.credentials = {**world.server.store.auth(), "X-VTEX-API-AppToken": app_token("A" * 43)}


@step(r"the client has a key that nobody issued")
def unknown_key(world):
    world.credentials = {**world.server.store.auth(), "X-VTEX-API-AppKey": "vtexappkey-loja-UNKNOWN"}


@step(r"the client has its key again")
def own_key(world):
    world.credentials = world.server.store.auth()


@step(r"the client has the user token (?P<token>\S+?)(?P<in_cookie> in a cookie)?")
def user_token(world, token, in_cookie):
    name = "VtexIdclientAutCookie"
    world.credentials = {"Cookie": f"a=b; {name}={token}"} if in_cookie else {name: token}


@step(r"the client logs in as (?P<name>\w+)")
def log_in(world, name):
    key, token = world.names[name + "_key"], world.names[name + "_token"]
    world.send("POST", "/api/vtexid/apptoken/login", json.dumps({"appkey": key, "apptoken": token}))


@step(r'the next request has the header "(?P<name>[^"]+)" with "(?P<value>.*)"')
def next_header(world, name, value):
    world.next_headers[name] = value


# What is asked.

@step(r"a profile known as (?P<name>\w+)")
def known_profile(world, name, block):
    world.send("POST", PROFILES, block)
    check(world.answer.status == 201, f"it was not created: {world.answer.text()[:500]}")
    world.names[name] = world.answer.json()["id"]
    world.names[name + "_version"] = world.answer.json()["meta"]["version"]


@step(r"the client creates a profile(?: that lives (?P<days>\S+) days?)?")
def create(world, days, block):
    world.send("POST", target_of(PROFILES, {"ttl": days} if days else {}), block)


@step(r'the client creates a profile (?P<count>\d+) times at once with the key "(?P<key>[^"]+)"')
def create_at_once(world, count, key, block):
    world.sent_ever.update([key, *texts_of(PROFILES, block)])
    send_at_once(world, [("POST", PROFILES, block)] * int(count), {"Idempotency-Key": key})


@step(rf"the client makes (?P<count>\d+) changes at once to {PROFILE}, each to a member of its own")
def change_at_once(world, count, **key):
    target = target_of(*path_of(**key))
    send_at_once(world, [("PATCH", target, {f"member{number}": number})
                         for number in range(1, int(count) + 1)], {})


def send_at_once(world, requests, headers):
    def send_one(request):
        with Client(world.server.port, headers={**world.credentials, **headers}) as client:
            return client.request(*request)

    with concurrent.futures.ThreadPoolExecutor(len(requests)) as threads:
        world.answers = list(threads.map(send_one, requests))
    world.exchanges += [Exchange.of(method, target, headers, answer)
                        for (method, target, _), answer in zip(requests, world.answers)]


@step(rf"the client reads {PROFILE}")
def read(world, **key):
    world.send("GET", target_of(*path_of(**key)))


@step(rf'the client unmasks {PROFILE}'
      r'(?: because "(?P<reason>[^"]*)"|(?P<none> without a reason)'
      r'| for the use case "(?P<use_case>[^"]*)")')
def unmask(world, reason, none, use_case, **key):
    path, query = path_of(**key)
    if none is None:
        query["useCase" if reason is None else "reason"] = use_case if reason is None else reason
    world.send("GET", target_of(path + "/unmask", query))


@step(rf"the client changes {PROFILE}(?:, if it is still version (?P<version>[^:]+))?"
      r"(?:, to live (?P<days>\d+) days?)?")
def change(world, version, days, block, **key):
    path, query = path_of(**key)
    if days:
        query["ttl"] = days
    headers = {"If_Match": f'"{version}"'} if version else {}
    world.send("PATCH", target_of(path, query), block, **headers)


@step(rf"the client deletes {PROFILE}")
def delete(world, **key):
    world.send("DELETE", target_of(*path_of(**key)))


@step(rf"the client lists the versions of {PROFILE}")
def versions(world, **key):
    path, query = path_of(**key)
    world.send("GET", target_of(path + "/versions", query))


@step(rf"the client reads version (?P<version>\S+) of {PROFILE}")
def read_version(world, version, **key):
    path, query = path_of(**key)
    world.send("GET", target_of(f"{path}/versions/{version}", query))


@step(rf'the client unmasks version (?P<version>\S+) of {PROFILE}'
      r'(?: because "(?P<reason>[^"]*)"| without a reason)')
def unmask_version(world, version, reason, **key):
    path, query = path_of(**key)
    if reason is not None:
        query["reason"] = reason
    world.send("GET", target_of(f"{path}/versions/{version}/unmask", query))


@step(rf"the client asks of {PROFILE}(?: (?P<count>\d+) times)? whether")
def ask(world, count, block, **key):
    path, query = path_of(**key)
    world.answers = []
    for _ in range(int(count or 1)):
        world.send("POST", target_of(path + "/validate-conditions", query),
                   '{"conditions": ' + block + "}")
        world.answers.append(world.answer)


# What hangs on a profile.

@step(rf"an? {KIND} known as (?P<name>\w+) of {PROFILE}")
def known_part(world, kind, name, block, **key):
    add_part(world, kind, None, block, **key)
    check(world.answer.status == 201, f"it was not created: {world.answer.text()[:500]}")
    world.names[name] = world.answer.json()["id"]
    world.names[name + "_version"] = world.answer.json()["meta"]["version"]


@step(rf"the client adds an? {KIND} to {PROFILE}(?:, to live (?P<days>\d+) days?)?")
def add_part(world, kind, days, block, **key):
    path, query = part_path(kind, None, **key)
    if days:
        query["ttl"] = days
    world.send("POST", target_of(path, query), block)


@step(rf"the client reads {PART}")
def read_part(world, kind, part, **key):
    world.send("GET", target_of(*part_path(kind, part, **key)))


@step(rf"the client reads every {KIND} of {PROFILE}")
def read_parts(world, kind, **key):
    world.send("GET", target_of(*part_path(kind, None, **key)))


@step(rf'the client unmasks {PART}(?: because "(?P<reason>[^"]*)"| without a reason)')
def unmask_part(world, kind, part, reason, **key):
    path, query = part_path(kind, part, **key)
    world.send("GET", target_of(path + "/unmask", with_reason(query, reason)))


@step(rf'the client unmasks every {KIND} of {PROFILE}'
      r'(?: because "(?P<reason>[^"]*)"| without a reason)')
def unmask_parts(world, kind, reason, **key):
    path, query = part_path(kind, None, **key)
    world.send("GET", target_of(path + "/unmask", with_reason(query, reason)))


@step(rf"the client changes {PART}")
def change_part(world, kind, part, block, **key):
    world.send("PATCH", target_of(*part_path(kind, part, **key)), block)


@step(rf"the client deletes {PART}")
def delete_part(world, kind, part, **key):
    world.send("DELETE", target_of(*part_path(kind, part, **key)))


@step(rf"the client lists the versions of {PART}")
def versions_of_part(world, kind, part, **key):
    path, query = part_path(kind, part, **key)
    world.send("GET", target_of(path + "/versions", query))


@step(rf"the client reads version (?P<version>\S+) of {PART}")
def read_version_of_part(world, version, kind, part, **key):
    path, query = part_path(kind, part, **key)
    world.send("GET", target_of(f"{path}/versions/{version}", query))


@step(rf'the client unmasks version (?P<version>\S+) of {PART}'
      r'(?: because "(?P<reason>[^"]*)"| without a reason)')
def unmask_version_of_part(world, version, kind, part, reason, **key):
    path, query = part_path(kind, part, **key)
    world.send("GET", target_of(f"{path}/versions/{version}/unmask", with_reason(query, reason)))


def with_reason(query, reason):
    return query if reason is None else {**query, "reason": reason}


@step(r'the client looks up the profile whose (?P<field>\S+) is "(?P<value>[^"]*)"')
def look_up(world, field, value):
    world.send("POST", f"{PROFILES}/lookup", json.dumps({"field": field, "value": value}))


@step(r"the client makes these the custom fields of (?P<schema>[\w-]+)")
def put_custom_fields(world, schema, block):
    """What a schema says is nobody's data: it is in the store in clear, and so not hunted."""
    ever = set(world.sent_ever)
    world.send("PUT", f"{SCHEMAS}/{schema}/custom", block)
    world.sent_ever, world.sent = ever, []


@step(r"the job (?P<job>\S+) ends with (?P<status>\w+)")
def job_ends(world, job, status):
    deadline = time.monotonic() + JOB_WAIT_S
    while True:
        world.send("GET", f"{JOBS}/{job}")
        status_is(world, "200")
        seen = world.answer.json()["status"]
        if seen != "InProgress" or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    check(seen == status, f"it is {seen}")


@step(r'the client sends (?P<method>[A-Z]+) (?P<target>\S+?)(?: as (?P<type>[\w/+;=. -]+?))?'
      r'(?: with)?')
def send(world, method, target, type, block=None):
    headers = {"Content_Type": type} if type else {}
    world.send(method, target, block, **headers)


@step(r"(?P<seconds>[\d.]+) seconds? pass(?:es)?")
def wait(world, seconds):
    time.sleep(float(seconds))


# The operator.

@step(r"the server restarts")
def restart(world, meanwhile=lambda: None):
    code = world.server.stop()
    check(code == 0, f"it ended with {code}")
    meanwhile()
    world.server.start()


@step(r"the server is killed and starts again")
def kill_and_start(world):
    world.server.kill()
    world.server.start()


@step(r"the operator gives the client's key the role (?P<role>\w+)")
def give_role(world, role):
    """No command takes a role from the last owner, so this edits the database while nobody has it."""
    restart(world, lambda: world.server.store.sql("UPDATE app_key SET roles=?", role))


@step(r"a day passes for the idempotency keys")
def expire_keys(world):
    """Their end is moved in place of the clock, which is the machine's."""
    restart(world, lambda: world.server.store.sql("UPDATE idempotency SET expires_at=0"))


@step(r"(?P<days>\d+) days? pass(?:es)? for the versions of the profile (?P<subject>\S+)")
def age_versions(world, days, subject):
    """They are made older in place of the clock, which is the machine's."""
    ticks = int(days) * 86_400 * 10_000_000

    def age():
        for table in ("record", "version"):
            world.server.store.sql(f"UPDATE {table} SET written_at=written_at-? WHERE subject_id=?",
                                   ticks, uuid.UUID(subject).bytes)

    restart(world, age)


@step(r"the database holds (?P<count>\d+) idempotency keys?")
def count_keys(world, count):
    rows = []
    restart(world, lambda: rows.extend(world.server.store.sql("SELECT count(*) FROM idempotency")))
    check(rows == [(int(count),)], f"it holds {rows}")


@step(r"the database holds nothing of (?P<subject>\S+)")
def holds_nothing(world, subject):
    left = {}

    def count():
        for table in ("record", "version", "lookup", "idempotency"):
            [(left[table],)] = world.server.store.sql(
                f"SELECT count(*) FROM {table} WHERE subject_id=?", uuid.UUID(subject).bytes)

    restart(world, count)
    check(not any(left.values()), f"it holds {left}")


@step(r'the operator erases the shopper with the e-mail "(?P<email>[^"]*)"')
def erase(world, email):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write(email + "\n")
        file.flush()
        store = world.server.store
        done = store.command("erase", "--account", store.account, "--email-file", file.name,
                             expect=None)
    check(done.returncode == 0, f"velum erase ended with {done.returncode}: {done.stderr[-500:]}")
    check(email not in done.stdout + done.stderr, "velum erase printed the e-mail")


# What came back.

@step(r"the answer is (?P<status>\d{3})")
def status_is(world, status):
    check(world.answer.status == int(status),
          f"it is {world.answer.status}: {world.answer.text()[:500]}")


@step(r"reading, unmasking, changing and deleting these is one answer")
def one_answer(world, block):
    """Each question, also with a body that is refused of a record that is there."""
    missing = "00000000-0000-4000-8000-000000000001"
    conditions = '{{"conditions": [{{"field": "{}", "exists": true}}]}}'
    questions = [("GET", "", None), ("GET", "/unmask?reason=a%20test", None), ("DELETE", "", None),
                 ("GET", "/versions", None), ("GET", f"/versions/{missing}", None),
                 ("POST", "/validate-conditions", conditions.format("gender")),
                 ("POST", "/validate-conditions", conditions.format("email")),
                 ("GET", "/versions/x/unmask?reason=a%20test", None), ("PATCH", "", "{}"),
                 ("PATCH", "", "{"), ("PATCH", "", '{"email": 1}'), ("GET", "/addresses", None),
                 ("GET", "/addresses/unmask?reason=a%20test", None), ("POST", "/addresses", "{}"),
                 ("POST", "/addresses", "{"), ("POST", "/addresses", '{"locality": 1}'),
                 ("GET", f"/addresses/{missing}", None), ("PATCH", f"/addresses/{missing}", "{"),
                 ("GET", f"/addresses/{missing}/unmask?reason=a%20test", None),
                 ("DELETE", f"/addresses/{missing}", None), ("GET", "/purchase-info", None),
                 ("PUT", "/purchase-info", "{"), ("PUT", "/purchase-info", "{}"),
                 ("POST", "/purchase-info", "{"), ("DELETE", "/purchase-info", None)]
    for method, rest, body in questions:
        seen = set()
        for record in block.split():
            world.send(method, f"{PROFILES}/{record}{rest}", body)
            refused(world, "404", "not_found")
            seen.add((world.answer.text(), tuple(name for name, _ in world.answer.headers)))
        check(len(seen) == 1, f"{method} {rest} has {len(seen)} answers: {sorted(seen)}")


@step(r"all of them are answered with (?P<status>\d{3})(?P<same> and the same body)?")
def all_alike(world, status, same):
    for world.answer in world.answers:
        status_is(world, status)
    seen = {answer.text() for answer in world.answers}
    check(len(seen) == 1 or same is None, f"there are {len(seen)} answers: {sorted(seen)}")


@step(r"one of them is refused with (?P<status>\d{3}) (?P<code>\w+)")
def one_refused(world, status, code):
    found = [answer for answer in world.answers if answer.status == int(status)]
    check(found, f"they are {[answer.status for answer in world.answers]}")
    world.answer = found[-1]
    refused(world, status, code)


@step(r"the answer is refused with (?P<status>\d{3}) (?P<code>\w+)")
def refused(world, status, code):
    status_is(world, status)
    content_type = world.answer.header("Content-Type") or ""
    check(content_type.split(";")[0] == "application/json", f"its type is {content_type}")
    body = world.answer.json()
    for member in ("type", "title", "status", "detail", "message", "code"):
        check(member in body, f"the error has no member {member}")
    check(body["code"] == code, f"the code is {body['code']}: {body['message']}")
    check(body["status"] == int(status), f"the body's status is {body['status']}")
    text = json.dumps(body, ensure_ascii=False)
    for sent in world.sent:
        check(sent not in text, "the error repeats a value from the request")


@step(r'the refusal names "(?P<name>[^"]*)"')
def refusal_names(world, name):
    check(name in world.answer.json()["message"], f"it says: {world.answer.json()['message']}")


@step(r"the answer is empty")
def is_empty(world):
    check(world.answer.body == b"", f"it holds {len(world.answer.body)} bytes")


@step(r"the answer is an array of (?P<count>\d+)")
def array_of(world, count):
    body = world.answer.json()
    check(isinstance(body, list), "it is no array")
    check(len(body) == int(count), f"it has {len(body)} items")


@step(r"the answer is one object")
def is_object(world):
    check(isinstance(world.answer.json(), dict), "it is no object")


@step(r"the answer's (?P<path>[\w.]+) is (?P<wanted>(?:[\"\[{\d-]|null|true|false).*)")
def answer_is(world, path, wanted):
    # "... is 30 days after its ..." has its own step.
    days = re.fullmatch(r"(\d+) days? after its ([\w.]+)", wanted)
    if days:
        expires_after(world, path, int(days[1]), days[2])
    else:
        expect_at(world.answer.json(), path, wanted)


def expires_after(world, path, days, other):
    times = [at_path(world.answer.json(), name)[1] for name in (path, other)]
    late, early = [datetime.datetime.fromisoformat(text[:26] + text[27:]) for text in times]
    check(late - early == datetime.timedelta(days=days), f"it is {late - early} after")


@step(r"the answer's (?P<path>[\w.]+) is not (?P<other>.+)")
def answer_is_not(world, path, other):
    found, value = at_path(world.answer.json(), path)
    check(found, f"there is no {path}")
    check(value != json.loads(other), f"{path} is exactly that")


@step(r"the answer's (?P<path>[\w.]+) is absent")
def answer_lacks(world, path):
    check(not at_path(world.answer.json(), path)[0], f"{path} is there")


@step(r"the answer's (?P<path>[\w.]+) is a time")
def is_time(world, path):
    found, value = at_path(world.answer.json(), path)
    check(found and TIME.fullmatch(str(value)), f"{path} is {value}")


@step(r"the answer's (?P<path>[\w.]+) is remembered as (?P<name>\w+)")
def remember(world, path, name):
    found, value = at_path(world.answer.json(), path)
    check(found, f"there is no {path}")
    world.names[name] = str(value)


@step(r"the answer has the members of a (?:profile|document)")
def has_members(world):
    profile = world.profile()
    check(sorted(profile) == ["document", "id", "meta"], f"it has {sorted(profile)}")
    check(sorted(profile["meta"]) == META, f"its meta has {sorted(profile['meta'])}")


@step(r"the (?:profile|document)'s (?P<path>[\w.]+) is (?P<wanted>(?!absent$).+)")
def profile_is(world, path, wanted):
    expect_at(world.profile()["document"], path, wanted)


@step(r"the (?:profile|document)'s (?P<path>[\w.]+) is absent")
def profile_lacks(world, path):
    check(not at_path(world.profile()["document"], path)[0], f"{path} is there")


@step(r"the (?:profile|document) is")
def profile_equals(world, block):
    wanted, shown = json.loads(block), world.profile()["document"]
    check(shown == wanted, f"it is {json.dumps(shown, ensure_ascii=False)}")


@step(r"the answer's ETag is the version (?P<version>\S+)")
def etag_is(world, version):
    check(world.answer.header("ETag") == f'"{version}"', f"it is {world.answer.header('ETag')}")


@step(r'the answer has the header "(?P<name>[^"]+)" with "(?P<value>.*)"')
def has_header(world, name, value):
    check(world.answer.header(name) == value, f"it is {world.answer.header(name)}")


@step(r'the answer has the header "(?P<name>[^"]+)" with a number from (?P<low>\d+) to (?P<high>\d+)')
def has_number_in_header(world, name, low, high):
    value = world.answer.header(name) or ""
    check(value.isdigit() and int(low) <= int(value) <= int(high), f"it is {value}")


@step(r'the answer has no header "(?P<name>[^"]+)"')
def has_no_header(world, name):
    check(world.answer.header(name) is None, f"it is {world.answer.header(name)}")


@step(r"the answer's next page is remembered as (?P<name>\w+)")
def remember_next(world, name):
    link = re.fullmatch(r'<([^>]*)>; rel="next"', world.answer.header("Link") or "")
    check(link, f"the Link is {world.answer.header('Link')}")
    world.names[name] = link[1]


@step(r'the answer holds "(?P<text>[^"]*)" nowhere')
def holds_nowhere(world, text):
    check(text not in world.answer.text(), "it does")


@step(r'the answer holds "(?P<text>.*)"')
def holds(world, text):
    check(text in world.answer.text(), f"it is {world.answer.text()[:500]}")


# What the log says.

def entries_of(world, action, record, at_least):
    """Writes are logged a moment after they are acknowledged, so this waits for them."""
    deadline = time.monotonic() + AUDIT_WAIT_S
    while True:
        found = [entry for entry in world.server.store.audit_entries()
                 if entry["action"] == action and record in (None, entry.get("record"), entry.get("token"))]
        if len(found) >= at_least or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


@step(r"the audit log has (?P<count>an|\d+) entr(?:y|ies) (?P<action>\w+)(?: for (?P<record>\S+))?")
def has_entries(world, count, action, record):
    wanted = 1 if count == "an" else int(count)
    found = entries_of(world, action, record, wanted)
    check(len(found) >= wanted if count == "an" else len(found) == wanted,
          f"it has {len(found)}")
    world.entry = found[-1]


@step(r"the audit log has no entry (?P<action>\w+)(?: for (?P<record>\S+))?")
def has_no_entries(world, action, record):
    time.sleep(0.2)
    check(not entries_of(world, action, record, 0), "it has one")


@step(r"that entry's (?P<path>[\w.]+) is (?P<wanted>(?!sealed, ).+)")
def entry_is(world, path, wanted):
    expect_at(world.entry, path, wanted)


@step(r"that entry's reason is sealed, and (?P<size>\d+) bytes long")
def reason_size(world, size):
    sealed = base64.b64decode(world.entry["reason"]["sealed"])
    check(len(sealed) - ENVELOPE_BYTES == int(size), f"it has {len(sealed) - ENVELOPE_BYTES}")


@step(r'the audit log holds "(?P<text>[^"]*)" nowhere')
def log_holds_nowhere(world, text):
    check(text not in json.dumps(world.server.store.audit_entries(), ensure_ascii=False), "it does")


@step(r"the operator runs velum audit (?P<command>report|show)(?P<options> .+?)?")
def run_audit_command(world, command, options):
    """The answer is what it prints."""
    words = ("audit", command, "--account", world.server.store.account, "--json", *(options or "").split())
    world.printed = world.server.store.command(*words).stdout


@step(r"the report's (?P<path>[\w.]+) is (?P<wanted>.+)")
def report_is(world, path, wanted):
    expect_at(json.loads(world.printed), path, wanted)


@step(r"it prints (?P<count>\d+) lines")
def prints_lines(world, count):
    lines = len(world.printed.splitlines())
    check(lines == int(count), f"it prints {lines}")


@step(r"the audit log verifies")
def log_verifies(world):
    done = world.server.store.command("audit", "verify", expect=None)
    check(done.returncode == 0, f"velum audit verify: {done.stderr[-500:]}")


@step(r'the server\'s log holds "(?P<text>[^"]*)" nowhere')
def server_log_holds_nowhere(world, text):
    check(text not in world.server.log_text(), "it does")


# App keys.

@step(r"the client has the key of the last answer")
def key_of_answer(world):
    answer = world.answer.json()
    world.credentials = {"X-VTEX-API-AppKey": answer["appKey"],
                         "X-VTEX-API-AppToken": answer["appToken"]}


@step(r"the client has the key (?P<key>\S+) with the token (?P<token>\S+)")
def key_and_token(world, key, token):
    world.credentials = {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}


@step(r"an app key known as (?P<name>\w+) with the roles? (?P<roles>[\w,-]+)")
def known_app_key(world, name, roles):
    """By an owner. Its names are NAME for its id, NAME_key and NAME_token."""
    mine, world.credentials = world.credentials, world.server.store.auth()
    world.send("POST", "/api/vlm/appkeys", json.dumps({"label": name, "roles": roles.split(",")}))
    world.credentials = mine
    check(world.answer.status == 201, f"it was not made: {world.answer.text()[:500]}")
    made = world.answer.json()
    world.names.update({name: made["id"], f"{name}_key": made["appKey"],
                        f"{name}_token": made["appToken"]})


@step(r"the client is (?P<name>\w+)")
def client_is(world, name):
    key_and_token(world, world.names[f"{name}_key"], world.names[f"{name}_token"])


@step(r"the id of the client's own key is known as (?P<name>\w+)")
def own_key_id(world, name):
    world.send("GET", "/api/vlm/appkeys")
    mine = world.credentials["X-VTEX-API-AppKey"]
    world.names[name] = next(one["id"] for one in world.answer.json() if one["appKey"] == mine)
