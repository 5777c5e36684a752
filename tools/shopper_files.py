#!/usr/bin/env python3
"""Writes generated shoppers, with addresses and consents, as the exports of other systems: nobody of them lives.

    shopper_files.py --layout shopify --count 1000 > customers.csv

Each layout is a function that makes the rows of one person; what Velum should make of them is said by
profile_of(), addresses_of() and consents_of().
"""
import argparse
import csv
import random
import sys
import uuid

from generate_shoppers import CL_COLUMNS, shoppers

STREETS = ["Rua das Laranjeiras", "Avenida Atlântica", "Rua Augusta", "Travessa do Ouvidor", "Alameda Santos",
           "Rua São José", "Praça da Sé", "Rua Müller", "Calle D'Ávila"]
CITIES = [("São Paulo", "SP"), ("Rio de Janeiro", "RJ"), ("Niterói", "RJ"), ("Florianópolis", "SC"),
          ("Belém", "PA")]
DISTRICTS = ["Centro", "Icaraí", "Flamengo", "Bela Vista", "Água Verde"]
AD_COLUMNS = ["id", "userId", "addressName", "addressType", "receiverName", "postalCode", "city", "state",
              "country", "street", "number", "neighborhood", "complement", "reference", "geoCoordinate",
              "accountName", "createdIn"]
SHOPIFY_COLUMNS = ["Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing",
                   "Default Address Company", "Default Address Address1", "Default Address Address2",
                   "Default Address City", "Default Address Province Code",
                   "Default Address Country Code", "Default Address Zip", "Default Address Phone",
                   "Phone", "Accepts SMS Marketing", "Total Spent", "Total Orders", "Note",
                   "Tax Exempt", "Tags"]
MAGENTO_COLUMNS = ["email", "_website", "_store", "confirmation", "created_at", "created_in",
                   "disable_auto_group_change", "dob", "firstname", "gender", "group_id", "lastname",
                   "middlename", "password_hash", "prefix", "rp_token", "rp_token_created_at",
                   "store_id", "suffix", "taxvat", "website_id", "password", "is_subscribed"]
MAGENTO_ADDRESS_COLUMNS = ["_website", "_email", "_entity_id", "city", "company", "country_id", "fax",
                           "firstname", "lastname", "middlename", "postcode", "prefix", "region",
                           "region_id", "street", "suffix", "telephone", "vat_id", "vat_is_valid",
                           "_address_default_billing_", "_address_default_shipping_"]
SECRET = "0f1e2d3c4b5a:salt-of-nobody:1"
COMPOSITE_ADDRESS_COLUMNS = ["city", "company", "country_id", "firstname", "lastname", "postcode", "region",
                             "street", "telephone"]
COMPOSITE_COLUMNS = [*MAGENTO_COLUMNS, *(f"_address_{name}" for name in COMPOSITE_ADDRESS_COLUMNS),
                     "_address_default_billing_", "_address_default_shipping_"]


def with_addresses(person, number, seed):
    """The person with 0 to 3 addresses and an answer to each kind of marketing, of its own random source: who
    a seed's people are does not change."""
    source = random.Random(f"{seed}.{number}")
    person["addresses"] = []
    for index in range(source.choice([0, 1, 1, 2, 3])):
        city, state = source.choice(CITIES)
        person["addresses"].append({
            "id": str(uuid.UUID(int=source.getrandbits(128), version=4)), "number": number * 10 + index,
            "street": source.choice(STREETS), "house": str(source.randrange(1, 3000)),
            "district": source.choice(DISTRICTS), "city": city, "state": state,
            "zip": f"{source.randrange(1000, 99999):05d}-{source.randrange(1000):03d}",
            "complement": source.choice(["", f"ap {source.randrange(1, 300)}"]),
            "reference": source.choice(["", "perto da praça"]),
            "point": [-round(source.uniform(34, 73), 4), -round(source.uniform(1, 33), 4)],
        })
    person["sms"] = source.choice([True, False, None])
    return person


def people(count, seed=1):
    for number, person in enumerate(shoppers(count, seed), 1):
        yield with_addresses(person, number, seed)


def full_name(person):
    return f"{person['firstName']} {person['lastName']}"


def yes_no(value):
    return {True: "yes", False: "no", None: ""}[value]


def cl(person):
    return [{name: str(value).lower() if isinstance(value, bool) else value
             for name, value in person.items() if name in CL_COLUMNS}]


def ad(person):
    return [{"id": each["id"], "userId": person["userId"], "addressName": f"a{each['number']}",
             "addressType": "residential", "receiverName": full_name(person),
             "postalCode": each["zip"], "city": each["city"], "state": each["state"],
             "country": "BRA", "street": each["street"], "number": each["house"],
             "neighborhood": each["district"], "complement": each["complement"],
             "reference": each["reference"], "geoCoordinate": f"[{each['point'][0]},{each['point'][1]}]",
             "accountName": "loja", "createdIn": person["createdIn"]} for each in person["addresses"]]


