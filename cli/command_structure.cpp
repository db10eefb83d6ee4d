// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/operands.h"
#include "cli/structure/fit_report.h"
#include "cli/structure/options.h"
#include "cli/terminal.h"
#include "kernels/structure/npy_write.h"
#include "kernels/structure/source.h"

namespace weft::cli {

namespace {

using structure::Score;

/// The sources of W and, perhaps, X.
std::map<std::string, std::string> sources_of(const std::vector<std::string>& inputs) {
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
  return sources;
}

Score score_of(const StructureFitOptions& options, bool activations) {
  const std::map<std::string, Score> scores = {
      {"magnitude", Score::Magnitude}, {"nowag", Score::NoWag}, {"wanda", Score::Wanda}};
  const auto found = scores.find(options.score);
  if (found == scores.end()) {
    std::vector<std::string> names;
    for (const auto& [name, score] : scores) names.push_back(name);
    throw base::UserError(fmt::format("--score {}: expected {}, found '{}'{}", options.score,
                                      fmt::join(names, ", "), options.score,
                                      base::did_you_mean(options.score, names)));
  }
  if (found->second == Score::Wanda && !activations)
    throw base::UserError("--score wanda: expected activations (-i X=FILE.npy), found none");
  return found->second;
}

ir::Dtype dtype_of(const std::string& text) {
  const std::optional<ir::Dtype> dtype = ir::find_word<ir::Dtype>(text);
  if (dtype) return *dtype;
  const std::vector<std::string> names = ir::all_words<ir::Dtype>();
  throw base::UserError(fmt::format("--dtype {}: expected {}, found '{}'{}", text,
                                    fmt::join(names, ", "), text, base::did_you_mean(text, names)));
}

FittedWeight fit_weight(const StructureFitOptions& options) {
  const std::map<std::string, std::string> sources = sources_of(options.inputs);
  FittedWeight fitted{.source = sources.at("W"),
                      .name = options.structure.name,
                      .structure = {},
                      .fit = {},
                      .dtype = dtype_of(options.dtype)};
  structure::FitOptions fit{.score = score_of(options, sources.contains("X")),
                            .armor = options.armor,
                            .activation_norms = {}};
  const structure::Matrix weight = structure::load_weight(fitted.source);
  fitted.structure = choose_structure(weight.rows(), weight.cols(), options.structure);
  if (sources.contains("X"))
    fit.activation_norms = structure::load_activation_norms(sources.at("X"), weight.cols());
  Progress progress(static_cast<size_t>(options.armor.iterations));
  fit.armor.keep_going = [&progress](int done) {
    progress.show(static_cast<size_t>(done), "armor");
    return !interrupted();
  };
  const auto begin = std::chrono::steady_clock::now();
  fitted.fit = fit_structure(weight, fitted.structure, fit);
  fitted.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return fitted;
}

}  // namespace

int structure_fit_command(const StructureFitOptions& options) {
  std::optional<DeferInterrupt> until_saved;
  if (options.structure.name == "armor") until_saved.emplace();
  const FittedWeight fitted = fit_weight(options);
  const nlohmann::ordered_json document = fit_json(fitted);
  if (!options.out.empty()) {
    for (const structure::Factor& factor : fitted.fit.factors)
      write_text(options.out / (factor.name + ".npy"), npy_bytes(factor));
    write_json(options.out / "fit.json", document);
  }
  if (!options.json_file.empty()) write_json(options.json_file, document);
  if (options.json_file != "-")
    fmt::print("{} ({} x {}) as {} {}\n\n{}", fitted.source, fitted.structure.rows,
               fitted.structure.cols, fitted.name, document["params"].dump(),
               fit_table(fitted).str(wants_colour(stdout)));
  if (!interrupted()) return kOk;
  fmt::print(stderr, "weft: stopped; the factors are the best so far\n");
  return kInterruptedStatus;
}

}  // namespace weft::cli
