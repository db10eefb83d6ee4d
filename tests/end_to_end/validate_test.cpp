// SPDX-License-Identifier: Apache-2.0
// `weft validate`, `weft list suites` and `weft occupancy` as their users meet them.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using weft::tests::Outcome;
using weft::tests::text_of;

class ValidateCommand : public weft::tests::Command {};
class OccupancyCommand : public weft::tests::Command {};

constexpr const char* kLaunches =
    "cc,threads_per_block,regs_per_thread,dynamic_smem_bytes,active_blocks_per_sm,"
    "active_warps_per_sm\n"
    "9.0,256,128,49152,2,16\n"
    "8.6,32,16,0,16,16\n"
    "8.6,32,16,0,17,17\n";

TEST_F(ValidateCommand, WritesFiguresRowsAndATable) {
  write("launches.csv", kLaunches);
  const Outcome run =
      weft("validate occupancy --data launches.csv --rows rows.csv --json all.json");
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "active_blocks_per_sm against launches.csv\n\n"
            "cc   rows  skipped    MAPE  median     p90      max     bias  Pearson  Spearman\n"
            "---  ----  -------  ------  ------  ------  -------  -------  -------  --------\n"
            "8.6     2        0  50.0 %  50.0 %  90.0 %  100.0 %  -50.0 %        -         -\n"
            "9.0     1        0   0.0 %   0.0 %   0.0 %    0.0 %   +0.0 %        -         -\n"
            "all     3        0  33.3 %   0.0 %  80.0 %  100.0 %  -33.3 %   0.9982    0.8660\n");
  const auto json = nlohmann::json::parse(text_of(folder_ / "all.json"));
  EXPECT_EQ(json.at("suite"), "occupancy");
  EXPECT_EQ(json.at("rows"), 3);
  EXPECT_EQ(json.at("by_gpu").at("9.0").at("mape_percent"), 0);
  EXPECT_TRUE(json.at("roofline_mape_percent").is_null());
  EXPECT_THAT(text_of(folder_ / "rows.csv"),
              HasSubstr("\n8.6,32,16,0,17,17,active_blocks_per_sm,17,16,-100,\n"));
}

TEST_F(ValidateCommand, TheDocumentMayTakeTheStandardOutput) {
  write("launches.csv", kLaunches);
  const Outcome run = weft("validate occupancy --data launches.csv --limit 1 --seed 3 --json -");
  EXPECT_EQ(nlohmann::json::parse(run.out).at("rows"), 1);
  EXPECT_EQ(weft("validate occupancy --data launches.csv --limit 1 --seed 3 --rows -").out,
            weft("validate occupancy --data launches.csv --limit 1 --seed 3 --rows -").out);
}

TEST_F(ValidateCommand, DramPresetsAreFoundWithoutHelpFromTheTable) {
  write("dram.csv",
        "standard,addr_mapper,scheduler,refresh,row_policy,pattern,offered_frac_of_peak,channels,"
        "achieved_GBps,avg_read_latency_ns\n"
        "HBM3,MOP4CLXOR,FRFCFSRowHit,AllBank,Open,rand_rd64,0.1,1,5.1,81\n");
  const Outcome run = weft("validate dram --data dram.csv --json -");
  EXPECT_EQ(run.err, "");
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_LT(json.at("mape_percent"), 20);
  EXPECT_LT(json.at("bandwidth_mape_percent"), 5);
}

TEST_F(ValidateCommand, EveryDefectOfATableIsPrinted) {
  write("bad.csv", std::string(kLaunches) + "9.9,x,16,0,17,17\n1,2\n");
  const Outcome bad = weft("validate occupancy --data bad.csv");
  EXPECT_EQ(bad.status, 2);
  EXPECT_EQ(bad.out, "");
  EXPECT_EQ(bad.err,
            "bad.csv:6:1: expected 6 cells, found 2\n"
            "bad.csv:5:1: cc: expected one of 6.0, 6.1, 7.0, 7.2, 7.5, 8.0, 8.6, 8.7, 8.9, 9.0, "
            "10.0, 10.3, 11.0, 12.0, 12.1, found '9.9'; did you mean '8.9'?\n"
            "bad.csv:5:5: threads_per_block: expected a whole number in [1, 1073741824], found "
            "'x'\n");
  write("bad.csv", "cc,threads\n");
  EXPECT_THAT(weft("validate occupancy --data bad.csv").err,
              StartsWith("bad.csv:1:1: missing column 'threads_per_block'\n"));
  EXPECT_EQ(weft("validate occupancy --data none.csv").err,
            "none.csv: expected a table, found nothing readable (No such file or directory)\n");
}

TEST_F(ValidateCommand, ALimitCountsRowsThatCanRun) {
  write("one.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n2 2 1\n");
  std::string table = "gpu,matrix,opsparse_ms,speck_ms\n";
  for (int i = 0; i < 20; ++i) table += "NVIDIA A100-SXM4-80GB,none,1,2\n";
  write("table.csv", table + "NVIDIA A100-SXM4-80GB,one,1,2\n");
  const Outcome run = weft("validate spgemm --data table.csv --matrices . --limit 1 --json -");
  ASSERT_EQ(run.status, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("rows"), 1);
  EXPECT_EQ(json.at("skipped"), 20);
}

