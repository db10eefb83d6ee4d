// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/sweep/points.h"

namespace weft::cli::sweep {

/// A point of a sweep with all that it is made of.
struct Point {
  std::string id;  // the SHA-256 of the content of its inputs: equal ones are one simulation
  nlohmann::ordered_json axes;
  SimulateRequest request;
  std::string error;       // why it cannot be simulated; empty where it can
  bool defective = false;  // for its machine or kernel
};

/// The request of a point: the sweep's own, with the values of the axes put where their names say
/// and for every ${NAME}, and files resolved against the sweep's folder. UserError where a ${} has
/// no value.
SimulateRequest request_of(const Sweep& sweep, const AxisValues& values);

/// Turns chosen values into points. Remembers documents and files, so that each is read once.
class Resolver {
 public:
  explicit Resolver(const Sweep& sweep) : sweep_(sweep) {}

  /// The point, whose inputs may be defective; then its `error` says how.
  Point resolve(const AxisValues& values);

  /// The machine of a point as it will be simulated; null where it cannot be read.
  const nlohmann::ordered_json& machine_of(const SimulateRequest& request);

 private:
  /// A document read once: its content, or what is wrong with it.
  struct Document {
    nlohmann::ordered_json content;
    std::vector<std::string> errors;
  };

  const Document& machine(const SimulateRequest& request);
  const Document& kernel(const SimulateRequest& request);
  const Document& file(const std::string& path);
  const Document& input(const std::string& source);
  /// Everything that decides the result; collects what is wrong with it.
  nlohmann::ordered_json content(Point& point, std::vector<std::string>& errors);
  /// A message about a part of a request, at the place where the sweep says what it is.
  std::string located(const std::string& part, const std::string& message) const;

  const Sweep& sweep_;
  std::map<std::string, Document> known_;
};

/// What is wrong with points, each message once.
std::vector<std::string> errors_of(const std::vector<Point>& points);

/// The points to simulate: chosen, less those that an exclusion holds for, each id once. UserError
/// where none is left, where every one is defective or one of a grid has a machine or kernel that
/// cannot be, or where an expression names something that is not there. Of a sample, such points
/// are kept: nobody wrote their values.
std::vector<Point> resolve_points(const Sweep& sweep);

}  // namespace weft::cli::sweep
