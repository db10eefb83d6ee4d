// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cli/sweep/expression.h"
#include "cli/sweep/points.h"

namespace weft::cli::sweep {

/// The values of axes as the JSON object that a database keeps: plain numbers as numbers.
nlohmann::ordered_json axes_json(const AxisValues& values);

/// What the names in expressions mean at one point: an axis by its name; `machine.PATH` of the
/// machine as simulated; `area_mm2`; and, where there is a result, any path into it (`time_s`,
/// `dram.utilisation`, `param.tokens`). Names of nothing are undefined.
class Scope {
 public:
  /// `configuration` and `result` outlive the scope; null where there is none.
  Scope(const nlohmann::ordered_json& axes, const nlohmann::ordered_json& configuration,
        const nlohmann::ordered_json& result)
      : axes_(axes), configuration_(configuration), result_(result) {}

  Value operator()(const std::string& name) const;

 private:
  const nlohmann::ordered_json& axes_;
  const nlohmann::ordered_json& configuration_;
  const nlohmann::ordered_json& result_;
};

/// The value at a dotted path of a document; undefined where there is none.
Value value_at(const nlohmann::ordered_json& document, const std::string& path);

}  // namespace weft::cli::sweep
