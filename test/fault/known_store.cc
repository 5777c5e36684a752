#include "test/fault/known_store.h"

#include <algorithm>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "storage/sqlite/log_sums.h"
#include "test/fault/script.h"

namespace velum {
namespace {

constexpr int people_count = 25;
const std::string log_path = "./data.db-wal";
const SimNodeOptions node_options{1000, "./ledger-copy", Loops::one};

void list_files(SimFileSystem& files, const std::string& path, std::vector<std::string>& paths) {
  const auto names = files.list(path);
  if (!names) return paths.push_back(path);
  for (const std::string& name : *names) list_files(files, path + "/" + name, paths);
}

std::vector<std::string> read_log(SimFileSystem& files) {
  std::vector<std::string> entries;
  const auto keep = [&entries](std::string_view entry) -> Result<void> {
    entries.emplace_back(entry);
    return {};
  };
  EXPECT_TRUE(read_audit(files, "./audit", keep));
  return entries;
}

Result<std::vector<std::string>> search(SimNode& node) {
  AuditSearch everything;
  everything.limit = 100;
  TRY_ASSIGN(AuditPage page, node.audit().search(SimDisk::account, everything));
  return std::move(page.entries);
}

// Asks one store about one person after the other, and counts errors.
class Asker {
 public:
  Asker(SimNode& node, std::size_t missing) : node_(node), missing_(missing) {}

  void ask(const KnownPerson& person, std::size_t is_last) {
    SCOPED_TRACE(person.email);
    const bool may_lack = is_last <= missing_;
    if (!person.is_there()) return expect_absence(person);
    const auto found = node_.find(person.email);
    if (expect_presence(found)) {
      EXPECT_EQ(found->record, person.key.record);
    }
    const auto shown = node_.read_masked(person.key);
    const auto full = node_.unmask(person.key);
    const bool is_newest = is_version(person.versions.back(), shown, full);
    const bool is_older = may_lack && is_version(*(person.versions.end() - 2), shown, full);
    EXPECT_TRUE(is_newest || is_older);
    expect_presence(shown);
    expect_presence(full);
    const KnownVersion& oldest = person.versions.front();
    const auto first = node_.read_masked(person.key, oldest.id);
    if (expect_presence(first)) {
      EXPECT_EQ(*first, oldest.masked);
    }
    ask_versions(person, may_lack);
  }
  void expect_absence(const KnownPerson& person) {
    EXPECT_FALSE(node_.find(person.email));
    EXPECT_FALSE(node_.read_masked(person.key));
    EXPECT_FALSE(node_.read_masked(person.key, person.versions.front().id));
    EXPECT_FALSE(node_.unmask(person.key));
  }
  std::size_t errors() const { return errors_; }

 private:
  static bool is_version(const KnownVersion& version, const Result<std::string>& shown,
                         const Result<std::string>& full) {
    return (!shown || *shown == version.masked) && (!full || *full == version.full);
  }
  template <typename T>
  bool expect_presence(const Result<T>& answer) {
    if (answer) return true;
    EXPECT_NE(answer.error().code(), ErrorCode::not_found);
    ++errors_;
    return false;
  }
  void ask_versions(const KnownPerson& person, bool may_lack) {
    const auto versions = node_.versions(person.key);
    if (!expect_presence(versions)) return;
    std::vector<VersionId> got;
    for (const VersionInfo& info : *versions) got.insert(got.begin(), info.version);
    std::vector<VersionId> known;
    for (const KnownVersion& version : person.versions) known.push_back(version.id);
    if (may_lack && got.size() + 1 == known.size()) known.pop_back();
    EXPECT_EQ(got, known);
  }

