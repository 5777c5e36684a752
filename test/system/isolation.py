#!/usr/bin/env python3
"""Who reaches whose data: isolation.py BINARY

Every role at every call, for records of their own account, of another account, of another shopper, of
one who was erased, for ids that nobody has and for ids that are none. A call that permissions.txt does
not name is a failure. Whoever may not do a thing is refused alike whatever they name; who may is told
of all that is not theirs the same 404, of the same length and in the same time, and nothing else.
"""
import collections
import json
import pathlib
import re
import statistics
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES, Client  # noqa: E402
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

PERMISSIONS = pathlib.Path(__file__).resolve().parent / "permissions.txt"
BASE = "/api/storage/profile-system"
METHODS = ("get", "put", "post", "patch", "delete")
ITEM = ("GetItemResource", "PutItemResource", "DeleteItemResource", "UnmaskItemResource")
GET, PUT, DELETE, UNMASK = ITEM
AUDIT = "ViewAuditResource"
POLICY = "UnmaskPolicyResource"
# docs/access.md says the same in words.
OF_A_CART = {"prospect", "profile", "address", "contact", "invoice-subject", "pickup-info",
             "purchase-info"}
ORDERS = {"ViewOrdersResource", "ManageOrdersResource"}
ROLES = {"integration": {GET, PUT, *ORDERS}, "operator": {GET, PUT, UNMASK, "ViewOrdersResource"},
         "dpo": {GET, UNMASK, DELETE, AUDIT, POLICY, "ManageAlertsResource", "RequestUnmaskResource",
                 "ApproveUnmaskResource", "ViewOrdersResource"},
         "auditor": {AUDIT},
         "checkout": {GET, PUT, "ManageCheckoutResource"},
         "orders": {GET, UNMASK, *ORDERS}, "writer": {GET, PUT}, "reader": {GET}}
OF_SOME_ENTITIES = ("checkout", "orders")
OF_A_SHOPPER = {"address", "contact", "invoice-subject", "pickup-info"}
PARTS = {"addresses": {"locality": "Rio"}, "contacts": {"firstName": "Caio"},
         "invoice-subject": {"firstName": "Caio"}, "pickup-info": {"firstName": "Caio"},
         "consents": {"purpose": "news", "granted": True}}
PARAMETERS = {"addressId": "addresses", "contactId": "contacts", "invoiceSubjectId":
              "invoice-subject", "pickupInfoId": "pickup-info", "consentId": "consents"}
CELLS_MIN = 1000
TIMED_ROUNDS = 400
TIMES_ALIKE = 1.5


def read_permissions():
    rows = {}
    for line in PERMISSIONS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            method, resource, entity, path = line.split()
            rows[method, path.replace("{base}", BASE)] = (resource, entity)
    return rows


def may(role, resource, entity):
    if role == "owner" or resource == "-":
        return True
    if role in OF_SOME_ENTITIES and resource in ITEM and entity not in OF_A_CART:
        return False
    return resource in ROLES[role]


def may_shopper(call):
    """May a shopper's token do it with what is their own?"""
    not_theirs = call.path.endswith(("/convert", "/validate-conditions"))
    if not call.is_of_records or not_theirs:
        return False
    return call.resource in (GET, UNMASK) or (
        call.resource in (PUT, DELETE) and call.entity in OF_A_SHOPPER)


class Person:
    """A profile with one of everything, and a prospect; ids by the parameters that take them."""

    def __init__(self, client, name):
        def made(path, document):
            answer = client.request("POST", BASE + path, document)
            assert answer.status in (200, 201), f"POST {path}: {answer.status} {answer.text()}"
            return answer.json()

        self.email = f"{name}@example.com"
        profile = made("/profiles", {"email": self.email, "firstName": "Ana"})
        own = f"/profiles/{profile['id']}"
        self.versions = {"": profile["meta"]["version"]}
        self.ids = {"profileId": profile["id"]}
        made(f"{own}/purchase-info", {"isToSavePersonalData": True})
        for parameter, family in PARAMETERS.items():
            part = made(f"{own}/{family}", PARTS[family])
            self.ids[parameter] = part["id"]
            self.versions[parameter] = part["meta"]["version"]
        self.ids["prospectId"] = made("/prospects", {"email": f"p.{self.email}"})["id"]


