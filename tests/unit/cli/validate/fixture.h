// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/validate/validation.h"

namespace weft::cli::validate {

/// Validates tables that a test writes.
class SuiteTest : public ::testing::Test {
 protected:
  ~SuiteTest() override { std::filesystem::remove(file_); }

  Validation run(const SuiteEntry& suite, const std::string& text, size_t limit = 0) const {
    std::ofstream(file_) << text;
    const std::filesystem::path configs = std::filesystem::path(WEFT_SOURCE_DIR) / "configs";
    return run_validation(suite, {.data = file_, .context = {configs, {}}, .limit = limit});
  }

  /// What is wrong with a table, without the name of its file.
  std::vector<std::string> defects(const SuiteEntry& suite, const std::string& text) const {
    std::vector<std::string> messages;
    try {
      run(suite, text);
    } catch (const base::UserError& error) {
      messages = error.messages();
    }
    for (std::string& message : messages) {
      EXPECT_TRUE(message.starts_with(file_.string() + ":")) << message;
      message.erase(0, file_.string().size() + 1);
    }
    return messages;
  }

  const std::filesystem::path file_ = std::filesystem::path(::testing::TempDir()) /
                                      ("weft_validate_" + std::to_string(getpid()) + ".csv");
};

}  // namespace weft::cli::validate
