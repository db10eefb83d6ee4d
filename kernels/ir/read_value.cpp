// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/read_value.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/scalar.h"

namespace weft::ir {

namespace {

// Counts beyond this are slips of the pen, and keeping under it keeps products of two within 64
// bits.
constexpr int64_t kMaxCount = int64_t{1} << 31;

}  // namespace

void ValueReader::read_integer(const base::YamlNode& node, int64_t& out, const Context& context) {
  const auto value = base::as_integer(node);
  if (value && *value >= 1 && *value <= kMaxCount) {
    out = *value;
  } else {
    expected(node, "a positive integer", context);
  }
}

void ValueReader::read_share(const base::YamlNode& node, double& out, const Context& context) {
  const auto value = base::as_real(node);
  if (value && *value > 0 && *value <= 1) {
    out = *value;
  } else {
    expected(node, "a share above 0, at most 1", context);
  }
}

bool ValueReader::scalar(const base::YamlNode& node, std::string_view expectation,
                         const Context& context) {
  if (!node.is_scalar()) expected(node, expectation, context);
  return node.is_scalar();
}

bool ValueReader::map(const base::YamlNode& node, const Context& context) {
  if (!node.is_map()) expected(node, "a map", context);
  return node.is_map();
}

void ValueReader::expected(const base::YamlNode& node, std::string_view expectation,
                           const Context& context) {
  report(diagnostics_, node.where(),
         fmt::format("expected {} in {}, found {}", expectation, context.text(),
                     base::describe(node)));
}

void ValueReader::unknown_key(const base::YamlEntry& entry, const std::vector<std::string>& known,
                              const Context& context) {
  report_unknown(diagnostics_, entry.key_where, "key", entry.key, context.text(), known);
}

void ValueReader::missing_key(const base::YamlNode& node, std::string_view key,
                              const Context& context) {
  report(diagnostics_, node.where(), fmt::format("missing key '{}' in {}", key, context.text()));
}

void ValueReader::fit_to_kind(const base::YamlNode& node, Accum& accum, const Context& context) {
  const base::YamlNode* kind = node.find("kind");
  if (kind == nullptr || accum.kind.any || accum.kind.options.empty()) return;
  for (const base::YamlEntry& entry : node.entries()) {
    const std::vector<AccumKind> suited = Accum::kinds_of(entry.key);
    const bool useful =
        suited.empty() || std::ranges::any_of(accum.kind.options, [&](AccumKind option) {
          return std::ranges::count(suited, option) > 0;
        });
    if (useful) continue;
    for_each_field<Accum>([&](const auto& each) {
      if (entry.key == each.key) accum.*each.member = Accum{}.*each.member;
    });
    if (entry.key_where.file != kind->where().file) continue;
    report(diagnostics_, entry.key_where,
           fmt::format("'{}' says nothing about the accumulator '{}' in {}", entry.key,
                       text_of(accum.kind.options.front()), context.text()));
  }
}

}  // namespace weft::ir
