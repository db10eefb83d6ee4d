// SPDX-License-Identifier: Apache-2.0
#include "cli/structure/weight_sources.h"

#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/operands.h"

namespace weft::cli {

using structure::Score;

WeightSources weight_sources(const std::vector<std::string>& inputs) {
  std::map<std::string, std::string> sources;
  for (const std::string& input : inputs) {
    const Assignment given = parse_assignment(input, "--input");
    if (given.name != "W" && given.name != "X")
      throw base::UserError(fmt::format(
          "--input {}: expected the weight W or activations X, found '{}'", input, given.name));
    if (!sources.emplace(given.name, given.value).second)
      throw base::UserError(fmt::format("--input {}: {} was given before", input, given.name));
  }
  if (!sources.contains("W")) throw base::UserError("--input: expected W=SOURCE, found none");
  return {sources.at("W"), sources.contains("X") ? sources.at("X") : std::string{}};
}

Score score_of_option(const std::string& text, bool activations) {
  const std::map<std::string, Score> scores = {
      {"magnitude", Score::Magnitude}, {"nowag", Score::NoWag}, {"wanda", Score::Wanda}};
  const auto found = scores.find(text);
  if (found == scores.end()) {
    std::vector<std::string> names;
    names.reserve(scores.size());
    for (const auto& [name, score] : scores) names.push_back(name);
    throw base::UserError(fmt::format("--score {}: expected {}, found '{}'{}", text,
                                      fmt::join(names, ", "), text,
                                      base::did_you_mean(text, names)));
  }
  if (found->second == Score::Wanda && !activations)
    throw base::UserError("--score wanda: expected activations (-i X=FILE.npy), found none");
  return found->second;
}

ir::Dtype dtype_of_option(const std::string& text) {
  const std::optional<ir::Dtype> dtype = ir::find_word<ir::Dtype>(text);
  if (dtype) return *dtype;
  const std::vector<std::string> names = ir::all_words<ir::Dtype>();
  throw base::UserError(fmt::format("--dtype {}: expected {}, found '{}'{}", text,
                                    fmt::join(names, ", "), text, base::did_you_mean(text, names)));
}

}  // namespace weft::cli
