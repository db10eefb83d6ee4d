// SPDX-License-Identifier: Apache-2.0
// Native runs and comparisons as their users meet them.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Outcome;

class Reference : public tests::Command {
 protected:
  json run(const std::string& arguments) const {
    const Outcome outcome =
        weft("reference run --target cpu --threads 1 --repetitions 2 --json - -k " + arguments);
    EXPECT_EQ(outcome.status, 0) << arguments << ": " << outcome.err;
    return outcome.status == 0 ? json::parse(outcome.out) : json();
  }

  std::string error_of(const std::string& arguments) const {
    const Outcome outcome = weft("reference run " + arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  }
};

constexpr const char* kMatrix = "rmat:scale=6,edges=300,seed=1";

TEST_F(Reference, EveryOperationRunsAndIsVerified) {
  const std::string sparse = std::string(" -i A=") + kMatrix;
  for (const std::string& arguments :
       {std::string("gemm -p M=40 -p N=30 -p K=20"), std::string("bmm -p M=9 -p N=8 -p K=7"),
        std::string("blockdiag -p tokens=33 -p M=64 -p K=64 -p blocks=4"),
        std::string("monarch -p tokens=33"), std::string("lowrank -p tokens=33 -p M=64 -p K=32"),
        std::string("gemm24 -p M=24 -p N=17 -p K=68"),
        std::string("armor -p tokens=33 -p Di=64 -p Do=32 -p Bs=16"), "spmm" + sparse,
        "spmv" + sparse, std::string("sddmm -i S=") + kMatrix, "smash_v3" + sparse}) {
    const json document = run(arguments);
    if (document.is_null()) continue;
    EXPECT_EQ(document.at("schema"), "weft.reference/1");
    for (const json& implementation : document.at("implementations")) {
      EXPECT_EQ(implementation.at("verified").at("passed"), true) << arguments << implementation;
      EXPECT_EQ(implementation.at("times_s").size(), 2U);
      EXPECT_GE(implementation.at("best_s"), document.at("time_s"));
    }
    EXPECT_GT(document.at("peak").at("gflops"), 0);
    EXPECT_GE(document.at("host").at("processors"), 1);
  }
}

TEST_F(Reference, SizesAndOperandsAreThoseOfTheSimulation) {
  const std::string sizes = " -k gemm24 -p M=32 -p N=16 -p K=64";
  ASSERT_EQ(weft("simulate -m h200 --json s.json" + sizes).status, 0);
  ASSERT_EQ(weft("reference run --target cpu --threads 1 -o r.json" + sizes).status, 0);
  const json simulated = json::parse(tests::text_of(folder_ / "s.json"));
  const json native = json::parse(tests::text_of(folder_ / "r.json"));
  EXPECT_EQ(simulated.at("params"), native.at("params"));
  EXPECT_EQ(simulated.at("inputs"), native.at("inputs"));
  EXPECT_EQ(simulated.at("work").at("flops"), native.at("work").at("flops"));
  EXPECT_EQ(native.at("dtype").at("asked"), "f16");
  EXPECT_EQ(native.at("dtype").at("measured"), "f32");
  const Outcome compared = weft("compare r.json s.json");
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("gemm24 on h200"));
  ASSERT_EQ(
      weft("reference run --target cpu --threads 1 -k gemm24 -p M=32 -p N=16 -p K=32 -o t.json")
          .status,
      0);
  EXPECT_THAT(weft("compare t.json s.json").err,
              HasSubstr("s.json: parameter K: expected 32 as in t.json, found 64"));
}

TEST_F(Reference, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("-k gem --target cpu"), HasSubstr("did you mean 'gemm'?"));
  EXPECT_EQ(error_of("-k gemm --target tpu"), "--target: expected cpu or cuda, found 'tpu'\n");
  EXPECT_THAT(error_of("-k gemm --target cpu -p Q=3"),
              HasSubstr("kernel gemm has no parameter 'Q'"));
  EXPECT_EQ(error_of("-k spmv --target cpu"), "--input: expected A=SOURCE, found none\n");
  EXPECT_THAT(error_of("-k gemm24 --target cpu -p K=6"),
              HasSubstr("a 2:4 tensor W with rows of 6, which is no multiple of 4"));
  EXPECT_THAT(error_of("-k gemm --target cpu -p M=1000000 -p N=1000000"),
              HasSubstr("fit half of this machine's memory"));
}

TEST_F(Reference, AnotherMachinesFileIsLeftAsItIs) {
  const std::string small =
      "reference run --target cpu --threads 1 -k gemm -p M=8 -p N=8 -p K=8 -o r.json";
  ASSERT_EQ(weft(small).status, 0);
  EXPECT_EQ(weft(small).status, 0) << "an older run of this machine is replaced";
  json document = json::parse(tests::text_of(folder_ / "r.json"));
  document["machine"] = "Another CPU";
  write("r.json", document.dump());
  const Outcome refused = weft(small);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, AllOf(StartsWith("r.json: expected no file or an older run of "),
                                 HasSubstr("found a run of Another CPU; it is left as it is\n")));
  EXPECT_EQ(json::parse(tests::text_of(folder_ / "r.json")).at("machine"), "Another CPU");
  write("r.json", "{");
  EXPECT_THAT(weft(small).err, StartsWith("r.json:1:2: expected JSON"));
  EXPECT_EQ(tests::text_of(folder_ / "r.json"), "{");
}

TEST_F(Reference, TheListNamesOperationsTargetsAndRecordedRuns) {
  const Outcome list = weft("reference list");
  EXPECT_EQ(list.status, 0);
  for (const char* word : {"gemm24", "monarch", "spgemm", "OpenBLAS ", "LIBXSMM ",
                           "SuiteSparse:GraphBLAS ", "cuda", "recorded"})
    EXPECT_THAT(list.out, HasSubstr(word));
}

TEST_F(Reference, RecordedRunsAndPublishedFiguresAreSound) {
  const fs::path traces = fs::path(WEFT_MACHINES) / "../../traces";
  int files = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(traces)) {
    const std::string ending = entry.path().extension().string();
    if (ending != ".json" && ending != ".yaml") continue;
    const Outcome checked = weft("check '" + entry.path().string() + "'");
    EXPECT_EQ(checked.status, 0) << checked.err;
    ++files;
  }
  EXPECT_GE(files, 15);
}

TEST_F(Reference, PublishedSpeedupsStandBesideAnExperiment) {
  write("x.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v1, smash_v3]\n"
        "inputs: {tiny: {A: \"rmat:scale=6,edges=300,seed=1\"}}\n");
  ASSERT_EQ(weft("run x.yaml --out results").status, 0);
  write("p.yaml",
        "published: 1\nsource: s\nfigures:\n"
        "  - {name: gain, kernel: smash_v3, over: smash_v1, machine: m, measures: w, speedup: "
        "9.4}\n");
  const Outcome compared = weft("compare results p.yaml");
  EXPECT_EQ(compared.status, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("9.40x"));
  EXPECT_EQ(weft("compare results p.yaml --tolerance 1").status, 1);
}

}  // namespace
}  // namespace weft
