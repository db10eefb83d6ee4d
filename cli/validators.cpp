// SPDX-License-Identifier: Apache-2.0
#include "cli/validators.h"

#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/scalar.h"

namespace weft::cli {

namespace {

/// Accepts finite numbers for which `holds`.
CLI::Validator number_that(const std::string& expected, const std::function<bool(double)>& holds) {
  return {[expected, holds](const std::string& text) -> std::string {
            const std::optional<double> number = base::parse_real(text);
            if (number && std::isfinite(*number) && holds(*number)) return {};
            return fmt::format("expected {}, found '{}'", expected, text);
          },
          expected};
}

}  // namespace

CLI::Validator at_least(double least) {
  return number_that(fmt::format("at least {}", least),
                     [least](double number) { return number >= least; });
}

CLI::Validator positive() {
  return number_that("a number above 0", [](double number) { return number > 0; });
}

void refuse_empty_values(CLI::App& app) {
  const CLI::Validator filled(
      [](const std::string& text) -> std::string {
        return text.empty() ? "expected a value, found an empty one" : "";
      },
      "");
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() > 0) option->check(filled);
  }
  for (CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    refuse_empty_values(*sub);
}

}  // namespace weft::cli
