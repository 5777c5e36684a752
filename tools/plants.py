#!/usr/bin/env python3
"""Breaks the product in known ways and sees that the tests notice: plants.py [NAME...]

Each plant is an edit of one file, and the test program that must go red for it, the scenarios that must
fail, or the fuzz target that must find it in its committed corpus. The edits are made in a copy of the tree under build/plants, one at
a time. Prints `ok NAME` or `FAIL NAME why` a plant: a plant that no longer applies, does not build, or that
its test does not notice, is a failure.
"""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "plants" / "tree"
TEST_TIMEOUT_S = 300
TOO_LONG = "Parts/*"  # Tests that would take longer than they add here.


@dataclasses.dataclass
class Plant:
    name: str
    file: str  # Below src/.
    before: str
    after: str
    test: str  # A folder of src/, or of test/, whose tests must fail; "fuzz/TARGET"; "api/FEATURE".


PLANTS = [
    Plant("a permit although the journal failed", "audit/audit_log.cc",
          "  CO_TRY(co_await record(std::move(entry)));\n  co_return permit;",
          "  static_cast<void>((co_await record(std::move(entry))).has_value());\n"
          "  co_return permit;", "audit"),
    Plant("the journal is not synced", "audit/journal.cc", "file_->sync(); !synced",
          "Result<void>(); !synced", "audit"),
    Plant("a failed sync of the journal is ignored", "audit/journal.cc",
          "auto synced = file_->sync(); !synced", "auto synced = file_->sync(); false", "audit"),
    Plant("a checkpoint is signed though the tree's state was not written", "audit/tile_tree.cc",
          'TRY(replace_file(files_, directory_ + "/state", ',
          'if (committed_ == 0) TRY(replace_file(files_, directory_ + "/state", ', "audit"),
    Plant("verify does not look at the hash tiles", "audit/verify.cc", "tile != encode_tile(want)",
          "tile.empty()", "audit"),
    Plant("entries given up on are doubled", "audit/appender.cc",
          "!in_batch.insert(entry.id).second", "false", "audit"),
    Plant("commits are not synced", "storage/sqlite/connection.cc", "PRAGMA synchronous=FULL",
          "PRAGMA synchronous=OFF", "storage"),
    Plant("deleted bytes stay in the file", "storage/sqlite/connection.cc",
          "PRAGMA secure_delete=ON", "PRAGMA secure_delete=OFF", "storage"),
    Plant("cells that were moved stay in their page's gap", "storage/sqlite/vfs.cc",
          "find_page_gap(page, offset)", "find_page_gap(page.first(0), offset)", "storage"),
    Plant("who is being erased is still found", "keys/erasure_ledger.cc",
          "if (under_way_ == 0) return false;", "return false;", "rights"),
    Plant("an erasure leaves the look-ups", "storage/sqlite/apply.cc",
          "Sql::delete_subject_lookups,", "", "storage"),
    Plant("an erasure leaves old versions", "storage/sqlite/apply.cc",
          "Sql::delete_subject_versions,", "", "storage"),
    Plant("a look-up finds other stores' people", "storage/sqlite/statements.cc",
          "FROM lookup WHERE account_id=?1 AND field=?2", "FROM lookup WHERE ?1=?1 AND field=?2",
          "storage"),
    Plant("a key opens every store", "access/app_keys.cc",
          "found->second.principal.account == account", "account != AccountId{}", "access"),
    Plant("an unmask needs no reason", "server/profile_handlers.cc",
          'return Error(ErrorCode::reason_required, "unmasking takes a reason: ?reason=...");',
          'return Reason{"given", Sensitive("none")};', "api/unmask"),
    Plant("an error repeats what was asked for", "server/api.cc",
          'co_return Error(ErrorCode::not_found, "there is no such path");',
          'co_return Error(ErrorCode::not_found, "there is no such path", '
          "std::string(request.path));", "api/errors"),
    Plant("the log has the body of a request", "server/api.cc",
          "  const auto started = shared_.clock.monotonic();\n",
          "  const auto started = shared_.clock.monotonic();\n"
          "  fwrite(request.body.data(), 1, request.body.size(), stderr);\n", "api/create"),
    Plant("who should be gone is there a second longer", "profile/document_places.h",
          "std::chrono::days(*ttl_days)", "std::chrono::days(*ttl_days) + std::chrono::seconds(1)",
          "api/time_to_live"),
    Plant("an erasure that failed is not finished when asked again", "rights/eraser.cc",
          "  CO_TRY(co_await finish_begun(caller.account->id));\n", "", "rights"),
    Plant("half an append's numbers are given out again", "audit/appender.cc",
          "frames.resize(appended.durable);",
          "frames.resize(result ? appended.durable : 0);", "audit"),
    Plant("what waits for a disk that hangs has no limit", "audit/appender.cc",
          "<= options_.waiting_entries_max", "< UINT64_MAX", "audit"),
    Plant("a failed sync stops only the connection that met it", "storage/sqlite/vfs.cc",
          "open.gate->failed = true;", "", "storage"),
    Plant("writes go on after a failure", "storage/sqlite/writer.cc",
          "!committed && !failed_.exchange(true)", "!committed && !failed_", "storage"),
    Plant("a refused request's rows stay", "storage/sqlite/writer.cc",
          'if (!results[index]) TRY(connection_.execute("ROLLBACK TO request"));', "", "storage"),
    Plant("what expired is still read", "storage/sqlite/statements.cc",
          "(r.expires_at IS NULL OR r.expires_at>?4)", "(r.expires_at IS NULL OR ?4=?4)",
          "storage"),
    Plant("an erasure deletes nothing", "rights/eraser.cc",
          "  batch.emplace_back(DeleteSubject{account, subject});\n", "", "rights"),
    Plant("a restored person's return is not logged", "rights/eraser.cc",
          "if (there || erased.step == ErasureStep::begin) {",
          "if (erased.step == ErasureStep::begin) {", "rights"),
    Plant("an erasure is not in the ledger", "rights/eraser.cc",
          "  CO_TRY(\n      parts_.ledger.append({caller.account->id, subject, "
          "parts_.clock.now(), ErasureStep::begin}));\n", "", "rights"),
    Plant("the associated data lacks the record", "crypto/envelope.cc",
          "  append_field(out, place.record.bytes());\n", "", "crypto"),
    Plant("the key commitment is not checked", "crypto/envelope.cc",
          "if (!equal_in_constant_time(keys.commitment.bytes(),\n"
          "                              envelope.subspan(commit_at, sizeof(Sha256Digest)))) {",
          "if (envelope.empty()) {", "crypto"),
    Plant("the tag is ignored", "crypto/crypto.cc", "  if (!genuine) {",
          "  if (!genuine && out.empty()) {", "crypto"),
    Plant("every envelope has the same salt and nonce", "crypto/envelope.cc",
          "random.fill(std::span(out).subspan(salt_at, salt_bytes + sizeof(Nonce)));",
          "random.fill(std::span(out).subspan(salt_at, 0));", "keys"),
    Plant("secrets are compared in part", "crypto/crypto.cc",
          "CRYPTO_memcmp(left.data(), right.data(), left.size())",
          "CRYPTO_memcmp(left.data(), right.data(), left.size() / 2)", "crypto"),
    Plant("a permit opens any envelope", "keys/vault.cc", "if (!granted)", "if (!granted && false)",
          "keys"),
    Plant("a repeated Content-Length is let through", "http/framing_guard.cc",
          "if (has_length_) return", "if (has_length_ && false) return", "http"),
    Plant("a chunked body may end in headers", "http/chunked_body.cc",
          "problem = in_body_ ? refused : Problem();", "problem = {};", "http"),
    Plant("a byte now and then renews a deadline", "http/connection.cc",
          "if (phase != phase_) enter(phase);", "enter(phase);", "http"),
    Plant("an end cuts off what is under way", "http/server.cc", "connection.stop_if_idle();",
          "connection.abort();", "http"),
    Plant("masks show the second letter", "schema/mask.cc", "    in_run = is_word;\n",
          "    in_run = is_word && i > start;\n", "schema"),
    Plant("the write-back guard knows masks that no read shows", "schema/write_back.cc",
          "members == Members::shown", "members != Members{2}", "schema"),
    Plant("unmasking takes the permission to read", "server/routes.cc",
          "profile, Resource::unmask_item},", "profile, Resource::get_item},", "server"),
    Plant("a restart does not look at the ledger", "rights/eraser.cc",
          "parts_.ledger.entries()", "std::vector<ErasureEntry>()", "rights"),
    Plant("a write's audit entry is not in its transaction", "profile/document_write.cc",
          "  batch.emplace_back(outbox_of(entry));\n  if (request != nullptr) {\n"
          "    batch.emplace_back(SweepIdempotencyKeys{account.id, now, swept_with_a_write});\n  }\n"
          "  CO_TRY(co_await store_.commit(std::move(batch)));\n",
          "  CO_TRY(co_await store_.commit(std::move(batch)));\n  WriteBatch later;\n"
          "  later.emplace_back(outbox_of(entry));\n"
          "  later.emplace_back(SweepIdempotencyKeys{account.id, now, swept_with_a_write});\n"
          "  static_cast<void>((co_await store_.commit(std::move(later))).has_value());\n", "fault"),
    Plant("a write is acknowledged before its commit", "storage/sqlite/writer.cc",
          "committed ? results[index] : Result<void>(unavailable())", "results[index]", "fault"),
    Plant("a journal segment is removed that the outbox still needs", "audit/appender.cc",
          "const std::uint64_t from_segment = writer_.segment();",
          "const std::uint64_t from_segment = writer_.segment() + 1;", "fault"),
    Plant("the cache is not invalidated by a write", "profile/masked_cache.cc",
          "entry->stamp == stamp && alive", "(entry->stamp == stamp || alive) && alive",
          "fault"),
    Plant("the cache shows what has expired", "profile/masked_cache.cc",
          "entry->stamp == stamp && alive", "entry->stamp == stamp && (alive || !alive)",
          "fault"),
    Plant("the cache has no bound", "profile/masked_cache.cc",
          "while (size_bytes_ > size_max_bytes_)", "while (size_bytes_ > SIZE_MAX / 2)", "profile"),
    Plant("a commit is answered before its stamp changes", "storage/sqlite/writer.cc",
          "for (const WriteRequest& request : requests) stamp(request.batch);",
          "for (const WriteRequest& request : requests) if (!committed) stamp(request.batch);",
          "storage"),
    Plant("an idempotency key is not in its write's transaction", "profile/document_write.cc",
          "if (request != nullptr) batch.emplace_back(claim_of(caller, *request, row));",
          "if (request != nullptr) {\n    WriteBatch before;\n"
          "    before.emplace_back(claim_of(caller, *request, row));\n"
          "    CO_TRY(co_await store_.commit(std::move(before)));\n  }", "fault"),
    Plant("another request with the same key gets the first answer", "profile/document_create.cc",
          "known && known->request_digest != digests.request", "known && digests.request.empty()",
          "fault"),
    Plant("a request that comes again shows who is being erased", "profile/document_create.cc",
          "is_gone || ledger_.is_under_way(caller.account->id, known.made.subject)", "is_gone",
          "fault"),
    Plant("idempotency keys are never swept", "profile/document_write.cc",
          "  if (request != nullptr) {\n    batch.emplace_back("
          "SweepIdempotencyKeys{account.id, now, swept_with_a_write});\n  }\n",
          "  static_assert(swept_with_a_write > 0);\n", "fault"),
    Plant("an erasure leaves the idempotency keys", "storage/sqlite/apply.cc",
          "Sql::delete_subject_idempotency, ", "", "storage"),
    Plant("an import rejects a record when the store fails", "cli/import.cc",
          "    case ErrorCode::too_large: return true;",
          "    case ErrorCode::storage_unavailable:\n    case ErrorCode::too_large: return true;",
          "cli"),
    # One for each fuzz target, to see that its corpus and its properties are worth something.
    Plant("two lengths of one body", "http/framing_guard.cc",
          'if (has_length_) return bad_request("there are two Content-Length headers");', "",
          "fuzz/request_reader"),
    Plant("a chunk's line that came at once has no limit", "http/chunked_body.cc",
          "line_size_bytes > chunk_line_size_max_bytes",
          "line_size_bytes > 100 * chunk_line_size_max_bytes", "fuzz/chunked_body"),
    Plant("an empty segment stands for a parameter", "http/router.cc",
          "node->parameter && !segment.empty()", "node->parameter", "fuzz/request_target"),
    Plant("a patch leaves nulls in what is new", "json/merge_patch.cc",
          "merge_patch(Arena::null(), member.value, arena)", "member.value", "fuzz/json"),
    Plant("masks show every other letter", "schema/mask.cc", "in_run = cluster.is_word;",
          "in_run = cluster.is_word && !in_run;", "fuzz/mask"),
    Plant("masks show an array of another kind than declared", "schema/redact.cc",
          'if (is_hidden(field, value)) return append(out_, "[]");',
          'if (field == nullptr || field->pii) return append(out_, "[]");', "fuzz/schema"),
    Plant("lower case is not composed again", "schema/normalise.cc", "text = encode(composed);",
          "text = encode(points);", "fuzz/normalise"),
    Plant("a card number in four groups is none", "schema/card_data.cc", "gap_max = 3;",
          "gap_max = 2;", "fuzz/card_data"),
    Plant("an envelope does not belong to a version", "crypto/envelope.cc",
          "  append_field(out, place.version.bytes());\n", "", "fuzz/envelope"),
    Plant("a key file's checksum is not looked at", "keys/key_text.cc",
          'if (checksum != " " + checksum_of(text.substr(0, last))) {', "if (checksum.empty()) {",
          "fuzz/key_file"),
    Plant("a hole in a copy of the ledger stays", "keys/erasure_ledger.cc",
          "std::ranges::equal(copy.bytes, whole)", "copy.bytes.size() == whole.size()",
          "fuzz/ledger"),
    Plant("verify takes any hash tile", "audit/verify.cc", "tile != encode_tile(want)",
          "tile.empty()", "fuzz/audit_files"),
    Plant("a proof shows an old tree that was another", "crypto/merkle.cc",
          "old_hash == old_root && new_hash == new_root", "new_hash == new_root",
          "fuzz/audit_proofs"),
    Plant("an entry of the outbox may have more behind it", "audit/entry.cc",
          "!tail || !bytes.empty()", "!tail", "fuzz/audit_entry"),
    Plant("an app key is good for other accounts", "access/app_keys.cc",
          "principal.account == account", "principal.account >= account", "fuzz/app_keys"),
    Plant("an open quote takes the lines behind it", "cli/record_reader.cc",
          "  at_ = begin_ + line.size();\n", "", "fuzz/import"),
]


