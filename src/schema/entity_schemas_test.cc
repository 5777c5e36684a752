#include "schema/entity_schemas.h"

#include <thread>

#include "schema/for_test.h"

namespace velum {
namespace {

std::shared_ptr<const Schema> revision(std::uint32_t number) {
  return *Schema::with_custom_fields(EntityId::profile, number, "{}");
}

TEST(SchemaBook, HasOneCurrentRevisionAndAllThatWere) {
  EntitySchemas schemas(EntitySchemas::defaults());
  SchemaBook& book = schemas.book(EntityId::profile);
  EXPECT_EQ(book.current().revision(), 1U);
  EXPECT_FALSE(book.add(revision(3))) << "2 is missing";
  const auto second = revision(2);
  EXPECT_TRUE(book.add(second));
  EXPECT_TRUE(book.add(revision(2))) << "known already";
  EXPECT_EQ(&book.current(), second.get());
  EXPECT_TRUE(book.add(revision(3)));
  EXPECT_EQ(schemas.of(EntityId::profile).revision(), 3U);
  EXPECT_EQ(schemas.of(EntityId::address).revision(), 1U);
  EXPECT_EQ(book.of(0), nullptr);
  EXPECT_EQ(book.of(2), second.get());
  EXPECT_EQ(book.of(4), nullptr);
}

TEST(SchemaBook, ReadersSeeRevisionsInOrder) {
  EntitySchemas schemas(EntitySchemas::defaults());
  SchemaBook& book = schemas.book(EntityId::profile);
  std::thread reader([&book] {
    for (std::uint32_t last = 0; last < 50;) {
      const std::uint32_t seen = book.current().revision();
      ASSERT_GE(seen, last);
      ASSERT_NE(book.of(seen), nullptr);
      last = seen;
    }
  });
  for (std::uint32_t number = 2; number <= 50; ++number) ASSERT_TRUE(book.add(revision(number)));
  reader.join();
}

}  // namespace
}  // namespace velum
