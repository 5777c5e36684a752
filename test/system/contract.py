#!/usr/bin/env python3
"""Every answer is what the documents say: contract.py BINARY

Our own document, which the server tells at /openapi.json, and the public ones of the Profile System
and of orders, which are in ../shared. Each call of either is made, and what is answered is held against
both: status, content type, headers, body. Where the public document is wrong, SLIPS says how and
why; a slip that is not met any more is a failure, so that the list cannot rot.

A call of our document that no case below makes with success is a failure: write its case. One of
the public document that we do not serve yet is named.
"""
import dataclasses
import fnmatch
import json
import pathlib
import re
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.openapi import OpenApi, structure_errors  # noqa: E402
from harness.report import Skip, run  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

OPENAPI = pathlib.Path(__file__).resolve().parents[3] / "shared" / "reference" / "openapi"
PUBLIC = [OPENAPI / "profile-system.json", OPENAPI / "orders-pii-version.json"]
BASE = "/api/storage/profile-system"
REASON = "reason=a+test+of+the+contract"

PROFILE = {"firstName": "Ana", "lastName": "Prova", "email": "ana.prova@example.com",
           "document": "12345678900", "documentType": "CPF", "birthDate": "1991-02-03",
           "gender": None, "tags": ["vip"], "shoeSize": 38}
ADDRESS = {"postalCode": "20200-000", "countryName": "Brasil", "countryCode": "BR",
           "administrativeAreaLevel1": "RJ", "locality": "Rio", "localityAreaLevel1": "Centro",
           "route": "Rua da Prova", "streetNumber": "999", "contactId": "1",
           "geoCoordinates": ["-22.9", "-43.1"], "complement": None}
PERSON = {"firstName": "Bia", "lastName": "Prova", "email": "bia.prova@example.com",
          "phone": "12345678910", "document": "12345678910"}
PAYMENT = {"availableAccounts": [{"accountId": "D09F", "paymentSystem": "2",
                                  "paymentSystemName": "Visa", "cardNumber": "************1111",
                                  "bin": "44443334", "availableAddresses": ["db267dcc"],
                                  "expirationDate": "01/2032", "isExpired": False,
                                  "accountStatus": None}],
           "availableTokens": ["12345"], "transactions": None, "giftCards": [],
           "giftCardMessages": ["Well done"], "numberOfPaymentErrors": 0,
           "numberOfDeniedTransactions": 0, "lastDeniedTransaction": None}
CARD = {"availableAccounts": [{"cardNumber": "4111111111111111"}]}
PURCHASES = {"paymentData": PAYMENT, "clientPreferences": {"localeDefault": "pt-BR"},
             "isToSavePersonalData": True, "lastPurchasesAddressId": "db267dcc",
             "lastUserPurchases": [{"creationDate": "2023-10-23T19:22:12Z", "orderId": "137-01",
                                    "orderGroup": "137", "value": 3498}]}
PROSPECT = {**PERSON, "isPJ": False, "paymentData": PAYMENT, "contacts": [PERSON],
            "invoiceSubject": PERSON,
            "availableAddresses": [{"disposable": True, "addressName": "Home", "city": "Rio",
                                    "street": "Rua da Prova", "number": "9538",
                                    "geoCoordinate": ["49.3", "2.1"]}]}
FAMILIES = {"addresses": (ADDRESS, {"complement": "2B"}), "contacts": (PERSON, {"phone": "1"}),
            "invoice-subject": (PERSON, {"phone": "1"}), "pickup-info": (PERSON, {"phone": "1"}),
            "consents": ({"purpose": "news", "granted": True}, {"granted": False})}
SCHEMAS_OF_FAMILIES = ("contact", "invoice-subject", "pickup-info", "consent")

ONE = f"{BASE}/profiles/{{profileId}}"
ADDRESSES = f"{ONE}/addresses"
AN_ADDRESS = f"{ADDRESSES}/{{addressId}}"
PURCHASE_INFO = f"{ONE}/purchase-info"
A_PROSPECT = f"{BASE}/prospects/{{prospectId}}"


@dataclasses.dataclass
class Slip:
    """Where the public document is not what it describes."""
    side: str  # "request": taken, and not as documented; "refused": though it is; "answer".
    where: str  # A pattern of the place in the body.
    keyword: str  # Of JSON Schema; of what is refused the error's code.
    calls: tuple  # Each must show it.
    reason: str
    met: set = dataclasses.field(default_factory=set)


