// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/program/row_program.h"
#include "mapper/nest/emit_nest.h"
#include "mapper/nest/nest_tensors.h"

namespace weft::mapper {

/// Any kernel of loop nests on an SM array: its statements are launched one after the other, in the
/// order of the document, and within the loops of a recurrence once for every step. Parallel
/// points belong to threads.
class NestRows : public program::RowProgram {
 public:
  /// Compiles a kernel without holes for nest_target(gpu). Everything that stands against it is
  /// reported, and the program is then not to be used. It computes on `tensors`, which outlive it.
  NestRows(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
           base::Diagnostics& diagnostics);
  ~NestRows() override;

  void restart() override;
  bool next(program::RowStage& stage) override;

  const NestKernel& plan() const { return plan_; }
  /// Launches of a whole run.
  size_t launches() const { return steps_.size(); }
  /// Multiplications of the latest run.
  double products() const;
  /// Whether one of the results is computed in fp64.
  bool in_fp64() const;

 private:
  class Function;
  /// A launch while the host stands at an iteration of the loops around it.
  struct Step {
    size_t launch = 0;
    std::vector<int64_t> values;
  };

  void walk_host_loops(size_t first, size_t last, size_t depth, std::vector<int64_t>& values);
  int64_t ctas_of(const NestLaunch& launch, const std::vector<int64_t>& values) const;
  void check_launches(const ir::Kernel& kernel, base::Diagnostics& diagnostics) const;

  NestKernel plan_;
  std::vector<NestLaunch> launches_;
  std::vector<Step> steps_;
  size_t next_ = 0;
  int registers_ = 32;
  std::map<std::string, std::vector<double>> initial_;  // values before the run
  std::shared_ptr<Function> function_;
};

}  // namespace weft::mapper
