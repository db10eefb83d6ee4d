// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/database.h"

#include <array>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/files.h"
#include "cli/sweep/owner.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

// A claim outlives its owner by this much where nobody can see that the owner is gone; it is
// renewed several times within, and clocks of a cluster agree far better.
constexpr double kClaimSeconds = 60;
constexpr std::array<const char*, 4> kWords = {"pending", "ok", "failed", "timeout"};

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS points(id TEXT PRIMARY KEY, axes TEXT, status TEXT, result TEXT);"
    "CREATE TABLE IF NOT EXISTS claims(id TEXT PRIMARY KEY, owner TEXT, until_s REAL);"
    "CREATE TABLE IF NOT EXISTS members(id TEXT PRIMARY KEY, base TEXT);"
    "CREATE TABLE IF NOT EXISTS sweep(name TEXT PRIMARY KEY, description TEXT);";

double now_s() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

Status status_of(const std::string& word, const std::filesystem::path& file) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (word == kWords[i]) return static_cast<Status>(i);
  }
  throw base::UserError(fmt::format("{}: points: expected one of {}, found '{}'", file.string(),
                                    fmt::join(kWords, ", "), word));
}

/// How fast the host was is no part of a result.
Json deterministic(Json result) {
  if (result.is_object()) result.erase("simulator");
  return result;
}

Json parse(const std::string& text, const std::filesystem::path& file) {
  if (text.empty()) return nullptr;
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw base::UserError(fmt::format("{}: expected JSON: {}", file.string(), error.what()));
  }
}

std::vector<Row> rows_of(Sqlite& sqlite) {
  std::vector<Row> rows;
  Statement select = sqlite.prepare("SELECT id, status, axes, result FROM points ORDER BY id");
  while (select.step()) {
    rows.push_back({select.text(0), status_of(select.text(1), sqlite.file()),
                    parse(select.text(2), sqlite.file()), parse(select.text(3), sqlite.file())});
  }
  return rows;
}

Json description_of(Sqlite& sqlite) {
  Statement select = sqlite.prepare("SELECT description FROM sweep");
  if (select.step()) return parse(select.text(0), sqlite.file());
  throw base::UserError(fmt::format("{}: expected the file of a sweep", sqlite.file().string()));
}

/// What a description says that its points have in common; empty in files that do not.
std::string base_of(const Json& description) {
  const auto base = description.find("base");
  return base != description.end() && base->is_string() ? base->get<std::string>() : "";
}

void write_description(Sqlite& sqlite, const Json& description) {
  sqlite.run("DELETE FROM sweep");
  sqlite.prepare("INSERT INTO sweep VALUES (?1, ?2)")
      .bind(1, description.at("sweep").get<std::string>())
      .bind(2, json_text(description, -1))
      .run();
}

}  // namespace

const char* word_of(Status status) {
  return kWords[static_cast<size_t>(status)];
}

Database::Database(const std::filesystem::path& file, Sharing sharing)
    : sqlite_(file, Sqlite::Mode::Create), owner_(this_process()) {
  sqlite_.use_journal(sharing == Sharing::OneHost ? "WAL" : "DELETE");
  sqlite_.run("PRAGMA synchronous=NORMAL");
  sqlite_.run("CREATE TEMP TABLE mine(id TEXT PRIMARY KEY)");
  Transaction transaction(sqlite_);
  sqlite_.run(kTables);
  transaction.commit();
}

void Database::add(const std::vector<Point>& points, const Json& description) {
  Transaction transaction(sqlite_);
  write_description(sqlite_, description);
  Statement insert = sqlite_.prepare("INSERT OR IGNORE INTO points VALUES (?1, ?2, ?3, ?4)");
  // The same inputs may go by other names now.
  Statement rename = sqlite_.prepare("UPDATE points SET axes=?2 WHERE id=?1 AND axes<>?2");
  Statement mine = sqlite_.prepare("INSERT OR IGNORE INTO temp.mine VALUES (?1)");
  Statement member = sqlite_.prepare("INSERT OR REPLACE INTO members VALUES (?1, ?2)");
  const std::string base = base_of(description);
  for (const Point& point : points) {
    const bool fails = !point.error.empty();
    const std::string axes = json_text(point.axes, -1);
    insert.bind(1, point.id)
        .bind(2, axes)
        .bind(3, word_of(fails ? Status::Failed : Status::Pending))
        .bind(4, fails ? json_text({{"error", point.error}}, -1) : "")
        .run();
    rename.bind(1, point.id).bind(2, axes).run();
    mine.bind(1, point.id).run();
    member.bind(1, point.id).bind(2, base).run();
  }
  transaction.commit();
}

