// SPDX-License-Identifier: Apache-2.0
#include "cli/structure/fit_report.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/run.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

struct FormJson {
  Json operator()(const structure::Dense&) const { return Json::object(); }
  Json operator()(const structure::LowRank& form) const { return {{"rank", form.rank}}; }
  Json operator()(const structure::BlockDense& form) const {
    return {{"blocks", form.blocks}, {"rank", form.rank}};
  }
  Json operator()(const structure::BlockDiagonal& form) const { return {{"blocks", form.blocks}}; }
  Json operator()(const structure::Monarch& form) const {
    return {{"k", form.k}, {"q", form.q}, {"p", form.p},
            {"l", form.l}, {"s", form.s}, {"r", form.r}};
  }
  Json operator()(const structure::MmStar& form) const {
    return {{"k", form.k}, {"p", form.p}, {"m", form.m}, {"l", form.l}, {"s", form.s}};
  }
  Json operator()(const structure::NmSparse& form) const {
    return {{"kept", form.kept}, {"group", form.group}};
  }
  Json operator()(const structure::Armor& form) const { return {{"block_size", form.block}}; }
  Json operator()(const structure::Butterfly&) const { return Json::object(); }
};

/// Figures of a form, whatever fills it.
Json cost_json(const structure::Cost& cost, double value_bytes) {
  const auto whole = [](double count) { return static_cast<int64_t>(count); };
  return {{"parameters", whole(cost.parameters)},
          {"macs_per_token", whole(cost.macs_per_token)},
          {"flops_per_token", whole(2 * cost.macs_per_token)},
          {"bytes", whole(cost.bytes(value_bytes))}};
}

structure::Cost dense_cost(const FittedWeight& fitted) {
  return structure::cost_of({fitted.structure.rows, fitted.structure.cols, structure::Dense{}});
}

Json armor_json(const std::vector<structure::ArmorStep>& steps) {
  Json losses = Json::array();
  for (const structure::ArmorStep& step : steps)
    losses.push_back({step.before_core, step.after_core});
  return losses;
}

}  // namespace

Json form_json(const structure::Form& form) {
  return std::visit(FormJson{}, form);
}

Json fit_json(const FittedWeight& fitted) {
  const structure::Fit& fit = fitted.fit;
  const double value_bytes = ir::bytes_of(fitted.dtype);
  const structure::Cost cost = cost_of(fitted.structure);
  Json document = {
      {"schema", "weft.structure-fit/1"},  {"source", fitted.source},
      {"structure", fitted.name},          {"rows", fitted.structure.rows},
      {"cols", fitted.structure.cols},     {"params", form_json(fitted.structure.form)},
      {"dtype", ir::text_of(fitted.dtype)}};
  document.update(cost_json(cost, value_bytes));
  document["dense"] = cost_json(dense_cost(fitted), value_bytes);
  document["relative_error"] = number_or_null(fit.relative_error);
  document["weighted_error"] = number_or_null(fit.weighted_error.value_or(kUndefined));
  if (!fit.armor_steps.empty()) document["losses"] = armor_json(fit.armor_steps);
  Json factors = Json::array();
  for (const structure::Factor& factor : fit.factors)
    factors.push_back({{"name", factor.name}, {"shape", factor.shape}});
  document["factors"] = std::move(factors);
  document["wall_s"] = fitted.wall_s;
  return document;
}

Table fit_table(const FittedWeight& fitted) {
  const double value_bytes = ir::bytes_of(fitted.dtype);
  const structure::Cost dense = dense_cost(fitted);
  Table table({{"structure", Align::Left},
               {"parameters"},
               {"of dense"},
               {"MACs/token"},
               {fmt::format("bytes {}", ir::text_of(fitted.dtype))},
               {"error"},
               {"weighted"}});
  const auto add = [&](const std::string& name, const structure::Cost& cost, double error,
                       double weighted) {
    table.add_row({name, show_count(cost.parameters),
                   show_percent(cost.parameters / dense.parameters),
                   show_count(cost.macs_per_token), show_bytes(cost.bytes(value_bytes)),
                   show_percent(error), show_percent(weighted)});
  };
  const double no_error = fitted.fit.weighted_error ? 0 : kUndefined;
  add("dense", dense, 0, no_error);
  add(fitted.name, cost_of(fitted.structure), fitted.fit.relative_error,
      fitted.fit.weighted_error.value_or(kUndefined));
  return table;
}

}  // namespace weft::cli
