#pragma once
// ClientEmails: whose e-mail a Master Data `userId` stands for, read from a CL file before the
// addresses that name their client by it.
//
// Held in memory, about 65 bytes a client: 24 for a digest of the id and a place, and the e-mail.
// The e-mails are wiped when it ends.

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "cli/record_reader.h"

namespace velum {

class ClientEmails {
 public:
  static constexpr std::size_t clients_max = 10'000'000;

  // Reads to the end. Rows without both columns' values, or that cannot be read, are passed over:
  // an address that needs one is rejected. Fails with invalid_argument if there are no such
  // columns, too_large with more than `clients_max`.
  static Result<ClientEmails> read(RecordReader& reader);

  // Valid while this lives. Fails with invalid_argument for nobody's, and for one that the file
  // gives to more than one e-mail: an address must not go to the wrong person.
  Result<std::string_view> of(std::string_view user_id) const;
  std::size_t size() const { return entries_.size(); }

 private:
  using Digest = std::array<std::uint8_t, 16>;
  struct Entry {
    Digest user;
    std::uint32_t chunk = 0;
    std::uint16_t at = 0;
    std::uint16_t size_bytes = 0;
  };

  static Digest digest_of(std::string_view user_id);
  void add(std::string_view user_id, std::string_view email);
  std::string_view email_of(const Entry& entry) const;

  std::vector<Entry> entries_;  // By digest.
  std::vector<WipedText>
      chunks_;  // E-mails, one behind the other. None grows beyond its first size.
};

}  // namespace velum
