// SPDX-License-Identifier: Apache-2.0
// Small spaces, each simulated whole beside a search: the search finds a mapping near the best with
// few simulations, and what it says of the gap holds.
#include <algorithm>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/sanitized.h"
#include "tests/support/weft_command.h"

namespace weft::tests {
namespace {

using nlohmann::json;

struct Space {
  const char* name;
  const char* arguments;
  double least_spearman;  // of estimates with simulated times
  bool quick = false;     // enough so for sanitizers; Map tries a space of SMASH whole there
};

void PrintTo(const Space& space, std::ostream* out) {
  *out << space.arguments;
}

class MapSpace : public Command, public testing::WithParamInterface<Space> {};

TEST_P(MapSpace, IsSearchedNearlyAsWellAsSimulatedWhole) {
  const Outcome outcome =
      weft("map --exhaustive --json all.json -k " + std::string(GetParam().arguments));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const json all = json::parse(text_of(folder_ / "all.json"));
  const json& search = all.at("replay");
  EXPECT_TRUE(all.at("proved"));
  EXPECT_LE(search.at("true_gap"), 0.03);
  // A twentieth; two where a space is that small.
  EXPECT_LE(search.at("simulations").get<int>(),
            std::max(2, all.at("simulations").get<int>() / 20));
  EXPECT_GE(search.at("printed_gap"), search.at("true_gap"));
  EXPECT_LE(all.at("ranking").at("most_bound_share"), 1);
  EXPECT_GE(all.at("ranking").at("spearman_of_estimates"), GetParam().least_spearman);
}

constexpr Space kSpaces[] = {
    {"SmashOnSkewedRows", "smash_open -m piuma-smash -i A=rmat:scale=8,edges=3000,seed=1", 0.9},
    {"SmashOnEvenRows", "smash_open -m piuma-smash -i A=uniform:rows=300,cols=300,nnz=2400,seed=1",
     0.92},
    {"SmashOnABand", "smash_open -m piuma-smash -i A=banded:n=300,half_bandwidth=4,seed=1", 0.92},
    {"SmashOnADie", "smash_open -m piuma-die -i A=rmat:scale=8,edges=3000,seed=1", 0.9},
    {"Rows", "spgemm_row_open -m piuma-smash -i A=rmat:scale=7,edges=900,seed=1", 0.93},
    {"RowsOnADie", "spgemm_row_open -m piuma-die -i A=rmat:scale=7,edges=900,seed=1", 0.93},
    {"MatrixUnitsOfHopper", "gemm_small_mma -m h200 -p M=1024 -p N=768 -p K=2048 -p dtype=f16",
     0.9},
    {"MatrixUnitsOfAmpere",
     "gemm_small_mma -m a100-pcie-40gb -p M=512 -p N=768 -p K=512 -p dtype=bf16", 0.85, true},
    {"PipesOfTuring", "gemm_small_simt -m t4 -p M=256 -p N=512 -p K=512 -p dtype=f32", 0.9},
    {"PipesOfAmpere", "gemm_small_simt -m a100-pcie-40gb -p M=300 -p N=700 -p K=1024 -p dtype=f32",
     0.9},
    {"RowsOnHopper", "spgemm_row_open -m h200 -i A=rmat:scale=7,edges=900,seed=1", 0.9},
    {"RowsOnAmpere", "spgemm_row_open -m a100-pcie-40gb -i A=banded:n=300,half_bandwidth=4,seed=1",
     0.9},
    {"LoopNestsOnOneCore", "ssm_scan_chunked -m piuma-smash -p T=256 -p channels=16 -p states=8",
     0.95},
    {"LoopNestsOnADie", "ssm_scan_chunked -m piuma-die -p T=256 -p channels=24 -p states=8", 0.95},
    {"LoopNestsOnHopper", "ssm_scan_chunked -m h200 -p T=256 -p channels=16 -p states=8", 0.9},
};

std::vector<Space> spaces() {
  std::vector<Space> chosen;
  std::ranges::copy_if(kSpaces, std::back_inserter(chosen),
                       [](const Space& space) { return space.quick || !kSanitized; });
  return chosen;
}

INSTANTIATE_TEST_SUITE_P(Small, MapSpace, testing::ValuesIn(spaces()),
                         [](const auto& space) { return std::string(space.param.name); });

}  // namespace
}  // namespace weft::tests
