#!/usr/bin/env python3
"""Keys and accounts from the machine itself, and that what is changed of a key holds for every
thread's next request: access.py BINARY
"""
import base64
import concurrent.futures
import contextlib
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES, Client  # noqa: E402
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

KEYS = "/api/vlm/appkeys"
LEAVE = "/api/vlm/unmask-grants"
THREADS = 4
CLIENTS = 24
ROUNDS = 15


def auth_of(made):
    return {"X-VTEX-API-AppKey": made["appKey"], "X-VTEX-API-AppToken": made["appToken"]}


def appkey(store, verb, *words, account=None, expect=0):
    done = store.command("appkey", verb, "--account", account or store.account, "--json", *words,
                         expect=expect)
    return json.loads(done.stdout) if expect == 0 else done


def status_of(server, headers, method="GET", target=KEYS, body=None):
    with Client(server.port, headers=headers) as client:
        return client.request(method, target, body).status


def check_lost_token(store, server):
    """Also while it serves: whoever owns the machine gets another owner's key."""
    made = appkey(store, "create", "--label", "spare", "--role", "owner", "--role", "reader")
    assert made["roles"] == ["owner", "reader"], made
    seen = {one["appKey"]: one for one in appkey(store, "list")}
    assert seen[made["appKey"]]["state"] == "active" and "appToken" not in json.dumps(seen), seen
    if server:
        assert status_of(server, auth_of(made)) == 200
    rotated = appkey(store, "rotate", "--key", made["appKey"], "--overlap-seconds", "0")
    assert rotated["appToken"] != made["appToken"]
    if server:
        assert status_of(server, auth_of(made)) == 401
        assert status_of(server, auth_of(rotated)) == 200
    appkey(store, "revoke", "--key", made["id"])
    if server:
        assert status_of(server, auth_of(rotated)) == 401
    entries = [one for one in store.audit_entries() if one.get("record") == made["id"]]
    actions = [(one["action"], one["actor"]["name"], one["rule"]) for one in entries]
    assert actions == [(action, "velum appkey", "local_admin") for action in
                       ("CreateAppKey", "RotateAppKey", "RevokeAppKey")], actions


def user(store, verb, *words, expect=0):
    done = store.command("user", verb, "--account", store.account, *words, expect=expect)
    return json.loads(done.stdout) if expect == 0 else done


def claims_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def check_users(store, server):
    """Also while it serves: whoever owns the machine makes staff, and signs them on."""
    described = store.data.with_suffix(".user")
    email = "with" if server else "without"
    described.write_text(json.dumps({"email": f"{email}@example.com", "name": "Livia Prado",
                                     "roles": ["owner"]}), encoding="utf-8")
    made = user(store, "create", "--from", str(described))
    assert (made["roles"], made["isActive"]) == (["owner"], True), made
    assert user(store, "create", "--from", str(described))["id"] == made["id"]
    assert made["id"] in [one["id"] for one in user(store, "list")]
    token = user(store, "token", "--user", made["id"])["token"]
    if server:
        assert status_of(server, {"VtexIdclientAutCookie": token}) == 200
        assert status_of(server, {"VtexIdclientAutCookie": token + "A"}) == 401
    user(store, "delete", "--user", made["id"])
    if server:
        assert status_of(server, {"VtexIdclientAutCookie": token}) == 401
    for words in (("token", "--user", made["id"]), ("delete", "--user", "../../erase")):
        done = user(store, *words, expect=1)
        assert "no such user" in done.stderr, done.stderr
    entries = [one for one in store.audit_entries() if one.get("record") == made["id"]]
    assert [(one["action"], one["actor"]["name"]) for one in entries] == [
        (action, "velum user") for action in ("CreateUser", "CreateUserToken", "DeleteUser")], entries
    assert entries[1]["target"] == claims_of(token)["jti"], entries[1]
    assert "Livia" not in json.dumps(store.audit_entries())