def run(command, timeout_s=3600):
    try:
        return subprocess.run([str(word) for word in command], cwd=TREE, capture_output=True,
                              text=True, errors="replace", check=False, timeout=timeout_s,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None


def copy_tree():
    """What git knows, as it is now; kept files keep their times, so that they are not built again."""
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                           check=True).stdout.splitlines()
    for name in names:
        source, target = ROOT / name, TREE / name
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copy(source, target)
    shared = TREE.parent / "shared"
    if not shared.exists() and (ROOT.parent / "shared").exists():
        shared.symlink_to(ROOT.parent / "shared")


def is_fuzz(test):
    return test.startswith("fuzz/")


def is_scenario(test):
    return test.startswith("api/")


def preset_of(test):
    return "fuzz" if is_fuzz(test) else "release"


def program_of(test):
    if is_scenario(test):
        return "velum"
    return test.removeprefix("fuzz/") + ("_fuzz" if is_fuzz(test) else "_test")


def build(targets):
    # The same objects as of the tree itself, from the compiler cache.
    os.environ.setdefault("CCACHE_BASEDIR", "/")
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    for preset in sorted({preset_of(target) for target in targets}):
        names = [program_of(target) for target in targets if preset_of(target) == preset]
        for command in (["cmake", "--preset", preset],
                        ["cmake", "--build", "--preset", preset, "--target", *names]):
            done = run(command)
            if done.returncode != 0:
                return done.stdout[-3000:] + done.stderr[-1000:]
    return None


