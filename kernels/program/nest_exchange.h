// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/program/form.h"
#include "kernels/program/residence.h"

namespace weft::program {

/// Elements by step and worker, those of one worker in one step side by side. An element is its
/// place among those that stay together, from 0.
struct StepElements {
  std::vector<size_t> begin;  // [step * workers + worker], and the end of the last
  std::vector<int32_t> elements;

  std::span<const int32_t> of(int64_t step, int64_t worker, int64_t workers) const {
    const auto at = static_cast<size_t>(step * workers + worker);
    return std::span(elements).subspan(begin[at], begin[at + 1] - begin[at]);
  }
};

/// A tensor of a recurrence whose elements stay in the registers of the threads that compute them,
/// while these swap what another one needs in the next step.
struct NestExchange {
  int32_t tensor = 0;
  int32_t access = 0;       // that reads it
  int32_t step = 0;         // variable of the loop over the steps
  int64_t step_stride = 0;  // elements from what a step reads to what it leaves
  Form row;  // position of the first of the elements that stay together, before the first step
  Share workers = Share::CoreThreads;
  int64_t worker_count = 1;
  int64_t most_elements = 0;  // of a worker at a time
  /// What brings elements to a step: Memory in the first, then Lanes, Scratchpad or Memory.
  std::vector<Residence> via;
  StepElements takes;  // what a worker does not have when a step begins
  StepElements gives;  // what another one needs of its results; of the last step all of them
  uint16_t source = 0;
};

}  // namespace weft::program