void Database::retry() {
  Transaction transaction(sqlite_);
  sqlite_.run(
      "UPDATE points SET status='pending', result='' WHERE id IN temp.mine AND status IN "
      "('failed', 'timeout')");
  transaction.commit();
}

void Database::release_dead() {
  std::vector<std::string> ended;
  Statement owners = sqlite_.prepare("SELECT DISTINCT owner FROM claims");
  while (owners.step()) {
    if (has_ended(owners.text(0))) ended.push_back(owners.text(0));
  }
  for (const std::string& owner : ended)
    sqlite_.prepare("DELETE FROM claims WHERE owner=?1").bind(1, owner).run();
  // Nobody claims for longer than kClaimSeconds: an end beyond that is from before a clock went
  // back. This process is alive, whatever the clock did since it last renewed.
  sqlite_.prepare("DELETE FROM claims WHERE owner<>?1 AND NOT until_s BETWEEN ?2 AND ?3")
      .bind(1, owner_)
      .bind(2, now_s())
      .bind(3, now_s() + 2 * kClaimSeconds)
      .run();
}

std::optional<std::string> Database::claim() {
  Transaction transaction(sqlite_);
  release_dead();
  Statement next = sqlite_.prepare(
      "SELECT id FROM points WHERE status='pending' AND id IN temp.mine AND id NOT IN "
      "(SELECT id FROM claims) ORDER BY rowid LIMIT 1");
  std::optional<std::string> id;
  while (next.step()) id = next.text(0);
  if (id) {
    sqlite_.prepare("INSERT INTO claims VALUES (?1, ?2, ?3)")
        .bind(1, *id)
        .bind(2, owner_)
        .bind(3, now_s() + kClaimSeconds)
        .run();
  }
  transaction.commit();
  return id;
}

void Database::renew() {
  sqlite_.prepare("UPDATE claims SET until_s=?2 WHERE owner=?1")
      .bind(1, owner_)
      .bind(2, now_s() + kClaimSeconds)
      .run();
}

void Database::finish(const std::string& id, Status status, const Json& result) {
  Transaction transaction(sqlite_);
  sqlite_.prepare("UPDATE points SET status=?2, result=?3 WHERE id=?1")
      .bind(1, id)
      .bind(2, word_of(status))
      .bind(3, json_text(deterministic(result), -1))
      .run();
  sqlite_.prepare("DELETE FROM claims WHERE id=?1").bind(1, id).run();
  transaction.commit();
}

void Database::release() {
  sqlite_.prepare("DELETE FROM claims WHERE owner=?1").bind(1, owner_).run();
}

Counts Database::counts() {
  Counts counts;
  Statement select =
      sqlite_.prepare("SELECT status, COUNT(*) FROM points WHERE id IN temp.mine GROUP BY status");
  while (select.step()) {
    const auto number = static_cast<size_t>(select.integer(1));
    switch (status_of(select.text(0), sqlite_.file())) {
      case Status::Ok:
        counts.ok = number;
        break;
      case Status::Failed:
        counts.failed = number;
        break;
      case Status::Timeout:
        counts.timeout = number;
        break;
      case Status::Pending:
        counts.pending = number;
        break;
    }
  }
  return counts;
}

namespace {

/// What the points of a file have in common beside their axes, by id; of files that do not say,
/// nothing.
std::map<std::string, std::string> bases_of(Sqlite& sqlite) {
  Statement tables =
      sqlite.prepare("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name='members'");
  tables.step();
  std::map<std::string, std::string> bases;
  if (tables.integer(0) == 0) return bases;
  Statement select = sqlite.prepare("SELECT id, base FROM members");
  while (select.step()) bases[select.text(0)] = select.text(1);
  return bases;
}

}  // namespace

Records read_records(const std::filesystem::path& file) {
  Sqlite sqlite(file, Sqlite::Mode::Read);
  Records records{description_of(sqlite), {}};
  const Json axes =
      records.description.is_object() ? records.description.value("axes", Json()) : Json();
  if (!axes.is_array() || !std::ranges::all_of(axes, &Json::is_string))
    throw base::UserError(fmt::format("{}: sweep: expected the names of axes", file.string()));
  const std::map<std::string, std::string> bases = bases_of(sqlite);
  const std::string base = base_of(records.description);
  for (Row& row : rows_of(sqlite)) {
    // A file may keep points of an earlier form of its sweep, for the day that form returns.
    const auto own = bases.find(row.id);
    if (own != bases.end() && own->second != base) continue;
    const bool belongs =
        row.axes.size() == axes.size() && std::ranges::all_of(axes, [&](const Json& name) {
          return row.axes.contains(name.get_ref<const std::string&>());
        });
    if (belongs) records.rows.push_back(std::move(row));
  }
  return records;
}

}  // namespace weft::cli::sweep
