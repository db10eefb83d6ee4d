// SPDX-License-Identifier: Apache-2.0
#include "cli/known_mappings.h"

#include <algorithm>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/documents.h"
#include "cli/files.h"
#include "cli/named_kernel.h"
#include "kernels/ir/library.h"
#include "kernels/ir/write_kernel.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// The word at "schedule.mul.tiles.m0" as a document writes it; empty where it is not written.
std::string word_at(const Json& document, const std::string& path) {
  const Json* at = &document;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const auto next = at->is_object() ? at->find(path.substr(begin, end - begin)) : at->end();
    if (next == at->end()) return {};
    at = &*next;
    begin = end + 1;
  }
  return at->is_string() ? at->get<std::string>() : at->dump();
}

/// What documents say at a decision's place for each of its values: nothing for a default.
std::vector<std::string> words_of(const mapper::Mapspace& space, size_t decision) {
  std::vector<std::string> words;
  mapper::Point point = space.first();
  for (size_t value = 0; value < space.decisions()[decision].values.size(); ++value) {
    point[decision] = static_cast<uint16_t>(value);
    words.push_back(word_at(ir::mapping_json(space.fill(point)), space.decisions()[decision].path));
  }
  return words;
}

}  // namespace

std::optional<mapper::Point> point_of(const mapper::Mapspace& space, const ir::Kernel& mapping) {
  const Json document = ir::mapping_json(mapping);
  mapper::Point point;
  for (size_t i = 0; i < space.decisions().size(); ++i) {
    const std::vector<std::string> words = words_of(space, i);
    const auto found = std::ranges::find(words, word_at(document, space.decisions()[i].path));
    if (found == words.end()) return std::nullopt;
    point.push_back(static_cast<uint16_t>(found - words.begin()));
  }
  return point;
}

std::vector<mapper::Point> known_mappings(const mapper::Mapspace& space) {
  std::vector<mapper::Point> points;
  const std::vector<std::filesystem::path> library = {source_root() / "kernels" / "library"};
  for (const std::string& name : yaml_stems(library.front())) {
    base::Diagnostics diagnostics;
    const ir::Kernel kernel = ir::load_kernel(name, library, diagnostics);
    if (!diagnostics.empty() || !computes_the_same(kernel, space.kernel())) continue;
    if (auto point = point_of(space, kernel)) points.push_back(std::move(*point));
  }
  return points;
}

}  // namespace weft::cli