def shopify(person):
    row = {"Customer ID": f"'{int(person['document']) % 10**10}", "First Name": person["firstName"],
           "Last Name": person["lastName"], "Email": person["email"],
           "Accepts Email Marketing": yes_no(person["isNewsletterOptIn"]), "Phone": f"'{person['phone']}",
           "Accepts SMS Marketing": yes_no(person["sms"]), "Total Spent": "12.50", "Total Orders": "1",
           "Tags": "b2b, gold" if person["isCorporate"] else ""}
    for each in person["addresses"][:1]:
        row |= {"Default Address Company": person["corporateName"],
                "Default Address Address1": f"{each['street']}, {each['house']}",
                "Default Address Address2": each["complement"], "Default Address City": each["city"],
                "Default Address Province Code": each["state"], "Default Address Country Code": "BR",
                "Default Address Zip": f"'{each['zip']}", "Default Address Phone": person["phone"]}
    return [row]


def magento(person):
    subscribed = {True: "1", False: "0"}[person["isNewsletterOptIn"]]
    return [{"email": person["email"], "_website": "base", "_store": "default", "created_in": "Default",
             "dob": person["birthDate"], "firstname": person["firstName"], "gender": person["gender"],
             "group_id": "1", "lastname": person["lastName"], "password_hash": SECRET, "rp_token": SECRET,
             "store_id": "1", "taxvat": person["document"], "website_id": "1",
             "is_subscribed": subscribed}]


def magento_addresses(person):
    return [{"_website": "base", "_email": person["email"], "_entity_id": each["number"],
             "city": each["city"], "company": person["corporateName"], "country_id": "BR",
             "firstname": person["firstName"], "lastname": person["lastName"], "postcode": each["zip"],
             "region": each["state"], "street": street_lines(each), "telephone": person["phone"],
             "_address_default_billing_": int(index == 0), "_address_default_shipping_": 0}
            for index, each in enumerate(person["addresses"])]


def street_lines(address):
    lines = [f"{address['street']}, {address['house']}", address["complement"], address["district"]]
    return "\n".join(line for line in lines if line)


def magento_composite(person):
    rows = magento(person)
    for index, address in enumerate(magento_addresses(person)):
        if index > 0:
            rows.append({})
        rows[-1] |= {f"_address_{name}": address[name] for name in COMPOSITE_ADDRESS_COLUMNS}
        rows[-1] |= {name: value for name, value in address.items() if name.startswith("_address_")}
    return rows


LAYOUTS = {"cl": (CL_COLUMNS, cl), "ad": (AD_COLUMNS, ad), "shopify": (SHOPIFY_COLUMNS, shopify),
           "magento": (MAGENTO_COLUMNS, magento),
           "magento-addresses": (MAGENTO_ADDRESS_COLUMNS, magento_addresses),
           "magento-composite": (COMPOSITE_COLUMNS, magento_composite)}


def profile_of(layout, person):
    """What Velum should make of the person, as text by field: docs/importing.md, written down a second time."""
    document = {"email": person["email"], "firstName": person["firstName"], "lastName": person["lastName"]}
    if layout == "cl":
        own = {"phone": "cellPhone", "tradeName": "fancyName", "corporateDocument": "businessDocument",
               "priceTables": "priceTable"}
        left_out = ("id", "userId", "createdIn", "isNewsletterOptIn")
        document = {own.get(name, name): value for name, value in cl(person)[0].items()
                    if name not in left_out}
    elif layout == "shopify":
        document |= {"cellPhone": person["phone"], "totalSpent": "12.50", "totalOrders": "1",
                     "tags": ["b2b", "gold"] if person["isCorporate"] else ""}
    else:
        document |= {"birthDate": person["birthDate"], "gender": person["gender"], "groupId": "1",
                     "document": person["document"]}
    return {name: value for name, value in document.items() if value != ""}


def addresses_of(layout, person):
    made = []
    for each in person["addresses"][:1 if layout == "shopify" else None]:
        if layout == "ad":
            document = {"addressName": f"a{each['number']}", "addressType": "residential",
                        "receiverName": full_name(person), "postalCode": each["zip"],
                        "locality": each["city"], "administrativeAreaLevel1": each["state"],
                        "countryCode": "BRA", "route": each["street"], "streetNumber": each["house"],
                        "localityAreaLevel1": each["district"], "complement": each["complement"],
                        "nearly": each["reference"], "geoCoordinates": each["point"]}
        else:
            document = {"route": f"{each['street']}, {each['house']}", "postalCode": each["zip"],
                        "locality": each["city"], "administrativeAreaLevel1": each["state"],
                        "countryCode": "BR", "company": person["corporateName"], "phone": person["phone"],
                        "complement": each["complement"]}
        if layout.startswith("magento"):
            document |= {"receiverName": full_name(person),
                         "complement": ", ".join(filter(None, [each["complement"], each["district"]]))}
        made.append({name: value for name, value in document.items() if value != ""})
    return made


def consents_of(layout, person):
    consents = {"newsletter": person["isNewsletterOptIn"]}
    if layout == "shopify" and person["sms"] is not None:
        consents["sms-marketing"] = person["sms"]
    return {} if layout in ("ad", "magento-addresses") else consents


def write(out, everybody, layout):
    columns, rows_of = LAYOUTS[layout]
    table = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    table.writeheader()
    for person in everybody:
        table.writerows(rows_of(person))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--layout", choices=list(LAYOUTS), required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    write(sys.stdout, people(arguments.count, arguments.seed), arguments.layout)


if __name__ == "__main__":
    main()
