// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/read_kernel.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/ir/check.h"
#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "kernels/ir/read_blocks.h"
#include "kernels/ir/rejoin.h"

namespace weft::ir {

namespace {

constexpr int64_t kVersion = 1;

const std::vector<std::string>& root_keys() {
  static const std::vector<std::string> keys = {"kir",     "mapping",   "kernel", "about",
                                                "params",  "on_fabric", "index",  "tensors",
                                                "compute", "schedule",  "bind"};
  return keys;
}

void check_version(const base::YamlNode& document, const char* key,
                   base::Diagnostics& diagnostics) {
  const base::YamlNode* node = document.find(key);
  if (node == nullptr || base::as_integer(*node) == kVersion) return;
  report(
      diagnostics, node->where(),
      fmt::format("expected version {} in '{}', found {}", kVersion, key, base::describe(*node)));
}

std::string read_text(const base::YamlNode& document, const char* key,
                      base::Diagnostics& diagnostics) {
  const base::YamlNode* node = document.find(key);
  if (node == nullptr) return {};
  if (node->is_scalar()) return node->scalar();
  report(diagnostics, node->where(),
         fmt::format("expected a text in '{}', found {}", key, base::describe(*node)));
  return {};
}

/// Whether files can be called so: no folders, no blanks.
bool names_files(std::string_view name) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return !name.starts_with('.') && name.find_first_not_of(kLetters) == std::string_view::npos;
}

void read_header(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const base::YamlEntry& entry : document.entries()) {
    if (std::ranges::count(root_keys(), entry.key) > 0) continue;
    report_unknown(diagnostics, entry.key_where, "key", entry.key, "the document", root_keys());
  }
  kernel.is_mapping = document.find("mapping") != nullptr;
  if (!kernel.is_mapping && document.find("kir") == nullptr) {
    report(diagnostics, document.where(), "expected 'kir: 1' or 'mapping: 1' as the first key");
  }
  check_version(document, "kir", diagnostics);
  check_version(document, "mapping", diagnostics);
  kernel.name = read_text(document, "kernel", diagnostics);
  kernel.about = read_text(document, "about", diagnostics);
  const base::YamlNode* name = document.find("kernel");
  if (name == nullptr) {
    report(diagnostics, document.where(), "missing key 'kernel' with the name of the kernel");
  } else if (!kernel.is_mapping && !kernel.name.empty() && !names_files(kernel.name)) {
    report(diagnostics, name->where(),
           fmt::format("kernel: expected a name of letters, digits, _, - and ., found '{}'",
                       kernel.name));
  }
}

/// A mapping leaves nothing open.
void check_filled(const Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const Hole& hole : holes(kernel)) {
    report(diagnostics, hole.where.line == 0 ? kernel.where : hole.where,
           fmt::format("a mapping has no holes, but '{}' is open", hole.path));
  }
}

void check_walk(Kernel& kernel, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  check_names(kernel, diagnostics);
  check_schedule(kernel, diagnostics);
  if (diagnostics.messages().size() != before) return;
  complete_schedule(kernel);
  if (kernel.is_mapping) check_filled(kernel, diagnostics);
}

}  // namespace

bool expect_map(const base::YamlNode& node, std::string_view what, base::Diagnostics& diagnostics) {
  if (!node.is_map()) {
    report(diagnostics, node.where(),
           fmt::format("expected a map in {}, found {}", what, base::describe(node)));
  }
  return node.is_map();
}

bool expect_identifier(const base::YamlEntry& entry, std::string_view what,
                       base::Diagnostics& diagnostics) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool valid = !entry.key.empty() && letter(entry.key[0]) &&
                     std::ranges::all_of(entry.key, [&](char c) { return letter(c) || digit(c); });
  if (!valid) {
    report(
        diagnostics, entry.key_where,
        fmt::format("'{}' is no name for a {}: expected letters, digits and _", entry.key, what));
  }
  return valid;
}

const std::vector<base::YamlEntry>& entries_of(const base::YamlNode& document, const char* key,
                                               base::Diagnostics& diagnostics) {
  static const std::vector<base::YamlEntry> none;
  const base::YamlNode* node = document.find(key);
  if (node == nullptr || !expect_map(*node, fmt::format("'{}'", key), diagnostics)) return none;
  return node->entries();
}

Kernel read_kernel(const base::YamlNode& written, base::Diagnostics& diagnostics) {
  const base::YamlNode document = rejoin_calls(written);
  Kernel kernel;
  kernel.where = Origin{document.where()};
  if (!expect_map(document, "the document", diagnostics)) return kernel;
  const size_t before = diagnostics.messages().size();
  read_header(document, kernel, diagnostics);
  read_ranks(document, kernel, diagnostics);
  read_tensors(document, kernel, diagnostics);
  // A defect of one tensor hides nothing in the schedule, but one of a statement takes its loops
  // away.
  const size_t at_compute = diagnostics.messages().size();
  read_compute(document, kernel, diagnostics);
  check_compute(kernel, diagnostics);
  const bool has_loops = diagnostics.messages().size() == at_compute;
  if (diagnostics.messages().size() == before) check_sizes(kernel, diagnostics);
  read_schedule(document, kernel, diagnostics);
  if (has_loops) check_walk(kernel, diagnostics);
  return kernel;
}

void apply_mapping(const base::YamlNode& written, Kernel& kernel, base::Diagnostics& diagnostics) {
  const base::YamlNode document = rejoin_calls(written);
  Kernel header;
  read_header(document, header, diagnostics);
  for (const char* key : {"index", "tensors", "compute"}) {
    const base::YamlNode* node = document.find(key);
    if (node == nullptr) continue;
    report(diagnostics, node->where(),
           fmt::format("a mapping of a named kernel has no '{}' of its own", key));
  }
  kernel.is_mapping = true;
  kernel.schedule = {};
  if (document.find("bind") != nullptr) kernel.bind = {};
  read_schedule(document, kernel, diagnostics);
  check_walk(kernel, diagnostics);
}

}  // namespace weft::ir
