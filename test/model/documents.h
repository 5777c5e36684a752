#pragma once
// Documents and changes of all entities, made up: plain ASCII, from few e-mails and documents, so
// that people meet. Now and then a body that is to be refused.

#include <string>

#include "base/ids.h"
#include "test/model/choices.h"
#include "test/model/fields.h"
#include "test/model/masks.h"
#include "test/model/value.h"

namespace velum::model {

// Whether a body may be one that is refused whatever the store holds.
enum class Bodies : unsigned char { any, good };

class Documents {
 public:
  static constexpr std::size_t emails = 14;
  static constexpr std::size_t numbers = 6;

  explicit Documents(Choices& choices) : choices_(choices) {}

  Value create(EntityId entity);
  // `marks` are what a read of `current` shows.
  Value patch(const Marks& marks, const Value& current, Bodies bodies);
  // A prospect with one address more than a profile may have.
  Value prospect_with_too_many();

  // In one of the ways to write them.
  std::string email(std::size_t which);
  std::string number(std::size_t which);

 private:
  Value value_of(const Field& field);
  Value list_of(const Field& field);
  Value object_of(const std::vector<Field>& fields);
  Value hidden_object();
  void put_change(const Field& field, const Marks& marks, const Value& current, Value& patch);
  void spoil(EntityId entity, Value& body);
  std::string word();

  Choices& choices_;
};

}  // namespace velum::model