  SimNode& node_;
  const std::size_t missing_;
  std::size_t errors_ = 0;
};

// What there is must be what was known, but for the last `missing`.
void expect_log(std::vector<std::string> got, std::vector<std::string> known, std::size_t missing) {
  EXPECT_GE(got.size() + missing, known.size());
  if (got.size() < known.size()) known.resize(got.size());
  EXPECT_EQ(got, known);
}

}  // namespace

KnownStore::KnownStore(Ending ending) {
  {
    SimNode node(disk_, node_options);
    EXPECT_TRUE(node.start());
    make_people(node);
    write_last(node);
    if (ending == Ending::clean) {
      EXPECT_TRUE(node.drain());
    } else {
      files_ = disk_.files.copy();
      files_.crash_dropping_all();
    }
  }
  if (ending == Ending::clean) files_ = disk_.files.copy();
  list_files(files_, ".", paths_);
  EXPECT_TRUE(verify_audit(files_, "./audit", std::nullopt));
  log_ = read_log(files_);
  if (ending == Ending::crash) {
    find_log_tails();
    find_journal_tails();
  }
  SimDisk disk(disk_, files_.copy(), 2);
  SimNode node(disk, node_options);
  EXPECT_TRUE(node.start());
  searched_ = *search(node);
}

void KnownStore::make_people(SimNode& node) {
  for (int number = 0; number < people_count; ++number) {
    people_.push_back(make_person(node, number));
  }
  EXPECT_TRUE(node.drain());
  EXPECT_TRUE(node.audit().checkpoint_now());
}

KnownPerson KnownStore::make_person(SimNode& node, int number) {
  KnownPerson person;
  person.email = std::to_string(number) + "@example.com";
  person.fate = static_cast<Fate>(number % 5);
  const std::string body = body_of(person.email, "Name" + std::to_string(number));
  const auto made =
      person.fate == Fate::expires ? node.create_for_days(body, 1) : node.create(body);
  EXPECT_TRUE(made);
  person.key = SimNode::key_of(*made);
  person.versions.push_back({made->version, body, *node.read_masked(person.key)});
  if (person.fate == Fate::deleted) {
    EXPECT_TRUE(node.remove(person.key));
  }
  if (person.fate == Fate::erased) {
    EXPECT_TRUE(node.erase(person.email));
  }
  return person;
}

// Some into the log, so that a database and a log that both count are damaged.
void KnownStore::write_last(SimNode& node) {
  std::stable_partition(people_.begin(), people_.end(),
                        [](const KnownPerson& person) { return person.fate != Fate::patched; });
  for (KnownPerson& person : people_) {
    if (person.fate == Fate::kept) {
      EXPECT_TRUE(node.unmask(person.key));
    }
    if (person.fate != Fate::patched) continue;
    const std::string name = "Other" + person.email.substr(0, 2);
    const auto patched = node.patch(person.key, R"({"firstName":")" + name + "\"}");
    EXPECT_TRUE(patched);
    person.versions.push_back(
        {patched->version, body_of(person.email, name), *node.read_masked(person.key)});
  }
}

// The last write; and the one before it too, for a sector that takes its mark.
void KnownStore::find_log_tails() {
  const Bytes log = files_.content(log_path);
  std::vector<std::size_t> commits;
  for (std::size_t at = log_header_bytes; at + log_frame_bytes <= log.size();
       at += log_frame_bytes) {
    if (read_u32be(ByteView(log).subspan(at + 4)) != 0) commits.push_back(at);
  }
  ASSERT_GT(commits.size(), 2U);
  const std::size_t mark = commits[commits.size() - 2];
  ASSERT_LE(mark % 512, 488U) << "this mark lies across two sectors";
  tails_.push_back({log_path, Damage::bit, mark + log_frame_bytes, 1, 0});
  tails_.push_back({log_path, Damage::sector, mark / 512 * 512, 2, 0});
}

// Every entry was a write of its own. A sector may take the ends of several, and what proves the
// last one with them.
void KnownStore::find_journal_tails() {
  constexpr std::size_t header_bytes = 64;
  const std::string& last = log_.back();
  const std::string& last_but_one = *(log_.end() - 2);
  for (const std::string& path : paths_) {
    const Bytes content = files_.content(path);
    const std::size_t begin = as_text(content).find(last);
    if (!path.ends_with(".seg") || begin == std::string_view::npos) continue;
    const std::size_t before = as_text(content).find(last_but_one);
    ASSERT_LT(before, begin);
    tails_.push_back({path, Damage::bit, begin - header_bytes, 0, 1});
    tails_.push_back({path, Damage::sector, before - header_bytes, 0, 3});
  }
  ASSERT_EQ(tails_.size(), 4U);
}

Tail KnownStore::allowed(const std::string& path, Damage damage, std::size_t end) const {
  for (const Tail& tail : tails_) {
    if (tail.path == path && tail.damage == damage && end > tail.begin) return tail;
  }
  return {};
}

Verdict KnownStore::ask(SimFileSystem files, const Tail& allowed) const {
  bool is_right = false;
  if (verify_audit(files, "./audit", std::nullopt)) {
    is_right = true;
    expect_log(read_log(files), log_, allowed.entries);
  }
  SimDisk disk(disk_, std::move(files), 3);
  SimNode node(disk, node_options);
  if (!node.start()) return Verdict::refused;
  if (auto got = search(node)) {
    std::vector<std::string> known = searched_;
    std::reverse(got->begin(), got->end());
    std::reverse(known.begin(), known.end());
    expect_log(*got, known, allowed.entries);
  } else {
    is_right = false;
  }
  Asker asker(node, allowed.writes);
  for (std::size_t index = 0; index < people_.size(); ++index) {
    asker.ask(people_[index], people_.size() - index);
  }
  disk.clock.advance(std::chrono::hours(25));
  for (const KnownPerson& person : people_) {
    if (person.fate == Fate::expires) asker.expect_absence(person);
  }
  disk.files.cut_power(disk.random);  // How it ends is not what this is about.
  return is_right && asker.errors() == 0 ? Verdict::right : Verdict::some_errors;
}

}  // namespace velum
