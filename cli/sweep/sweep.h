// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "cli/simulate.h"
#include "cli/sweep/axis.h"
#include "cli/sweep/expression.h"

namespace weft::cli::sweep {

/// What is to be had as little as possible of, or as much.
struct Objective {
  std::string name;
  Expression expression;
  bool maximize = false;
};

/// How points are chosen from the axes.
struct Sample {
  enum class Method {
    Grid,            // every combination
    Random,          // each axis by itself, uniformly
    LatinHypercube,  // each axis cut into as many strata as there are points, each used once
  };
  Method method = Method::Grid;
  int64_t points = 0;
  uint64_t seed = 1;
};

/// The document `sweep: 1`: one simulation, what varies in it, and what is looked for. Texts of the
/// request are as written; `resolve` puts the values of a point into them.
struct Sweep {
  std::string name;
  std::string about;
  std::filesystem::path file;
  SimulateRequest base;
  std::vector<ZippedAxes> axes;
  Sample sample;
  std::vector<Expression> exclusions;
  std::vector<Objective> objectives;
  std::vector<Expression> constraints;
  double timeout_s = 0;  // 0: none
  /// Where the document says what a part of the request is; parts have the names that axes have.
  std::map<std::string, base::Location> places;

  std::vector<std::string> axis_names() const;
};

/// Reads a sweep. Every defect goes to `diagnostics`; the value is then what could be read.
Sweep read_sweep(const base::YamlNode& root, base::Diagnostics& diagnostics);

/// The objectives that have a name of their own: time, energy, edp, area.
std::vector<std::string> objective_words();

/// The objective that a word stands for; nullopt where it is none.
std::optional<Objective> named_objective(const std::string& word);

}  // namespace weft::cli::sweep
