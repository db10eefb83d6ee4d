// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// A place of a schedule or of bind that the mapper has to fill.
struct Hole {
  std::string path;  ///< "schedule.mul.tiles.m0", "bind.place.B.dram"
  std::vector<std::string>
      options;  ///< in the syntax of documents; empty where `any` legal value will do
  std::vector<std::string> words;  ///< all that could stand there, where they are a few words
  bool any = false;
  Origin where;
};

/// The holes of a kernel in document order: each shared one (under `all`) once. An order that is
/// not given is a hole; other words that are not given are not.
std::vector<Hole> holes(const Kernel& kernel);

/// Fills one hole with a value in the syntax of documents. Reports a path that is no hole and a
/// value that cannot stand there; whether the value is one of the options is not asked.
void fill_hole(Kernel& kernel, std::string_view path, std::string_view value,
               base::Diagnostics& diagnostics);

/// Reports a hole that has no choices and that nothing else tells how to fill.
void report_open(const Kernel& kernel, const Hole& hole, base::Diagnostics& diagnostics);

}  // namespace weft::ir
