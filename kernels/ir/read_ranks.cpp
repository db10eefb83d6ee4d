// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/ir/parser.h"
#include "kernels/ir/read_blocks.h"

namespace weft::ir {

namespace {

// Products of two sizes stay within 64 bits with room to spare.
constexpr int64_t kMaxParam = int64_t{1} << 40;

/// True for i0, i1, ...: the names of dims that have no index.
bool is_positional(std::string_view name) {
  return name.size() > 1 && name[0] == 'i' &&
         name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

int64_t read_size(const base::YamlEntry& entry, base::Diagnostics& diagnostics) {
  const auto value = base::as_integer(entry.value);
  const bool valid = value && *value >= 1 && *value <= kMaxParam;
  if (!valid) {
    report(diagnostics, entry.value.where(),
           fmt::format("expected a positive integer in parameter {}, found {}", entry.key,
                       base::describe(entry.value)));
  }
  return valid ? *value : 1;
}

void read_param(const base::YamlEntry& entry, Kernel& kernel, base::Diagnostics& diagnostics) {
  if (!expect_identifier(entry, "parameter", diagnostics)) return;
  const std::optional<Dtype> type =
      entry.value.is_scalar() ? find_word<Dtype>(entry.value.scalar()) : std::nullopt;
  if (type) {
    kernel.type_params.push_back({entry.key, *type, Origin{entry.key_where}});
    return;
  }
  kernel.params.push_back({entry.key, read_size(entry, diagnostics), Origin{entry.key_where}});
}

/// Defaults of a fabric are for sizes that the document has.
void read_fabric_param(const base::YamlEntry& entry, const std::vector<std::string>& sizes,
                       Kernel& kernel, base::Diagnostics& diagnostics) {
  if (std::ranges::count(sizes, entry.key) == 0) {
    report_unknown(diagnostics, entry.key_where, "parameter", entry.key, "on_fabric", sizes);
    return;
  }
  kernel.fabric_params.push_back(
      {entry.key, read_size(entry, diagnostics), Origin{entry.key_where}});
}

void read_index(const base::YamlEntry& entry, Kernel& kernel, base::Diagnostics& diagnostics) {
  if (!expect_identifier(entry, "index", diagnostics)) return;
  if (kernel.find_param(entry.key) != nullptr || kernel.find_type_param(entry.key) != nullptr) {
    report(diagnostics, entry.key_where,
           fmt::format("index '{}' has the name of a parameter", entry.key));
  }
  if (is_positional(entry.key)) {
    report(diagnostics, entry.key_where,
           fmt::format("index '{}' has a name that stands for dims without an index", entry.key));
  }
  Index index{entry.key, number_expression(1), Origin{entry.key_where}};
  if (entry.value.is_scalar()) {
    bool failed = false;
    Expression extent =
        parse_expression(entry.value.scalar(), text_begin(entry.value), diagnostics, failed);
    if (!failed) index.extent = std::move(extent);
  } else {
    report(diagnostics, entry.value.where(),
           fmt::format("expected the extent of index {}, found {}", entry.key,
                       base::describe(entry.value)));
  }
  kernel.indices.push_back(std::move(index));
}

/// The indices that `compute` repeats over: known before compute is read, because extents may use
/// them.
std::vector<std::string> repeated_indices(const base::YamlNode& document) {
  std::vector<std::string> names;
  const base::YamlNode* compute = document.find("compute");
  if (compute == nullptr || !compute->is_sequence()) return names;
  for (const base::YamlNode& item : compute->items()) {
    const base::YamlNode* repeat = item.find("repeat");
    if (repeat == nullptr || !repeat->is_map()) continue;
    for (const base::YamlEntry& entry : repeat->entries()) names.push_back(entry.key);
  }
  return names;
}

/// Extents name parameters and, unless they are repeated themselves, repeated indices.
void check_extent(Index& index, const std::vector<std::string>& params,
                  const std::vector<std::string>& repeated, base::Diagnostics& diagnostics) {
  const bool is_repeated = std::ranges::count(repeated, index.name) > 0;
  bool valid = true;
  for_each_expression(index.extent, [&](const Expression& each) {
    if (each.name.empty()) return;
    const bool bound = std::ranges::count(params, each.name) > 0 ||
                       (!is_repeated && std::ranges::count(repeated, each.name) > 0);
    if (bound && each.kind == Expression::Kind::Name) return;
    valid = false;
    report_unknown(diagnostics, each.where, "parameter", each.name,
                   fmt::format("index {}", index.name), params);
  });
  if (!valid) index.extent = number_expression(1);
}

}  // namespace

void read_ranks(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics) {
  std::vector<std::string> params;
  for (const base::YamlEntry& entry : entries_of(document, "params", diagnostics)) {
    read_param(entry, kernel, diagnostics);
    if (kernel.find_type_param(entry.key) == nullptr) params.push_back(entry.key);
  }
  for (const base::YamlEntry& entry : entries_of(document, "on_fabric", diagnostics))
    read_fabric_param(entry, params, kernel, diagnostics);
  for (const base::YamlEntry& entry : entries_of(document, "index", diagnostics)) {
    read_index(entry, kernel, diagnostics);
  }
  const std::vector<std::string> repeated = repeated_indices(document);
  for (Index& index : kernel.indices) check_extent(index, params, repeated, diagnostics);
}

}  // namespace weft::ir
