// SPDX-License-Identifier: Apache-2.0
#include "sim/core/run_state.h"

#include <algorithm>
#include <new>

#include "sim/core/core_model.h"

namespace weft::sim {

RunState::RunState(const program::Program& code, unsigned core_count,
                   uint64_t barrier_latency_cycles)
    : program(code), cores(core_count), barrier(barrier_latency_cycles) {
  storage.resize(code.arrays.size(), nullptr);
  for (size_t i = 0; i < code.arrays.size(); ++i) {
    const program::Array& array = code.arrays[i];
    if (array.data != nullptr) {
      // Programs store only to arrays that the machine made, so the tensors' own data stay as they
      // are.
      storage[i] = const_cast<void*>(array.data);
    } else if (array.space != program::Space::Scratchpad) {
      // The system gives zeroed pages when they are first touched: most cores of a large machine
      // never use their part.
      made.emplace_back(std::calloc(std::max<uint64_t>(array.count, 1), sizeof(int64_t)));
      if (made.back() == nullptr) throw std::bad_alloc();
      storage[i] = made.back().get();
    }
  }
  tasks_taken.assign(code.task_lists.size(), 0);
  phase_begin.assign(code.phases.size(), kNever);
}

void RunState::arrive(uint64_t cycle) {
  if (!barrier.arrive(cycle, cores)) return;
  const uint64_t release = barrier.leave().cycle;
  for (CoreModel* model : models) model->release_global(release);
}

}  // namespace weft::sim