class Call:
    def __init__(self, method, path, resource, entity):
        self.method, self.path, self.resource, self.entity = method, path, resource, entity
        self.parameters = re.findall(r"\{(\w+)\}", path)
        self.is_of_records = bool({"profileId", "prospectId"} & set(self.parameters))

    def send(self, client, values, is_harmless):
        """What changes nothing, or what would change a record if there were one."""
        path = re.sub(r"\{(\w+)\}", lambda one: values.get(one[1], "nothing"), self.path)
        if path.endswith("/unmask"):
            path += "?reason=test"
        headers, body = {}, None
        if self.method == "DELETE" and is_harmless:
            headers["If-Match"] = f'"{uuid.uuid4()}"'
        if self.method in ("POST", "PUT", "PATCH"):
            body = "[]" if is_harmless else json.dumps(self._document())
        if self.path.endswith("/convert") and not is_harmless:
            body = None
        return client.request(self.method, path, body, headers)

    def _document(self):
        family = next((one for one in PARTS if self.path.endswith(one)), None)
        if self.path.endswith("/validate-conditions"):
            return {"conditions": [{"field": "gender", "exists": True}]}
        return PARTS[family] if family and self.method == "POST" else {}


def values_of(call, person, names=None):
    """Of the person's records; of `names` another one's, where the path has several."""
    part = next((one for one in call.parameters if one in PARAMETERS), "")
    return {**person.ids, **(names or {}), "versionId": person.versions[part]}


def strangers(call, people):
    """{why it is not there: values} of what a caller of the first account must not find."""
    mine, other, erased, foreign = people
    unknown = {name: str(uuid.uuid4()) for name in (*mine.ids, "versionId")}
    cells = {"another account's": values_of(call, foreign), "erased": values_of(call, erased),
             "unknown": unknown, "malformed": dict.fromkeys(unknown, "not-an-id")}
    if "versionId" in call.parameters or set(call.parameters) & set(PARAMETERS):
        cells["another shopper's"] = {**values_of(call, other), "profileId": mine.ids["profileId"]}
    return cells


class Matrix:
    def __init__(self, server, keys, people):
        self.server, self.keys, self.people = server, keys, people
        self.cells = 0
        self.wrong = collections.Counter()

    def expect(self, holds, what):
        self.cells += 1
        if not holds:
            self.wrong[what] += 1

    def run_role(self, role, calls):
        with Client(self.server.port, headers=self.keys[role]) as client:
            for call in calls:
                self._own(client, role, call)
                if call.is_of_records:
                    self._not_theirs(client, role, call)
                self._elsewhere(client, role, call)

    def _own(self, client, role, call):
        values = values_of(call, self.people[0], dict.fromkeys(("appKeyId", "userId"), str(uuid.uuid4())))
        answer = call.send(client, values, is_harmless=True)
        what = f"{role}: {call.method} {call.path} of their own answers {answer.status}"
        if may(role, call.resource, call.entity):
            of_records = call.is_of_records and answer.status == 404
            is_answer = answer.status < 500 and answer.status not in (401, 403)
            self.expect(is_answer and not of_records, what)
        else:
            named = call.resource in answer.text()
            self.expect(answer.status == 403 and named, what)

    def _not_theirs(self, client, role, call):
        answers = {why: call.send(client, values, is_harmless=False)
                   for why, values in strangers(call, self.people).items()}
        wanted = 404 if may(role, call.resource, call.entity) else 403
        lengths = {len(answer.body) for answer in answers.values()}
        for why, answer in answers.items():
            self.expect(answer.status == wanted and len(lengths) == 1,
                        f"{role}: {call.method} {call.path} of {why} answers {answer.status}, "
                        f"in {sorted(lengths)} bytes")

    def _elsewhere(self, client, role, call):
        """The key is nobody's in the other account, and says so before anything else."""
        headers = {"X-Velum-Account": "outra"}
        path = re.sub(r"\{(\w+)\}", lambda one: self.people[3].ids.get(one[1], "nothing"), call.path)
        body = "[]" if call.method in ("POST", "PUT", "PATCH") else None
        answer = client.request(call.method, path, body, headers)
        self.expect(answer.status == 401, f"{role}: {call.method} {call.path} in the other account "
                    f"answers {answer.status}")