def check_refusals(store):
    owner = next(one for one in appkey(store, "list") if one["isActive"])
    for verb, words, why in (("revoke", ("--key", owner["id"]), "no owner's app key would be left"),
                             ("revoke", ("--key", "nobody"), "no such app key"),
                             ("rotate", ("--key", "../erase"), "no such app key"),
                             ("create", ("--label", "x", "--role", "nothing"), "no such role"),
                             ("create", ("--label", "x", "--network", "10.0.0.1/8"), "allowedNetworks"),
                             ("create", ("--label", "x", "--expires-at", "soon"), "expiresAt")):
        done = appkey(store, verb, *words, expect=1)
        assert why in done.stderr, f"{verb} {words}: {done.stderr}"
    done = appkey(store, "list", account="outra", expect=1)
    assert "no such account" in done.stderr, done.stderr


def check_second_account(store, server):
    """Each is separate: nothing of the other's is there, to its owner either."""
    done = store.command("account", "add", "--account", "outra", "--json", expect=3)
    assert done.stdout == "", done.stdout
    server.stop()
    store.command("account", "add", "--account", store.account, expect=1)
    other = json.loads(store.command("account", "add", "--account", "outra", "--region", "eu",
                                     "--json").stdout)
    server.start()
    mine, theirs = store.auth(), auth_of(other)
    made = [entry for entry in store.audit_entries() if entry["action"] == "CreateAccount"]
    assert [(one["account"], one["target"], one["region"]) for one in made] == [("outra", "outra", "eu")], made
    assert status_of(server, mine) == 404  # No account is the default one any more.
    for account, right, wrong in (("loja", mine, theirs), ("outra", theirs, mine)):
        assert status_of(server, right, target=f"{KEYS}?an={account}") == 200
        assert status_of(server, wrong, target=f"{KEYS}?an={account}") == 401
    with Client(server.port, headers={**theirs, "X-Velum-Account": "outra"}) as client:
        own = client.request("GET", KEYS).json()
        assert [one["appKey"] for one in own] == [other["appKey"]], own
        assert client.request("GET", "/api/pvt/accounts/loja").status == 404
        assert client.request("GET", "/api/pvt/accounts/outra").json()["Privacy"] == {"PII": "eu"}
        foreign = appkey(store, "list")[0]["id"]
        unknown = "00000000-0000-4000-8000-000000000001"
        for method, rest, body in (("GET", "", None), ("PATCH", "", {"isActive": False}),
                                   ("DELETE", "", None), ("POST", "/rotate", {})):
            seen = {client.request(method, f"{KEYS}/{one}{rest}", body).text()
                    for one in (foreign, unknown, "x")}
            assert len(seen) == 1 and '"not_found"' in seen.pop(), (method, rest)
    assert status_of(server, {**mine, "X-Velum-Account": "loja"}) == 200
    for account, key in (("loja", mine), ("outra", theirs)):
        login = {"appkey": key["X-VTEX-API-AppKey"], "apptoken": key["X-VTEX-API-AppToken"]}
        with Client(server.port, headers={"X-Velum-Account": account}) as client:
            token = client.request("POST", "/api/vtexid/apptoken/login", login).json()["token"]
        for asked in ("loja", "outra"):
            headers = {"VtexIdclientAutCookie": token, "X-Velum-Account": asked}
            assert status_of(server, headers) == (200 if asked == account else 401), asked
    store.command("audit", "verify")


def check_every_thread(server, owner):
    """Connections are spread over the threads: on each, a revoked key is nobody's at once."""
    headers = {**owner, "X-Velum-Account": "loja"}
    with Client(server.port, headers=headers) as client:
        for _ in range(ROUNDS):
            made = client.request("POST", KEYS, {"label": "x", "roles": ["reader"]}).json()
            clients = [Client(server.port, headers={**auth_of(made), "X-Velum-Account": "loja"})
                       for _ in range(CLIENTS)]
            target = f"{PROFILES}/00000000-0000-4000-8000-000000000001"
            before = {one.request("GET", target).status for one in clients}
            assert client.request("DELETE", f"{KEYS}/{made['id']}").status == 204
            after = {one.request("GET", target).status for one in clients}
            for one in clients:
                one.close()
            assert (before, after) == ({404}, {401}), (before, after)


