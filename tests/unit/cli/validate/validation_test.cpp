// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/validation.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/validate/validation_output.h"
#include "tests/unit/cli/validate/fixture.h"

namespace weft::cli::validate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Predicts what its table says, beside rooflines of half the time; has no answer for "?".
class EchoSuite : public Suite {
 public:
  std::vector<std::string> columns() const override { return {"gpu", "ms", "prediction_ms"}; }
  std::string group_column() const override { return "gpu"; }
  std::string quantity() const override { return "time_ms"; }
  Job read(const base::CsvRow& row) override {
    if (row.text("prediction_ms") == "?") return [] { return Skipped{"nobody, knows"}; };
    const Comparison main{row.positive_number("ms"), row.positive_number("prediction_ms")};
    return [main] {
      return Prediction{.main = main,
                        .error_percent = {},
                        .beside = {{Figure::Roofline, {main.reference, main.reference / 2}}}};
    };
  }
};

constexpr SuiteEntry kEcho = {"echo", "", [](const SuiteContext&) -> std::unique_ptr<Suite> {
                                return std::make_unique<EchoSuite>();
                              }};

constexpr const char* kTable =
    "gpu,ms,prediction_ms\n"
    "\"T4, old\",10,12\n"
    "\"T4, old\",20,18\n"
    "A100,5,?\n";

class ValidationTest : public SuiteTest {};

TEST_F(ValidationTest, SummarizesAllAndEachGroup) {
  const Validation validation = run(kEcho, kTable);
  EXPECT_TRUE(validation.complete);
  const ValidationSummary all = summarize(validation);
  EXPECT_EQ(all.rows, 2u);
  EXPECT_EQ(all.skipped, 1u);
  EXPECT_DOUBLE_EQ(all.errors.mape_percent, 15);
  EXPECT_DOUBLE_EQ(all.errors.bias_percent, 5);
  EXPECT_DOUBLE_EQ(all.mape_percent.at(Figure::Roofline), 50);
  const auto groups = summarize_groups(validation);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups.at("A100").rows, 0u);
  EXPECT_EQ(groups.at("A100").skipped, 1u);
}

TEST_F(ValidationTest, EveryFieldIsInTheDocumentAndNullWhereUndefined) {
  nlohmann::ordered_json json = validation_json(run(kEcho, kTable));
  EXPECT_GE(json.at("wall_s").get<double>(), 0);
  json.erase("wall_s");
  const auto group = [](const char* rows, const char* figures) {
    return nlohmann::ordered_json::parse(std::string("{") + rows + "," + figures + "}");
  };
  constexpr const char* kFigures =
      R"("mape_percent":15.0,"median_abs_percent":15.0,"p90_abs_percent":19.0,
         "max_abs_percent":20.0,"bias_percent":5.0,"pearson":1.0,"spearman":1.0,
         "roofline_mape_percent":50.0,"tilewave_mape_percent":null,"dense_mape_percent":null,
         "speedup_mape_percent":null,"bandwidth_mape_percent":null)";
  constexpr const char* kNone =
      R"("mape_percent":null,"median_abs_percent":null,"p90_abs_percent":null,
         "max_abs_percent":null,"bias_percent":null,"pearson":null,"spearman":null,
         "roofline_mape_percent":null,"tilewave_mape_percent":null,"dense_mape_percent":null,
         "speedup_mape_percent":null,"bandwidth_mape_percent":null)";
  nlohmann::ordered_json expected = group(R"("suite":"echo","rows":2,"skipped":1)", kFigures);
  expected["by_gpu"]["A100"] = group(R"("rows":0,"skipped":1)", kNone);
  expected["by_gpu"]["T4, old"] = group(R"("rows":2,"skipped":0)", kFigures);
  expected["complete"] = true;
  EXPECT_EQ(json, expected);
}

TEST_F(ValidationTest, RowsAreWrittenWithPredictionAndError) {
  EXPECT_EQ(validation_rows_csv(run(kEcho, kTable)),
            "gpu,ms,prediction_ms,quantity,reference,prediction,error_percent,roofline_reference,"
            "roofline_prediction,roofline_error_percent,skipped\n"
            "\"T4, old\",10,12,time_ms,10,12,20,10,5,-50,\n"
            "\"T4, old\",20,18,time_ms,20,18,-10,20,10,-50,\n"
            "A100,5,?,time_ms,,,,,,,\"nobody, knows\"\n");
}

TEST_F(ValidationTest, TheTableHasALineForEachGroupAndOneForAll) {
  EXPECT_EQ(validation_table(run(kEcho, kTable)).str(false),
            "gpu      rows  skipped    MAPE  median     p90     max    bias  Pearson  Spearman  "
            "roofline MAPE\n"
            "-------  ----  -------  ------  ------  ------  ------  ------  -------  --------  "
            "-------------\n"
            "A100        0        1       -       -       -       -       -        -         -     "
            "         -\n"
            "T4, old     2        0  15.0 %  15.0 %  19.0 %  20.0 %  +5.0 %   1.0000    1.0000     "
            "    50.0 %\n"
            "all         2        1  15.0 %  15.0 %  19.0 %  20.0 %  +5.0 %   1.0000    1.0000     "
            "    50.0 %\n");
}

TEST_F(ValidationTest, ATableWithoutRowsHasUndefinedFigures) {
  const nlohmann::ordered_json json = validation_json(run(kEcho, "gpu,ms,prediction_ms\n"));
  EXPECT_EQ(json.at("rows"), 0);
  EXPECT_TRUE(json.at("mape_percent").is_null());
  EXPECT_TRUE(json.at("by_gpu").empty());
}

TEST_F(ValidationTest, DefectsOfRowsThatAreNotTriedCountToo) {
  EXPECT_THROW(run(kEcho, "gpu,ms,prediction_ms\nT4,1,1\nT4,1,x\nT4,x,1\n", 1), base::UserError);
}

TEST(SampleRows, SpreadsOverTheTableAndIsTheSameForASeed) {
  const std::vector<size_t> rows = sample_rows(1000, 10, 7);
  ASSERT_EQ(rows.size(), 10u);
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i] / 100, i);
  EXPECT_EQ(sample_rows(1000, 10, 7), rows);
  EXPECT_NE(sample_rows(1000, 10, 8), rows);
}

TEST(SampleRows, TakesAllWhereAskedForNoneOrForMore) {
  EXPECT_THAT(sample_rows(3, 0, 1), ElementsAre(0, 1, 2));
  EXPECT_THAT(sample_rows(3, 9, 1), ElementsAre(0, 1, 2));
  EXPECT_THAT(sample_rows(0, 9, 1), ElementsAre());
}

TEST(Suites, HaveNamesAndDescriptionsOfTheirOwn) {
  std::set<std::string_view> names;
  for (const SuiteEntry& suite : suites()) {
    EXPECT_TRUE(names.insert(suite.name).second) << suite.name;
    EXPECT_FALSE(suite.description.empty());
    EXPECT_EQ(&find_suite(suite.name), &suite);
    const auto made = suite.make({});
    const std::vector<std::string> columns = made->columns();
    EXPECT_THAT(columns, ::testing::Contains(made->group_column())) << suite.name;
  }
}

TEST(Suites, AnUnknownNameGetsASuggestion) {
  try {
    find_suite("ocupancy");
    FAIL();
  } catch (const base::UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("found 'ocupancy'; did you mean 'occupancy'?"));
  }
}

}  // namespace
}  // namespace weft::cli::validate
