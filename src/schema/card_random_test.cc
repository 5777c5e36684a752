// Random numbers: what a shop needs to know of a person is taken where it is declared, and what
// pays is refused everywhere else.

#include <array>
#include <random>
#include <span>
#include <vector>

#include "schema/for_test.h"

namespace velum {
namespace {

class Random {
 public:
  explicit Random(unsigned seed) : random_(seed) {}

  unsigned below(std::size_t count) { return static_cast<unsigned>(random_() % count); }
  template <typename T, std::size_t Count>
  const T& one_of(const T (&values)[Count]) {
    return values[below(Count)];
  }
  std::string of(std::string_view letters, std::size_t count) {
    std::string text;
    while (text.size() < count) text.push_back(letters[below(letters.size())]);
    return text;
  }
  std::string digits(std::size_t count) { return of("0123456789", count); }

 private:
  std::mt19937 random_;
};

class PersonalNumbers {
 public:
  // As people write them, from 8 digits to the 15 of E.164 and what is dialled before.
  std::string phone() {
    static constexpr std::string_view fronts[] = {"+55", "+1", "+44", "+",    "",  "00",
                                                  "0",   "55", "49",  "0055", "4", "36"};
    const std::string number = random_.digits(8 + random_.below(6));
    const std::string front(random_.one_of(fronts));
    switch (random_.below(4)) {
      case 0: return front + " (" + number.substr(0, 2) + ") " + number.substr(2);
      case 1: return front + " " + number.substr(0, 4) + "-" + number.substr(4);
      default: return front + number;
    }
  }

  std::string cpf() {
    std::string text = with_check_digits(random_.digits(9), 11);
    if (random_.below(2) == 0) return text;
    return text.insert(9, "-").insert(6, ".").insert(3, ".");
  }

  // Some of them in the form that has letters too.
  std::string cnpj() {
    static constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const std::string base = random_.below(3) == 0 ? random_.of(letters, 12) : random_.digits(12);
    std::string text = with_check_digits(base, 9);
    if (random_.below(2) == 0) return text;
    return text.insert(12, "-").insert(8, "/").insert(5, ".").insert(2, ".");
  }

  std::string tax_id() { return random_.below(2) == 0 ? cpf() : cnpj(); }

 private:
  // Two digits modulo 11, with weights that rise from the right and restart after weight_max. A
  // letter counts as its distance from '0'.
  static std::string with_check_digits(std::string text, std::size_t weight_max) {
    for (int round = 0; round < 2; ++round) {
      std::size_t sum = 0;
      std::size_t weight = 2;
      for (std::size_t i = text.size(); i-- > 0;) {
        sum += static_cast<std::size_t>(text[i] - '0') * weight;
        weight = weight == weight_max ? 2 : weight + 1;
      }
      text.push_back(static_cast<char>('0' + (sum * 10 % 11) % 10));
    }
    return text;
  }

  Random random_{3};
};

// $P becomes a phone, $C a CPF, $J a CNPJ, $T one of the two.
std::string filled_in(std::string_view document, PersonalNumbers& numbers) {
  std::string text;
  for (std::size_t at = 0; at < document.size(); ++at) {
    if (document[at] != '$') {
      text.push_back(document[at]);
      continue;
    }
    switch (document[++at]) {
      case 'P': text.append(numbers.phone()); break;
      case 'C': text.append(numbers.cpf()); break;
      case 'J': text.append(numbers.cnpj()); break;
      default: text.append(numbers.tax_id());
    }
  }
  return text;
}

TEST(CardNumbers, NoPhoneAndNoTaxIdIsRefusedInItsField) {
  struct Case {
    EntityId entity;
    std::string_view document;
  };
  static constexpr Case cases[] = {
      {EntityId::profile, R"({"email":"a@b.c","homePhone":"$P","CellPhone":"$P",
        "businessPhone":"$P","document":"$C","businessDocument":"$J"})"},
      {EntityId::prospect, R"({"phone":"$P","homePhone":"$P","cellPhone":"$P","businessPhone":"$P",
        "document":"$T","businessDocument":"$J",
        "contacts":[{"phone":"$P","document":"$C"},{"Phone":"$P","document":"$J"}],
        "invoiceSubject":{"phone":"$P","document":"$C","businessDocument":"$J"}})"},
      {EntityId::contact, R"({"phone":"$P","document":"$C"})"},
      {EntityId::invoice_subject, R"({"phone":"$P","document":"$C","businessDocument":"$J"})"},
      {EntityId::pickup_info, R"({"receiverPhone":"$P","receiverDocument":"$J"})"},
  };
  PersonalNumbers numbers;
  for (const Case& c : cases) {
    const auto schema = Schema::default_for(c.entity);
    for (int i = 0; i < many_values / 9; ++i) {
      const std::string text = filled_in(c.document, numbers);
      const json::Document document = parsed(text);
      ASSERT_TRUE(schema->validate(document.root())) << text;
      ASSERT_TRUE(schema->validate_patch(document.root())) << text;
    }
  }
}