SLIPS = [
    Slip("request", "", "required", (f"PATCH {ONE}", f"PATCH {AN_ADDRESS}"),
         "a PATCH is partial, whatever the document says that it must hold"),
    Slip("request", "", "required", (f"POST {BASE}/profiles", f"POST {ADDRESSES}"),
         "the documented default schema asks for an e-mail only, and none is there for addresses"),
    Slip("answer", "*document", "required",
         (f"POST {BASE}/profiles", f"GET {ONE}", f"GET {ONE}/unmask", f"POST {ADDRESSES}",
          f"GET {ADDRESSES}", f"GET {ADDRESSES}/unmask"),
         "so an answer need not hold more either"),
    Slip("request", "firstName", "type", (f"POST {BASE}/profiles", f"POST {BASE}/prospects"),
         "by the documented default schema every text but the e-mail may be null"),
    Slip("answer", "*document.firstName", "type",
         (f"POST {BASE}/profiles", f"GET {ONE}", f"GET {ONE}/unmask", f"POST {BASE}/prospects",
          f"GET {BASE}/prospects", f"GET {BASE}/prospects/unmask"),
         "so it is null in the answer"),
    Slip("answer", "", "body", (f"PUT {BASE}/schemas/profileSystem/custom",),
         "ours says what holds from now on, and which job follows"),
    Slip("refused", "", "masked_value", (f"PATCH {A_PROSPECT}", f"PATCH {PURCHASE_INFO}"),
         "masked text that comes back as data would replace the data"),
    Slip("refused", "", "card_data", (f"POST {BASE}/prospects", f"PATCH {A_PROSPECT}",
                                      f"POST {PURCHASE_INFO}", f"PATCH {PURCHASE_INFO}"),
         "the documented payments hold card numbers and codes: none is taken, in whatever member"),
]


class Contract:
    """Asks, and holds each answer against the documents."""

    def __init__(self, client, publics):
        self.client, self.publics = client, publics
        self.own = OpenApi(client.request("GET", "/openapi.json").json())
        self.answered, self.called = set(), set()  # With success: operations of each document.
        self.wrong, self.wrong_of_public = [], []
        self.count = 0

    def ask(self, method, target, body=None, expect=None, headers=None, client=None):
        answer = (client or self.client).request(method, target, body, headers)
        self.count += 1
        asked = "GET" if method == "HEAD" else method
        operation = self.own.find(asked, target)
        if operation is None:
            self.wrong.append(f"{method} {target}: {answer.status}, and not in the document")
            return answer
        for error in self.own.errors_of_answer(operation, answer, method == "HEAD"):
            self.wrong.append(f"{operation}: {answer.status}: {error}")
        if expect is not None and answer.status != expect:
            self.wrong.append(f"{operation}: {answer.status} where {expect} is due: "
                              f"{answer.text()}")
        if answer.status < 400:
            if body is not None and isinstance(body, dict):
                for error in self.own.errors_of_request(operation, body):
                    self.wrong.append(f"{operation}: it was taken: {error}")
            self.answered.add(str(operation))
        if method != "HEAD" and isinstance(body, (dict, type(None))):
            self.hold_against_public(method, target, body, answer)
        return answer

    def hold_against_public(self, method, target, body, answer):
        for public in self.publics:
            operation = public.find(method, target)
            if operation is not None:
                self.hold_against(public, operation, body, answer)

    def hold_against(self, public, operation, body, answer):
        errors = public.errors_of_request(operation, body)
        found = []
        if answer.status < 300:
            self.called.add(str(operation))
            found = [("answer", error) for error in public.errors_of_answer(operation, answer)]
            found += [("request", error) for error in errors]
        elif answer.status == 400 and body and not errors:
            found = [("refused", ("", answer.json()["code"], answer.text()))]
        for side, error in found:
            slip = next((slip for slip in SLIPS if slip.side == side and
                         str(operation) in slip.calls and slip.keyword == error[1] and
                         fnmatch.fnmatchcase(error[0], slip.where)), None)
            if slip is None:
                self.wrong_of_public.append(f"{operation}: {answer.status}: {side}: {error}")
            else:
                slip.met.add(str(operation))


