// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/describe.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/sha256.h"

namespace weft::cli::sweep {

using Json = nlohmann::ordered_json;

namespace {

/// Stands for what all points have in common beside their axes.
std::string digest_of(const SimulateRequest& base) {
  const Json whole = {base.machine,      base.settings, base.kernel, base.kernel_settings,
                      base.mapping_file, base.params,   base.inputs, base.values};
  return base::sha256(whole.dump());
}

}  // namespace

Json describe(const Sweep& sweep) {
  Json json = {{"sweep", sweep.name},         {"base", digest_of(sweep.base)},
               {"about", sweep.about},        {"document", sweep.file.filename().string()},
               {"axes", Json::array()},       {"zipped", Json::array()},
               {"objectives", Json::array()}, {"constraints", Json::array()}};
  for (const ZippedAxes& zipped : sweep.axes) {
    Json together = Json::array();
    for (const Axis& axis : zipped) {
      json["axes"].push_back(axis.name);
      together.push_back(axis.name);
    }
    json["zipped"].push_back(std::move(together));
  }
  for (const Objective& objective : sweep.objectives) {
    json["objectives"].push_back({{"name", objective.name},
                                  {"expression", objective.expression.text()},
                                  {"maximize", objective.maximize}});
  }
  for (const Expression& constraint : sweep.constraints)
    json["constraints"].push_back(constraint.text());
  return json;
}

Sweep described(const Json& description, const std::filesystem::path& file) {
  try {
    Sweep sweep;
    sweep.file = description.at("document").get<std::string>();
    sweep.name = description.at("sweep").get<std::string>();
    sweep.about = description.at("about").get<std::string>();
    std::vector<std::string> names;
    for (const Json& together : description.at("zipped")) {
      ZippedAxes zipped;
      for (const Json& name : together) {
        names.push_back(name.get<std::string>());
        zipped.push_back({names.back(), {}, std::nullopt, {}});
      }
      sweep.axes.push_back(std::move(zipped));
    }
    if (Json(names) != description.at("axes"))
      throw base::UserError(fmt::format("{}: sweep: expected the same axes twice", file.string()));
    for (const Json& objective : description.at("objectives")) {
      sweep.objectives.push_back({objective.at("name").get<std::string>(),
                                  Expression(objective.at("expression").get<std::string>()),
                                  objective.at("maximize").get<bool>()});
    }
    for (const Json& constraint : description.at("constraints"))
      sweep.constraints.emplace_back(constraint.get<std::string>());
    return sweep;
  } catch (const nlohmann::json::exception& error) {
    throw base::UserError(fmt::format("{}: sweep: {}", file.string(), error.what()));
  }
}

}  // namespace weft::cli::sweep
