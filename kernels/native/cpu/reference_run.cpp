// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/reference_run.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/native/cpu/spgemm_graphblas.h"
#include "kernels/native/cpu/spgemm_hash.h"

namespace weft::native {

namespace {

using tensor::CsrMatrix;

template <typename Action>
double seconds(Action action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  const size_t middle = numbers.size() / 2;
  return numbers.size() % 2 == 1 ? numbers[middle] : 0.5 * (numbers[middle - 1] + numbers[middle]);
}

/// The operands and settings that all runs share.
struct Task {
  const CsrMatrix& a;
  const CsrMatrix& b;
  int threads;
  int repetitions;
};

/// Times `multiply` after one unmeasured call. `discard` frees a product, outside the measured
/// time.
template <typename Multiply, typename Discard>
std::vector<double> repeat(const Task& task, Multiply multiply, Discard discard) {
  std::vector<double> times_s;
  multiply();
  for (int repetition = 0; repetition < task.repetitions; ++repetition) {
    discard();
    times_s.push_back(seconds(multiply));
  }
  return times_s;
}

CpuRun summarise(const Task& task, RowOrder asked, std::vector<double> times_s,
                 const CpuProduct& product) {
  CpuRun run;
  run.asked = asked;
  run.sorted = product.order == RowOrder::Sorted;
  run.threads = task.threads;
  run.nnz_out = product.nnz();
  run.best_s = std::ranges::min(times_s);
  run.median_s = median(times_s);
  run.times_s = std::move(times_s);
  run.verified =
      tensor::verify_product(task.a, task.b, [&](int64_t row) { return product.row(row); });
  return run;
}

CpuRun run_hash(const Task& task, RowOrder order) {
  CpuProduct product;
  std::vector<double> times_s = repeat(
      task, [&] { product = spgemm_hash(task.a, task.b, task.threads, order); },
      [&] { product = {}; });
  CpuRun run = summarise(task, order, std::move(times_s), product);
  run.implementation = "hash";
  run.version = "Weft";
  return run;
}

CpuRun run_graphblas(const Task& task, RowOrder order, GraphBlasSpgemm& graphblas) {
  std::vector<double> times_s = repeat(
      task, [&] { graphblas.multiply(order); }, [&] { graphblas.discard(); });
  CpuRun run = summarise(task, order, std::move(times_s), graphblas.take());
  run.implementation = "graphblas";
  run.version = graphblas_version();
  return run;
}

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

void refuse_bad_settings(const Task& task) {
  base::Diagnostics diagnostics;
  const base::Location where{"reference run", 0, 0};
  if (task.threads < 1) {
    diagnostics.error(where, fmt::format("threads: expected at least 1, found {}", task.threads));
  }
  if (task.repetitions < 1) {
    diagnostics.error(where,
                      fmt::format("repetitions: expected at least 1, found {}", task.repetitions));
  }
  if (task.a.cols != task.b.rows) {
    diagnostics.error(where, fmt::format("B: expected {} rows, as A has columns, found {}",
                                         task.a.cols, task.b.rows));
  }
  diagnostics.throw_if_any();
}

}  // namespace

CpuReference run_cpu_spgemm(const CsrMatrix& a, const CsrMatrix& b, int threads, int repetitions) {
  const Task task{a, b, threads, repetitions};
  refuse_bad_settings(task);
  CpuReference reference{.cpu_model = cpu_model(), .runs = {}};
  GraphBlasSpgemm graphblas(a, b, threads);
  for (const RowOrder order : {RowOrder::Unsorted, RowOrder::Sorted}) {
    reference.runs.push_back(run_hash(task, order));
    reference.runs.push_back(run_graphblas(task, order, graphblas));
  }
  const auto rank = [](const CpuRun& run) { return std::pair(!run.verified.passed, run.best_s); };
  const auto fastest = std::ranges::min_element(reference.runs, {}, rank);
  reference.fastest = static_cast<size_t>(fastest - reference.runs.begin());
  return reference;
}

}  // namespace weft::native
