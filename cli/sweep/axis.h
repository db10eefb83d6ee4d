// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/quantity.h"
#include "base/yaml.h"

namespace weft::cli::sweep {

/// A range of numbers, of one unit or none, as an axis states it.
struct Span {
  double from = 0;
  double to = 0;
  bool logarithmic = false;
  bool whole = false;              // both ends were written without a fraction
  std::optional<base::Unit> unit;  // of both ends

  /// The number a share of the way along, 0 to 1, in the form in which documents write it: "90ns".
  std::string text_at(double share) const;
};

/// One thing that varies. Its name says what: a value of the machine ("machine.core.mtc.threads"),
/// of the kernel document ("kernel.schedule.mul.tiles.m0"), a parameter ("param.tokens"), an
/// operand ("input.A"), the whole of one ("machine", "kernel", "mapping"), or a name of its own
/// that other values use as ${NAME}.
struct Axis {
  std::string name;
  std::vector<std::string> values;  // empty where it is a span to draw from
  std::optional<Span> span;
  base::Location where;

  /// The value a share of the way along, 0 to below 1.
  std::string text_at(double share) const;
};

/// Axes that move together: value i of one goes with value i of every other.
using ZippedAxes = std::vector<Axis>;

/// Reads the values of an axis: a scalar, a list, or a range `{from, to}` with one of `step`,
/// `steps`, `factor`, `log_steps`; with none of them (`log: true` for a logarithmic one) samples
/// are drawn from it.
Axis read_axis(const base::YamlEntry& entry, base::Diagnostics& diagnostics);

/// The number that a value of an axis states, in the unit that Weft keeps ("2KiB" is 2048); nothing
/// where it states none.
std::optional<double> number_of(const std::string& value);

}  // namespace weft::cli::sweep
