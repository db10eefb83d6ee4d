// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cli/validate/suite.h"

namespace weft::cli::validate {

/// One function for each suite; the file suite_NAME.cpp defines it.
std::unique_ptr<Suite> make_dram_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_occupancy_suite(const SuiteContext& context);
/// `bmm` and `linear`: tables of the same form.
std::unique_ptr<Suite> make_gemm_f32_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_tiles_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_gemm_f16_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_sparse24_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_spgemm_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_nm_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_naive_suite(const SuiteContext& context);
std::unique_ptr<Suite> make_structured_ffn_suite(const SuiteContext& context);
/// `data` is a directory.
std::unique_ptr<Suite> make_microbench_suite(const SuiteContext& context);

}  // namespace weft::cli::validate
