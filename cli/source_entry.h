// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <numeric>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "kernels/program/program.h"

namespace weft::cli {

/// An entry of a result's "by_source": what a word of the kernel's documents cost, its cycles being
/// the sum of `causes`. Causes without cycles are left out.
template <class Bytes, class Cycles, size_t N>
nlohmann::ordered_json source_entry(const program::Source& source, const std::string& tensor,
                                    const std::string& what, Bytes bytes,
                                    const std::array<Cycles, N>& causes,
                                    const std::array<std::string_view, N>& names) {
  nlohmann::ordered_json stalls = nlohmann::ordered_json::object();
  for (size_t i = 0; i < N; ++i) {
    if (causes[i] > 0) stalls[std::string(names[i])] = causes[i];
  }
  return {
      {"file",
       source.file.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(source.file)},
      {"line", source.line == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(source.line)},
      {"statement", source.statement},
      {"tensor", tensor.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(tensor)},
      {"bytes", bytes},
      {"cycles", std::accumulate(causes.begin(), causes.end(), Cycles{0})},
      {"what", what},
      {"stalls", stalls}};
}

}  // namespace weft::cli
