// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/sweep/resolve.h"
#include "cli/sweep/sqlite.h"

namespace weft::cli::sweep {

/// How far a point is, in the words of the database.
enum class Status { Pending, Ok, Failed, Timeout };
const char* word_of(Status status);

/// A row of the table `points`.
struct Row {
  std::string id;
  Status status = Status::Pending;
  nlohmann::ordered_json axes;
  nlohmann::ordered_json result;  // the deterministic part; {"error": ...} where there is none
};

/// Points of a sweep by how they stand.
struct Counts {
  size_t ok = 0;
  size_t failed = 0;
  size_t timeout = 0;
  size_t pending = 0;
  size_t total() const { return ok + failed + timeout + pending; }
};

/// The SQLite file of a sweep. `points` holds a row for each point, `sweep` what is looked for, and
/// `claims` who is at work on which point. Each change is one transaction, so that the end of any
/// process at any time leaves a file in which every row is whole.
///
/// Several processes may share a file, also over a network: a point is claimed for a while, the
/// claim is renewed while its owner lives, and one that has run out is taken up by others.
class Database {
 public:
  enum class Sharing {
    OneHost,  // a write-ahead log, which needs shared memory
    Cluster,  // a rollback journal, which network file systems can do
  };

  /// Opens the file or makes it.
  Database(const std::filesystem::path& file, Sharing sharing);

  /// Adds rows for new points, all in one transaction, and records what is looked for. The points
  /// are those that this process may then claim.
  void add(const std::vector<Point>& points, const nlohmann::ordered_json& description);
  /// Makes failed and timed-out points of this process pending again.
  void retry();

  /// Claims the next of this process' points that is pending and nobody's; its id. Claims whose
  /// owner is gone do not count.
  std::optional<std::string> claim();
  /// Renews the claims of this process.
  void renew();
  /// The end of a point that was claimed. The result is kept without what differs between two runs.
  void finish(const std::string& id, Status status, const nlohmann::ordered_json& result);
  /// Gives up the claims of this process.
  void release();

  /// Of this process' points.
  Counts counts();

 private:
  void release_dead();

  Sqlite sqlite_;
  std::string owner_;
};

/// Every row of a file that belongs to its sweep, by id; and what is looked for.
struct Records {
  nlohmann::ordered_json description;
  std::vector<Row> rows;
};
Records read_records(const std::filesystem::path& file);

/// Puts the rows of several files into one. A point that is done in one file is done in the whole.
/// UserError where two files have different results for one point, or different sweeps.
void merge(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out);

}  // namespace weft::cli::sweep
