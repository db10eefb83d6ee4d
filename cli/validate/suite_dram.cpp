// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/validate/suites.h"
#include "sim/memory/load_test.h"

namespace weft::cli::validate {

namespace {

/// Fewer requests would leave more noise in the prediction than there is in a table.
constexpr int64_t kLeastRequests = 30000;
constexpr int64_t kMostRequests = 10'000'000;

/// What a row says about its memory and traffic, beside the standard.
void read_controller(const base::CsvRow& row, sim::DramController& controller) {
  controller.mapping = row.choice<sim::AddressMapping>(
      "addr_mapper", {{"MOP4CLXOR", sim::AddressMapping::Mop4ClXor},
                      {"RoBaRaCoCh", sim::AddressMapping::RoBaRaCoCh}});
  // Whether an older row hit keeps its row open matters little, and the model does not tell the
  // two apart.
  row.choice<bool>("scheduler", {{"FRFCFS", true}, {"FRFCFSRowHit", true}});
  controller.refresh = row.choice<sim::RefreshPolicy>(
      "refresh",
      {{"AllBank", sim::RefreshPolicy::AllBank}, {"NoRefresh", sim::RefreshPolicy::None}});
  controller.page_policy = row.choice<sim::PagePolicy>(
      "row_policy", {{"Open", sim::PagePolicy::Open}, {"Closed", sim::PagePolicy::Closed}});
}

std::vector<std::pair<std::string, sim::TrafficPattern>> patterns() {
  std::vector<std::pair<std::string, sim::TrafficPattern>> words;
  for (const auto& [name, pattern] : sim::traffic_pattern_names())
    words.emplace_back(name, pattern);
  return words;
}

/// Points of load-latency curves. The standard selects a preset, the other columns change it.
/// `requests` and `overloaded` may be left out.
class DramSuite : public Suite {
 public:
  explicit DramSuite(std::filesystem::path presets) : presets_(std::move(presets)) {}

  std::vector<std::string> columns() const override {
    return {"standard",      "addr_mapper",
            "scheduler",     "refresh",
            "row_policy",    "pattern",
            "channels",      "offered_frac_of_peak",
            "achieved_GBps", "avg_read_latency_ns"};
  }
  std::string group_column() const override { return "standard"; }
  std::string quantity() const override { return "read_latency_ns"; }
  bool simulates_gpus() const override { return false; }

  Job read(const base::CsvRow& row) override {
    const sim::LoadTest test = read_test(row);
    const bool overloaded = row.has("overloaded") && row.integer("overloaded", 0, 1) == 1;
    // A queue that grows without bound has no mean latency.
    const double latency_ns = overloaded ? 0 : row.positive_number("avg_read_latency_ns");
    const double bandwidth_gb_s = row.positive_number("achieved_GBps");
    return [=] {
      const sim::LoadTestResult result = sim::run_load_test(test);
      Prediction prediction;
      if (!overloaded) prediction.main = {latency_ns, result.read_latency_ns};
      prediction.beside[Figure::Bandwidth] = {bandwidth_gb_s, result.achieved_gb_s};
      return prediction;
    };
  }

 private:
  sim::LoadTest read_test(const base::CsvRow& row) {
    sim::LoadTest test;
    test.config = preset(row);
    read_controller(row, test.config.controller);
    test.config.channels = static_cast<int>(row.integer("channels", 1, 1024));
    test.pattern = row.choice("pattern", patterns());
    const double offered = row.positive_number("offered_frac_of_peak");
    if (offered > 1) {
      row.report("offered_frac_of_peak",
                 fmt::format("expected at most 1, found '{}'", row.text("offered_frac_of_peak")));
    }
    test.offered_fraction = offered;
    const int64_t measured_requests =
        row.has("requests") ? row.integer("requests", 1, kMostRequests) : kLeastRequests;
    test.requests = std::max(kLeastRequests, measured_requests);
    return test;
  }

  /// The preset of the row's standard, read once; a default one after a report.
  const sim::DramConfig& preset(const base::CsvRow& row) {
    const std::string standard = row.text("standard");
    const auto [known, added] = known_.try_emplace(standard);
    if (added) {
      try {
        known->second = sim::load_dram_preset(standard, presets_);
      } catch (const base::UserError& error) {
        known_.erase(known);
        row.report("standard", error.what());
        return unknown_;
      }
    }
    return known->second;
  }

  std::filesystem::path presets_;
  std::map<std::string, sim::DramConfig> known_;  // by standard
  const sim::DramConfig unknown_;
};

}  // namespace

std::unique_ptr<Suite> make_dram_suite(const SuiteContext& context) {
  return std::make_unique<DramSuite>(context.configs / "dram");
}

}  // namespace weft::cli::validate
