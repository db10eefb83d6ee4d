// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

/// A computation for a process of its own: its crash costs its own result and nothing else, and
/// SystemC, which elaborates once per process, is fresh in each.
struct WorkerTask {
  std::string title;  // for the progress line
  std::function<nlohmann::ordered_json()> compute;
};

struct WorkerOutcome {
  enum class Status {
    Ok,
    Failed,       // the task threw a UserError
    Crashed,      // it threw anything else, or a signal ended it
    Interrupted,  // Ctrl-C came first
  };
  Status status = Status::Interrupted;
  std::string json;   // the document, where Ok
  std::string error;  // why not, otherwise
};

/// Runs the tasks in forked processes, `jobs` at a time, with a progress line. Outcomes come in the
/// order of the tasks. Ctrl-C ends the running processes and returns at once; tasks without an
/// outcome are Interrupted. Precondition: the calling process has one thread.
std::vector<WorkerOutcome> run_workers(const std::vector<WorkerTask>& tasks, size_t jobs);

}  // namespace weft::cli