def document_calls(ask, base, change, key=""):
    """What every document can be asked that is one of many. `base` is its own path."""
    shown = ask("GET", base, expect=200).json()
    ask("HEAD", base, expect=200)
    ask("GET", f"{base}/unmask?{REASON}", expect=200)
    ask("GET", f"{base}/unmask?useCase=test&onBehalfOf=nobody", expect=200)
    changed = ask("PATCH", f"{base}?ttl=30", change, expect=200)
    ask("PATCH", base, change, expect=200, headers={"If-Match": changed.header("ETag") or "*"})
    ask("PATCH", base, change, expect=412, headers={"If-Match": str(uuid.uuid4())})
    ask("PATCH", base, {"email": "b**@e******.c**", "firstName": "x**"}, expect=400)
    ask("PATCH", base, {"note": "4111 1111 1111 1111"}, expect=400)
    return (shown[0] if isinstance(shown, list) else shown)["meta"]["version"]


def version_calls(ask, base, version):
    ask("GET", f"{base}/versions?limit=2", expect=200)
    ask("GET", f"{base}/versions?limit=0", expect=400)
    ask("GET", f"{base}/versions/{version}", expect=200)
    ask("GET", f"{base}/versions/{version}/unmask?{REASON}", expect=200)
    ask("GET", f"{base}/versions/{uuid.uuid4()}", expect=404)


def profile_calls(ask):
    made = ask("POST", f"{BASE}/profiles?ttl=3", PROFILE, expect=201,
               headers={"Idempotency-Key": "once"})
    ask("POST", f"{BASE}/profiles?ttl=3", PROFILE, expect=201, headers={"Idempotency-Key": "once"})
    ask("POST", f"{BASE}/profiles", PROFILE, expect=422, headers={"Idempotency-Key": "once"})
    ask("POST", f"{BASE}/profiles", PROFILE, expect=409)
    ask("POST", f"{BASE}/profiles", {"firstName": "Ana"}, expect=400)
    least = {"email": "least@example.com", "firstName": None}
    least = ask("POST", f"{BASE}/profiles", least, expect=201).json()["id"]
    profile = f"{BASE}/profiles/{made.json()['id']}"
    version = document_calls(ask, profile, {"firstName": "Anna", "gender": None})
    version_calls(ask, profile, version)
    ask("GET", f"{BASE}/profiles/{PROFILE['email']}?alternativeKey=email", expect=200)
    ask("GET", f"{BASE}/profiles/x?alternativeKey=nothing", expect=400)
    ask("GET", f"{BASE}/profiles/{least}", expect=200)
    ask("GET", f"{BASE}/profiles/{least}/unmask?{REASON}", expect=200)
    wanted = {"field": "email", "value": PROFILE["email"]}
    ask("POST", f"{BASE}/profiles/lookup", wanted, expect=200)
    ask("POST", f"{BASE}/profiles/lookup", {**wanted, "value": "no@example.com"}, expect=404)
    ask("DELETE", f"{BASE}/profiles/{least}", expect=204)
    ask("DELETE", f"{BASE}/profiles/{least}", expect=404)
    return profile


def family_calls(ask, profile, kind):
    body, change = FAMILIES[kind]
    made = ask("POST", f"{profile}/{kind}", body, expect=201).json()
    ask("POST", f"{profile}/{kind}", {}, expect=None)
    ask("GET", f"{profile}/{kind}", expect=200)
    ask("GET", f"{profile}/{kind}/unmask?{REASON}", expect=200)
    base = f"{profile}/{kind}/{made['id']}"
    version_calls(ask, base, document_calls(ask, base, change))
    ask("DELETE", base, expect=204, headers={"If-Match": "*"})


def purchase_calls(ask, profile):
    base = f"{profile}/purchase-info"
    ask("GET", base, expect=404)
    ask("POST", base, {"paymentData": CARD}, expect=400)
    ask("POST", base, PURCHASES, expect=200)
    ask("POST", base, PURCHASES, expect=409)
    document_calls(ask, base, {"isToSavePersonalData": False})
    ask("PUT", base, {"lastPurchasesAddressId": "x"}, expect=200)
    ask("DELETE", base, expect=204)


def prospect_calls(ask):
    made = [ask("POST", f"{BASE}/prospects", PROSPECT, expect=201).json()["id"] for _ in range(3)]
    ask("POST", f"{BASE}/prospects", {"paymentData": CARD}, expect=400)
    ask("POST", f"{BASE}/prospects", {"firstName": None}, expect=201)
    page = ask("GET", f"{BASE}/prospects?limit=2", expect=200)
    ask("GET", re.match("<(.*)>", page.header("Link"))[1], expect=200)
    ask("GET", f"{BASE}/prospects?cursor=x", expect=400)
    ask("GET", f"{BASE}/prospects/unmask?limit=2&{REASON}", expect=200)
    document_calls(ask, f"{BASE}/prospects/{made[0]}", {"isPJ": True, "cellPhone": "12345"})
    ask("DELETE", f"{BASE}/prospects/{made[0]}", expect=204)
    convert = f"{BASE}/prospects/{made[1]}/convert"
    ask("POST", convert, {"firstName": "Ana"}, expect=400)
    assert ask("POST", f"{convert}?ttl=9", expect=200).json()["id"] == made[1]
    ask("POST", convert, {}, expect=200)
    ask("POST", f"{BASE}/prospects/{made[2]}/convert", expect=409)


