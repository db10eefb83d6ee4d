// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

namespace weft::cli {

/// What the parsed arguments ask for.
using Action = std::function<int()>;

/// Adds a subcommand whose options fill an `Options` that lives as long as the app, and which then
/// runs `command`.
template <typename Options>
std::pair<CLI::App*, Options*> add_subcommand(CLI::App& app, Action& action, const char* name,
                                              const char* description, const char* examples,
                                              int (*command)(const Options&)) {
  CLI::App* sub = app.add_subcommand(name, description);
  const auto options = std::make_shared<Options>();
  sub->footer(std::string("\nExamples:\n") + examples);
  sub->callback(
      [options, command, &action] { action = [options, command] { return command(*options); }; });
  return {sub, options.get()};
}

}  // namespace weft::cli
