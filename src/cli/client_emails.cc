#include "cli/client_emails.h"

#include <algorithm>
#include <optional>
#include <string>

#include "crypto/crypto.h"
#include "http/ascii.h"
#include "json/value.h"

namespace velum {
namespace {

constexpr std::size_t chunk_size_bytes = 0xFFFF;
constexpr std::size_t email_size_max_bytes = 1000;

struct Client {
  std::string_view user_id;
  std::string_view email;
};

std::string_view text_member(const json::Value& object, std::string_view name) {
  for (const json::Member& member : object.members()) {
    if (equal_ignoring_case(member.name, name) && member.value.is_string()) {
      return trim_blanks(member.value.text());
    }
  }
  return {};
}

std::optional<std::size_t> place_of(const std::vector<WipedText>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(columns, [name](const WipedText& column) {
    return equal_ignoring_case(trim_blanks(view(column)), name);
  });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

}  // namespace

ClientEmails::Digest ClientEmails::digest_of(std::string_view user_id) {
  WipedText lower(user_id.begin(), user_id.end());
  std::ranges::transform(lower, lower.begin(), to_lower);
  const Sha256Digest whole = sha256(as_bytes(view(lower)));
  Digest digest{};
  std::copy_n(whole.begin(), digest.size(), digest.begin());
  return digest;
}

void ClientEmails::add(std::string_view user_id, std::string_view email) {
  if (user_id.empty() || email.empty() || email.size() > email_size_max_bytes) return;
  if (chunks_.empty() || chunks_.back().size() + email.size() > chunk_size_bytes) {
    chunks_.emplace_back().reserve(chunk_size_bytes);
  }
  WipedText& chunk = chunks_.back();
  entries_.push_back({digest_of(user_id), static_cast<std::uint32_t>(chunks_.size() - 1),
                      static_cast<std::uint16_t>(chunk.size()),
                      static_cast<std::uint16_t>(email.size())});
  append(chunk, email);
}

Result<ClientEmails> ClientEmails::read(RecordReader& reader) {
  ClientEmails clients;
  const auto user_at = place_of(reader.columns(), "userId");
  const auto email_at = place_of(reader.columns(), "email");
  if (reader.form() == RecordForm::csv && (!user_at || !email_at)) {
    return Error(ErrorCode::invalid_argument, "the file of clients needs userId and email");
  }
  while (true) {
    TRY_ASSIGN(const auto record, reader.next());
    if (!record) break;
    if (record->problem) continue;
    if (clients.size() == clients_max) {
      return Error(ErrorCode::too_large, "the file of clients has more than 10 million");
    }
    if (reader.form() == RecordForm::csv) {
      clients.add(trim_blanks(view(record->cells[*user_at])),
                  trim_blanks(view(record->cells[*email_at])));
      continue;
    }
    const auto document = json::Document::parse(view(record->text));
    if (!document || !document->root().is_object()) continue;
    clients.add(text_member(document->root(), "userId"), text_member(document->root(), "email"));
  }
  std::ranges::sort(clients.entries_, {}, &Entry::user);
  return clients;
}

std::string_view ClientEmails::email_of(const Entry& entry) const {
  return view(chunks_[entry.chunk]).substr(entry.at, entry.size_bytes);
}

Result<std::string_view> ClientEmails::of(std::string_view user_id) const {
  const Digest wanted = digest_of(trim_blanks(user_id));
  const auto first = std::ranges::lower_bound(entries_, wanted, {}, &Entry::user);
  if (first == entries_.end() || first->user != wanted) {
    return Error(ErrorCode::invalid_argument, "the file of clients has no e-mail for this userId");
  }
  const std::string_view email = email_of(*first);
  for (auto entry = first; entry != entries_.end() && entry->user == wanted; ++entry) {
    if (equal_ignoring_case(email_of(*entry), email)) continue;
    return Error(ErrorCode::invalid_argument,
                 "the file of clients has two e-mails for this userId");
  }
  return email;
}

}  // namespace velum
