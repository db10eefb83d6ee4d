// SPDX-License-Identifier: Apache-2.0
#include "cli/workload_sizes.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/ir/evaluate.h"
#include "kernels/ir/text_value.h"

namespace weft::cli {

namespace {

using base::YamlNode;

std::string of(const YamlNode& node) {
  return node.is_scalar() ? node.scalar() : std::string{};
}

}  // namespace

std::vector<std::string> WorkloadSizes::names() const {
  std::vector<std::string> result;
  for (const auto& [name, value] : values_) result.push_back(name);
  return result;
}

std::string WorkloadSizes::resolve(const std::string& text, const YamlNode& node) const {
  if (const auto word = values_.find(text); word != values_.end()) return word->second;
  if (ir::find_word<ir::Dtype>(text)) return text;
  const std::optional<ir::Formula> formula = ir::Formula::parse(text, node.where(), *diagnostics_);
  if (!formula) return "1";
  ir::Bindings bindings;
  for (const auto& [name, value] : values_) {
    const std::optional<double> number = base::parse_real(value);
    if (number && *number == std::floor(*number))
      bindings.bind(name, static_cast<int64_t>(*number));
  }
  if (const auto result = ir::evaluate_point(formula->expression, bindings))
    return std::to_string(*result);
  std::string unknown;
  ir::for_each_expression(formula->expression, [&](const ir::Expression& part) {
    if (part.kind == ir::Expression::Kind::Name && !contains(part.name)) unknown = part.name;
  });
  diagnostics_->error(
      node.where(),
      fmt::format("{}: expected an expression of the parameters {}, found '{}'{}", node.path(),
                  fmt::join(names(), ", "), text, base::did_you_mean(unknown, names())));
  return "1";
}

std::string WorkloadSizes::value(const YamlNode& node) const {
  return resolve(of(node), node);
}

std::string WorkloadSizes::text(const YamlNode& node) const {
  const std::string pattern = of(node);
  std::string result;
  size_t from = 0;
  while (true) {
    const size_t open = pattern.find('{', from);
    const size_t close = pattern.find('}', open);
    result += pattern.substr(from, open == std::string::npos ? open : open - from);
    if (open == std::string::npos) return result;
    if (close == std::string::npos) {
      diagnostics_->error(node.where(),
                          fmt::format("{}: expected '}}' after '{{', found the end", node.path()));
      return result;
    }
    result += resolve(pattern.substr(open + 1, close - open - 1), node);
    from = close + 1;
  }
}

}  // namespace weft::cli
