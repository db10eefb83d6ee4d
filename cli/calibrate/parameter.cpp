// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/parameter.h"

#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/scalar.h"

namespace weft::cli::calibrate {

namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw base::UserError(fmt::format(
      "-p {}: expected PATH=LOW..HIGH or PATH@CC=LOW..HIGH with 0 < LOW < HIGH, such as "
      "energy.scale@7.5=0.5..3",
      text));
}

double bound(const std::string& word, const std::string& text) {
  const std::optional<double> value = base::parse_real(word);
  if (!value || *value <= 0) refuse(text);
  return *value;
}

}  // namespace

std::string Parameter::name() const {
  return compute_capability.empty() ? path : fmt::format("{}@{}", path, compute_capability);
}

Parameter parse_parameter(const std::string& text) {
  const size_t equals = text.find('=');
  const size_t dots = text.find("..", equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || dots == std::string::npos) refuse(text);
  const std::string name = text.substr(0, equals);
  const size_t at = name.find('@');
  Parameter parameter;
  parameter.path = name.substr(0, at);
  if (at != std::string::npos) parameter.compute_capability = name.substr(at + 1);
  parameter.least = bound(text.substr(equals + 1, dots - equals - 1), text);
  parameter.most = bound(text.substr(dots + 2), text);
  if (parameter.path.empty() || parameter.least >= parameter.most) refuse(text);
  return parameter;
}

std::vector<Parameter> usual_parameters() {
  return {{"energy.shared_byte_pj", "", 1, 20},
          {"energy.l2_byte_pj", "", 5, 120},
          {"energy.scale", "7.5", 0.7, 3},
          {"sm.tensor.sparse_factor", "8.6", 1.05, 2}};
}

}  // namespace weft::cli::calibrate