def condition_calls(ask, profile):
    base = f"{profile}/validate-conditions"
    tests = ({"field": "gender", "exists": False}, {"field": "tags", "contains": "vip"},
             {"field": "documentType", "prefix": "C"}, {"field": "shoeSize", "range": {"min": 30}},
             {"field": "email", "equals": PROFILE["email"]})
    answer = ask("POST", base, {"conditions": list(tests)}, expect=200).json()
    assert answer["all"] is True, answer
    ask("POST", base, {"conditions": [{"field": "email", "prefix": "a"}]}, expect=400)
    many = {"conditions": [{"field": "email", "in": [f"{n}@example.com" for n in range(100)]}]}
    for _ in range(20):  # Until the minute's budget is spent: that of the next one is not.
        if ask("POST", base, many).status == 429:
            return
    raise AssertionError("the budget is not spent")


def schema_calls(contract):
    """A field of its own for each entity, and the job that follows."""
    field = {"type": ["string", "null"], "sensitive": True, "pii": True}
    for name in ("profileSystem", "prospect", "address", "purchase-info", *SCHEMAS_OF_FAMILIES):
        schema = f"{BASE}/schemas/{name}"
        contract.ask("GET", schema, expect=200)
        changed = contract.ask("PUT", f"{schema}/custom", {"shoeColour": field}, expect=201)
        contract.ask("GET", f"{schema}/custom", expect=200)
        contract.ask("PUT", f"{schema}/custom", {"email": {"oneOf": []}}, expect=400)
        contract.ask("GET", f"{BASE}/jobs/{changed.json()['jobId']}", expect=200)


def import_calls(ask):
    rows = ({"profile": {"email": "row@example.com"}, "parts": [{"entity": "address", "document": ADDRESS}]},
            {"profile": {"email": "row@example.com"}}, {"profile": {"email": 7}})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    answer = ask("POST", f"{BASE}/import", lines, expect=200, headers={"Content-Type": "application/x-ndjson"})
    told = [json.loads(line) for line in answer.text().splitlines()]
    assert [one.get("status") for one in told] == ["made", "alreadyThere", "rejected", None], told


