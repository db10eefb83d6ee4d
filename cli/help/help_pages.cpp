// SPDX-License-Identifier: Apache-2.0
#include "cli/help/help_pages.h"

#include <fmt/format.h>

namespace weft::cli {

std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
}

void add_help_pages(CLI::App& app, Action& action) {
  CLI::App* manual = app.add_subcommand("manual", "Print the manual page, weft(1)");
  manual->footer("\nExamples:\n  weft manual | man -l -");
  manual->callback([&app, &action] {
    action = [&app] {
      fmt::print("{}", manual_page(app, WEFT_VERSION));
      return 0;
    };
  });
  CLI::App* completion = app.add_subcommand("completion", "Print a script of completions");
  const auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, fmt::format("{}", fmt::join(completion_shells(), ", ")))
      ->required();
  completion->footer("\nExamples:\n  eval \"$(weft completion bash)\"");
  completion->callback([&app, &action, shell] {
    action = [&app, shell] {
      fmt::print("{}", completion_script(app, *shell));
      return 0;
    };
  });
}

}  // namespace weft::cli
