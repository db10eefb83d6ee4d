// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/ranks.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace weft::cli::sweep {

namespace {

std::optional<size_t> number(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  size_t value = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, problem] = std::from_chars(text, end, value);
  return problem == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<Ranks> ranks_of_environment() {
  struct Names {
    const char* rank;
    const char* size;
  };
  constexpr std::array<Names, 3> kEngines = {{{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                              {"PMI_RANK", "PMI_SIZE"},
                                              {"MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"}}};
  for (const Names& names : kEngines) {
    const auto rank = number(names.rank), size = number(names.size);
    if (rank && size && *rank < *size) return Ranks{*rank, *size};
  }
  return std::nullopt;
}

}  // namespace weft::cli::sweep
