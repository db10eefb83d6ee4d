// SPDX-License-Identifier: Apache-2.0
// `weft calibrate` and settings of `weft validate`, on tables that the simulator itself makes.
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/weft_command.h"

namespace {

using testing::HasSubstr;
using weft::tests::Outcome;
using weft::tests::text_of;

class CalibrateCommand : public weft::tests::Command {
 protected:
  /// Writes FILE: the times of products on a card whose machine has these settings, as if measured.
  void write_table(const std::string& file, const std::string& gpu,
                   const std::string& settings) const {
    const std::string head = "gpu,m,n,k,dtype,latency_ms\n";
    std::string rows;
    for (const char* shape : {"512,512,512", "1024,1024,1024", "2048,512,1024", "4096,64,2048",
                              "2048,2048,2048", "96,4096,1024", "3072,768,768", "640,2560,640"})
      rows += gpu + ',' + shape + ",f32,1\n";
    write("shapes.csv", head + rows);
    const Outcome run = weft("validate linear --data shapes.csv --rows rows.csv " + settings);
    ASSERT_EQ(run.status, 0) << run.err;
    std::istringstream lines(text_of(folder_ / "rows.csv"));
    std::string line, text = head;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
      std::vector<std::string> cells;
      std::istringstream stream(line);
      for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
      text +=
          cells[0] + ',' + cells[1] + ',' + cells[2] + ',' + cells[3] + ",f32," + cells[8] + '\n';
    }
    write(file, text);
  }

  /// The value that an overlay gives to a key of one level below the root.
  double value_of(const std::string& file, const std::string& key) const {
    const std::string text = text_of(folder_ / file);
    const size_t at = text.find(' ' + key + ": ");
    EXPECT_NE(at, std::string::npos) << text;
    return at == std::string::npos ? 0 : std::stod(text.substr(at + key.size() + 3));
  }
};

TEST_F(CalibrateCommand, FindsAnEnergyThatMadeTheTable) {
  write_table("t4.csv", "Tesla T4", "--set energy.shared_byte_pj=9");
  const Outcome run =
      weft("calibrate linear --data t4.csv -p energy.shared_byte_pj=1..20 -o o.yaml");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NEAR(value_of("o.yaml", "shared_byte_pj"), 9, 0.05 * 9);
  EXPECT_THAT(run.out, HasSubstr("held out: by fits on the other 2 of 3 parts"));
  EXPECT_THAT(
      text_of(folder_ / "o.yaml"),
      HasSubstr("# weft calibrate linear --data t4.csv -p energy.shared_byte_pj=1..20 --seed "
                "1\nenergy:\n  shared_byte_pj: "));
  // What it wrote can be laid over a machine, and takes most of the error away.
  EXPECT_THAT(weft("validate linear --data t4.csv --set @o.yaml").out,
              testing::ContainsRegex("all +8 +0 +0\\.[0-9] %"));
  EXPECT_EQ(weft("simulate -k gemm -m t4 --no-values --set @o.yaml").status, 0);
}

TEST_F(CalibrateCommand, AParameterOfACapabilityIsFittedOnItsCardsOnly) {
  write_table("t4.csv", "Tesla T4", "--set energy.scale=1.3");
  write_table("a100.csv", "NVIDIA A100-PCIE-40GB", "");
  const Outcome run = weft(
      "calibrate linear linear --data t4.csv a100.csv -p energy.scale@7.5=0.5..3 "
      "-p energy.scale@8.9=0.5..3 -o o.yaml");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_NEAR(value_of("o-cc7.5.yaml", "scale"), 1.3, 0.05 * 1.3);
  EXPECT_THAT(run.out, HasSubstr("held out: by a fit on the other GPUs"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "o.yaml"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "o-cc8.9.yaml")) << "no row is of such a card";
}

TEST_F(CalibrateCommand, MistakesAreNamed) {
  write("t.csv", "gpu,m,n,k,dtype,latency_ms\nTesla T4,8,8,8,f32,1\n");
  EXPECT_EQ(weft("calibrate linear bmm --data t.csv").err,
            "--data: expected a table for each of 2 suites, found 1\n");
  EXPECT_THAT(weft("calibrate linear --data t.csv -p energy.scale=3..1").err,
              HasSubstr("-p energy.scale=3..1: expected PATH=LOW..HIGH"));
  EXPECT_THAT(weft("calibrate linear --data t.csv -p energy.scle=1..3").err,
              HasSubstr("-p energy.scle: expected the path of a number of a GPU"));
  EXPECT_THAT(weft("calibrate linear --data t.csv -p clock.max_ghz=0.0001..9").err,
              HasSubstr("clock.max_ghz"));
  write("launches.csv",
        "cc,threads_per_block,regs_per_thread,dynamic_smem_bytes,active_blocks_per_sm,"
        "active_warps_per_sm\n9.0,256,128,49152,2,16\n");
  EXPECT_THAT(weft("calibrate occupancy --data launches.csv").err,
              HasSubstr("suite: expected one that simulates tile kernels"));
  EXPECT_EQ(weft("validate occupancy --data launches.csv --set sms=1").err,
            "--set: 'occupancy' simulates no machine\n");
  write("o.yaml", "3\n");
  EXPECT_EQ(weft("simulate -k gemm -m t4 --no-values --set @o.yaml").err,
            "o.yaml: expected a map of values to lay over a document\n");
}

}  // namespace
