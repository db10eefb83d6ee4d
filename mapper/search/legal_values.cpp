// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/legal_values.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "kernels/ir/loops.h"

namespace weft::mapper {

namespace {

constexpr size_t kMostPermutedLoops = 6;
constexpr int64_t kLargestOpenTile = 4096;  // where the loop's extent is not known

/// The statement that a path speaks of; the first one for shared words.
const ir::Statement& statement_of(const ir::Kernel& kernel, const PathParts& parts) {
  const ir::Statement* statement = kernel.find_statement(parts.statement);
  return statement == nullptr ? kernel.statements.front() : *statement;
}

int64_t extent_of(const ir::Kernel& kernel, const ir::Loop& loop) {
  int64_t extent = 1;
  for (const std::string& index : loop.indices) {
    extent *= kernel.extent(index).value_or(kLargestOpenTile);
  }
  return extent;
}

std::vector<std::string> texts_of(const std::set<int64_t>& numbers) {
  std::vector<std::string> texts;
  texts.reserve(numbers.size());
  for (const int64_t number : numbers) texts.push_back(std::to_string(number));
  return texts;
}

std::vector<std::string> powers_of_two(int64_t from, int64_t to) {
  std::set<int64_t> powers;
  for (int64_t power = from; power <= to; power *= 2) powers.insert(power);
  return texts_of(powers);
}

std::vector<std::string> tile_sizes(const ir::Kernel& kernel, const PathParts& parts) {
  const std::vector<ir::Loop> loops = ir::loops_of(kernel, statement_of(kernel, parts));
  const ir::Loop* loop = ir::find_loop(loops, parts.subject);
  const int64_t extent = loop == nullptr ? kLargestOpenTile : extent_of(kernel, *loop);
  std::set<int64_t> sizes;
  for (int64_t divisor = 1; divisor * divisor <= extent; ++divisor) {
    if (extent % divisor == 0) sizes.insert({divisor, extent / divisor});
  }
  for (int64_t power = 1; power < extent; power *= 2) sizes.insert(power);
  return texts_of(sizes);
}

std::vector<std::string> loop_orders(const ir::Kernel& kernel, const PathParts& parts) {
  std::vector<std::string> names;
  for (const ir::Loop& loop : ir::loops_of(kernel, statement_of(kernel, parts))) {
    names.push_back(loop.name);
  }
  if (names.size() > kMostPermutedLoops) return {};
  std::ranges::sort(names);
  std::vector<std::string> orders;
  do {
    orders.push_back(fmt::format("[{}]", fmt::join(names, ", ")));
  } while (std::ranges::next_permutation(names).found);
  return orders;
}

/// Where partial sums of a loop may meet on machines.
std::vector<std::string> reductions() {
  std::vector<std::string> values = {"serial"};
  for (const std::string& parts : powers_of_two(2, 16)) {
    values.push_back(fmt::format("split_k({})", parts));
  }
  return values;
}

}  // namespace

PathParts parts_of(const std::string& path) {
  PathParts parts;
  std::vector<std::string> pieces;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    pieces.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (pieces.size() > 1) parts.statement = pieces[1];
  if (pieces.size() > 2) parts.word = pieces[2];
  for (size_t i = 3; i < pieces.size(); ++i) {
    parts.subject += (parts.subject.empty() ? "" : ".") + pieces[i];
  }
  return parts;
}

bool is_derived(const ir::Hole& hole) {
  return hole.any && parts_of(hole.path).word == "accum" && hole.path.ends_with(".slots");
}

std::vector<std::string> legal_values(const ir::Kernel& kernel, const ir::Hole& hole) {
  if (!hole.any) return hole.options;
  if (!hole.words.empty()) return hole.words;
  const PathParts parts = parts_of(hole.path);
  if (parts.word == "tiles") return tile_sizes(kernel, parts);
  if (parts.word == "order") return loop_orders(kernel, parts);
  if (parts.word == "reduce") return reductions();
  if (hole.path.ends_with(".buf")) return {"1", "2", "3", "4"};
  if (hole.path.ends_with(".ways")) return powers_of_two(2, 256);
  if (hole.path.ends_with(".grain")) return powers_of_two(64, 16384);
  return {};
}

}  // namespace weft::mapper
