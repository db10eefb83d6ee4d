// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mapper/search/step_costs.h"

namespace weft::mapper {

/// The threads that work side by side, and how fast.
struct Workers {
  double cores;
  double threads;    // of a core
  double pipelines;  // of a core
  double pipeline_cycles;
  double bytes_per_cycle;  // of all memories
};

/// How the tasks of a phase, in their order, come to threads.
struct TaskDealing {
  bool in_turn = false;  // task i to thread i, in turn, of all threads of the machine
  int64_t group = 0;     // otherwise so many at a time to a core; 0: each may be anyone's
};

/// A phase of the program, between two barriers of the machine: tasks that threads take.
class Phase {
 public:
  Phase(const Workers& workers, const TaskDealing& dealing)
      : w_(workers),
        group_tasks_(dealing.group),
        core_(static_cast<size_t>(workers.cores)),
        thread_(dealing.in_turn ? static_cast<size_t>(workers.cores * workers.threads) : 0, 0),
        pipeline_(static_cast<size_t>(workers.cores * workers.pipelines), 0) {}

  void add(const Cost& task, size_t core) {
    const double cycles = task.cycles(w_.pipeline_cycles);
    add_shared(task, core);
    heaviest_ = std::max(heaviest_, cycles);
    const size_t number = next_++;
    if (!thread_.empty()) {
      add_in_turn(number % thread_.size(), task);
    } else if (group_tasks_ > 0) {
      add_to_group(number, task);
    }
  }

  /// What some of a row's tasks do, no matter which.
  void add_shared(const Cost& cost, size_t core) {
    all_ = all_ + cost;
    core_[core] = core_[core] + cost;
  }

  const Cost& all() const { return all_; }

  /// Cycles of a core that does `cost`, at least.
  static double of_core(const Workers& w, const Cost& cost) {
    return std::max(cost.slots / w.pipelines, cost.cycles(w.pipeline_cycles) / w.threads);
  }

  /// Cycles in which the memories of the machine move what `cost` asks of them, at least.
  static double memory_cycles(const Workers& w, const Cost& cost) {
    return cost.bytes / w.bytes_per_cycle;
  }

  /// Cycles of the phase at least; `owned`: tasks stay with the core that they were added for.
  double cycles(bool owned) const {
    double most = std::max({heaviest_, of_core(w_, all_) / w_.cores, memory_cycles(w_, all_)});
    for (size_t i = 0; owned && i < core_.size(); ++i) most = std::max(most, of_core(w_, core_[i]));
    return most;
  }

 private:
  /// Neighbours among the threads of a core are on different pipelines.
  void add_in_turn(size_t thread, const Cost& task) {
    const auto threads = static_cast<size_t>(w_.threads);
    const auto pipelines = static_cast<size_t>(w_.pipelines);
    double& issued = pipeline_[thread / threads * pipelines + thread % threads % pipelines];
    thread_[thread] += task.cycles(w_.pipeline_cycles);
    issued += task.slots;
    heaviest_ = std::max({heaviest_, thread_[thread], issued});
  }

  /// All threads ask at once as the phase begins: with a task for each, the first group of a core
  /// goes to them in their order, whichever is first. What they take after that is anyone's.
  void add_to_group(size_t number, const Cost& task) {
    const auto size = static_cast<size_t>(group_tasks_);
    const auto threads = static_cast<size_t>(w_.threads);
    const size_t group = number / size, place = number % size;
    if (place == 0) group_ = {};
    group_ = group_ + task;
    heaviest_ = std::max(heaviest_, of_core(w_, group_));
    if (size < threads || place >= threads || group >= core_.size()) return;
    const auto pipelines = static_cast<size_t>(w_.pipelines);
    double& issued = pipeline_[group * pipelines + place % pipelines];
    issued += task.slots;
    heaviest_ = std::max(heaviest_, issued);
  }

  Workers w_;
  int64_t group_tasks_;
  Cost all_;
  Cost group_;           // the tasks of the current one
  double heaviest_ = 0;  // task; where it is known who has it, thread, pipeline or core
  std::vector<Cost> core_;
  std::vector<double> thread_;
  std::vector<double> pipeline_;  // [pipeline of the machine] instructions
  size_t next_ = 0;
};

}  // namespace weft::mapper
