// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_config.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/memory/dram_channel.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/memory/presets.h"

namespace weft::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(DramConfig, PeaksOfThePresets) {
  EXPECT_NEAR(testing::preset("DDR4").peak_gb_s(), 25.600, 0.001);
  EXPECT_NEAR(testing::preset("DDR5").peak_gb_s(), 19.231, 0.001);
  EXPECT_NEAR(testing::preset("HBM2").peak_gb_s(), 32.000, 0.001);
  EXPECT_NEAR(testing::preset("HBM2E").peak_gb_s(), 51.200, 0.001);
  EXPECT_NEAR(testing::preset("HBM3").peak_gb_s(), 51.282, 0.001);
  EXPECT_NEAR(testing::preset("HBM3E").peak_gb_s(), 73.733, 0.001);
  EXPECT_NEAR(testing::preset("GDDR6").peak_gb_s(), 32.000, 0.001);
  EXPECT_NEAR(testing::preset("GDDR6X").peak_gb_s(), 42.105, 0.001);
  EXPECT_NEAR(testing::preset("piuma8").peak_gb_s(), 5.698, 0.001);
}

TEST(DramConfig, AnUnknownPresetIsNamedWithTheNearest) {
  try {
    testing::preset("hbm22");
    FAIL();
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(),
                 "DRAM 'hbm22': expected one of ddr4, ddr5, gddr6, gddr6x, hbm2, hbm2e, hbm3, "
                 "hbm3e, piuma8; did you mean 'hbm2'?");
  }
}

TEST(DramConfig, EveryDefectOfADocumentIsReported) {
  const std::string good = text_of(testing::preset_folder() / "ddr4.yaml");
  const tests::TemporaryFile file(
      replaced(replaced(good, "cl: 22", "cl: twenty"), "ras: 52", "rass: 52"));
  base::Diagnostics diagnostics;
  load_dram_config(file.path(), diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre(HasSubstr("timing.cl: expected an integer"),
                          HasSubstr("unknown key 'rass'; did you mean 'ras'?"),
                          HasSubstr("missing key 'ras' (activate to precharge)")));
}

TEST(DramConfig, SizesThatDoNotFitAreReported) {
  const std::string good = text_of(testing::preset_folder() / "ddr4.yaml");
  const tests::TemporaryFile file(
      replaced(replaced(good, "ranks: 1", "ranks: 3"), "refi: 12480", "refi: 600"));
  base::Diagnostics diagnostics;
  load_dram_config(file.path(), diagnostics);
  EXPECT_THAT(
      diagnostics.messages(),
      ElementsAre(HasSubstr("organization.ranks: expected a power of two, found 3"),
                  HasSubstr("timing.refi: expected at least twice timing.rfc (1152), found 600")));
}

TEST(DramConfig, TheUnloadedLatencyIsTheSumOfItsParts) {
  const DramConfig config = testing::preset("piuma8");
  const DramTiming& t = config.timing;
  EXPECT_DOUBLE_EQ(config.unloaded_read_ns(), config.controller.front_ns +
                                                  (t.rcd_rd + t.cl + t.bl) * t.tick_ps / 1000.0 +
                                                  config.controller.back_ns);
  EXPECT_NEAR(config.unloaded_read_ns(), 90, 1e-9);
}

TEST(DramConfig, BandwidthAndLatencyCanBeSet) {
  for (const double gb_s : {5.7, 17.6}) {
    const DramConfig config = with_bandwidth_and_latency(testing::preset("piuma8"), gb_s, 90);
    EXPECT_NEAR(config.peak_gb_s(), gb_s, 0.002 * gb_s);
    EXPECT_NEAR(config.unloaded_read_ns(), 90, 1e-9);
    EXPECT_NEAR(config.timing.rc * config.timing.tick_ps, 48'000, 1500);
  }
}

TEST(DramConfig, ALatencyBelowTheTimingsIsRefused) {
  EXPECT_THROW(with_bandwidth_and_latency(testing::preset("piuma8"), 5.7, 20), base::UserError);
}

}  // namespace
}  // namespace weft::sim