def access_calls(ask):
    keys, roles = "/api/vlm/appkeys", "/api/license-manager/roles"
    made = ask("POST", keys, {"label": "contract", "roles": ["reader"], "expiresAt": "2999-01-01T00:00:00Z",
                              "allowedNetworks": ["10.0.0.0/8"], "defaultReason": "stock"}, expect=201)
    other = ask("POST", keys, {"label": "contract"}, expect=201).json()
    ask("POST", keys, {"roles": []}, expect=400)
    key = f"{keys}/{made.json()['id']}"
    ask("GET", keys, expect=200)
    ask("GET", key, expect=200)
    ask("PUT", key, {"isActive": False}, expect=200)
    ask("PATCH", key, {"isActive": True, "expiresAt": None}, expect=200)
    ask("POST", f"{key}/rotate", {"overlapSeconds": 5}, expect=200)
    ask("DELETE", key, expect=204)
    ask("POST", f"{key}/rotate", {}, expect=409)
    login = {"appkey": other["appKey"], "apptoken": other["appToken"]}
    token = ask("POST", "/api/vtexid/apptoken/login", login, expect=200).json()["token"]
    ask("POST", "/api/vtexid/credential/validate", {"token": token}, expect=200)
    ask("POST", "/api/vtexid/credential/validate", {"token": token + "A"}, expect=401)
    users = "/api/license-manager/users"
    user = ask("POST", users, {"email": "jane@example.com", "name": "Jane"}, expect=200).json()["id"]
    ask("GET", f"{users}/{user}", expect=200)
    ask("PATCH", f"{users}/{user}", {"name": "Jane D"}, expect=200)
    ask("PUT", f"{users}/{user}/roles", [9], expect=204)
    ask("GET", f"{users}/{user}/roles", expect=200)
    ask("GET", "/api/license-manager/site/pvt/logins/list/paged?numItems=10&sort=name&sortType=ASC", expect=200)
    token = ask("POST", f"{users}/{user}/tokens", {}, expect=201).json()["token"]
    ask("POST", "/api/vtexid/credential/validate", {"token": token}, expect=200)
    ask("DELETE", f"{users}/{user}/tokens", expect=204)
    ask("DELETE", f"{users}/{user}/roles/9", expect=204)
    ask("DELETE", f"{users}/{user}", expect=200)
    ask("GET", f"{users}/{user}", expect=404)
    shopper = ask("POST", "/api/storage/profile-system/prospects", {"firstName": "Ana"}, expect=201).json()["id"]
    token = ask("POST", "/api/vlm/shopper-tokens", {"token": shopper, "minutes": 5}, expect=201).json()["token"]
    ask("POST", "/api/vtexid/credential/validate", {"token": token}, expect=200)
    ask("POST", "/api/vlm/shopper-tokens", {"token": user}, expect=404)
    grants = [{"resource": "GetItemResource", "entities": ["profile"]}, {"resource": "ViewAuditResource"}]
    ask("PUT", f"{roles}/mine", {"name": "Mine", "resources": grants}, expect=200)
    ask("GET", "/api/license-manager/site/pvt/roles/list/paged?numItems=100", expect=200)
    ask("PUT", f"{roles}/owner", {"name": "Mine", "resources": []}, expect=409)
    ask("DELETE", f"{roles}/mine", expect=204)
    for path in ("/api/license-manager/resources", "/api/vlm/account", "/api/pvt/accounts/loja"):
        ask("GET", path, expect=200)
    policy = "/api/vlm/account/unmask-policy"
    ask("PUT", policy, {"allowedReasons": ["refund", "stock"]}, expect=200)
    ask("PUT", policy, {"allowedReasons": []}, expect=400)
    ask("GET", policy, expect=200)
    ask("PUT", policy, {"allowedReasons": None, "grantApprovals": 1}, expect=200)
    grants = "/api/vlm/unmask-grants"
    scope = [{"resource": "UnmaskItemResource", "entities": ["profile"], "fields": ["email"]}]
    leave = ask("POST", grants, {"purpose": "fraud", "ticket": "OPS-7", "minutes": 5, "resources": scope},
                expect=201).json()["id"]
    ask("POST", grants, {"purpose": "fraud", "minutes": 0, "resources": scope}, expect=400)
    ask("GET", grants, expect=200)
    ask("GET", f"{grants}/{leave}", expect=200)
    ask("POST", f"{grants}/{leave}/approve", expect=403)
    made = ask("POST", keys, {"label": "gives leave", "roles": ["owner"]}, expect=201).json()
    another = {"X-VTEX-API-AppKey": made["appKey"], "X-VTEX-API-AppToken": made["appToken"]}
    ask("POST", f"{grants}/{leave}/approve", expect=200, headers=another)
    ask("DELETE", f"{grants}/{leave}", expect=204)


def alert_calls(ask, profile):
    hooks, canaries = "/api/vlm/webhooks", "/api/vlm/canaries"
    made = ask("POST", hooks, {"url": "https://hooks.example.com/in", "events": ["canary.revealed"]}, expect=201)
    ask("POST", hooks, {"url": "http://hooks.example.com/in"}, expect=400)
    hook = f"{hooks}/{made.json()['id']}"
    ask("GET", hooks, expect=200)
    ask("GET", hook, expect=200)
    ask("PUT", hook, {"url": "https://hooks.example.com/in"}, expect=200)
    ask("POST", f"{hook}/rotate", {"overlapSeconds": 5}, expect=200)
    ask("POST", f"{hook}/test", expect=202)
    glass = {"purpose": "a parcel at a wrong door", "ticket": "OPS-8", "minutes": 5}
    ask("POST", "/api/vlm/break-glass", glass, expect=201)
    ask("DELETE", hook, expect=204)
    ask("DELETE", hook, expect=404)
    ask("PUT", f"{canaries}/{profile}", expect=204)
    ask("GET", canaries, expect=200)
    ask("DELETE", f"{canaries}/{profile}", expect=204)
    ask("DELETE", f"{canaries}/{profile}", expect=404)


