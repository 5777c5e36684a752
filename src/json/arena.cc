#include "json/arena.h"

#include <cstring>
#include <memory>

#include "json/number.h"

namespace velum::json {

Arena::Arena() : state_(std::make_unique<State>()) {}
Arena::Arena(Arena&&) noexcept = default;
Arena& Arena::operator=(Arena&&) noexcept = default;
Arena::~Arena() = default;

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return "";
  char* const memory = allocate<char>(text.size());
  std::memcpy(memory, text.data(), text.size());
  return {memory, text.size()};
}

Value Arena::null() {
  return {};
}

Value Arena::boolean(bool value) {
  Value result;
  result.kind_ = Kind::boolean;
  result.boolean_ = value;
  return result;
}

Value Arena::string(std::string_view text) {
  Value result;
  result.kind_ = Kind::string;
  result.size_ = static_cast<std::uint32_t>(text.size());
  result.data_ = copy(text).data();
  return result;
}

Value Arena::number(std::string_view text) {
  VELUM_CHECK(is_number(text));
  Value result = string(text);
  result.kind_ = Kind::number;
  return result;
}

Value Arena::array(std::span<const Value> items) {
  Value* const memory = allocate<Value>(items.size());
  std::uninitialized_copy(items.begin(), items.end(), memory);
  Value result;
  result.kind_ = Kind::array;
  result.size_ = static_cast<std::uint32_t>(items.size());
  result.data_ = memory;
  return result;
}

Value Arena::object(std::span<const Member> members) {
  Member* const memory = allocate<Member>(members.size());
  std::uninitialized_copy(members.begin(), members.end(), memory);
  Value result;
  result.kind_ = Kind::object;
  result.size_ = static_cast<std::uint32_t>(members.size());
  result.data_ = memory;
  return result;
}

}  // namespace velum::json