class ShopperMatrix(Matrix):
    """With a shopper's token: their own profile, and of all else, their own prospect too, one answer."""

    def _own(self, client, role, call):
        answer = call.send(client, values_of(call, self.people[0]), is_harmless=True)
        what = f"{role}: {call.method} {call.path} of their own answers {answer.status}"
        if not may_shopper(call):
            self.expect(answer.status == 403, what)
        elif "prospectId" in call.parameters:
            self.expect(answer.status == 404, what)
        else:
            self.expect(answer.status < 500 and answer.status not in (401, 403, 404), what)

    def _not_theirs(self, client, role, call):
        cells = strangers(call, self.people)
        if "another shopper's" not in cells:
            cells["another shopper's"] = values_of(call, self.people[1])
        answers = {why: call.send(client, values, is_harmless=False)
                   for why, values in cells.items()}
        wanted = 404 if may_shopper(call) else 403
        lengths = {len(answer.body) for answer in answers.values()}
        for why, answer in answers.items():
            self.expect(answer.status == wanted and len(lengths) == 1,
                        f"{role}: {call.method} {call.path} of {why} answers {answer.status}, "
                        f"in {sorted(lengths)} bytes")


def auth_of(made, account):
    return {"X-VTEX-API-AppKey": made["appKey"], "X-VTEX-API-AppToken": made["appToken"],
            "X-Velum-Account": account}


def fill(server, store, other):
    """(the keys of each role, [mine, another's, erased, foreign])"""
    owner = {**store.auth(), "X-Velum-Account": "loja"}
    keys = {"owner": owner}
    with Client(server.port, headers=owner) as client:
        for role in ROLES:
            made = client.request("POST", "/api/vlm/appkeys", {"label": role, "roles": [role]})
            assert made.status == 201, made.text()
            keys[role] = auth_of(made.json(), "loja")
        people = [Person(client, name) for name in ("mine", "another", "erased")]
        made = client.request("POST", "/api/vlm/shopper-tokens",
                              {"token": people[0].ids["profileId"], "minutes": 60})
        assert made.status == 201, made.text()
        keys["shopper"] = {"VtexIdclientAutCookie": made.json()["token"], "X-Velum-Account": "loja"}
    with Client(server.port, headers=auth_of(other, "outra")) as client:
        people.append(Person(client, "foreign"))
    request = store.data.with_suffix(".request")
    request.write_text(people[2].email, encoding="utf-8")
    store.command("erase", "--account", "loja", "--email-file", str(request))
    with Client(server.port, headers=owner) as client:  # Prospects are erased by nobody's e-mail.
        path = f"{BASE}/prospects/{people[2].ids['prospectId']}"
        assert client.request("DELETE", path).status == 204
    return keys, people


