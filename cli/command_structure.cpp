// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/structure/fit_report.h"
#include "cli/structure/options.h"
#include "cli/structure/weight_sources.h"
#include "cli/terminal.h"
#include "kernels/structure/npy_write.h"
#include "kernels/structure/source.h"

namespace weft::cli {

namespace {

FittedWeight fit_weight(const StructureFitOptions& options) {
  const WeightSources sources = weight_sources(options.inputs);
  FittedWeight fitted{.source = sources.weight,
                      .name = options.structure.name,
                      .structure = {},
                      .fit = {},
                      .dtype = dtype_of_option(options.dtype)};
  structure::FitOptions fit{.score = score_of_option(options.score, sources.has_activations()),
                            .armor = options.armor,
                            .activation_norms = {}};
  const structure::Matrix weight = structure::load_weight(fitted.source);
  fitted.structure = choose_structure(weight.rows(), weight.cols(), options.structure);
  if (sources.has_activations())
    fit.activation_norms = structure::load_activation_norms(sources.activations, weight.cols());
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
