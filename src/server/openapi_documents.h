#pragma once
// What the OpenAPI document says of an entity's documents: what operation_of() is made of.

#include <initializer_list>
#include <string>
#include <vector>

#include "server/openapi_operation.h"

namespace velum {

using OperationErrors = std::vector<ErrorCode>;

std::string one(EntityId entity);  // "an address"
std::string record_schema(EntityId entity);
// How the documented API shows one document that is read.
std::string shown_alone(EntityId entity);
// What every write can be refused for, and `more`.
OperationErrors write_errors_and(std::initializer_list<ErrorCode> more);

// `name` is schema_name() of the entity.
Operation creation(EntityId entity, const std::string& name);
Operation changing(const Route& route, const std::string& name);
Operation removal(EntityId entity, const std::string& name);
Operation reading(EntityId entity, const std::string& name);
Operation listing(EntityId entity, const std::string& name);
// Of a reveal, from what is said of the read that shows the same masked.
Operation reveal(Operation read, std::string id, std::string summary);

}  // namespace velum