def query_calls(ask):
    queries = "/api/audit/queries"
    whole = {"filter": {"application": "profile-system", "action": ["Get", "Create"], "actor": "velumappkey",
                        "entity": ["profile"], "id": ["a"], "grant": "b", "outcome": "done"}, "lastHours": 24}
    ask("PUT", f"{queries}/whole", whole, expect=201)
    ask("PUT", f"{queries}/whole", {"filter": {"action": "Get", "from": "2026-01-05", "to": "2999-01-01"}},
        expect=200)
    ask("PUT", f"{queries}/whole", {"filter": {"actions": "Get"}}, expect=400)
    ask("GET", queries, expect=200)
    ask("GET", f"{queries}/whole", expect=200)
    assert ask("GET", "/api/audit/events?query=whole&outcome=done&limit=1", expect=200).json()["items"]
    ask("GET", "/api/audit/events?query=whole&action=Get", expect=400)
    ask("GET", "/api/audit/events/export?query=whole", expect=200)
    ask("DELETE", f"{queries}/whole", expect=204)
    ask("DELETE", f"{queries}/whole", expect=404)


def server_calls(ask):
    page = ask("GET", "/api/audit/events?limit=1&action=Get", expect=200).json()
    ask("GET", f"/api/audit/events?limit=100&next={page['next']}", expect=200)
    ask("GET", "/api/audit/events?limit=1000", expect=400)
    seen = ask("GET", "/api/audit/events?limit=1&action=GetProfileUnmasked", expect=200).json()["items"][0]
    ask("GET", f"/api/audit/events/export?id={seen['token']}", expect=200)
    ask("GET", f"/api/audit/disclosures/{seen['token']}", expect=200)
    ask("GET", f"/api/audit/operators/{seen['actor']['id']}/disclosures?limit=2", expect=200)
    deadline = time.monotonic() + 30
    while ask("GET", "/api/audit/checkpoint").status == 404 and time.monotonic() < deadline:
        time.sleep(0.1)  # The trees follow behind the journal.
    for path in ("tile/0/000.p/1", "tile/entries/000.p/1", "proof/0", "consistency/1", "key"):
        ask("GET", f"/api/audit/{path}", expect=200)
        ask("HEAD", f"/api/audit/{path}", expect=200)
    ask("GET", "/api/audit/tile/0/x001/000", expect=404)
    for path in ("/livez", "/readyz", "/metrics", "/openapi.json"):
        ask("GET", path, expect=200)
        ask("HEAD", path, expect=200)


CARTS = "/api/checkout/pub/orderForm"
CLIENT = {"email": "duda.prova@example.com", "firstName": "Duda", "lastName": "Prova",
          "document": "39053344705", "documentType": "cpf", "phone": "+5511912345678",
          "isCorporate": False}
HOME = {"addressType": "residential", "receiverName": "Duda Prova", "postalCode": "22250-040",
        "city": "Rio", "state": "RJ", "country": "BRA", "street": "Rua da Prova", "number": "7",
        "neighborhood": "Centro", "complement": None, "geoCoordinates": []}
INVOICE = {"type": "Output", "issuedDate": "2026-01-05", "invoiceNumber": "1", "items": []}


def new_order(ask, client):
    """(the order's id, its payment's) of a cart of its own."""
    begun = ask("POST", CARTS, expect=200)
    cart = f"{CARTS}/{begun.json()['orderFormId']}"
    owner = {"X-Velum-Cart-Owner": begun.header("X-Velum-Cart-Owner")}
    for path, body in (("items", {"orderItems": [{"id": "tea", "quantity": 2}]}),
                       ("items/update", {"orderItems": [{"index": 0, "quantity": 1}]}),
                       ("attachments/clientProfileData", client),
                       ("attachments/shippingData", {"selectedAddresses": [HOME]}),
                       ("attachments/clientPreferencesData", {"locale": "pt-BR"})):
        ask("POST", f"{cart}/{path}", body, expect=200, headers=owner)
    for method in ("GET", "POST"):
        ask(method, cart, expect=200, headers=owner)
    placed = ask("POST", f"{cart}/transaction", {"value": 1250}, expect=200, headers=owner).json()
    payment = placed["merchantTransactions"][0]["payments"][0]["id"]
    return placed["orders"][0]["orderId"], payment


