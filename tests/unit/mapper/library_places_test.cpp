// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/ir/library.h"
#include "kernels/tensor/generate.h"
#include "mapper/compile/emit.h"
#include "mapper/lower_spgemm.h"

namespace weft::mapper {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Pair;

const fs::path kLibrary = fs::path(WEFT_SOURCE_DIR) / "kernels/library";

/// What the steps of a library kernel, compiled for the default fabric, stand for.
std::vector<program::Source> sources_of(const std::string& name) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel((kLibrary / (name + ".yaml")).string(), {}, diagnostics);
  const tensor::CsrMatrix matrix = tensor::generate("rmat:scale=6,edges=400,seed=1");
  const std::vector<int64_t> shape = {matrix.rows, matrix.cols};
  ir::set_params(kernel, ir::params_from_shapes(kernel, {{"A", shape}, {"B", shape}}, diagnostics),
                 diagnostics);
  const FabricTarget target = fabric_target({});
  fill_by_bounds(kernel, target, matrix.cols, diagnostics);
  const SpgemmPlan plan = lower_spgemm(kernel, target, diagnostics);
  diagnostics.throw_if_any();
  return compile_spgemm(plan, target, count_operands(matrix, matrix)).program.sources;
}

/// The kernels of the library that compute a sparse product and say how.
std::vector<std::string> sparse_products() {
  std::vector<std::string> names;
  for (const ir::KernelEntry& entry : ir::list_kernels(kLibrary)) {
    const bool product = entry.name.starts_with("smash_") || entry.name.starts_with("spgemm_");
    const bool for_gpus = entry.name.ends_with("_global");  // its table is not a thread's
    if (product && !for_gpus) names.push_back(entry.name);
  }
  return names;
}

/// The lines of a document, the first at 1. What only others extend lies in a folder of its own.
std::vector<std::string> lines_of(const std::string& document) {
  const fs::path base = kLibrary / "bases" / document;
  std::ifstream stream(fs::exists(base) ? base : kLibrary / document);
  std::vector<std::string> lines = {""};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(LibraryPlaces, EveryStepStandsOnAnEntryOfItsDocument) {
  ASSERT_GE(sparse_products().size(), 8U);
  for (const std::string& name : sparse_products()) {
    for (const program::Source& source : sources_of(name)) {
      SCOPED_TRACE(name + ", " + source.what + ": " + source.file + ":" +
                   std::to_string(source.line));
      ASSERT_GT(source.line, 0);
      const std::vector<std::string> lines = lines_of(source.file);
      ASSERT_LT(static_cast<size_t>(source.line), lines.size());
      EXPECT_NE(lines[static_cast<size_t>(source.line)].find(':'), std::string::npos);
    }
  }
}

TEST(LibraryPlaces, InheritedWordsNameTheFileThatWroteThem) {
  std::set<std::pair<std::string, std::string>> places;
  for (const program::Source& source : sources_of("smash_v2")) {
    places.emplace(source.what, source.file);
  }
  EXPECT_THAT(places, Contains(Pair("scan n", "spgemm_base.yaml")));
  EXPECT_THAT(places, Contains(Pair("window", "smash_v1.yaml")));
  EXPECT_THAT(places, Contains(Pair("balance", "smash_v2.yaml")));
}

TEST(LibraryPlaces, AppendAndCoiterationStandOnTheirOwnWords) {
  const auto line_of = [](const std::string& kernel, const std::string& what) {
    for (const program::Source& source : sources_of(kernel)) {
      if (source.what == what) return lines_of(source.file).at(static_cast<size_t>(source.line));
    }
    return std::string();
  };
  EXPECT_THAT(line_of("spgemm_outer", "append"), testing::HasSubstr("append: {P:"));
  EXPECT_THAT(line_of("spgemm_inner", "intersect k"), testing::HasSubstr("coiter: {k:"));
}

}  // namespace
}  // namespace weft::mapper
