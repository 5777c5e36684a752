#!/usr/bin/env python3
"""What one key has only so much of: budgets.py BINARY

Requests and look-ups a minute, and people whose data it reveals in a day: then 429, with the time to
come back, on every route. Who was revealed counts after a restart and after a kill as before, since the
audit log says it.
"""
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import PROFILES, Client  # noqa: E402
from harness.report import run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

PROSPECTS = "/api/storage/profile-system/prospects"
NOBODY = "33333333-3333-4333-8333-333333333333"
DAY_S = 86_400
REFUSAL_PAUSE_S = 0.1


def wait_for_a_whole(seconds, needed):
    """Until what is counted by the clock has that much before it begins anew."""
    into = time.time() % seconds
    if seconds - into < needed:
        time.sleep(seconds - into + 0.1)


def refused(answer, name, within_s):
    assert answer.status == 429, f"it answers {answer.status}: {answer.text()[:200]}"
    problem = answer.json()
    assert problem["code"] == "rate_limited", problem["code"]
    assert name in problem["message"], f"it does not say which limit: {problem['message']}"
    wait_s = int(answer.header("Retry-After"))
    assert 1 <= wait_s <= within_s, f"to come back in {wait_s} s"


def until_refused(ask, limit):
    """The server's minute is its own, and a slow machine may need more than one: the first answer of
    429, and how long it took."""
    for _ in range(2 * limit + 2):
        began = time.monotonic()
        answer = ask()
        if answer.status == 429:
            break
    return answer, time.monotonic() - began


def wait_for_the_next_minute(client):
    path = f"{PROFILES}/nobody@example.com?alternativeKey=email"
    answer = client.request("GET", path)
    if answer.status == 429:
        time.sleep(int(answer.header("Retry-After")))


def served(server, options):
    server.options = options
    return server.start().client()


def requests(report, server):
    with report.check("without a limit nothing is said of one"), served(server, []) as client:
        answer = client.read(NOBODY)
        assert answer.status == 404 and answer.header("RateLimit") is None
        paths = client.request("GET", "/openapi.json").json()["paths"]
    server.stop()
    limit = 40
    with served(server, ["--requests-per-minute", str(limit)]) as client:
        with report.check("each answer says what is left, until nothing is"):
            answers = [client.read(NOBODY) for _ in range(2 * limit + 2)]
            # The server's minute is its own: it may begin anew once in between.
            left = [int(re.search(r";r=(\d+);t=\d+$", one.header("RateLimit"))[1])
                    for one in answers]
            assert left[0] == limit - 1 and 0 in left, left
            assert all(one.header("RateLimit-Policy") == f'"requests";q={limit};w=60'
                       for one in answers)
            refused(answers[-1], "requests-per-minute", 60)
        with report.check("a refusal comes a moment later, so that a flood of them takes nobody's time"):
            answer, took_s = until_refused(lambda: client.read(NOBODY), limit)
            refused(answer, "requests-per-minute", 60)
            assert took_s >= REFUSAL_PAUSE_S, "it came at once"
        with report.check("then every route that takes a key says 429, and no other does"):
            for path, methods in paths.items():
                for method, operation in methods.items():
                    if method not in ("get", "put", "post", "patch", "delete"):
                        continue
                    def ask():
                        return client.request(method.upper(), re.sub(r"\{\w+\}", NOBODY, path),
                                              "{}" if method in ("put", "post", "patch") else None)
                    answer = ask()
                    if operation["security"] and answer.status != 429:
                        until_refused(lambda: client.read(NOBODY), limit)
                        answer = ask()
                    if operation["security"]:
                        refused(answer, "requests-per-minute", 60)
                    else:
                        assert answer.status != 429, f"{method} {path}"
        with report.check("a login is a request of its key"):
            auth = server.store.auth()
            login = {"appkey": auth["X-VTEX-API-AppKey"], "apptoken": auth["X-VTEX-API-AppToken"]}
            answer, _ = until_refused(lambda: client.request("POST", "/api/vtexid/apptoken/login", login), limit)
            refused(answer, "requests-per-minute", 60)
        with report.check("who is not known is told that, and no more"):
            answer = client.request("GET", f"{PROFILES}/{NOBODY}",
                                    headers={"X-VTEX-API-AppToken": "velum_token_x"})
            assert answer.status == 401 and answer.header("RateLimit") is None, answer.status
    server.stop()