def shop_calls(ask):
    sku, settings = "/api/checkout/pvt/skus/tea", "/api/checkout/pvt/configuration/orderForm"
    ask("PUT", sku, {"name": "Tea", "price": 1250}, expect=200)
    ask("GET", sku, expect=200)
    ask("POST", settings, {"currencyCode": "BRL"}, expect=200)
    ask("GET", settings, expect=200)
    begun = ask("GET", CARTS, expect=200)
    ask("GET", f"/checkout/changeToAnonymousUser/{begun.json()['orderFormId']}", expect=302,
        headers={"X-Velum-Cart-Owner": begun.header("X-Velum-Cart-Owner")})
    feed = "/api/orders/feed"
    ask("GET", feed, expect=404)
    ask("POST", f"{feed}/config", {"filter": {"type": "FromWorkflow", "status": ["payment-pending"]},
                                   "queue": {"visibilityTimeoutInSeconds": 5}}, expect=200)
    order, payment = new_order(ask, CLIENT)
    ask("GET", f"{feed}/config", expect=200)
    events = ask("GET", f"{feed}?maxlot=2", expect=200).json()
    assert [one["orderId"] for one in events] == [order], events
    ask("POST", feed, {"handles": [events[0]["handle"]]}, expect=200)
    ask("DELETE", f"{feed}/config", expect=204)
    base = f"/api/orders/pvt/document/{order}"
    for path in (base, f"{base}?{REASON}", f"/api/oms/pvt/orders/{order}"):
        ask("GET", path, expect=200)
    for query in (order, CLIENT["email"], "no@example.com"):
        ask("POST", "/api/orders/extendsearch/orders", {"q": query}, expect=200)
    ask("POST", f"{base}/actions/start-handling", expect=409)
    ask("POST", f"{base}/payment/{payment}/notify-payment", expect=200)
    ask("POST", f"{base}/actions/start-handling", expect=204)
    ask("POST", f"{base}/invoices", {**INVOICE, "invoiceValue": 1250}, expect=200)
    ask("GET", base, expect=200)
    guest, _ = new_order(ask, CLIENT)  # Of a known e-mail.
    ask("POST", f"/api/orders/pvt/document/{guest}/cancel", {"reason": "a test"}, expect=200)
    ask("GET", f"/api/orders/pvt/document/{guest}?{REASON}", expect=200)
    ask("DELETE", sku, expect=204)
    none = {"X-VTEX-API-AppKey": None, "X-VTEX-API-AppToken": None}
    for email in (CLIENT["email"], "no@example.com"):
        path = f"/api/checkout/pub/profiles?email={email}"
        known = ask("GET", path, expect=200).json()
        assert (known["userProfileId"] is None) == (email != CLIENT["email"]), known
        assert ask("GET", path, expect=200, headers=none).json()["userProfileId"] is None


def refusals(contract):
    """What every call can be refused with, whatever it is."""
    ask, strange = contract.ask, str(uuid.uuid4())
    for operation in contract.own.operations:
        target = re.sub(r"\{\w+\}", strange, operation.path)
        body = {} if operation.takes_body() else None
        if operation.is_open():
            continue
        ask(operation.method, target, body, expect=401, headers={"X-VTEX-API-AppToken": "wrong"})
        ask(operation.method, f"{target}?an=nobody", body, expect=404)
        if body is not None:
            ask(operation.method, target, "a=b", expect=415, headers={"Content-Type": "text/plain"})
            ask(operation.method, target, "{", headers={"Content-Type": "application/json"})
            ask(operation.method, target, "[]", headers={"Content-Type": "application/json"})
        if operation.path.endswith("/unmask"):
            ask(operation.method, target, expect=400)
            if "{" in operation.path:
                ask(operation.method, f"{target}?{REASON}", expect=404)
        elif "{" in operation.path:
            ask(operation.method, target, body)


def check_forbidden(contract, server):
    """With a key that may only read."""
    server.stop()
    server.store.sql("UPDATE app_key SET roles='reader'")
    server.start()
    with server.client() as client:
        for operation in contract.own.operations:
            if operation.is_open():
                continue
            may = operation.text["x-resource"] == "GetItemResource"
            target = re.sub(r"\{\w+\}", str(uuid.uuid4()), operation.path)
            body = {} if operation.takes_body() else None
            answer = contract.ask(operation.method, target, body, client=client)
            assert (answer.status == 403) != may, f"{operation}: {answer.status} for a reader"
            if not may:
                assert operation.text["x-resource"] in answer.json()["message"], answer.text()


