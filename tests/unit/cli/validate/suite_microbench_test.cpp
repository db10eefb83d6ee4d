// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/validate/curve_plot.h"
#include "cli/validate/validation.h"
#include "sim/gpu/block_stream.h"
#include "sim/gpu/cache_bandwidth.h"
#include "sim/gpu/intensity_sweep.h"
#include "sim/gpu/kernel_series.h"
#include "sim/gpu/memory_path.h"
#include "sim/gpu/warp_access.h"

namespace weft::cli::validate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;

/// Validates files that a test writes, of values that no card has measured.
class MicrobenchSuiteTest : public ::testing::Test {
 protected:
  MicrobenchSuiteTest() { std::filesystem::create_directories(folder_); }
  ~MicrobenchSuiteTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  Validation run() const {
    const std::filesystem::path configs = std::filesystem::path(WEFT_SOURCE_DIR) / "configs";
    return run_validation(find_suite("microbench"), {.data = folder_, .context = {configs, {}}});
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / ("weft_microbench_" + std::to_string(getpid()));
};

TEST_F(MicrobenchSuiteTest, EveryFormIsRead) {
  write("gpu-latency__h200.txt", "clock: 1980 1980\n  1000  1980  2.0  1.0  30.0 30.0 30.0 31.0\n");
  write("gpu-l2-cache__l40.txt", " data set\n 512 kB 2048 kB 4ms 1.0% 5000.5 GB/s 0 GB/s\n");
  write("gpu-cache__v100.txt", " data set\n 16 kB 4ms 1.0% 14000 GB/s 0 GB/s\n");
  write("gpu-stream__a100_80.txt", "block | init\n 16 1728 1 0.8% | GB/s: 50 20 40 70 35 35\n");
  write("gpu-small-kernels__h200_graph.txt", "4096 64kB 45 46\n");
  write("gpu-strides__h200.txt", "clock: 1980\nfloat stride 2 2 2.0 64 2.0 1.2 0.02\n\n");
  write("gpu-roofline__h200.txt",
        "8\n0 10 blocks 4 its 1.250 Fl/B 3000 GB/s 4000 GF/s 1980 Mhz 620 W 50°C\n");
  const Validation validation = run();
  EXPECT_EQ(summarize(validation).rows, 14u);
  const auto curves = summarize_curves(validation);
  EXPECT_THAT(
      curves,
      ElementsAre(Key("gpu-cache/v100"), Key("gpu-l2-cache/l40"), Key("gpu-latency/h200"),
                  Key("gpu-roofline/h200/gflop_s"), Key("gpu-roofline/h200/watts"),
                  Key("gpu-small-kernels/h200_graph/block 1024"),
                  Key("gpu-small-kernels/h200_graph/block 512"), Key("gpu-stream/a100_80/3pt"),
                  Key("gpu-stream/a100_80/5pt"), Key("gpu-stream/a100_80/init"),
                  Key("gpu-stream/a100_80/read"), Key("gpu-stream/a100_80/scale"),
                  Key("gpu-stream/a100_80/triad"), Key("gpu-strides/h200/float stride")));
  for (const auto& [curve, summary] : curves) EXPECT_LT(summary.errors.mape_percent, 35) << curve;
  EXPECT_THAT(curve_plot_svg(validation), HasSubstr("gpu-latency/h200"));
}

TEST_F(MicrobenchSuiteTest, WhatIsNotSimulatedIsCounted) {
  write("gpu-latency__h200.txt", "1000 1980 2.0 1.0 30.0\n");
  write("gpu-latency__mi300x.txt", "1000 1980 2.0 1.0 30.0\n");
  write("gpu-small-kernels__h200_pt.txt", "4096 64kB 45 46\n");
  write("sysinfo.txt", "nothing\n");
  const ValidationSummary summary = summarize(run());
  EXPECT_EQ(summary.rows, 1u);
  EXPECT_EQ(summary.skipped, 3u);
}

TEST_F(MicrobenchSuiteTest, FilesWithoutResultsAreDefects) {
  write("gpu-latency__h200.txt", "clock: 1980\n");
  EXPECT_THROW(run(), base::UserError);
}

TEST_F(MicrobenchSuiteTest, SettingsThatCannotBeAreNoResults) {
  write("gpu-strides__h200.txt", "float block 0 4098 9.3\n");
  EXPECT_THROW(run(), base::UserError);
  write("gpu-strides__h200.txt", "float block 1 4098 9.3\n");
  write("gpu-small-kernels__h200.txt", "0 64kB 1 2\n");
  EXPECT_THROW(run(), base::UserError);
  write("gpu-small-kernels__h200.txt", "4096 64kB 26 26\n");
  EXPECT_EQ(summarize(run()).rows, 3u);
}

TEST_F(MicrobenchSuiteTest, AnEmptyFolderIsADefect) {
  EXPECT_THROW(run(), base::UserError);
}

TEST(ChaseLaw, LatencyRisesWithTheFootprint) {
  const machine::GpuDescription gpu;
  double last = 0;
  for (int64_t kib = 4; kib < int64_t{256} << 10; kib = kib * 5 / 4 + 1) {
    const double cycles = sim::chase_latency_cycles(gpu, kib << 10, 1.41);
    EXPECT_GE(cycles, last) << kib << " KiB";
    last = cycles;
  }
  EXPECT_DOUBLE_EQ(sim::chase_latency_cycles(gpu, 16 << 10, 1.41), gpu.sm.l1.latency_cycles);
  EXPECT_NEAR(last, gpu.dram.latency_ns * 1.41, 1e-6);
}

TEST(StreamLaw, BandwidthIsWithinPeakAndFollowsOccupancy) {
  const machine::GpuDescription gpu;
  const sim::StreamKernel read{.arrays_read = 1};
  double last = 0;
  for (int threads = 32; threads <= 1024; threads *= 2) {
    const double gb_s = sim::stream_gb_s(gpu, read, {threads, 2}, 1.41);
    EXPECT_GT(gb_s, last);
    EXPECT_LT(gb_s, gpu.dram.peak_gb_s);
    last = gb_s;
  }
}

/// Little's law, with nothing in the way: bytes in flight over the time that a block holds a place.
TEST(StreamLaw, FewThreadsGetTheirBytesOverTheLatency) {
  machine::GpuDescription gpu;
  const sim::StreamKernel read{.arrays_read = 1};
  const double near_gb_s = sim::stream_gb_s(gpu, read, {32, 1}, 1.41);
  const double near_ns = gpu.sms * 32 * 8 / near_gb_s;
  EXPECT_GT(near_ns, gpu.dram.latency_ns);
  gpu.dram.latency_ns += 400;
  const double far_ns = gpu.sms * 32 * 8 / sim::stream_gb_s(gpu, read, {32, 1}, 1.41);
  EXPECT_NEAR(far_ns - near_ns, 400, 4);
}

TEST(BandwidthLaw, CachesAreFasterThanWhatIsBelow) {
  const machine::GpuDescription gpu;
  const double l1 = sim::private_read_gb_s(gpu, 64 << 10, 1.41);
  const double l2 = sim::shared_read_gb_s(gpu, int64_t{8} << 20, 1.41);
  const double dram = sim::shared_read_gb_s(gpu, int64_t{512} << 20, 1.41);
  EXPECT_GT(l1, l2);
  EXPECT_GT(l2, dram);
  EXPECT_LE(dram, gpu.dram.peak_gb_s);
  EXPECT_DOUBLE_EQ(sim::private_read_gb_s(gpu, int64_t{4} << 20, 1.41), l2);
}

TEST(WarpAccess, BanksAndTagsBind) {
  const machine::SmDescription sm;
  const auto cycles = [&](int64_t stride) {
    std::array<int64_t, 32> addresses{};
    for (size_t lane = 0; lane < 32; ++lane) addresses[lane] = static_cast<int64_t>(lane) * stride;
    return sim::warp_access_cycles(sm, addresses, 4);
  };
  EXPECT_EQ(cycles(0), 1);  // one word for all
  EXPECT_EQ(cycles(4), 1);
  EXPECT_EQ(cycles(32), 8);  // eight words in a bank
  EXPECT_EQ(cycles(128), 32);
  EXPECT_EQ(cycles(132), 1 + 31 / 4.0);  // no two in a bank, but 32 lines
}

TEST(KernelSeries, ShortKernelsWaitForTheLaunch) {
  const machine::GpuDescription gpu;
  const sim::ScaleKernel tiny{.elements = 256};
  EXPECT_NEAR(sim::kernel_series_gb_s(gpu, tiny, 1.41),
              static_cast<double>(tiny.bytes()) / gpu.launch.stream_ns, 0.01);
  EXPECT_GT(sim::kernel_series_gb_s(gpu, {.elements = 256, .graph = true}, 1.41),
            sim::kernel_series_gb_s(gpu, tiny, 1.41));
}

TEST(IntensitySweep, PowerStaysWithinTheLimitAndArithmeticWithinThePeak) {
  const machine::GpuDescription gpu;
  for (const double intensity : {0.25, 2.0, 8.0, 32.0, 100.0}) {
    const sim::IntensityPoint point = sim::intensity_point(gpu, intensity);
    EXPECT_LE(point.watts, gpu.power.limit_w * 1.001);
    EXPECT_LE(point.gflop_s, 1e3 * gpu.peak_tflops(gpu.sm.pipes.fp32_lanes, gpu.clock.max_ghz));
    EXPECT_LE(point.gflop_s, intensity * gpu.dram.peak_gb_s);
  }
}

}  // namespace
}  // namespace weft::cli::validate
