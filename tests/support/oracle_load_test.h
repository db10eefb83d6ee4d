// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/memory/load_test.h"

namespace weft::sim::testing {

/// Runs a load test on DramOracle channels, tick by tick.
LoadTestResult run_load_test_on_oracle(const LoadTest& test);

}  // namespace weft::sim::testing