def lookups(report, server):
    with served(server, ["--lookups-per-minute", "5"]) as client:
        with report.check("whose an e-mail is can be asked so often in a minute, by either way"):
            path = f"{PROFILES}/nobody@example.com?alternativeKey=email"
            asked = {"field": "email", "value": "nobody@example.com"}
            answers = [client.request("GET", path) if number % 2 else
                       client.request("POST", f"{PROFILES}/lookup", asked) for number in range(12)]
            refused(answers[-1], "lookups-per-minute", 60)
            refused(answers[-2], "lookups-per-minute", 60)
            assert [one.status for one in answers[:5]] == [404] * 5
            assert client.read(NOBODY).status == 404, "by id it goes on"
        with report.check("nor is it told by an import: its rows that find nobody are look-ups too"):
            wait_for_the_next_minute(client)
            rows = "".join(json.dumps({"email": f"nobody{number}@example.com", "parts": [
                {"entity": "consent", "document": {"purpose": "news", "granted": True}}]}) + "\n"
                           for number in range(90))
            answer = client.request("POST", "/api/storage/profile-system/import", rows,
                                    {"Content-Type": "application/x-ndjson"})
            codes = [json.loads(line)["code"] for line in answer.text().splitlines()[:-1]]
            # The minute may turn once.
            assert 5 <= codes.count("not_found") <= 10, codes
            assert codes.count("rate_limited") >= 80, codes
    server.stop()


def reveals(report, server):
    store = server.store
    wait_for_a_whole(DAY_S, 120)
    client = served(server, ["--subjects-per-day", "3"])
    people = [client.create({"email": f"who{number}@example.com"}).json()["id"]
              for number in range(5)]
    for number in range(4):
        client.request("POST", PROSPECTS, {"email": f"prospect{number}@example.com"})
    with report.check("who was revealed a moment before a kill counts after it"):
        for id in people[:3]:
            assert client.unmask(id).status == 200
        server.kill()  # They are in no tree yet.
        client = server.start().client()
        refused(client.unmask(people[4]), "subjects-per-day", DAY_S)
    with report.check("so many people may be revealed in a day, each as often as needed"):
        for id in people[:3] * 3:
            assert client.unmask(id).status == 200
        refused(client.unmask(people[3]), "subjects-per-day", DAY_S)
        assert client.unmask(people[0]).status == 200
        assert client.read(people[3]).status == 200, "a masked read is none"
    with report.check("a list of people is revealed whole or not at all"):
        answer = client.request("GET", f"{PROSPECTS}/unmask?reason=test")
        refused(answer, "subjects-per-day", DAY_S)
    with report.check("what was refused is on record, with the limit"):
        # Each reveal that was not refused has an entry of its own.
        entries = [entry for entry in store.audit_entries() if entry["action"].endswith("Unmasked")]
        of_budget = [entry for entry in entries if entry["outcome"] == "refused"]
        assert [entry["rule"] for entry in of_budget] == ["budget:subjects-per-day"] * 3
        assert [entry.get("token") for entry in of_budget] == [people[4], people[3], None]
        assert len(entries) == 16, len(entries)
    with report.check("whose reasons somebody reads counts as who is revealed to them"):
        made = client.request("POST", "/api/vlm/appkeys", {"label": "dpo", "roles": ["owner"]}).json()
        actor = entries[0]["actor"]["id"]
        with Client(server.port, headers={"X-VTEX-API-AppKey": made["appKey"],
                                          "X-VTEX-API-AppToken": made["appToken"]}) as dpo:
            report_of = dpo.request("GET", f"/api/audit/operators/{actor}/disclosures?limit=100")
            assert report_of.status == 200 and '"text":"' in report_of.text(), report_of.text()[:300]
            refused(dpo.unmask(people[3]), "subjects-per-day", DAY_S)
            assert dpo.unmask(people[0]).status == 200
    client.close()
    with report.check("after a restart who was revealed before still counts"):
        assert server.stop() == 0
        server.start()
        with server.client() as again:
            refused(again.unmask(people[4]), "subjects-per-day", DAY_S)
            assert again.unmask(people[1]).status == 200
    server.stop()


