// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/gpu_nest.h"
#include "tests/support/scan_document.h"

namespace weft::tests {
namespace {

class ScanForms : public ::testing::TestWithParam<Scan> {};

TEST_P(ScanForms, LeaveWhatThePlainRecurrenceLeaves) {
  const GpuNestRun run = run_gpu_nest(scan_document(GetParam()));
  EXPECT_THAT(run.messages, ::testing::ElementsAre());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

INSTANTIATE_TEST_SUITE_P(GpuNest, ScanForms, ::testing::ValuesIn(scan_forms()),
                         [](const auto& form) { return "Form" + std::to_string(form.index); });

}  // namespace
}  // namespace weft::tests
