#pragma once
// C2SP signed notes (https://c2sp.org/signed-note) with one Ed25519 signature, and the checkpoint
// that they carry here (https://c2sp.org/tlog-checkpoint): origin, size, base64 root.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/crypto.h"
#include "crypto/signature.h"

namespace velum {

struct NoteKey {
  std::string name;
  Ed25519PublicKey key{};
};

// "<name>+<hash as 8 hex digits>+<base64 of 01 | key>"
std::string encode_verifier_key(const NoteKey& key);
Result<NoteKey> parse_verifier_key(std::string_view text);

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Sha256Digest root{};
};

std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key,
                            const std::function<Ed25519Signature(ByteView)>& sign);
// Fails with corrupt unless the note is well formed, for the key's origin, and signed by it.
Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& key);

// What a checkpoint says, whoever signed it, or nobody did.
Result<Checkpoint> parse_checkpoint(std::string_view note);

// The notes of a text in which they stand one behind the other. Checks nothing: what is no note is
// part of one.
std::vector<std::string_view> split_notes(std::string_view text);

}  // namespace velum
