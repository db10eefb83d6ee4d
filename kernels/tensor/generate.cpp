// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/generate.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/tensor/generator_families.h"
#include "kernels/tensor/memory_limit.h"

namespace weft::tensor {

SpecParameter count_parameter(std::string name, double least, double most, std::string meaning) {
  return {std::move(name),
          SpecParameter::Kind::Integer,
          least,
          most,
          SpecParameter::Presence::Required,
          {},
          std::move(meaning)};
}

SpecParameter seed_parameter() {
  constexpr double kMostExact = 9007199254740992;  // 2^53: beyond, a double would change the seed
  return {"seed", SpecParameter::Kind::Integer, 0, kMostExact, SpecParameter::Presence::Optional,
          1.0,    "selects the random numbers"};
}

void seed_values(CsrMatrix& matrix, base::Xoshiro256& random) {
  for (double& value : matrix.value) value = 2 * random.uniform() - 1;
}

void require_memory(std::string_view generator, int64_t rows, int64_t cols, int64_t entries) {
  const std::string reason = why_too_large(rows, cols, entries);
  if (!reason.empty()) throw base::UserError(fmt::format("{}: {}", generator, reason));
}

std::span<const Generator> generators() {
  static const std::array all = {
      rmat_generator(),      uniform_generator(),   banded_generator(),  poisson2d_generator(),
      poisson3d_generator(), blockdiag_generator(), directed_generator()};
  return all;
}

namespace {

/// A call of a generator, its parameters checked.
struct GeneratorCall {
  const Generator& generator;
  SpecValues values;
};

GeneratorCall read_call(std::string_view spec) {
  const size_t colon = std::min(spec.find(':'), spec.size());
  const std::string name(spec.substr(0, colon));
  const auto generator = std::ranges::find(generators(), name, &Generator::name);
  if (generator == generators().end()) {
    std::vector<std::string> names;
    for (const Generator& known : generators()) names.push_back(known.name);
    throw base::UserError(fmt::format("{}: expected one of the generators {}; found '{}'{}", spec,
                                      fmt::join(names, ", "), name,
                                      base::did_you_mean(name, names)));
  }
  const std::string_view parameters = spec.substr(std::min(colon + 1, spec.size()));
  return {*generator, read_spec(name, parameters, generator->parameters)};
}

}  // namespace

CsrMatrix generate(std::string_view spec) {
  const GeneratorCall call = read_call(spec);
  return call.generator.make(call.values);
}

void check_spec(std::string_view spec) {
  read_call(spec);
}

std::string rename_spec_files(std::string_view spec,
                              const std::function<std::string(const std::string&)>& renamed) {
  const size_t colon = spec.find(':');
  const std::string_view name = spec.substr(0, colon);
  const auto generator = std::ranges::find(generators(), name, &Generator::name);
  if (colon == std::string_view::npos || generator == generators().end()) return std::string(spec);
  return fmt::format("{}:{}", name,
                     rename_files(spec.substr(colon + 1), generator->parameters, renamed));
}

}  // namespace weft::tensor