class RandomCards {
 public:
  std::string plain() {
    struct Kind {
      std::string_view prefix;
      std::size_t size;
    };
    static constexpr Kind kinds[] = {
        {"4", 16},    {"4", 13},    {"4", 19},    {"51", 16},     {"53", 16},     {"55", 16},
        {"2221", 16}, {"2500", 16}, {"2720", 16}, {"34", 15},     {"37", 15},     {"6011", 16},
        {"65", 16},   {"36", 14},   {"300", 14},  {"305", 14},    {"38", 14},     {"3528", 16},
        {"3589", 16}, {"62", 16},   {"62", 19},   {"6759", 16},   {"5018", 13},   {"6304", 12},
        {"5038", 19}, {"5020", 18}, {"509", 16},  {"636368", 16}, {"606282", 16}, {"504175", 16}};
    const Kind kind = random_.one_of(kinds);
    std::string text(kind.prefix);
    text.append(random_.digits(kind.size - text.size()));
    while (!holds(text))
      text.back() = text.back() == '9' ? '0' : static_cast<char>(text.back() + 1);
    return text;
  }

  // The same as people send it.
  std::string written(const std::string& number) {
    static constexpr std::string_view gaps[] = {" ", "-", " - ", "\u00A0"};
    const std::string_view gap = random_.one_of(gaps);
    std::string text;
    const bool grouped = random_.below(2) == 0;
    for (std::size_t i = 0; i < number.size(); ++i) {
      if (grouped && i > 0 && i % 4 == 0) text.append(gap);
      text.push_back(number[i]);
    }
    static constexpr std::string_view fronts[] = {"", "", "card ", "x", "12/30, "};
    static constexpr std::string_view ends[] = {"", "", " please", "."};
    return std::string(random_.one_of(fronts)) + text + std::string(random_.one_of(ends));
  }

 private:
  static bool holds(std::string_view digits) {
    int sum = 0;
    for (std::size_t at = 0; at < digits.size(); ++at) {
      const int digit = digits[digits.size() - 1 - at] - '0';
      sum += at % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
    }
    return sum % 10 == 0;
  }

  Random random_{8};
};

// A value somewhere inside others, under names that a declared field has elsewhere.
json::Value buried(json::Value value, unsigned depth, Random& random, json::Arena& arena) {
  static constexpr std::string_view names[] = {"phone", "document", "note", "x", "cellPhone"};
  while (depth-- > 0) {
    if (random.below(3) == 0) {
      const std::array<json::Value, 2> items = {arena.string("a"), value};
      value = arena.array(items);
    } else {
      const std::array<json::Member, 2> members = {
          {{"a", json::Arena::null()}, {random.one_of(names), value}}};
      value = arena.object(members);
    }
  }
  return value;
}

TEST(CardNumbers, AreRefusedInAnyOtherFieldAtAnyDepth) {
  struct Place {
    std::shared_ptr<const Schema> schema;
    std::vector<std::string_view> fields;  // Text, and none for a phone or a tax id.
  };
  const Place places[] = {
      {Schema::default_for(EntityId::profile),
       {"firstName", "lastName", "email", "documentType", "birthDate", "gender", "customerCode",
        "corporateName", "priceTable"}},
      {Schema::default_for(EntityId::prospect),
       {"firstName", "LASTNAME", "email", "gender", "fancyName"}},
      {Schema::default_for(EntityId::address),
       {"postalCode", "route", "complement", "receiverName", "addressName"}},
      {Schema::default_for(EntityId::contact), {"firstName", "email", "documentType"}},
      {Schema::default_for(EntityId::invoice_subject), {"firstName", "corporateName"}},
      {Schema::default_for(EntityId::pickup_info), {"receiverName", "documentType"}},
      {Schema::default_for(EntityId::purchase_info), {"bin", "cardNumber"}},
  };
  Random random(9);
  RandomCards cards;
  for (int i = 0; i < many_values / 10; ++i) {
    const Place& place = places[static_cast<std::size_t>(i) % std::size(places)];
    json::Arena arena;
    const std::string number = cards.plain();
    const std::string text = cards.written(number);
    const json::Value card = random.below(4) == 0 ? arena.number(number) : arena.string(text);
    json::Member member{"extra", buried(card, random.below(9), random, arena)};
    switch (random.below(4)) {
      case 0: member = {place.fields[random.below(place.fields.size())], arena.string(text)}; break;
      case 1: member = {arena.string(text).text(), arena.string("a name")}; break;
      default: break;
    }
    const std::array<json::Member, 1> members = {member};
    const json::Value document = arena.object(members);
    for (const auto& checked :
         {place.schema->validate(document), place.schema->validate_patch(document)}) {
      ASSERT_FALSE(checked) << written(document);
      ASSERT_EQ(checked.error().code(), ErrorCode::card_data) << written(document);
    }
  }
}

}  // namespace
}  // namespace velum
