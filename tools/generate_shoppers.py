#!/usr/bin/env python3
"""Writes generated shoppers to standard output: nobody of them lives.

The same --seed gives the same people. E-mails are unique and end in domains that are reserved for
examples; documents are CPFs with right check digits; phones are E.164.
"""
import argparse
import csv
import datetime
import json
import random
import sys
import unicodedata
import uuid

FIRST_NAMES = """Ana Beatriz Bruno Caio Camila Carlos Clara Davi Débora Diego Eduarda Enzo Fábio Fernanda
Gabriel Giovana Helena Heitor Igor Isabela João José Júlia Kauã Larissa Letícia Lívia Lucas Luís
Manuela Marcos Maria Mateus Mônica Natália Nicolas Olívia Otávio Patrícia Paulo Pedro Rafael Raquel
Renata Rodrigo Sérgio Sofia Tainá Thiago Valentina Vinícius Vitória Yasmin Zoë Søren Łukasz Björn
Chloé Ngọc Ángel İbrahim Юлия Αθηνά 明美 小龍 نور""".split()
LAST_NAMES = """Almeida Alves Andrade Araújo Barbosa Barros Batista Borges Campos Cardoso Carvalho
Castro Conceição Costa Dias Duarte Fernandes Ferreira Freitas Gomes Gonçalves Lima Lopes Machado Marques
Martins Melo Mendes Monteiro Moreira Moura Nascimento Nunes Oliveira Pereira Pinto Ramos Reis
Ribeiro Rocha Rodrigues Santana Santos Silva Simões Soares Souza Teixeira Vieira D'Ávila Müller
Nguyễn Østergård O'Connor Петрова Παπαδοπούλου 田中 李 حداد""".split()
PARTICLES = ["", "", "", "", "", "", "da ", "de ", "dos "]
DOMAINS = ["example.com", "example.net", "example.org", "mail.example.com", "loja.example"]
AREA_CODES = [11, 19, 21, 27, 31, 41, 47, 48, 51, 61, 62, 71, 81, 85, 91, 92]
TRADES = ["Padaria", "Mercado", "Farmácia", "Papelaria", "Oficina", "Floricultura", "Livraria"]
CL_COLUMNS = ["id", "userId", "email", "firstName", "lastName", "document", "documentType", "homePhone",
              "phone", "birthDate", "gender", "isCorporate", "corporateName", "tradeName",
              "corporateDocument", "stateRegistration", "customerClass", "priceTables",
              "isNewsletterOptIn", "createdIn"]
PROFILE_COLUMNS = ["email", "firstName", "lastName", "document", "documentType", "homePhone",
                   "cellPhone", "birthDate", "gender", "corporateName", "fancyName",
                   "businessDocument"]
FIRST_BIRTH = datetime.date(1935, 1, 1)
FIRST_DAY = datetime.datetime(2015, 1, 1)


def with_check_digits(digits, weights_of):
    for weights in weights_of:
        rest = sum(digit * weight for digit, weight in zip(digits, weights)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


def cpf(random_source):
    digits = [random_source.randrange(10) for _ in range(9)]
    if len(set(digits)) == 1:
        digits[0] = (digits[0] + 1) % 10
    return with_check_digits(digits, [range(10, 1, -1), range(11, 1, -1)])


def cnpj(random_source):
    digits = [random_source.randrange(10) for _ in range(8)] + [0, 0, 0, 1]
    first = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    return with_check_digits(digits, [first, [6, *first]])


def mailbox_part(name):
    """What of a name an e-mail address can hold."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or "cliente"


def shopper(number, random_source):
    choice, below = random_source.choice, random_source.randrange
    first = choice(FIRST_NAMES)
    last = choice(PARTICLES) + choice(LAST_NAMES)
    if below(3) == 0:
        last += " " + choice(LAST_NAMES)
    corporate = below(12) == 0
    # The number makes the address unique whatever the names are.
    address = f"{mailbox_part(first)}.{mailbox_part(last)}.{number}@{choice(DOMAINS)}"
    area = choice(AREA_CODES)
    company = f"{choice(TRADES)} {last}" if corporate else ""
    phone = f"+55{area}9{below(10**8):08d}"
    company_document = cnpj(random_source) if corporate else ""
    return {
        "id": str(uuid.UUID(int=random_source.getrandbits(128), version=4)),
        "userId": str(uuid.UUID(int=random_source.getrandbits(128), version=4)),
        "email": address,
        "firstName": first,
        "lastName": last,
        "document": cpf(random_source),
        "documentType": "cpf",
        "homePhone": f"+55{area}{below(2, 6)}{below(10**7):07d}" if below(2) else phone,
        "phone": phone,
        "cellPhone": phone,
        "birthDate": (FIRST_BIRTH + datetime.timedelta(below(26000))).isoformat(),
        "gender": choice(["female", "male", ""]),
        "isCorporate": corporate,
        "corporateName": f"{company} Ltda" if corporate else "",
        "tradeName": company,
        "fancyName": company,
        "corporateDocument": company_document,
        "businessDocument": company_document,
        "stateRegistration": f"{below(10**9):09d}" if corporate else "",
        "customerClass": choice(["", "", "gold", "silver"]),
        "priceTables": "b2b" if corporate else "",
        "isNewsletterOptIn": below(2) == 1,
        "createdIn": (FIRST_DAY + datetime.timedelta(seconds=below(11 * 365 * 86400))).isoformat()
                     + "Z",
    }


def shoppers(count, seed):
    random_source = random.Random(seed)
    for number in range(1, count + 1):
        yield shopper(number, random_source)


def write(out, people, columns, form):
    if form == "jsonl":
        for person in people:
            # An export has a member for each column; one that is empty is null.
            row = {name: person[name] if person[name] != "" else None for name in columns}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(columns)
    for person in people:
        table.writerow([str(value).lower() if isinstance(value, bool) else value
                        for value in map(person.get, columns)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    parser.add_argument("--columns", choices=["cl", "profile"], default="cl",
                        help="those of a Master Data CL export, or the Profile System's own")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    columns = CL_COLUMNS if arguments.columns == "cl" else PROFILE_COLUMNS
    write(sys.stdout, shoppers(arguments.count, arguments.seed), columns, arguments.format)


if __name__ == "__main__":
    main()
