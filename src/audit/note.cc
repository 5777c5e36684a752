#include "audit/note.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"

namespace velum {
namespace {

constexpr std::uint8_t ed25519_kind = 1;
constexpr std::string_view signature_mark = "\u2014 ";

// The first four bytes of SHA-256(name | "\n" | 01 | key).
Bytes key_hash(const NoteKey& key) {
  const std::uint8_t separator[] = {'\n', ed25519_kind};
  const Sha256Digest digest = sha256({as_bytes(key.name), separator, key.key});
  return Bytes(digest.begin(), digest.begin() + 4);
}

Error malformed() {
  return {ErrorCode::corrupt, "a signed note is not well formed"};
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

std::string encode_verifier_key(const NoteKey& key) {
  Bytes bytes{ed25519_kind};
  append(bytes, key.key);
  return key.name + "+" + to_hex(key_hash(key)) + "+" + to_base64(bytes);
}

Result<NoteKey> parse_verifier_key(std::string_view text) {
  const Error wrong(ErrorCode::invalid_argument, "not a verifier key: name+hash+base64");
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return wrong;
  const auto bytes = from_base64(text.substr(second + 1));
  if (!bytes || bytes->size() != 33 || bytes->front() != ed25519_kind) return wrong;
  NoteKey key{std::string(text.substr(0, first)), {}};
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (encode_verifier_key(key) != text) return wrong;
  return key;
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key,
                            const std::function<Ed25519Signature(ByteView)>& sign) {
  std::string note = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                     to_base64(checkpoint.root) + "\n";
  Bytes signature = key_hash(key);
  append(signature, sign(as_bytes(note)));
  note.append("\n\u2014 ").append(key.name).append(" ").append(to_base64(signature)).append("\n");
  return note;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& key) {
  const std::size_t blank = note.find("\n\n");
  if (blank == std::string_view::npos) return malformed();
  const std::string_view body = note.substr(0, blank + 1);
  const std::string prefix = std::string(signature_mark) + key.name + " ";
  std::string_view rest = note.substr(blank + 2);
  if (!rest.starts_with(prefix) || !rest.ends_with('\n')) return malformed();
  rest = rest.substr(prefix.size(), rest.size() - prefix.size() - 1);
  const auto signature = from_base64(rest);
  const Bytes hash = key_hash(key);
  if (!signature || signature->size() != 68 ||
      !std::equal(hash.begin(), hash.end(), signature->begin()) ||
      !ed25519_verify(key.key, as_bytes(body), ByteView(*signature).subspan(4))) {
    return Error(ErrorCode::corrupt, "a checkpoint's signature does not verify");
  }
  auto checkpoint = parse_checkpoint(note);
  if (checkpoint && checkpoint->origin != key.name) return malformed();
  return checkpoint;
}

Result<Checkpoint> parse_checkpoint(std::string_view note) {
  const std::size_t blank = note.find("\n\n");
  if (blank == std::string_view::npos) return malformed();
  std::string_view lines = note.substr(0, blank + 1);
  Checkpoint checkpoint;
  checkpoint.origin = take_line(lines);
  const std::string_view size = take_line(lines);
  const auto parsed = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  const auto root = from_base64(take_line(lines));
  if (parsed.ec != std::errc() || parsed.ptr != size.data() + size.size() || !root ||
      root->size() != 32 || !lines.empty()) {
    return malformed();
  }
  std::copy(root->begin(), root->end(), checkpoint.root.begin());
  return checkpoint;
}

// One ends with its signatures.
std::vector<std::string_view> split_notes(std::string_view text) {
  std::vector<std::string_view> notes;
  std::size_t begin = 0;
  bool is_signed = false;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_signature = text.substr(at).starts_with(signature_mark);
    if (is_signed && !is_signature) {
      notes.push_back(text.substr(begin, at - begin));
      begin = at;
    }
    is_signed = is_signature;
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  }
  if (begin < text.size()) notes.push_back(text.substr(begin));
  return notes;
}

}  // namespace velum
