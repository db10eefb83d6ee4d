// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/report.h"

#include <fmt/format.h>

namespace weft::ir {

namespace {

// Longer lists of alternatives hide the message they belong to.
constexpr size_t kMaxListed = 20;

}  // namespace

void report(base::Diagnostics& diagnostics, const base::Location& where, std::string_view message) {
  diagnostics.error(where, fmt::format("error: {}", message));
}

void report_unknown(base::Diagnostics& diagnostics, const base::Location& where,
                    std::string_view kind, std::string_view word, std::string_view context,
                    std::span<const std::string> known) {
  std::string hint = base::did_you_mean(word, known);
  const bool listable = !known.empty() && known.size() <= kMaxListed;
  if (hint.empty() && listable) hint = fmt::format("; known: {}", fmt::join(known, ", "));
  report(diagnostics, where, fmt::format("unknown {} '{}' in {}{}", kind, word, context, hint));
}

base::Location text_begin(const base::YamlNode& scalar) {
  base::Location where = scalar.where();
  if (scalar.quoted()) ++where.column;
  return where;
}

}  // namespace weft::ir
