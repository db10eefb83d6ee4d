// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/spgemm_reference.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/native/cpu/graphblas.h"
#include "kernels/native/cpu/spgemm_graphblas.h"
#include "kernels/native/cpu/spgemm_hash.h"
#include "kernels/native/cpu/timing.h"

namespace weft::native {

namespace {

using tensor::CsrMatrix;

/// The operands and settings that all runs share.
struct Task {
  const CsrMatrix& a;
  const CsrMatrix& b;
  int threads;
  Repetitions repetitions;
};

CpuRun summarise(const Task& task, RowOrder asked, Timing timing, const CpuProduct& product) {
  CpuRun run;
  static_cast<Timing&>(run) = std::move(timing);
  run.asked = asked;
  run.sorted = product.order == RowOrder::Sorted;
  run.threads = task.threads;
  run.nnz_out = product.nnz();
  run.verified =
      tensor::verify_product(task.a, task.b, [&](int64_t row) { return product.row(row); });
  return run;
}

CpuRun run_hash(const Task& task, RowOrder order) {
  CpuProduct product;
  Timing timing = time_runs(
      task.repetitions, [&] { product = spgemm_hash(task.a, task.b, task.threads, order); },
      [&] { product = {}; });
  CpuRun run = summarise(task, order, std::move(timing), product);
  run.implementation = "hash";
  run.version = "Weft";
  return run;
}

CpuRun run_graphblas(const Task& task, RowOrder order, GraphBlasSpgemm& graphblas) {
  Timing timing = time_runs(
      task.repetitions, [&] { graphblas.multiply(order); }, [&] { graphblas.discard(); });
  CpuRun run = summarise(task, order, std::move(timing), graphblas.take());
  run.implementation = "graphblas";
  run.version = graphblas::version();
  return run;
}

void refuse_bad_settings(const Task& task) {
  base::Diagnostics diagnostics;
  const base::Location where{"reference run", 0, 0};
  if (task.threads < 1) {
    diagnostics.error(where, fmt::format("threads: expected at least 1, found {}", task.threads));
  }
  if (task.repetitions.least < 1) {
    diagnostics.error(
        where, fmt::format("repetitions: expected at least 1, found {}", task.repetitions.least));
  }
  if (task.a.cols != task.b.rows) {
    diagnostics.error(where, fmt::format("B: expected {} rows, as A has columns, found {}",
                                         task.a.cols, task.b.rows));
  }
  diagnostics.throw_if_any();
}

}  // namespace

CpuReference run_cpu_spgemm(const CsrMatrix& a, const CsrMatrix& b, int threads,
                            const Repetitions& repetitions) {
  const Task task{a, b, threads, repetitions};
  refuse_bad_settings(task);
  CpuReference reference;
  GraphBlasSpgemm graphblas(a, b, threads);
  for (const RowOrder order : {RowOrder::Unsorted, RowOrder::Sorted}) {
    reference.runs.push_back(run_hash(task, order));
    reference.runs.push_back(run_graphblas(task, order, graphblas));
  }
  reference.fastest = fastest_of(reference.runs);
  return reference;
}

}  // namespace weft::native