def shopper_tokens(report, server):
    wait_for_a_whole(DAY_S, 60)
    client = served(server, ["--subjects-per-day", "3"])
    people = [client.create({"email": f"own{number}@example.com"}).json()["id"] for number in range(4)]
    made = client.request("POST", "/api/vlm/appkeys", {"label": "sign-on", "roles": ["owner"]}).json()
    client.close()
    key = {"X-VTEX-API-AppKey": made["appKey"], "X-VTEX-API-AppToken": made["appToken"]}

    def token_for(maker, id):
        return maker.request("POST", "/api/vlm/shopper-tokens", {"token": id})

    with report.check("whoever makes a shopper's token has as good as seen them, after a restart too"), \
            Client(server.port, headers=key) as maker:
        tokens = [token_for(maker, id).json()["token"] for id in people[:3]]
        assert token_for(maker, people[0]).status == 201, "the same again costs nothing"
        refused(token_for(maker, people[3]), "subjects-per-day", DAY_S)
        refused(maker.unmask(people[3]), "subjects-per-day", DAY_S)
        assert maker.unmask(people[1]).status == 200
        for id, token in zip(people, tokens):
            with Client(server.port, headers={"VtexIdclientAutCookie": token}) as shopper:
                assert shopper.request("GET", f"{PROFILES}/{id}/unmask").status == 200
    assert server.stop() == 0
    server.start()
    with report.check("and a refusal is on record"):
        with Client(server.port, headers=key) as maker:
            refused(maker.unmask(people[3]), "subjects-per-day", DAY_S)
            refused(token_for(maker, people[3]), "subjects-per-day", DAY_S)
        server.stop()
        refusals = [entry for entry in server.store.audit_entries()
                    if entry["action"] == "CreateShopperToken" and entry["outcome"] == "refused"]
        assert [entry["rule"] for entry in refusals] == ["budget:subjects-per-day"] * 2, refusals


def shoppers(report, server):
    limit = 5
    client = served(server, ["--shopper-requests-per-minute", str(limit)])
    id = client.create({"email": "many@example.com"}).json()["id"]
    token = client.request("POST", "/api/vlm/shopper-tokens", {"token": id}).json()["token"]
    with report.check("a shopper has so many requests a minute, whatever keys have"), \
            Client(server.port, headers={"VtexIdclientAutCookie": token}) as shopper:
        answer = shopper.read(id)
        assert answer.header("RateLimit-Policy") == f'"requests";q={limit};w=60', answer.headers
        answer, _ = until_refused(lambda: shopper.read(NOBODY), limit)
        refused(answer, "shopper-requests-per-minute", 60)
        answer = client.read(id)
        assert answer.status == 200 and answer.header("RateLimit") is None, answer.status
    client.close()
    server.stop()


def order_searches(report, server):
    limit = 5
    client = served(server, ["--lookups-per-minute", str(limit)])
    path = "/api/orders/extendsearch/orders"
    with report.check("whose an e-mail is cannot be tried out in the search of orders"):
        answer, _ = until_refused(
            lambda: client.request("POST", path, {"q": "nobody@example.com"}), limit)
        refused(answer, "lookups-per-minute", 60)
    assert server.stop() == 0


def carts(report, server):
    limit = 7
    client = served(server, ["--cart-requests-per-minute", str(limit)])
    with report.check("an address has so many requests about carts a minute, whatever keys have"), \
            Client(server.port) as nobody:
        path = "/api/checkout/pub/orderForm"
        assert nobody.request("POST", path).status == 200
        answer, took = until_refused(lambda: nobody.request("GET", f"{path}/{NOBODY}"), limit)
        refused(answer, "cart-requests-per-minute", 60)
        assert took >= REFUSAL_PAUSE_S, f"it was refused in {took:.3f} s"
        assert client.request("GET", "/api/vlm/account").status == 200
    assert server.stop() == 0


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data"))
    requests(report, server)
    lookups(report, server)
    reveals(report, server)
    shopper_tokens(report, server)
    shoppers(report, server)
    carts(report, server)
    order_searches(report, server)


if __name__ == "__main__":
    run(test)