def check_an_owner_is_left(server, owner):
    """Two owners who take each other's key at the same moment: one of them keeps it."""
    headers = {**owner, "X-Velum-Account": "loja"}
    outcomes = set()
    with Client(server.port, headers=headers) as client:
        first = [one["id"] for one in client.request("GET", KEYS).json()
                 if one["appKey"] == owner["X-VTEX-API-AppKey"]][0]
        for _ in range(ROUNDS):
            made = client.request("POST", KEYS, {"label": "x", "roles": ["owner"]}).json()
            second = {**auth_of(made), "X-Velum-Account": "loja"}
            with concurrent.futures.ThreadPoolExecutor(2) as threads:
                off = {"isActive": False}
                done = [threads.submit(status_of, server, *one, off) for one in
                        ((headers, "PATCH", f"{KEYS}/{made['id']}"), (second, "PATCH", f"{KEYS}/{first}"))]
            statuses = sorted(one.result() for one in done)
            outcomes.add(tuple(statuses))
            assert statuses[0] == 200 and statuses[1] != 200, statuses
            if status_of(server, headers) == 200:
                continue
            assert status_of(server, second, "PATCH", f"{KEYS}/{first}", {"isActive": True}) == 200
            assert client.request("DELETE", f"{KEYS}/{made['id']}").status == 204
    print(f"figure outcomes of two owners at once: {sorted(outcomes)}")


def check_leave(store, server):
    """A key that ends gives leave that ends with it; and leave is leave on every thread at once."""
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
    with Client(server.port, headers=store.auth()) as client:
        def issued(**fields):
            return client.request("POST", KEYS, {"label": "leave", **fields}).json()
        giver = issued(roles=["owner"], expiresAt=ends.strftime("%Y-%m-%dT%H:%M:%SZ"))
        role = {"name": "Asks", "resources": [{"resource": "RequestUnmaskResource"}]}
        assert client.request("PUT", "/api/license-manager/roles/asks", role).status == 200
        asker = auth_of(issued(roles=["asks"]))
        person = client.create({"email": "leave@example.com"}).json()["id"]
    wanted = {"purpose": "fraud", "minutes": 30, "resources": [{"resource": "UnmaskItemResource"}]}
    with Client(server.port, headers=asker) as client, Client(server.port, headers=auth_of(giver)) as other:
        asked = client.request("POST", LEAVE, wanted).json()
        given = other.request("POST", f"{LEAVE}/{asked['id']}/approve").json()
        assert given["state"] == "active" and given["endsAt"][:19] == ends.strftime("%Y-%m-%dT%H:%M:%S"), given
    target = f"{PROFILES}/{person}/unmask?grant={asked['id']}"
    for wanted_status in (200, 403):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Client(server.port, headers=asker)) for _ in range(CLIENTS)]
            statuses = {client.request("GET", target).status for client in clients}
        assert statuses == {wanted_status}, statuses
        assert status_of(server, asker, "DELETE", f"{LEAVE}/{asked['id']}") == 204


def test(report, binary, directory):
    store = Store(binary, directory / "data")
    with report.check("a key is made, listed, rotated and revoked while no server runs"):
        check_lost_token(store, None)
    with report.check("a user is made, signed on and deleted while no server runs"):
        check_users(store, None)
    server = Server(store, options=("--threads", str(THREADS))).start()
    with report.check("the same beside a server, which knows it at once"):
        check_lost_token(store, server)
    with report.check("the same of users beside a server"):
        check_users(store, server)
    with report.check("what the machine's owner is refused too"):
        check_refusals(store)
    with report.check("leave to unmask ends with the key that gave it, and on every thread at once"):
        check_leave(store, server)
    with report.check("another account is added, and each is separate"):
        check_second_account(store, server)
    with report.check("a revoked key is nobody's on every thread"):
        check_every_thread(server, store.auth())
    with report.check("of two owners who take each other's key one is left"):
        check_an_owner_is_left(server, store.auth())
    with report.check("it stops, and starts with what it knew"):
        assert server.stop() == 0, server.log_text()[-1000:]
        server.start()
        assert status_of(server, {**store.auth(), "X-Velum-Account": "loja"}) == 200
        assert server.stop() == 0


if __name__ == "__main__":
    run(test)
