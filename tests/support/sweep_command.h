// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/sweep/sqlite.h"
#include "tests/support/weft_command.h"

namespace weft::tests {

/// A sweep of short simulations.
inline constexpr const char* kSweep =
    "sweep: 1\nname: small\nmachine: piuma-smash\nkernel: smash_v3\n"
    "inputs: {A: 'rmat:scale=7,edges=900,seed=${seed}'}\n"
    "axes:\n  seed: [1, 2, 3]\n  machine.core.mtc.threads: [4, 16]\n"
    "  machine.memory.latency_ns: {from: 45ns, to: 180ns, factor: 2}\n"
    "objectives: [time, energy, area]\n";
inline constexpr size_t kPoints = 18;

/// Runs sweeps, and reads the files that they leave.
class SweepCommand : public Command {
 protected:
  /// The rows of `points` as one line each, by id; those that are done, or all.
  std::vector<std::string> rows(const std::string& name, bool done = false) const {
    cli::sweep::Sqlite file(folder_ / name, cli::sweep::Sqlite::Mode::Read);
    cli::sweep::Statement select =
        file.prepare(std::string("SELECT id, axes, status, result FROM points ") +
                     (done ? "WHERE status<>'pending' " : "") + "ORDER BY id");
    std::vector<std::string> rows;
    while (select.step()) {
      rows.push_back(select.text(0) + select.text(1) + select.text(2) + select.text(3));
    }
    return rows;
  }

  int64_t count(const std::string& name, const std::string& condition) const {
    cli::sweep::Sqlite file(folder_ / name, cli::sweep::Sqlite::Mode::Read);
    cli::sweep::Statement select = file.prepare("SELECT COUNT(*) FROM points WHERE " + condition);
    select.step();
    return select.integer(0);
  }

  /// True where the file is there and has its tables.
  bool is_sweep(const std::string& name) const {
    if (!std::filesystem::exists(folder_ / name)) return false;
    cli::sweep::Sqlite file(folder_ / name, cli::sweep::Sqlite::Mode::Read);
    return file.prepare("SELECT 1 FROM sqlite_master WHERE name='points'").step();
  }

  /// The rows of a run that nothing disturbed; it leaves s.yaml.
  std::vector<std::string> undisturbed() const {
    write("s.yaml", kSweep);
    EXPECT_EQ(weft("sweep s.yaml -o whole.sqlite -j 2").status, 0);
    return rows("whole.sqlite");
  }
};

}  // namespace weft::tests
