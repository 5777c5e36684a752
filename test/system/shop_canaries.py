#!/usr/bin/env python3
"""Nothing of a person is outside the Profile System: shop_canaries.py BINARY

Shoppers fill carts, leave them, forget themselves in them, place orders, in random order and with
mistakes; the store searches, reveals, invoices and cancels. Then all that the server wrote is searched
for what they said: commerce.db, the logs, the metrics and every refusal.
"""
import random
import string
import sys
import pathlib
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness.client import Client  # noqa: E402
from harness.report import LONG, run  # noqa: E402
from harness.search import Hunt  # noqa: E402
from harness.velum import Server, Store  # noqa: E402

JOURNEYS = 10_000 if LONG else 800
CARTS = "/api/checkout/pub/orderForm"
ORDERS = "/api/orders/pvt/document"
SEARCH = "/api/orders/extendsearch/orders"
SKU = "/api/checkout/pvt/skus/tea"


class Shopper:
    """Somebody whose every word begins with a marker that is nowhere else."""

    def __init__(self, marker, number):
        word = f"{marker}{number}"
        self.email = f"{word}@example.com"
        self.client = {"email": self.email, "firstName": f"{word}first", "lastName": f"{word}last",
                       "document": f"{word}doc", "phone": f"{word}phone", "stateInscription": f"{word}state"}
        self.address = {"addressType": "residential", "receiverName": f"{word}receiver",
                        "addressId": f"{word}id", "street": f"{word}street", "number": f"{word}no",
                        "city": f"{word}city", "neighborhood": f"{word}hood", "reference": f"{word}near"}
        self.note = f"{word}note"


class Shop:
    def __init__(self, server, store, marker, seed):
        self.store, self.marker, self.random = store, marker, random.Random(seed)
        self.nobody = Client(server.port)
        self.hunt = Hunt([marker])
        self.orders, self.people, self.leaks = [], [], []
        self.counts = {"left": 0, "forgotten": 0, "placed": 0, "refused": 0}

    def ask(self, client, method, target, body=None, headers=None):
        answer = client.request(method, target, body, headers or {})
        if answer.status >= 400:
            self.counts["refused"] += 1
            told = answer.body + repr(answer.headers).encode()
            self.leaks += [f"a {answer.status} holds {line}" for line in self.hunt.in_bytes(told)]
        return answer

    def journey(self, number):
        who = Shopper(self.marker, number)
        begun = self.ask(self.nobody, "POST", CARTS)
        cart = f"{CARTS}/{begun.json()['orderFormId']}"
        owner = {"X-Velum-Cart-Owner": begun.header("X-Velum-Cart-Owner")}
        steps = [("items", {"orderItems": [{"id": "tea", "quantity": self.random.randint(1, 9)}]}),
                 ("attachments/clientProfileData", who.client),
                 ("attachments/shippingData", {"selectedAddresses": [who.address]}),
                 ("attachments/clientPreferencesData", {"optinNewsLetter": True})]
        self.random.shuffle(steps)
        for path, body in steps:
            if self.random.random() < 0.1:
                self.mistake(cart, owner, who)
            shown = self.ask(self.nobody, "POST", f"{cart}/{path}", body, owner)
            assert shown.status == 200, shown.text()
            self.leaks += [f"a masked cart holds {line}" for line in self.hunt.in_bytes(shown.body)]
        ending = self.random.random()
        if ending < 0.1:
            self.counts["left"] += 1
        elif ending < 0.2:
            path = f"/checkout/changeToAnonymousUser/{cart.rpartition('/')[2]}"
            assert self.ask(self.nobody, "GET", path, None, owner).status == 302
            self.counts["forgotten"] += 1
        else:
            body = {"savePersonalData": self.random.random() < 0.7}
            placed = self.ask(self.nobody, "POST", f"{cart}/transaction", body, owner)
            assert placed.status == 200, placed.text()
            self.orders.append((placed.json()["orders"][0]["orderId"],
                                placed.json()["merchantTransactions"][0]["payments"][0]["id"], who))
            self.counts["placed"] += 1

    def mistake(self, cart, owner, who):
        path, body = self.random.choice([
            ("attachments/clientProfileData", {"nickname": who.note}),
            ("attachments/clientProfileData", {"email": who.note}),
            ("attachments/shippingData", {"selectedAddresses": [{"addressType": who.note}]}),
            ("attachments/clientPreferencesData", {"locale": who.note + " "}),
            (f"attachments/{who.note}", {}), ("items", {"orderItems": [{"id": who.note, "quantity": 1}]}),
            ("transaction", {"optinNewsLetter": who.note}), ("transaction", f'{{"{who.note}": ')])
        assert self.ask(self.nobody, "POST", f"{cart}/{path}", body, owner).status >= 400

    def work(self, client):
        """What the store does with its orders."""
        for order, payment, who in self.orders:
            masked = self.ask(client, "GET", f"{ORDERS}/{order}")
            self.leaks += [f"a masked order holds {line}" for line in self.hunt.in_bytes(masked.body)]
            step = self.random.random()
            if step < 0.2:
                reason = urllib.parse.quote(who.note)
                shown = self.ask(client, "GET", f"{ORDERS}/{order}?reason={reason}").json()
                assert shown["clientProfileData"]["email"] == who.email
                assert shown["shippingData"]["address"]["street"] == who.address["street"]
            elif step < 0.4:
                for query in (who.email, who.client["document"], f"{who.client['firstName']} {who.client['lastName']}"):
                    found = self.ask(client, "POST", SEARCH, {"q": query}).json()["list"]
                    assert [one["orderId"] for one in found] == [order], (query, found)
            elif step < 0.6:
                self.ask(client, "POST", f"{ORDERS}/{order}/cancel", {"reason": who.note})
            elif step < 0.8:
                self.ask(client, "POST", f"{ORDERS}/{order}/payment/{payment}/notify-payment")
                self.ask(client, "POST", f"{ORDERS}/{order}/invoices",
                         {"type": "Output", "issuedDate": "2026-01-05", "invoiceNumber": "1",
                          "invoiceValue": 10, "courier": who.note + " "})
            else:
                self.ask(client, "GET", f"{ORDERS}/{who.note}")
                self.ask(client, "POST", SEARCH, {who.note: 1})


