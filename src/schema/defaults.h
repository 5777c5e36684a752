#pragma once
// The default schemas: the files in defaults/, built into the binary.

#include <string_view>

namespace velum {

std::string_view default_profile();
std::string_view default_prospect();
std::string_view default_address();
std::string_view default_purchase_info();
std::string_view default_contact();
std::string_view default_invoice_subject();
std::string_view default_pickup_info();
std::string_view default_consent();

}  // namespace velum
