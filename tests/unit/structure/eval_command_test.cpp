// SPDX-License-Identifier: Apache-2.0
// `weft structure eval` as its users meet it.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace {

using nlohmann::json;
using testing::HasSubstr;
using weft::tests::Outcome;
using weft::tests::text_of;

class StructureEval : public weft::tests::Command {
 protected:
  std::string error(const std::string& arguments) const {
    const Outcome outcome = weft("structure eval -i W=gaussian:rows=64,cols=64 " + arguments);
    EXPECT_EQ(outcome.status, 2);
    return outcome.err;
  }
};

TEST_F(StructureEval, PutsTimeEnergyAndErrorOfEveryStructureBesideDense) {
  const Outcome run = weft(
      "structure eval -i W=gaussian:rows=256,cols=256 --as lowrank,rank=32 --as blockdiag,blocks=4 "
      "--as 2:4 -m h200 -m a100-sxm-80gb --tokens 64,4096 --max-error 0.5 --report front.html "
      "--json -");
  EXPECT_EQ(run.status, 0) << run.err;
  const json document = json::parse(run.out);
  EXPECT_EQ(document["schema"], "weft.structure-eval/1");
  ASSERT_EQ(document["structures"].size(), 4U);
  ASSERT_EQ(document["runs"].size(), 16U);
  for (const json& each : document["runs"]) {
    EXPECT_GT(each["time_s"], 0) << each;
    EXPECT_GT(each["energy_j"], 0);
    if (each["structure"] == "dense") {
      EXPECT_EQ(each["speedup"], 1);
    }
  }
  EXPECT_NEAR(document["structures"][2]["error"], std::sqrt(3.0) / 2, 0.02) << "a quarter is kept";
  EXPECT_THAT(text_of(folder_ / "front.html"), HasSubstr("The front on h200, 4096 tokens"));
}

TEST_F(StructureEval, SaysWhichMachineCannotRunAStructure) {
  const Outcome run = weft(
      "structure eval -i W=gaussian:rows=64,cols=64 --as 2:4 -m p100 --tokens 16 --max-error 1");
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.err, HasSubstr("no result: 2:4 on p100: "));
  EXPECT_THAT(run.out, HasSubstr("p100, 16 tokens: dense, 1.00x as fast as dense"));
}

TEST_F(StructureEval, NamesWhatIsWrong) {
  const std::string rest = " -m h200 --tokens 16";
  EXPECT_THAT(error("--as monarc" + rest), HasSubstr("did you mean 'monarch'?"));
  EXPECT_THAT(error("--as monarch,block=4" + rest), HasSubstr("did you mean 'blocks'?"));
  EXPECT_THAT(error("--as monarch,blocks=0" + rest), HasSubstr("a positive integer, found '0'"));
  EXPECT_THAT(error("--as 4:8" + rest), HasSubstr("a structure that the library has a kernel of"));
  EXPECT_THAT(error("--as dense --dtype f17" + rest), HasSubstr("did you mean 'f16'?"));
}

}  // namespace
