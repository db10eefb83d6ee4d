// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::tests {

/// What a command left: its exit status (128 and the signal that ended it, as shells say), and what
/// it wrote to standard output and error.
struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Runs the command in a fresh folder, with standard output and error caught. The target that
/// includes it says where the command is: WEFT_BINARY.
class Command : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// `before` is a command that runs it in turn, such as timeout.
  Outcome weft(const std::string& arguments, const std::string& before = {}) const {
    const std::string line = "cd '" + folder_.string() + "' && " + before + " '" WEFT_BINARY "' " +
                             arguments + " >out 2>err";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            text_of(folder_ / "out"), text_of(folder_ / "err")};
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / ("weft_command_" + std::to_string(getpid()));
};

}  // namespace weft::tests
