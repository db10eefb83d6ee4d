// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/suites.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::cli::validate {

namespace {

constexpr std::array kSuites = {
    SuiteEntry{"bmm", "batched fp32 products on the ordinary pipes", make_gemm_f32_suite},
    SuiteEntry{"linear", "fp32 linear layers on the ordinary pipes", make_gemm_f32_suite},
    SuiteEntry{"tiles", "the mapper's fp32 tiles against a library's, both simulated",
               make_tiles_suite},
    SuiteEntry{"gemm_f16", "products of halves on tensor cores", make_gemm_f16_suite},
    SuiteEntry{"sparse24", "2:4 against dense products of halves", make_sparse24_suite},
    SuiteEntry{"spgemm", "sparse products in double against the faster of two libraries",
               make_spgemm_suite},
    SuiteEntry{"nm", "fp32 products with N:M pruned weights", make_nm_suite},
    SuiteEntry{"naive", "fp32 products with one element for each thread, by tile",
               make_naive_suite},
    SuiteEntry{"ffn", "feed-forward blocks with structured weights on tensor cores",
               make_structured_ffn_suite},
    SuiteEntry{"dram", "latency and bandwidth of DRAM against load", make_dram_suite},
    SuiteEntry{"microbench", "curves of microbenchmarks of caches, DRAM, launches and power",
               make_microbench_suite},
    SuiteEntry{"occupancy", "blocks and warps on an SM, as NVIDIA's calculator counts them",
               make_occupancy_suite},
};

}  // namespace

base::CsvTable Suite::load(const std::filesystem::path& data,
                           base::Diagnostics& diagnostics) const {
  return base::read_csv_file(data, diagnostics);
}

bool Suite::configure(const std::string&, const std::vector<std::string>&) {
  return false;
}

std::span<const SuiteEntry> suites() {
  return kSuites;
}

const SuiteEntry& find_suite(std::string_view name) {
  const auto found = std::find_if(kSuites.begin(), kSuites.end(),
                                  [name](const SuiteEntry& entry) { return entry.name == name; });
  if (found != kSuites.end()) return *found;
  std::vector<std::string> known;
  known.reserve(kSuites.size());
  for (const SuiteEntry& entry : kSuites) known.emplace_back(entry.name);
  throw base::UserError(fmt::format("suite: expected one of {}, found '{}'{}",
                                    fmt::join(known, ", "), name, base::did_you_mean(name, known)));
}

}  // namespace weft::cli::validate
