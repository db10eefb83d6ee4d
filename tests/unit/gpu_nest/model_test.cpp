// SPDX-License-Identifier: Apache-2.0
// What loop nests cost on an SM array: the addresses of warps, launches, divergence.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/ir/library.h"
#include "mapper/gpu/nest/warp_record.h"
#include "tests/support/gpu_nest.h"

namespace weft::tests {
namespace {

std::string copy_kernel(const std::string& order) {
  return "kir: 1\nkernel: copy\nparams: {N: 256}\nindex: {i: N, j: N}\ntensors:\n"
         "  x: {dims: [i, j], dtype: f32, levels: [dense(i), dense(j)]}\n"
         "  y: {dims: [i, j], dtype: f32, levels: [dense(i), dense(j)]}\n"
         "compute:\n  - copy: y[i,j] = x[i,j]\n"
         "schedule: {copy: {order: " +
         order + ", par: {i: thread, j: thread}}}\n";
}

double l1_bytes(const sim::GpuRun& run) {
  double bytes = 0;
  for (const sim::LaunchRun& launch : run.launches) bytes += launch.l1_bytes;
  return bytes;
}

TEST(GpuNest, LanesSideBySideShareSectors) {
  const GpuNestRun along = run_gpu_nest(copy_kernel("[i, j]"));
  const GpuNestRun across = run_gpu_nest(copy_kernel("[j, i]"));
  ASSERT_THAT(along.messages, testing::IsEmpty());
  ASSERT_THAT(across.messages, testing::IsEmpty());
  const double elements = 256.0 * 256;
  EXPECT_EQ(l1_bytes(along.run), 2 * elements * 4);    // read and written once
  EXPECT_EQ(l1_bytes(across.run), 2 * elements * 32);  // a sector for every element
  EXPECT_GT(across.run.memory.l2_bytes, 4 * along.run.memory.l2_bytes);
}

TEST(GpuNest, EveryStepOfARecurrenceIsALaunchUnlessThreadsKeepIt) {
  const auto recurrence = [](const std::string& order) {
    return "kir: 1\nkernel: r\nparams: {T: 6, N: 64}\nindex: {t: T, i: N}\ntensors:\n"
           "  h: {dims: ['T+1', i], dtype: f32, levels: [gen(i0), dense(i)]}\n"
           "compute:\n  - repeat: {t: [step]}\n  - step: h[t+1,i] = h[t,i] + 1\n"
           "schedule: {step: {order: " +
           order + ", par: {i: thread}}}\n";
  };
  const GpuNestRun steps = run_gpu_nest(recurrence("[t, i]"));
  const GpuNestRun kept = run_gpu_nest(recurrence("[i, t]"));
  ASSERT_THAT(steps.messages, testing::IsEmpty());
  ASSERT_THAT(kept.messages, testing::IsEmpty());
  EXPECT_EQ(steps.run.launches.size(), 6U);
  EXPECT_EQ(kept.run.launches.size(), 1U);
  EXPECT_EQ(steps.deviation.first_mismatch, "");
  EXPECT_EQ(kept.deviation.first_mismatch, "");
}

TEST(GpuNest, SharedMemoryKeepsNothingBetweenLaunches) {
  const GpuNestRun run = run_gpu_nest(
      "kir: 1\nkernel: r\nparams: {T: 6, B: 3, N: 64}\nindex: {t: T, b: B, i: N}\ntensors:\n"
      "  h: {dims: ['T+1', b, i], dtype: f32, levels: [gen(i0), dense(b), dense(i)]}\n"
      "compute:\n  - repeat: {t: [step]}\n  - step: h[t+1,b,i] = 2 * h[t,b,i]\n"
      "schedule:\n  all: {order: [b, t, i], par: {i: thread}}\n"
      "  fuse_at: {h: {loop: b, in: spad}}\n");
  ASSERT_EQ(run.messages.size(), 1U);
  EXPECT_THAT(
      run.messages[0],
      testing::HasSubstr("k.yaml:12:13: error: fuse_at of h: no loop around t is dealt out"));
}

TEST(GpuNest, ResultsOfASecondRunAreThoseOfTheFirst) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = nest_kernel(copy_kernel("[i, j]"), diagnostics);
  einsum::Operands operands;
  operands["x"] = einsum::random_operand(kernel, *kernel.find_tensor("x"));
  mapper::NestTensors tensors(kernel, operands, diagnostics);
  mapper::NestRows program(kernel, mapper::nest_target(sm_array().description()), tensors,
                           diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  const sim::GpuRun first = sm_array().run(program);
  const einsum::Operands results = tensors.results();
  const sim::GpuRun second = sm_array().run(program);
  EXPECT_EQ(first.time_s, second.time_s);
  EXPECT_EQ(results.at("y").values, tensors.results().at("y").values);
}

/// What a warp records of lanes that each touch one element `stride` bytes after the other.
program::CtaTrace trace_of(uint64_t stride, bool shared, uint32_t bytes) {
  std::vector<mapper::LaneLog> lanes(32);
  std::vector<const mapper::LaneLog*> together;
  for (size_t i = 0; i < lanes.size(); ++i) {
    lanes[i].instructions = i + 1;
    lanes[i].elements.push_back(
        {4096 + i * stride, bytes, shared, false, program::AccessKind::Read});
    together.push_back(&lanes[i]);
  }
  program::CtaTrace trace;
  mapper::record_warp(together, 0, false, trace);
  trace.end_step();
  return trace;
}

TEST(WarpRecord, IssuesWhatItsLongestLaneIssues) {
  EXPECT_EQ(trace_of(4, false, 4).steps()[0].work.instructions, 32);
}

TEST(WarpRecord, MovesEachSectorOnce) {
  EXPECT_EQ(trace_of(4, false, 4).accesses().size(), 1U);
  EXPECT_EQ(trace_of(4, false, 4).accesses()[0].bytes, 128U);
  EXPECT_EQ(trace_of(0, false, 4).accesses()[0].bytes, 32U);
  EXPECT_EQ(trace_of(128, false, 4).accesses().size(), 32U);
}

TEST(WarpRecord, PassesTheBanksAsOftenAsTheFullestAsks) {
  EXPECT_EQ(trace_of(4, true, 4).steps()[0].work.shared_wavefronts, 1);
  EXPECT_EQ(trace_of(0, true, 4).steps()[0].work.shared_wavefronts, 1);
  EXPECT_EQ(trace_of(8, true, 4).steps()[0].work.shared_wavefronts, 2);
  EXPECT_EQ(trace_of(128, true, 4).steps()[0].work.shared_wavefronts, 32);
}

struct Sized {
  std::string kernel;
  std::map<std::string, std::string> sizes;
};

class LibraryOnSmArray : public testing::TestWithParam<Sized> {};

TEST_P(LibraryOnSmArray, IsVerified) {
  base::Diagnostics diagnostics;
  const auto file =
      std::filesystem::path(WEFT_SOURCE_DIR) / "kernels/library" / (GetParam().kernel + ".yaml");
  ir::Kernel kernel = ir::load_kernel(file.string(), {}, diagnostics);
  ir::set_params_from_text(kernel, GetParam().sizes, diagnostics);
  mapper::choose_roles(kernel, gpu_machine());
  ASSERT_THAT(diagnostics.messages(), testing::IsEmpty());
  const GpuNestRun run = run_gpu_nest(std::move(kernel));
  ASSERT_THAT(run.messages, testing::IsEmpty());
  EXPECT_EQ(run.deviation.first_mismatch, "");
}

INSTANTIATE_TEST_SUITE_P(
    Nest, LibraryOnSmArray,
    testing::Values(Sized{"butterfly", {{"vectors", "9"}, {"L", "5"}}},
                    Sized{"fwht", {{"vectors", "9"}, {"L", "5"}}},
                    Sized{"householder", {{"columns", "9"}, {"D", "12"}, {"reflections", "3"}}},
                    Sized{"ssm_scan", {{"T", "6"}, {"channels", "9"}, {"states", "4"}}}),
    [](const auto& each) { return each.param.kernel; });

}  // namespace
}  // namespace weft::tests