def test(report, binary, directory):
    marker = "".join(random.SystemRandom().choices(string.ascii_lowercase, k=14))
    store = Store(binary, directory / "data")
    server = Server(store, options=["--cart-requests-per-minute", "0", "--subjects-per-hour", "0",
                                    "--subjects-per-day", "0"]).start()
    shop = Shop(server, store, marker, seed=JOURNEYS)
    with server.client() as client:
        assert client.request("PUT", SKU, {"name": "Tea", "price": 7}).status == 200
        with report.check("shoppers come, go, and order; the store works on what they ordered"):
            for number in range(JOURNEYS):
                shop.journey(number)
            shop.work(client)
            print(f"figure journeys: {JOURNEYS}; {shop.counts}", flush=True)
            assert min(shop.counts.values()) > JOURNEYS // 50
        with report.check("no refusal, no masked cart and no masked order holds what they said"):
            assert not shop.leaks, "; ".join(shop.leaks[:5])
        with report.check("the metrics hold nothing of it"):
            metrics = client.request("GET", "/metrics").body
            assert not shop.hunt.in_bytes(metrics)
        with report.check("no file holds it while the server runs"):
            lines, files, _ = shop.hunt.in_files(directory)
            assert files >= 6 and not lines, "; ".join(lines[:5])
    with report.check("nor when it has ended"):
        assert server.stop() == 0, server.log_text()[-1000:]
        lines, _, searched = shop.hunt.in_files(directory)
        assert not lines, "; ".join(lines[:5])
        print(f"figure searched: {searched / 1e6:.0f} MB", flush=True)
    with report.check("and what a store puts in its own words is found, so that the search is one"):
        with server.start().client() as client:
            leak = client.request("PUT", SKU, {"name": f"Tea of {marker}", "price": 7})
            assert leak.status == 200, leak.text()
        server.stop()
        lines, _, _ = shop.hunt.in_files(directory)
        assert any("commerce.db" in line for line in lines), lines
    server.stop()


if __name__ == "__main__":
    run(test)