def saved_queries_are_apart(server, owner, stranger):
    """One of the same name in each account, and none in the other."""
    paths = ("/api/audit/queries/of-loja", "/api/audit/events?query=of-loja",
             "/api/audit/events/export?query=of-loja")
    with Client(server.port, headers=owner) as ours, Client(server.port, headers=stranger) as theirs:
        made = ours.request("PUT", paths[0], {"filter": {"actor": "velum"}})
        assert made.status == 201, made.text()
        assert theirs.request("GET", "/api/audit/queries").json() == []
        for path in paths:
            assert (ours.request("GET", path).status, theirs.request("GET", path).status) == (200, 404), path
        assert theirs.request("DELETE", paths[0]).status == 404
        assert theirs.request("PUT", paths[0], {"lastHours": 1}).status == 201
        assert theirs.request("DELETE", paths[0]).status == 204
        assert ours.request("GET", paths[0]).json() == made.json()


def times_of(client, people):
    """Median seconds of a masked read of what is not there, by why it is not."""
    ids = {"unknown": str(uuid.uuid4()), "another account's": people[3].ids["profileId"],
           "erased": people[2].ids["profileId"]}
    times = {why: [] for why in ids}
    for _ in range(TIMED_ROUNDS):
        for why, id in ids.items():
            began = time.perf_counter()
            client.request("GET", f"{PROFILES}/{id}")
            times[why].append(time.perf_counter() - began)
    return {why: statistics.median(all) for why, all in times.items()}


def test(report, binary, directory):
    store = Store(binary, directory / "data")
    other = json.loads(store.command("account", "add", "--account", "outra", "--json").stdout)
    server = Server(store, options=["--subjects-per-hour", "0", "--subjects-per-day", "0",
                                    "--shopper-requests-per-minute", "0"]).start()
    keys, people = fill(server, store, other)
    permissions = read_permissions()
    with Client(server.port) as client:
        paths = client.request("GET", "/openapi.json").json()["paths"]
    with report.check("each call has its permission, and each permission its call"):
        served = {(method.upper(), path): (operation.get("x-resource", "-"), operation["tags"][0])
                  for path, methods in paths.items() for method, operation in methods.items()
                  if method in METHODS}
        differing = set(served.items()) ^ set(permissions.items())
        assert not differing, f"{sorted(differing)}"
    calls = [Call(method, path, *row) for (method, path), row in permissions.items()
             if row[0] != "-"]
    matrix = Matrix(server, keys, people)
    shopper = ShopperMatrix(server, keys, people)
    with report.check("shopper: nothing but what is theirs"):
        shopper.run_role("shopper", calls)
        print(f"figure shopper: {shopper.cells} cells", flush=True)
        wrong = "; ".join(f"{what} ({count} x)" for what, count in shopper.wrong.most_common(8))
        assert not wrong, wrong
    for role in ("owner", *ROLES):
        before = matrix.cells
        with report.check(f"{role}: nothing but what the role and the account allow"):
            matrix.run_role(role, calls)
            print(f"figure {role}: {matrix.cells - before} cells", flush=True)
            wrong = "; ".join(f"{what} ({count} x)"
                              for what, count in matrix.wrong.most_common(8))
            matrix.wrong.clear()
            assert not wrong, wrong
    with report.check("there are enough cells"):
        print(f"figure cells: {matrix.cells}", flush=True)
        assert matrix.cells >= CELLS_MIN
    with report.check("a saved query is its account's"):
        saved_queries_are_apart(server, keys["owner"], auth_of(other, "outra"))
    with report.check("what is not there takes as long, whyever it is not"):
        with Client(server.port, headers=keys["reader"]) as client:
            # The machine has other things to do: one of three shows that it can be alike.
            spreads = []
            for _ in range(3):
                medians = times_of(client, people)
                spreads.append(max(medians.values()) / min(medians.values()))
            print(f"figure slowest over quickest: {min(spreads):.2f}", flush=True)
            assert min(spreads) < TIMES_ALIKE, spreads
    with report.check("and who may see it finds all of theirs as it was"):
        with Client(server.port, headers=keys["owner"]) as client:
            assert client.read(people[0].ids["profileId"]).status == 200
            assert client.read(people[1].ids["profileId"]).status == 200
    assert server.stop() == 0


if __name__ == "__main__":
    run(test)