def is_red(test):
    """True if the test ran and failed; it must have said which check did."""
    built = TREE / "build" / preset_of(test)
    if is_fuzz(test):
        done = run([built / "fuzz" / program_of(test), "-runs=0", f"-artifact_prefix={built}/",
                    TREE / "fuzz" / "corpus" / test.removeprefix("fuzz/")], TEST_TIMEOUT_S)
        return done is None or done.returncode != 0
    if is_scenario(test):
        done = run([sys.executable, "test/api/run_scenarios.py", built / "velum",
                    TREE / f"test/{test}.scenario"], TEST_TIMEOUT_S)
        return done is None or done.returncode != 0
    folder = built / "src" / test if (TREE / "src" / test).is_dir() else built / "test" / test
    done = run([folder / program_of(test), "--gtest_brief=1", "--gtest_fail_fast",
                f"--gtest_filter=-{TOO_LONG}"], TEST_TIMEOUT_S)
    return done is None or done.returncode != 0


def try_plant(plant):
    """None if the test went red, else what is wrong."""
    path = TREE / "src" / plant.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(plant.before) < 1:
        return f"src/{plant.file} has changed: the plant no longer applies"
    path.write_text(whole.replace(plant.before, plant.after), encoding="utf-8")
    try:
        broken = build([plant.test])
        if broken is not None:
            return f"it does not build: {broken}"
        return None if is_red(plant.test) else f"{plant.test} did not notice"
    finally:
        path.write_text(whole, encoding="utf-8")


def main():
    wanted = [plant for plant in PLANTS if len(sys.argv) < 2 or plant.name in sys.argv[1:]]
    copy_tree()
    tests = sorted({plant.test for plant in wanted})
    broken = build(tests)
    if broken is not None:
        print(f"FAIL the copy of the tree does not build: {broken}")
        return 1
    failed = 0
    for test in tests:
        if is_red(test):
            print(f"FAIL {test} is red without a plant")
            failed += 1
    for plant in wanted:
        why = try_plant(plant)
        failed += why is not None
        print(f"ok noticed: {plant.name}" if why is None else f"FAIL {plant.name}: {why}",
              flush=True)
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
