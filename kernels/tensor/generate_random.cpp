// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/generator_families.h"

namespace weft::tensor {

namespace {

using Kind = SpecParameter::Kind;
using Presence = SpecParameter::Presence;

/// R-MAT (Chakrabarti, Zhan, Faloutsos: "R-MAT: A Recursive Model for Graph Mining", SDM 2004). An
/// edge falls into one quadrant of the matrix with probability a, b (upper right), c (lower left)
/// or d, then into one quadrant of that, `scale` times. Nothing is permuted, so hubs sit at the low
/// indices.
CsrMatrix make_rmat(const SpecValues& values) {
  const double a = values.real("a");
  const double a_b = a + values.real("b");
  const double a_b_c = a_b + values.real("c");
  const double sum = a_b_c + values.real("d");
  constexpr double kTolerance = 1e-6;
  if (std::abs(sum - 1) > kTolerance) {
    throw base::UserError(fmt::format("rmat: expected a + b + c + d = 1, found {}", sum));
  }
  const int64_t scale = values.integer("scale");
  const int64_t edges = values.integer("edges");
  const int64_t nodes = int64_t{1} << scale;
  require_memory("rmat", nodes, nodes, edges);

  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  Coordinates list{.rows = nodes, .cols = nodes, .row = {}, .column = {}, .value = {}};
  list.row.reserve(edges);
  list.column.reserve(edges);
  for (int64_t edge = 0; edge < edges; ++edge) {
    int32_t row = 0;
    int32_t column = 0;
    for (int64_t level = 0; level < scale; ++level) {
      const double place = random.uniform();
      const int lower = place >= a_b ? 1 : 0;
      const int right = place >= a_b_c || (place >= a && place < a_b) ? 1 : 0;
      row = 2 * row + lower;
      column = 2 * column + right;
    }
    list.row.push_back(row);
    list.column.push_back(column);
  }
  CsrMatrix matrix = csr_from_coordinates(std::move(list), Duplicates::KeepFirst);
  seed_values(matrix, random);
  return matrix;
}

/// `count` different numbers below `range`, sorted. Repetitions are drawn again until enough are
/// different, which leaves every set equally likely; at most half of the range is drawn, so few
/// rounds are needed.
std::vector<uint64_t> distinct_numbers(base::Xoshiro256& random, uint64_t count, uint64_t range) {
  std::vector<uint64_t> numbers;
  numbers.reserve(count);
  while (numbers.size() < count) {
    const auto known = static_cast<int64_t>(numbers.size());
    while (numbers.size() < count) numbers.push_back(random.below(range));
    std::sort(numbers.begin() + known, numbers.end());
    std::inplace_merge(numbers.begin(), numbers.begin() + known, numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  }
  return numbers;
}

std::vector<uint64_t> complement(const std::vector<uint64_t>& sorted, uint64_t range) {
  std::vector<uint64_t> rest;
  rest.reserve(range - sorted.size());
  auto next = sorted.begin();
  for (uint64_t number = 0; number < range; ++number) {
    if (next != sorted.end() && *next == number) {
      ++next;
    } else {
      rest.push_back(number);
    }
  }
  return rest;
}

int64_t uniform_entries(const SpecValues& values, double places) {
  if (values.has("nnz") == values.has("density")) {
    throw base::UserError(fmt::format("uniform: expected either nnz or density, found {}",
                                      values.has("nnz") ? "both" : "neither"));
  }
  if (values.has("density"))
    return static_cast<int64_t>(std::round(values.real("density") * places));
  const int64_t entries = values.integer("nnz");
  if (static_cast<double>(entries) <= places) return entries;
  throw base::UserError(
      fmt::format("uniform: nnz: expected at most rows x cols = {}, found {}", places, entries));
}

/// Exactly nnz places, every set of places equally likely.
CsrMatrix make_uniform(const SpecValues& values) {
  const int64_t rows = values.integer("rows");
  const int64_t cols = values.integer("cols");
  const auto places = static_cast<uint64_t>(rows) * static_cast<uint64_t>(cols);
  const int64_t entries = uniform_entries(values, static_cast<double>(places));
  require_memory("uniform", rows, cols, entries);

  base::Xoshiro256 random(static_cast<uint64_t>(values.integer("seed")));
  const auto count = static_cast<uint64_t>(entries);
  const std::vector<uint64_t> chosen =
      count <= places / 2 ? distinct_numbers(random, count, places)
                          : complement(distinct_numbers(random, places - count, places), places);
  Coordinates list{.rows = rows, .cols = cols, .row = {}, .column = {}, .value = {}};
  list.row.reserve(count);
  list.column.reserve(count);
  for (const uint64_t place : chosen) {
    list.row.push_back(static_cast<int32_t>(place / static_cast<uint64_t>(cols)));
    list.column.push_back(static_cast<int32_t>(place % static_cast<uint64_t>(cols)));
  }
  CsrMatrix matrix = csr_from_coordinates(std::move(list), Duplicates::KeepFirst);
  seed_values(matrix, random);
  return matrix;
}

}  // namespace

Generator rmat_generator() {
  constexpr double kMostScale = 30;
  const auto probability = [](std::string name, double graph500, std::string quadrant) {
    return SpecParameter{std::move(name), Kind::Real,         0, 1, Presence::Optional,
                         graph500,        std::move(quadrant)};
  };
  return {"rmat",
          "power-law graph by recursive quadrants; draws `edges`, keeps the different ones",
          {count_parameter("scale", 1, kMostScale, "log2 of the number of nodes"),
           count_parameter("edges", 1, kMostGenerated, "edges drawn, before duplicates merge"),
           probability("a", 0.57, "probability of the upper left quadrant"),
           probability("b", 0.19, "probability of the upper right quadrant"),
           probability("c", 0.19, "probability of the lower left quadrant"),
           probability("d", 0.05, "probability of the lower right quadrant"), seed_parameter()},
          make_rmat};
}

Generator uniform_generator() {
  return {"uniform",
          "entries at random places, all equally likely",
          {count_parameter("rows", 1, kMostGenerated, "number of rows"),
           count_parameter("cols", 1, kMostGenerated, "number of columns"),
           {"nnz", Kind::Integer, 0, kMostGenerated, Presence::Optional, {}, "number of entries"},
           {"density", Kind::Real, 0, 1, Presence::Optional, {}, "entries / (rows x cols)"},
           seed_parameter()},
          make_uniform};
}

}  // namespace weft::tensor
