// SPDX-License-Identifier: Apache-2.0
#include "cli/reference.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/operands.h"
#include "kernels/native/cpu/reference_run.h"
#include "kernels/tensor/spgemm_count.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVerifiedAgainst = "host product, dense accumulator per row";

Json verified_json(const tensor::VerifyReport& report) {
  Json json = {{"passed", report.passed},
               {"max_rel_error", report.max_rel_error},
               {"against", kVerifiedAgainst}};
  if (!report.passed) json["first_mismatch"] = report.first_mismatch;
  return json;
}

Json implementations_json(const std::vector<native::CpuRun>& runs) {
  Json list = Json::array();
  for (const native::CpuRun& run : runs) {
    list.push_back({{"name", run.implementation},
                    {"version", run.version},
                    {"best_s", run.best_s},
                    {"median_s", run.median_s},
                    {"times_s", run.times_s},
                    {"sorted", run.sorted},
                    {"verified", verified_json(run.verified)}});
  }
  return list;
}

Json run_spgemm(const ReferenceRequest& request) {
  const tensor::ProductOperands operands = load_operands(request.inputs);
  const tensor::CsrMatrix& a = operands.a->matrix;
  const tensor::CsrMatrix& b = operands.b->matrix;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const int threads =
      request.threads > 0 ? static_cast<int>(request.threads) : static_cast<int>(processors);
  const native::CpuReference reference =
      native::run_cpu_spgemm(a, b, threads, static_cast<int>(request.repetitions));
  const native::CpuRun& fastest = reference.runs.at(reference.fastest);
  const tensor::SpgemmWork work = tensor::count_spgemm(a, b);
  return {{"schema", "weft.reference/1"},
          {"kernel", "spgemm"},
          {"target", request.target},
          {"machine", reference.cpu_model},
          {"threads", threads},
          {"inputs", {input_json("A", *operands.a), input_json("B", *operands.b)}},
          {"verified", verified_json(fastest.verified)},
          {"time_s", fastest.best_s},
          {"work",
           {{"flops", work.flops},
            {"products", work.products},
            {"nnz_out", work.nnz_out},
            {"compulsory_bytes", work.compulsory_bytes}}},
          {"gflops", static_cast<double>(work.flops) / fastest.best_s * 1e-9},
          {"implementations", implementations_json(reference.runs)}};
}

}  // namespace

std::string reference_operation(const std::string& kernel) {
  const bool spgemm = kernel.starts_with("spgemm") || kernel.starts_with("smash_v");
  return spgemm ? "spgemm" : std::string{};
}

Json run_reference(const ReferenceRequest& request) {
  if (request.target != "cpu") {
    throw base::UserError(fmt::format("--target: expected cpu, found '{}'", request.target));
  }
  const std::string operation = reference_operation(request.kernel);
  if (operation.empty()) {
    throw base::UserError(
        fmt::format("--kernel: expected a kernel that a native library computes (spgemm_... or "
                    "smash_...), found '{}'",
                    request.kernel));
  }
  return run_spgemm(request);
}

}  // namespace weft::cli
