// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_document.h"

#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/files.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string today() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
}

Json verified_json(const tensor::VerifyReport& report, const std::string& against) {
  Json json = {
      {"passed", report.passed}, {"max_rel_error", report.max_rel_error}, {"against", against}};
  if (!report.passed) json["first_mismatch"] = report.first_mismatch;
  return json;
}

/// A share of a peak; null where nothing can be said.
Json share(double value, double peak) {
  return number_or_null(value / peak);
}

std::string command_of(const ReferenceRequest& request, int threads) {
  std::string command =
      fmt::format("weft reference run -k {} --target {}", request.kernel, request.target);
  for (const std::string& input : request.inputs) command += " -i " + input;
  for (const std::string& param : request.params) command += " -p " + param;
  if (request.target == "cpu") command += fmt::format(" --threads {}", threads);
  if (request.repetitions > 0) command += fmt::format(" --repetitions {}", request.repetitions);
  return command;
}

}  // namespace

Json implementation_json(const native::NativeRun& run, const ReferenceParts& parts) {
  const double gflops = parts.work.flops / run.best_s * 1e-9;
  const double gb_s = parts.work.compulsory_bytes / run.best_s * 1e-9;
  Json json = {{"name", run.implementation},
               {"version", run.version},
               {"best_s", run.best_s},
               {"median_s", run.median_s},
               {"times_s", run.times_s},
               {"gflops", number_or_null(gflops)},
               {"flop_share", share(gflops, parts.peak.gflops)},
               {"stream_share", share(gb_s, parts.peak.stream_gb_s)},
               {"verified", verified_json(run.verified, parts.against)}};
  if (!run.note.empty()) json["note"] = run.note;
  return json;
}

Json reference_document(const ReferenceRequest& request, ReferenceParts parts) {
  const Json& fastest = parts.implementations.at(parts.fastest);
  return {{"schema", "weft.reference/1"},
          {"kernel", parts.operation},
          {"target", request.target},
          {"machine", parts.machine},
          {"threads", parts.threads},
          {"host", std::move(parts.host)},
          {"measured_on", today()},
          {"command", command_of(request, parts.threads)},
          {"dtype", {{"asked", parts.asked_dtype}, {"measured", parts.measured_dtype}}},
          {"params", std::move(parts.params)},
          {"inputs", std::move(parts.inputs)},
          {"verified", fastest.at("verified")},
          {"time_s", fastest.at("best_s")},
          {"median_s", fastest.at("median_s")},
          {"repetitions", fastest.at("times_s").size()},
          {"fastest", fastest.at("name")},
          {"work",
           {{"flops", parts.work.flops},
            {"products", parts.work.products},
            {"nnz_out", parts.work.results},
            {"compulsory_bytes", parts.work.compulsory_bytes}}},
          {"gflops", fastest.at("gflops")},
          {"peak",
           {{"gflops", parts.peak.gflops},
            {"stream_gb_s", parts.peak.stream_gb_s},
            {"method", parts.peak.method}}},
          {"implementations", parts.implementations}};
}

}  // namespace weft::cli
