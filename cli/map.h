// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/simulate.h"
#include "cli/worker.h"
#include "mapper/search/placed_traffic.h"
#include "mapper/search/search.h"

namespace weft::cli {

/// The mapspace of a request with what is known of it before a simulation. Owns the documents and
/// operands that it speaks of.
class MappingProblem {
 public:
  /// Reads documents and operands. Throws UserError with every defect.
  explicit MappingProblem(const SimulateRequest& request);
  ~MappingProblem();
  MappingProblem(const MappingProblem&) = delete;
  MappingProblem& operator=(const MappingProblem&) = delete;

  const machine::MachineDescription& machine() const;
  const mapper::Mapspace& space() const;
  const mapper::CostModel& model() const;
  /// What a point's places make memories and links carry; nothing where no bound speaks of it.
  std::optional<mapper::PlacedTraffic> traffic(const mapper::Point& point) const;
  /// The document that a simulation of the kernel would run without a search; nothing where the
  /// usual choices do not fit.
  std::optional<ir::Kernel> usual_mapping() const;
  /// The document of a point without any hole: what a simulation would run, and what is written.
  ir::Kernel mapping(const mapper::Point& point) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The simulated time of a mapping, as a worker answers it. `request` asks for time only.
WorkerTask timed_simulation(const SimulateRequest& request,
                            const machine::MachineDescription& machine, const ir::Kernel& mapping);

/// Simulates mappings of a problem in worker processes, `jobs` at a time, time only.
class WorkerEvaluator : public mapper::Evaluator {
 public:
  WorkerEvaluator(const MappingProblem& problem, const SimulateRequest& request, size_t jobs)
      : problem_(problem), request_(request), jobs_(jobs) {}
  std::vector<mapper::Evaluation> evaluate(const std::vector<ir::Kernel>& mappings) override;

 private:
  const MappingProblem& problem_;
  const SimulateRequest& request_;
  size_t jobs_;
};

/// "30s", "500ms", "2min" or "200sims" as the budget of a search; one of each, joined by a comma,
/// ends at whichever comes first. UserError where it is neither.
mapper::SearchBudget parse_budget(const std::string& text);

}  // namespace weft::cli
