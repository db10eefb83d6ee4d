// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>
#include <sys/types.h>

namespace weft::cli {

/// A computation for a process of its own: its crash costs its own result and nothing else, and
/// SystemC, which elaborates once per process, is fresh in each.
struct WorkerTask {
  std::string title;  // for the progress line
  std::function<nlohmann::ordered_json()> compute;
};

/// How a task ended.
struct WorkerOutcome {
  enum class Status {
    Ok,
    Failed,       // the task threw a UserError
    Crashed,      // it threw anything else, or a signal ended it
    TimedOut,     // it took longer than it may
    Interrupted,  // Ctrl-C came first
  };
  Status status = Status::Interrupted;
  std::string json;   // the document, where Ok
  std::string error;  // why not, otherwise
};

/// Forked processes at work, each with a key of the caller's. Precondition: the calling process has
/// one thread.
class WorkerPool {
 public:
  struct Finished {
    size_t key;
    WorkerOutcome outcome;
  };

  /// At most `jobs` at a time, none longer than `timeout_s` (0: as long as it takes).
  WorkerPool(size_t jobs, double timeout_s) : jobs_(jobs), timeout_s_(timeout_s) {}
  /// Ends the processes that are at work.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool full() const { return running_.size() >= jobs_; }
  bool empty() const { return running_.empty(); }
  /// The key that was started first of those at work. Precondition: not empty().
  size_t oldest() const { return running_.begin()->first; }

  /// Precondition: not full(), and no worker has this key.
  void start(size_t key, const WorkerTask& task);
  /// Waits a fifth of a second at most, and hands over those that ended.
  std::vector<Finished> wait();

 private:
  struct Worker {
    pid_t process = 0;
    int pipe = -1;
    std::string answer;
    std::chrono::steady_clock::time_point began;
  };

  static bool receive(Worker& worker);
  static WorkerOutcome finish(const Worker& worker);
  static void stop(const Worker& worker);
  bool is_late(const Worker& worker) const;

  size_t jobs_;
  double timeout_s_;
  std::map<size_t, Worker> running_;  // by key
};

/// Runs the tasks in forked processes, `jobs` at a time and none longer than `timeout_s` (0: as
/// long as it takes), with a progress line. Outcomes come in the order of the tasks. Ctrl-C ends
/// the running processes and returns at once; tasks without an outcome are Interrupted. `save` sees
/// the outcomes so far whenever there are more of them. Precondition: the calling process has one
/// thread.
std::vector<WorkerOutcome> run_workers(
    const std::vector<WorkerTask>& tasks, size_t jobs,
    const std::function<void(const std::vector<WorkerOutcome>&)>& save = {}, double timeout_s = 0);

}  // namespace weft::cli
