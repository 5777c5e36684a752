#pragma once
// EntitySchemas: one store's schemas, in all their revisions. Any thread.
//
// Revisions are few and are never freed while the process runs: masked renditions that were made
// under an old one refer to it, and so may a request on another loop.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "schema/schema.h"

namespace velum {

// One entity's.
class SchemaBook {
 public:
  // Takes no lock.
  const Schema& current() const { return *current_.load(std::memory_order_acquire); }
  // nullptr if there is none of this number.
  const Schema* of(std::uint32_t revision) const {
    const std::lock_guard lock(mutex_);
    const bool is_known = revision >= Schema::first_revision && revision <= revisions_.size();
    return is_known ? revisions_[revision - Schema::first_revision].get() : nullptr;
  }
  // The one that follows the current one, or one that is known already: then nothing changes. False
  // for any other.
  bool add(std::shared_ptr<const Schema> schema) {
    const std::lock_guard lock(mutex_);
    const std::size_t place = schema->revision() - Schema::first_revision;
    if (place > revisions_.size()) return false;
    if (place < revisions_.size()) return true;
    revisions_.push_back(std::move(schema));
    current_.store(revisions_.back().get(), std::memory_order_release);
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const Schema>> revisions_;
  std::atomic<const Schema*> current_{nullptr};
};

using DefaultSchemas = std::array<std::shared_ptr<const Schema>, all_entities.size()>;

class EntitySchemas {
 public:
  // In the order of all_entities. Compiles them: once for all stores is enough.
  static DefaultSchemas defaults() {
    DefaultSchemas schemas;
    for (const EntityId entity : all_entities) {
      schemas.at(place(entity)) = Schema::default_for(entity);
    }
    return schemas;
  }

  explicit EntitySchemas(const DefaultSchemas& defaults) {
    for (std::size_t i = 0; i < books_.size(); ++i) VELUM_CHECK(books_.at(i).add(defaults.at(i)));
  }

  const Schema& of(EntityId entity) const { return book(entity).current(); }
  const SchemaBook& book(EntityId entity) const { return books_.at(place(entity)); }
  SchemaBook& book(EntityId entity) { return books_.at(place(entity)); }

 private:
  static std::size_t place(EntityId entity) { return static_cast<std::size_t>(entity) - 1; }

  std::array<SchemaBook, all_entities.size()> books_;
};

}  // namespace velum
