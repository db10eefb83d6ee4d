// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "cli/sweep/database.h"

namespace weft::cli::sweep {

/// A part of the points: those whose place leaves `index` when divided by `of`. A job array may
/// count from 0 or from 1: I = N is I = 0.
struct Shard {
  size_t index = 0;
  size_t of = 1;
};

/// Which part of a sweep this process does, and into which file.
struct RunRequest {
  std::filesystem::path file;
  size_t jobs = 1;
  Shard shard;
  bool resume = false;  // the file must be there; failed and timed-out points are tried again
  bool shared = false;  // with other processes, perhaps of other hosts
  bool leads = true;    // of those that share, the one that resumes and reports
};

/// What "I/N" says. UserError where it is not such.
Shard parse_shard(const std::string& text);

/// Simulates every point of a sweep that the file does not have yet, each in a process of its own,
/// and records each as it ends. Ctrl-C ends the processes at work and returns; what is done is
/// kept. Returns how the points stand.
Counts run_sweep(const Sweep& sweep, std::vector<Point> points, const RunRequest& request);

}  // namespace weft::cli::sweep