def check_open(client):
    """Without an account or a key: GET, HEAD, OPTIONS, and nothing else."""
    for path in ("/openapi.json", "/docs", "/docs/docs.js"):
        none = {"X-VTEX-API-AppKey": None, "X-VTEX-API-AppToken": None}
        got = client.request("GET", f"{path}?an=nobody", headers=none)
        head = client.request("HEAD", path, headers=none)
        assert (head.status, head.body) == (got.status, b""), f"HEAD {path}: {head.status}"
        assert head.header("Content-Length") == str(len(got.body)), path
        options = client.request("OPTIONS", path, headers=none)
        assert (options.status, options.header("Allow")) == (204, "GET, HEAD, OPTIONS"), path
        assert client.request("POST", path, {}, headers=none).status == 405, path


def check_page(contract):
    answer = contract.ask("GET", "/docs")
    if answer.status == 404:
        assert "tools/install_packages.sh" in answer.json()["message"], answer.text()
        raise Skip("swagger-ui-dist was not there when this was built")
    page = answer.text()
    assert "//" not in page.replace("<!doctype", ""), "the page names another place"
    assert not re.search(r"<style|style=|<script>|\son\w+=", page), "something is inline"
    files = re.findall(r'(?:src|href)="(docs/[^"]+)"', page)
    assert len(files) == 4, files
    for file in files:
        one = contract.ask("GET", f"/{file}", expect=200)
        assert one.header("X-Content-Type-Options") == "nosniff"
        kind = "text/css" if file.endswith(".css") else "text/javascript"
        assert one.header("Content-Type") == f"{kind}; charset=utf-8", one.header("Content-Type")
    assert "openapi.json" in one.text() and "validatorUrl: null" in one.text(), one.text()
    contract.ask("GET", "/docs/nothing.js", expect=404)
    policy = answer.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy, policy
    assert not re.search(r"https?:|\*", policy), policy


def check_public(contract):
    if not contract.publics:
        raise Skip("../shared is not there")
    assert not contract.wrong_of_public, "; ".join(sorted(set(contract.wrong_of_public)))
    documented = [one for public in contract.publics for one in public.operations]
    served = [one for one in documented
              if contract.own.find(one.method, one.path) is not None]
    missed = [str(one) for one in served if str(one) not in contract.called]
    assert not missed and len(contract.called) >= 35, f"no case: {missed}"
    waiting = [str(one) for one in documented if one not in served]
    print(f"figure documented calls that are not served yet: {'; '.join(waiting) or 'none'}")


def check_slips(contract):
    if not contract.publics:
        raise Skip("../shared is not there")
    for slip in SLIPS:
        unmet = set(slip.calls) - slip.met
        assert not unmet, f"no longer a slip of {sorted(unmet)}: {slip.reason}"


def check_coverage(contract):
    """The page at /docs may be missing from a build: check_page says so."""
    left = [str(one) for one in contract.own.operations
            if str(one) not in contract.answered and not one.path.startswith("/docs")]
    assert not left, f"no case has succeeded: {left}"


def test(report, binary, directory):
    server = Server(Store(binary, directory / "data")).start()
    publics = [OpenApi(json.loads(path.read_text(encoding="utf-8")))
               for path in PUBLIC if path.exists()]
    with server.client() as client:
        contract = Contract(client, publics)
        with report.check("our document has the form of OpenAPI 3.1"):
            wrong = structure_errors(contract.own.document)
            assert not wrong, wrong
        with report.check("every call is made"):
            profile = profile_calls(contract.ask)
            for kind in FAMILIES:
                family_calls(contract.ask, profile, kind)
            purchase_calls(contract.ask, profile)
            condition_calls(contract.ask, profile)
            prospect_calls(contract.ask)
            schema_calls(contract)
            import_calls(contract.ask)
            access_calls(contract.ask)
            alert_calls(contract.ask, profile.rpartition("/")[2])
            query_calls(contract.ask)
            shop_calls(contract.ask)
            server_calls(contract.ask)
        with report.check("the page at /docs: its files and its policy"):
            check_page(contract)
        with report.check("the document and its page take no key"):
            check_open(client)
        with report.check("every call is refused in every way"):
            refusals(contract)
    with report.check("a reader is refused what our document says that it takes"):
        check_forbidden(contract, server)
    with report.check("our document is true of every answer"):
        assert not contract.wrong, f"{len(contract.wrong)}: {'; '.join(contract.wrong)}"
        print(f"figure answers held against our document: {contract.count}")
    with report.check("every call of our document has succeeded"):
        check_coverage(contract)
    with report.check("the public document is true of every answer, but for its slips"):
        check_public(contract)
    with report.check("every slip is still one"):
        check_slips(contract)
    with report.check("it stops"):
        assert server.stop() == 0, server.log_text()[-1000:]


if __name__ == "__main__":
    run(test)
