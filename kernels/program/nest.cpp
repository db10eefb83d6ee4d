// SPDX-License-Identifier: Apache-2.0
#include "kernels/program/nest.h"

#include <algorithm>
#include <bit>

namespace weft::program {

namespace {

RunAccess run_access(const Nest& nest, const NestRun& run, int32_t id) {
  const NestAccess& access = nest.accesses[static_cast<size_t>(id)];
  RunAccess result{.access = id, .varying = {}, .missing = {}};
  for (size_t i = 0; i < run.variables.size(); ++i) {
    const int32_t variable = run.variables[i];
    if (nest.space.depends_on(access.position, variable)) {
      result.varying.push_back(i);
      result.linear = result.linear && nest.space.linear_in(access.position, variable);
    }
    if (std::ranges::count(access.positions, variable) > 0) result.missing.push_back(i);
  }
  return result;
}

}  // namespace

int64_t join_steps(Joined joined, int64_t threads) {
  const auto levels = [](int64_t n) {
    return static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(n - 1)));
  };
  switch (joined) {
    case Joined::Serial:
      return 2;
    case Joined::Tree:
      return 1 + levels(threads);
    case Joined::Shuffle:
      return levels(std::min(threads, kWarpLanes));
    default:
      return 0;
  }
}

int32_t add_run(Nest& nest, int32_t loop, std::vector<int32_t> lookups, int32_t statement) {
  NestRun run{loop, std::move(lookups), statement, {}, {}};
  if (loop >= 0) {
    const NestLoop& walked = nest.loops[static_cast<size_t>(loop)];
    run.variables.push_back(walked.variable);
    for (const NestDriver& driver : walked.drivers) run.variables.push_back(driver.result);
  }
  for (const int32_t lookup : run.lookups)
    run.variables.push_back(nest.lookups[static_cast<size_t>(lookup)].result);
  const NestStatement& body = nest.statements[static_cast<size_t>(statement)];
  for (const int32_t access : body.reads) run.accesses.push_back(run_access(nest, run, access));
  run.accesses.push_back(run_access(nest, run, body.target));
  nest.runs.push_back(std::move(run));
  return static_cast<int32_t>(nest.runs.size()) - 1;
}

bool works_in_fp64(const Nest& nest, const NestStatement& statement) {
  const NestAccess& target = nest.accesses[static_cast<size_t>(statement.target)];
  return nest.tensors[static_cast<size_t>(target.tensor)].bytes == 8;
}

}  // namespace weft::program
