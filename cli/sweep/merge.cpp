// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/error.h"
#include "cli/interrupt.h"
#include "cli/sweep/database.h"

namespace weft::cli::sweep {

namespace {

constexpr const char* kTake =
    "INSERT INTO points SELECT id, axes, status, result FROM part.points WHERE true "
    "ON CONFLICT(id) DO UPDATE SET status=excluded.status, result=excluded.result "
    "WHERE points.status='pending' OR (points.status<>'ok' AND excluded.status='ok')";

/// Adds the rows of `file` to those of `whole`.
void take(Sqlite& whole, const std::filesystem::path& file) {
  Sqlite part(file, Sqlite::Mode::Read);  // complains where it is no database
  Statement is_sweep =
      part.prepare("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('points', 'sweep')");
  is_sweep.step();
  if (is_sweep.integer(0) != 2)
    throw base::UserError(fmt::format("{}: expected the file of a sweep", file.string()));

  Statement members =
      part.prepare("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name='members'");
  members.step();
  const bool has_members = members.integer(0) == 1;
  whole.prepare("ATTACH DATABASE ?1 AS part").bind(1, file.string()).run();
  Statement other = whole.prepare(
      "SELECT p.id FROM part.points p JOIN points w ON p.id=w.id "
      "WHERE p.status='ok' AND w.status='ok' AND p.result<>w.result LIMIT 1");
  if (other.step()) {
    throw base::UserError(
        fmt::format("{}: point {} has another result than in the files before; their simulators "
                    "differ",
                    file.string(), other.text(0)));
  }
  Statement sweeps = whole.prepare(
      "SELECT COUNT(DISTINCT description) FROM "
      "(SELECT description FROM sweep UNION ALL SELECT description FROM part.sweep)");
  sweeps.step();
  if (sweeps.integer(0) > 1)
    throw base::UserError(fmt::format("{}: expected the sweep of the files before", file.string()));
  Transaction transaction(whole);
  whole.run(kTake);
  if (has_members) whole.run("INSERT OR REPLACE INTO members SELECT id, base FROM part.members");
  whole.run("INSERT OR IGNORE INTO sweep SELECT name, description FROM part.sweep");
  transaction.commit();
}

}  // namespace

void merge(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out) {
  for (const std::filesystem::path& file : files) {
    if (std::filesystem::exists(out) && std::filesystem::equivalent(file, out))
      throw base::UserError(
          fmt::format("{}: expected another file than those merged", out.string()));
  }
  const TemporaryFile temporary(out);
  for (const std::filesystem::path& file : files) {
    // SQLite allows few files at a time; a connection for each is as good.
    Sqlite whole(temporary.path(), Sqlite::Mode::Create);
    whole.run(
        "CREATE TABLE IF NOT EXISTS points(id TEXT PRIMARY KEY, axes TEXT, status TEXT, result "
        "TEXT); CREATE TABLE IF NOT EXISTS members(id TEXT PRIMARY KEY, base TEXT); "
        "CREATE TABLE IF NOT EXISTS sweep(name TEXT PRIMARY KEY, description TEXT);");
    take(whole, file);
  }
  std::filesystem::rename(temporary.path(), out);
}

}  // namespace weft::cli::sweep