TEST_F(ValidateCommand, SuitesAreListedAndSuggested) {
  const Outcome list = weft("list suites");
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.out, HasSubstr("dram        latency and bandwidth of DRAM against load\n"));
  const Outcome wrong = weft("validate drm --data x.csv");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, StartsWith("suite: expected one of "));
  EXPECT_THAT(wrong.err, HasSubstr("found 'drm'; did you mean 'dram'?\n"));
}

TEST_F(OccupancyCommand, SaysWhatLimitsAndWhatWouldRaise) {
  const Outcome run = weft("occupancy --cc 9.0 --threads 256 --regs 128 --smem 49152");
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "resource       a block takes  an SM has  blocks\n"
            "-------------  -------------  ---------  ------\n"
            "warps                      8         64       8\n"
            "registers              32768      65536       2\n"
            "shared_memory        50176 B   233472 B       4\n"
            "blocks                     1         32      32\n"
            "barriers                   1         64      64\n"
            "\n2 blocks, 16 of 64 warps (25.0 %), limited by registers\n"
            "to raise it: registers_per_thread <= 80: 3 blocks, 24 warps\n");
}

TEST_F(OccupancyCommand, WritesADocument) {
  const Outcome run =
      weft("occupancy --cc 7.0 --threads 256 --regs 0 --smem 16KiB --dynamic-smem 1024 --json -");
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("cc"), "7.0");
  EXPECT_EQ(json.at("threads"), 256);
  EXPECT_EQ(json.at("regs"), 0);
  EXPECT_EQ(json.at("smem"), 17408);
  EXPECT_EQ(json.at("blocks_per_sm"), 5);
  EXPECT_EQ(json.at("warps_per_sm"), 40);
  EXPECT_EQ(json.at("theoretical"), 0.625);
  EXPECT_EQ(json.at("limiter"), "shared_memory");
  EXPECT_THAT(json.at("limiters"), ElementsAre("shared_memory"));
  EXPECT_EQ(json.at("limits").at("warps"), 8);
  EXPECT_TRUE(json.at("limits").at("registers").is_null()) << "none are used";
  EXPECT_EQ(json.at("raise").at(0).at("changes").at(0).at("at_most"), 16384);
  EXPECT_EQ(json.at("raise").at(0).at("blocks_per_sm"), 6);
}

TEST_F(OccupancyCommand, ALaunchThatDoesNotFitIsAnAnswer) {
  const Outcome run = weft("occupancy --cc 8.0 --threads 1024 --regs 65 --smem 60KiB --no-opt-in");
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(
      run.out,
      HasSubstr(
          "\n0 blocks, 0 of 64 warps (0.0 %), limited by registers, shared_memory\n"
          "does not fit: registers: a block takes 73728 as its warps are allocated, of 65536\n"
          "does not fit: shared memory: a block has 61440 B, the most is 49152 B without "
          "opting in to more\n"
          "to raise it: registers_per_thread <= 64 and shared_bytes_per_block <= 49152: 1 "
          "block, 32 warps\n"));
}

TEST_F(OccupancyCommand, MalformedArgumentsAreAllNamed) {
  const Outcome run = weft("occupancy --cc 9 --threads 32 --regs 32 --smem 4x --dynamic-smem -1");
  EXPECT_EQ(run.status, 2);
  EXPECT_EQ(run.err,
            "--smem: expected bytes, such as 49152 or 48KiB, found '4x'\n"
            "--dynamic-smem: expected bytes, such as 49152 or 48KiB, found '-1'\n"
            "--cc: expected a compute capability such as 9.0, found '9'\n");
  EXPECT_THAT(weft("occupancy --cc 8.1 --threads 32 --regs 32").err,
              HasSubstr("expected one of 6.0, 6.1, 7.0, "));
  EXPECT_EQ(weft("occupancy --cc 8.0 --threads 0 --regs 32").status, 2);
  EXPECT_THAT(weft("occupancy --cc 8.0 --threads 32 --regs 256").err,
              HasSubstr("--regs: Value 256 not in range"));
  EXPECT_EQ(weft("occupancy --threads 32 --regs 32").err,
            "occupancy: expected one of --cc and --machine, found neither\n");
  EXPECT_EQ(weft("occupancy --cc 8.0 --machine m --threads 32 --regs 32").err,
            "occupancy: expected one of --cc and --machine, found both\n");
  EXPECT_EQ(weft("occupancy --machine piuma-smash --threads 32 --regs 32").err,
            "weft: machine 'piuma-smash': expected a GPU, which has a compute_capability\n");
  EXPECT_THAT(weft("occupancy --machine piuma-smesh --threads 32 --regs 32").err,
              HasSubstr("did you mean 'piuma-smash'?"));
  EXPECT_EQ(weft("occupancy --cc 8.0 --regs 32").err, "--threads is required (see --help)\n");
}

}  // namespace
