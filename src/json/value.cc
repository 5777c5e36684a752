#include "json/value.h"

namespace velum::json {

bool Value::boolean() const {
  VELUM_CHECK(kind_ == Kind::boolean);
  return boolean_;
}

std::string_view Value::text() const {
  VELUM_CHECK(kind_ == Kind::string || kind_ == Kind::number);
  return {static_cast<const char*>(data_), size_};
}

std::span<const Value> Value::items() const {
  VELUM_CHECK(kind_ == Kind::array);
  return {static_cast<const Value*>(data_), size_};
}

std::span<const Member> Value::members() const {
  VELUM_CHECK(kind_ == Kind::object);
  return {static_cast<const Member*>(data_), size_};
}

const Value* Value::find(std::string_view name) const {
  for (const Member& member : members()) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

}  // namespace velum::json
