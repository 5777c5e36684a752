"""Sentences about carts and orders that steps.py has not."""
import json

from steps import check, status_is, step

CARTS = "/api/checkout/pub/orderForm"
ORDERS = "/api/orders/pvt/document"
SEARCH = "/api/orders/extendsearch/orders"
ADDRESS = {"addressType": "residential", "receiverName": "Somebody Somewhere",
           "postalCode": "22250-040", "city": "Petropolis", "state": "RJ", "country": "BRA",
           "street": "Rua das Acacias Amarelas", "number": "4711", "neighborhood": "Bairro Velho"}


def as_owner(world, cart, method, path, body=None):
    """With the cart's owner token, and with no key."""
    before, world.credentials = world.credentials, {}
    owner = world.names[cart + "_owner"]
    try:
        world.send(method, path, None if body is None else json.dumps(body),
                   X_Velum_Cart_Owner=owner)
    finally:
        world.credentials = before


@step(r"a price list with (?P<name>\w+) at (?P<price>\d+)")
def price_list(world, name, price):
    world.send("PUT", f"/api/checkout/pvt/skus/{name}", json.dumps({"name": name, "price": int(price)}))
    status_is(world, "200")


@step(r"a cart known as (?P<name>\w+)(?: with (?P<count>\d+) (?P<sku>\w+))?")
def new_cart(world, name, count, sku):
    before, world.credentials = world.credentials, {}
    world.send("POST", CARTS)
    world.credentials = before
    status_is(world, "200")
    world.names[name] = world.answer.json()["orderFormId"]
    world.names[name + "_owner"] = world.answer.header("X-Velum-Cart-Owner")
    if count:
        as_owner(world, name, "POST", f"{CARTS}/{world.names[name]}/items",
                 {"orderItems": [{"id": sku, "quantity": int(count)}]})
        status_is(world, "200")


@step(r"the owner of (?P<cart>\w+) sends (?P<method>[A-Z]+) (?P<target>\S+?)(?: with)?")
def owner_sends(world, cart, method, target, block=None):
    as_owner(world, cart, method, target, None if block is None else json.loads(block))


@step(r"the owner of (?P<cart>\w+) says who they are")
def owner_says_who(world, cart, block):
    as_owner(world, cart, "POST", f"{CARTS}/{world.names[cart]}/attachments/clientProfileData",
             json.loads(block))


@step(r"the owner of (?P<cart>\w+) says where they live(?: in (?P<city>\w+))?")
def owner_says_where(world, cart, city=None):
    address = ADDRESS | ({"city": city} if city else {})
    as_owner(world, cart, "POST", f"{CARTS}/{world.names[cart]}/attachments/shippingData",
             {"selectedAddresses": [address]})


@step(r"the owner of (?P<cart>\w+) places the order(?: as (?P<name>\w+))?")
def owner_places(world, cart, name, block="{}"):
    as_owner(world, cart, "POST", f"{CARTS}/{world.names[cart]}/transaction", json.loads(block))
    if name:
        status_is(world, "200")
        placed = world.answer.json()
        world.names[name] = placed["orders"][0]["orderId"]
        world.names[name + "_payment"] = placed["merchantTransactions"][0]["payments"][0]["id"]


@step(r"an order known as (?P<name>\w+) of (?P<count>\d+) (?P<sku>\w+) for")
def new_order(world, name, count, sku, block):
    cart = name + "_cart"
    new_cart(world, cart, count, sku)
    owner_says_who(world, cart, block)
    status_is(world, "200")
    world.names[name + "_person"] = world.answer.json()["userProfileId"]
    owner_says_where(world, cart)
    status_is(world, "200")
    owner_places(world, cart, name)


@step(r"the client searches for orders with")
def search(world, block):
    world.send("POST", SEARCH, block)


def send_of_the_store(world, target, body):
    """What is in the files by right: a status, an invoice."""
    known = set(world.sent_ever)
    world.send("POST", target, json.dumps(body))
    world.sent_ever = known


@step(r"the client searches for orders that are (?P<status>[\w-]+)")
def search_status(world, status):
    send_of_the_store(world, SEARCH, {"f_status": status})


@step(r"the order (?P<order>\S+) gets the invoice (?P<number>\d+) of (?P<value>\d+)")
def invoice(world, order, number, value):
    send_of_the_store(world, f"{ORDERS}/{order}/invoices",
                      {"type": "Output", "issuedDate": "2020-02-02", "invoiceNumber": number,
                       "invoiceValue": int(value), "courier": "post", "trackingNumber": "BR1"})


@step(r"the answer is")
def answer_is(world, block):
    check(world.answer.json() == json.loads(block), f"it is {world.answer.text()[:500]}")


@step(r"the orders found are \[(?P<names>[^]]*)\]")
def found(world, names):
    status_is(world, "200")
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    ids = [one["orderId"] for one in world.answer.json()["list"]]
    check(ids == wanted, f"they are {ids}")
    check(world.answer.json()["paging"]["total"] == len(wanted), "their total is another")


@step(r"the order (?P<order>\S+) is paid with (?P<payment>\S+)")
def pay(world, order, payment):
    world.send("POST", f"{ORDERS}/{order}/payment/{payment}/notify-payment")


@step(r"the order (?P<order>\S+) is being handled")
def handle(world, order):
    world.send("POST", f"{ORDERS}/{order}/actions/start-handling")
    status_is(world, "204")
