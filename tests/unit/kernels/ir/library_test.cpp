// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/library.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kernels/ir/holes.h"
#include "kernels/ir/schema.h"
#include "kernels/ir/write_kernel.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/kernels/ir/documents.h"

namespace weft::ir {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

const fs::path kSource = WEFT_SOURCE_DIR;
const fs::path kLibrary = kSource / "kernels/library";

Kernel load(const std::string& name) {
  base::Diagnostics diagnostics;
  Kernel kernel = load_kernel(name, std::vector{kLibrary}, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

const StatementSchedule& walk_of(const Kernel& kernel) {
  return *kernel.schedule.statements.find("mul");
}

/// The paths at which two documents differ.
std::vector<std::string> differences(const Kernel& a, const Kernel& b) {
  std::vector<std::string> paths;
  const auto patch = nlohmann::ordered_json::diff(mapping_json(a), mapping_json(b));
  for (const auto& step : patch) paths.push_back(step["path"]);
  return paths;
}

TEST(Library, EveryKernelLoadsUnderTheNameOfItsFile) {
  std::vector<std::string> names;
  for (const KernelEntry& entry : list_kernels(kLibrary)) {
    const Kernel kernel = load(entry.name);
    EXPECT_EQ(kernel.name, entry.name);
    EXPECT_FALSE(kernel.about.empty()) << entry.name;
    EXPECT_EQ(read_sound(write_kernel(kernel)), kernel) << entry.name;
    names.push_back(entry.name);
  }
  EXPECT_THAT(names,
              IsSupersetOf({"armor", "blockdiag", "bmm", "gemm", "gemm24", "lowrank", "monarch",
                            "smash_v1", "smash_v2", "smash_v3", "spgemm_inner", "spgemm_outer",
                            "spgemm_row_dense", "spgemm_row_hash", "spgemm_row_heap"}));
}

TEST(Library, AnInheritedAccumulatorShedsWordsOfAnotherKind) {
  const Accum dense = *walk_of(load("spgemm_row_dense")).accum.find("Z");
  EXPECT_EQ(dense.kind.value(), AccumKind::Dense);
  EXPECT_FALSE(dense.slots.given());
  EXPECT_EQ(dense.size.value(), SizeRule::Symbolic);
}

TEST(Smash, VersionTwoChangesTheBalanceAndTheHashBits) {
  EXPECT_THAT(
      differences(load("smash_v1"), load("smash_v2")),
      testing::UnorderedElementsAre("/schedule/mul/balance/m0", "/schedule/mul/accum/Z/bits"));
}

TEST(Smash, VersionThreeMovesValuesToDramAndTransfersToTheEngine) {
  EXPECT_THAT(differences(load("smash_v2"), load("smash_v3")),
              testing::UnorderedElementsAre(
                  "/schedule/mul/hold/B/at", "/schedule/mul/hold/B/in", "/schedule/mul/hold/B/via",
                  "/schedule/mul/hold/B/buf", "/schedule/mul/accum/Z/table",
                  "/schedule/mul/accum/Z/writeback", "/schedule/mul/accum/Z/buf"));
}

TEST(Smash, LeavesTheSizeOfTheTableOpen) {
  const auto found = holes(load("smash_v3"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "schedule.mul.accum.Z.slots");
}

TEST(Library, UnknownNamesGetASuggestionAndTheList) {
  base::Diagnostics diagnostics;
  load_kernel("smash_v4", std::vector{kLibrary}, diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 1u);
  EXPECT_THAT(
      diagnostics.messages()[0],
      testing::AllOf(
          testing::StartsWith("kernel: unknown name 'smash_v4'; did you mean 'smash_v1'? (known: "),
          testing::HasSubstr(", smash_v1, ")));
}

TEST(Library, AMissingFileIsAnError) {
  base::Diagnostics diagnostics;
  load_kernel("no/such.yaml", {}, diagnostics);
  EXPECT_EQ(diagnostics.messages().size(), 1u);
}

TEST(Mapping, TakesTheKernelByNameAndReplacesItsSchedule) {
  const tests::TemporaryFile file(R"(mapping: 1
kernel: spgemm_row_hash
schedule:
  mul: {order: [m, k, n], par: {m: thread}, accum: {Z: {at: m, kind: hash, slots: 64}}}
)");
  base::Diagnostics diagnostics;
  const Kernel kernel = load_mapping(file.path(), std::vector{kLibrary}, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_TRUE(kernel.is_mapping);
  EXPECT_TRUE(walk_of(kernel).split.empty());
  EXPECT_EQ(kernel.tensors.size(), 3u);
}

TEST(Extends, DataInAnotherFormReplacesTheInheritedOne) {
  const tests::TemporaryFile base(
      spoilt(kSpmm, "compressed(k)]", "compressed(k)], data: {mtx: A.mtx}"));
  const std::string text = "extends: " + base.path().string() +
                           "\ntensors: {A: {levels: [dense(m), dense(k)], data: {file: A.npy}}}\n";
  const Kernel kernel = read_sound(text);
  EXPECT_EQ(kernel.find_tensor("A")->data->kind, TensorData::Kind::File);
  EXPECT_EQ(kernel.find_tensor("A")->data->path, "A.npy");
}

TEST(Mapping, ThatIsAKernelIsRefused) {
  base::Diagnostics diagnostics;
  load_mapping(kLibrary / "bases/spgemm_base.yaml", std::vector{kLibrary}, diagnostics);
  EXPECT_EQ(diagnostics.messages().size(), 1u);
}

TEST(Schema, KnowsTheWordsOfTheSchedule) {
  const auto schema = kernel_schema();
  const auto& words = schema["properties"]["schedule"]["additionalProperties"]["properties"];
  EXPECT_TRUE(words.contains("accum"));
  EXPECT_FALSE(words.contains("ordr"));
  const auto& kind = words["accum"]["additionalProperties"]["properties"]["kind"];
  EXPECT_EQ(kind["anyOf"][0]["enum"][0], "hash");
  const auto mapping = mapping_schema();
  const auto& filled = mapping["properties"]["schedule"]["additionalProperties"]["properties"];
  EXPECT_EQ(filled["accum"]["additionalProperties"]["properties"]["kind"]["enum"][0], "hash");
}

TEST(LocalDocuments, AllLoadAndAreReadBackEqual) {
  const char* set = std::getenv("WEFT_LOCAL_DATA");
  const fs::path folder = (set == nullptr ? kSource / "../shared" : fs::path(set)) / "kir";
  const auto kernels = list_kernels(folder);
  if (kernels.empty()) GTEST_SKIP() << "no optional local data";
  for (const KernelEntry& entry : kernels) {
    base::Diagnostics diagnostics;
    const Kernel kernel = load_kernel(entry.file.string(), {}, diagnostics);
    EXPECT_THAT(diagnostics.messages(), IsEmpty()) << entry.name;
    if (!diagnostics.empty()) continue;
    EXPECT_EQ(read_sound(write_kernel(kernel)), kernel) << entry.name;
  }
}

}  // namespace
}  // namespace weft::ir
