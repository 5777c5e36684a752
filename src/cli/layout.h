#pragma once
// Layout: which system a file of shoppers comes from, and what each of its columns becomes.
// docs/importing.md has the tables for who imports.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

enum class Layout : std::uint8_t {
  master_data,            // CL, or the Profile System's own names.
  master_data_addresses,  // AD.
  shopify,
  magento,
  magento_addresses,
  magento_composite,  // Customers with their addresses. A row may go on from the one before it.
};

// What of a row a cell belongs to.
enum class RowPart : std::uint8_t {
  left_out,
  profile,
  address,
  consent,      // The field is the purpose, the cell a yes or no.
  owner_email,  // Of whom an address is, where the row is of no profile.
  owner_id,     // The same, to be looked up in another file.
  key,          // Tells the address from others of the same profile.
};

// How a cell becomes a value. JSON that is no text stays what it is.
enum class CellReading : std::uint8_t {
  text,
  list,         // "a, b"
  coordinates,  // "[-43.1,-22.9]", with or without brackets.
  street,       // Its first line; the others are the complement.
  name_part,    // Joined with others that become the same field.
};

struct ColumnTarget {
  RowPart part = RowPart::left_out;
  std::string_view field{};
  CellReading reading = CellReading::text;
};

std::string_view layout_name(Layout layout);  // For `--layout`; two share "master-data".
// What a row is about: profile, or address where that is all that is in it.
RowPart main_part(Layout layout);

// What is built in for a column, its name trimmed and in any case; nullopt for one that is not
// known, which becomes a field of main_part().
std::optional<ColumnTarget> built_in_target(Layout layout, std::string_view column);
// A field that Velum knows, in its own spelling; nullopt for others, which no error may name.
std::optional<std::string_view> known_field(RowPart part, std::string_view name);

// What the operator asked for with --layout and --entity, either of which may be empty, or else by
// the header. Fails with invalid_argument if that fits more than one, or if they contradict.
Result<Layout> choose_layout(std::string_view name, std::string_view entity,
                             const std::vector<WipedText>& columns);

}  // namespace velum
