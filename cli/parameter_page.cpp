// SPDX-License-Identifier: Apache-2.0
#include "cli/parameter_page.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/yaml.h"
#include "cli/files.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

/// A number as people read it, and its unit: of the text where it has one, else of the key.
struct Quantity {
  std::string value;
  std::string unit;
};

std::string unit_of_key(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kEndings = {{
      {"bytes_per_cycle", "B/cycle"},
      {"per_cycle", "/cycle"},
      {"requests_per_cycle", "/cycle"},
      {"bytes", "B"},
      {"_bits", "bits"},
      {"_cycles", "cycles"},
      {"_ghz", "GHz"},
      {"_ns", "ns"},
      {"gbit_s_per_pin", "Gbit/s"},
      {"gb_s", "GB/s"},
      {"gb_s_per_port", "GB/s"},
      {"_pj", "pJ"},
      {"_w", "W"},
      {"_v", "V"},
      {"_tflops", "10^12/s"},
      {"_tops", "10^12/s"},
      {"_lanes", "lanes"},
  }};
  if (path.find(".fma_per_cycle.") != std::string_view::npos) return "FMA/cycle";
  for (const auto& [ending, unit] : kEndings) {
    if (path.ends_with(ending)) return std::string(unit);
  }
  return "";
}

Quantity quantity_of(const std::string& path, const std::string& text) {
  const size_t letters = text.find_first_not_of("0123456789.-+");
  if (letters == 0 || text.empty()) return {text, ""};
  if (letters == std::string::npos) return {text, unit_of_key(path)};
  const size_t unit = text.find_first_not_of(' ', letters);
  return {text.substr(0, letters), text.substr(unit)};
}

std::string text_of(const base::YamlNode& node) {
  if (node.is_scalar()) return node.scalar();
  std::vector<std::string> items;
  if (node.is_sequence()) {
    for (const base::YamlNode& item : node.items()) items.push_back(text_of(item));
  }
  if (node.is_map()) {
    for (const base::YamlEntry& entry : node.entries())
      items.push_back(fmt::format("{}: {}", entry.key, text_of(entry.value)));
  }
  return fmt::format("{}", fmt::join(items, ", "));
}

/// One document: the rows of what it writes itself.
class DocumentTable {
 public:
  explicit DocumentTable(const fs::path& file) : file_(file) {
    std::istringstream stream(read_text(file));
    for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  }

  std::string str() {
    base::Diagnostics diagnostics;
    const base::YamlNode document = base::read_yaml_file(file_, diagnostics);
    diagnostics.throw_if_any();
    add(document);
    std::string text = "| parameter | value | unit | source |\n|---|---|---|---|\n";
    for (const auto& [line, row] : rows_) text += row;
    return text;
  }

  /// "extends: FILE", where the document says so.
  std::string base_document() const {
    constexpr std::string_view kKey = "extends: ";
    for (const std::string& line : lines_) {
      if (line.starts_with(kKey)) return line.substr(kKey.size());
    }
    return "";
  }

 private:
  void add(const base::YamlNode& node) {
    if (node.is_map()) {
      for (const base::YamlEntry& entry : node.entries()) add(entry.value);
      return;
    }
    if (node.where().file != file_.string()) return;
    const Quantity quantity =
        node.is_scalar() ? quantity_of(node.path(), node.scalar()) : Quantity{text_of(node), ""};
    rows_.emplace(node.where().line,
                  fmt::format("| `{}` | {} | {} | {} |\n", node.path(), quantity.value,
                              quantity.unit, comment_at(node.where().line)));
  }

  /// The comment at the end of a line.
  std::string comment_at(int line) const {
    if (line < 1 || static_cast<size_t>(line) > lines_.size()) return "";
    const std::string& text = lines_[static_cast<size_t>(line) - 1];
    const size_t hash = text.find(" # ");
    return hash == std::string::npos ? "" : text.substr(hash + 3);
  }

  fs::path file_;
  std::vector<std::string> lines_;
  std::multimap<int, std::string> rows_;  // by line
};

std::vector<fs::path> documents_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  // Folders of common parts come before the machines that extend them.
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    const auto depth = [](const fs::path& path) { return std::distance(path.begin(), path.end()); };
    return depth(a) != depth(b) ? depth(a) > depth(b) : a < b;
  });
  return files;
}

}  // namespace

std::string machine_parameter_page(const fs::path& folder) {
  std::string page = machine::machine_parameters_markdown();
  page +=
      "\n# Values\n\nWhat each document in `configs/machines` writes itself, and where it comes "
      "from; the rest is that of the document that it extends. `weft check` and `weft show` know "
      "the whole. This page is the output of `weft list parameters`.\n";
  for (const fs::path& file : documents_below(folder)) {
    DocumentTable table(file);
    const std::string base = table.base_document();
    page += fmt::format("\n## {}\n\n{}{}", fs::relative(file, folder).generic_string(),
                        base.empty() ? "" : fmt::format("Extends `{}`.\n\n", base), table.str());
  }
  return page;
}

}  // namespace weft::cli
