// SPDX-License-Identifier: Apache-2.0
#include "cli/outputs.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

/// What the options of all commands that name a file to write are called.
constexpr const char* kOutputs[] = {"json", "out", "plot", "report", "rows", "timeline"};

struct Named {
  std::string option;
  std::string path;
};

/// The path in a value: FILE, NAME=FILE or @FILE.
std::string path_in(const std::string& value) {
  const std::string path = value.substr(value.rfind('=') + 1);
  return path.starts_with('@') ? path.substr(1) : path;
}

void collect(const CLI::App& app, std::vector<Named>& outputs, std::vector<Named>& inputs) {
  for (const CLI::Option* option : app.get_options()) {
    const bool writes = std::ranges::any_of(option->get_lnames(), [](const std::string& name) {
      return std::ranges::count(kOutputs, name) > 0;
    });
    for (const std::string& value : option->results())
      (writes ? outputs : inputs).push_back({option->get_name(), writes ? value : path_in(value)});
  }
  for (const CLI::App* sub : app.get_subcommands()) collect(*sub, outputs, inputs);
}

bool is_file(const std::string& path) {
  std::error_code none;
  return fs::is_regular_file(path, none);
}

/// Whether both are the standard output, or one file, there or not; devices take any number.
bool meet(const std::string& one, const std::string& other) {
  std::error_code none;
  if (one == "-" || other == "-") return one == other;
  if (is_file(one) && is_file(other)) return fs::equivalent(one, other, none);
  const auto whole = [&](const std::string& path) {
    return fs::weakly_canonical(fs::absolute(path, none), none);
  };
  return !fs::exists(one, none) && whole(one) == whole(other);
}

}  // namespace

void refuse_clashing_outputs(const CLI::App& app) {
  std::vector<Named> outputs, inputs;
  collect(app, outputs, inputs);
  std::vector<std::string> clashes;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto& [option, path] = outputs[i];
    for (const Named& input : inputs) {
      if (is_file(input.path) && meet(path, input.path))
        clashes.push_back(
            fmt::format("{} {}: expected another file than {} reads", option, path, input.option));
    }
    for (size_t j = 0; j < i; ++j) {
      if (meet(path, outputs[j].path))
        clashes.push_back(fmt::format("{} {}: expected another place than that of {}", option, path,
                                      outputs[j].option));
    }
  }
  if (!clashes.empty()) throw base::UserError(clashes);
}

}  // namespace weft::cli
