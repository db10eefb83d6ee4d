// SPDX-License-Identifier: Apache-2.0
// More of a resource does not slow the same mapping down, and no run beats its own floors: random
// machines, kernels and operands, whole simulations as the command runs them. Threads that take the
// next row when they are done take others when anything is faster, and meet elsewhere: that is
// worth a per cent now and then, as on real machines.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/simulate.h"
#include "tests/support/in_child.h"
#include "tests/support/sanitized.h"

namespace weft::tests {
namespace {

using Json = nlohmann::ordered_json;
using cli::SimulateRequest;
using Random = std::mt19937_64;

constexpr int kCases = kSanitized ? 8 : 60;
constexpr double kSlack = 1.01;
constexpr double kMostSlack = 1.05;  // of one case in ten at most

/// A key of a machine with values of which each is better than the one before.
struct Resource {
  const char* key;
  std::vector<const char*> values;
};

const std::vector<Resource> kFabric = {{"clock_ghz", {"0.8", "1", "1.6"}},
                                       {"memory.gb_s_per_core", {"2", "5.7", "20"}},
                                       {"memory.latency_ns", {"180", "90", "30"}},
                                       {"memory.banks", {"4", "32", "64"}},
                                       {"core.dcache.bytes", {"4096", "16384", "65536"}},
                                       {"core.spad.banks", {"2", "16", "32"}},
                                       {"core.spad.latency_cycles", {"16", "8", "2"}},
                                       {"core.mtc.pipeline_cycles", {"4", "2", "1"}},
                                       {"dma.outstanding", {"4", "64", "512"}},
                                       {"dma.spad_bytes_per_cycle", {"8", "64", "128"}},
                                       {"collective_engine.barrier_cycles", {"200", "32", "4"}},
                                       {"topology.mesh.link_bytes_per_cycle", {"1", "8", "32"}},
                                       {"topology.mesh.hop_cycles", {"8", "2", "1"}}};

const std::vector<Resource> kGpu = {{"sms", {"12", "36", "108"}},
                                    {"clock.max_ghz", {"1.41", "1.6", "2"}},
                                    {"l2.bytes", {"10MiB", "20MiB", "40MiB"}},
                                    {"l2.bytes_per_cycle", {"1000", "3840", "8000"}},
                                    {"l2.near_latency_cycles", {"400", "206", "100"}},
                                    {"dram.efficiency", {"0.5", "0.7", "0.918"}},
                                    {"dram.latency_ns", {"800", "376", "300"}},
                                    {"launch.kernel_ns", {"3000", "1500", "500"}},
                                    {"power.limit_w", {"200", "400", "10000"}}};

size_t below(size_t end, Random& random) {
  return random() % end;
}

template <typename T>
const T& one_of(const std::vector<T>& values, Random& random) {
  return values[below(values.size(), random)];
}

SimulateRequest fabric_case(Random& random) {
  SimulateRequest request;
  request.machine = random() % 3 == 0 ? "piuma-die" : "piuma-smash";
  request.kernel = one_of<const char*>(
      {"smash_v1", "smash_v2", "smash_v3", "spgemm_row_hash", "spgemm_row_dense", "spgemm_outer"},
      random);
  const size_t scale = 5 + below(4, random);
  request.inputs = {fmt::format("A=rmat:scale={},edges={},seed={}", scale,
                                (1 + below(12, random)) << scale, 1 + below(1000, random)),
                    "B=A^T"};
  return request;
}

SimulateRequest gpu_case(Random& random) {
  SimulateRequest request;
  request.machine = "a100-sxm-80gb";
  request.kernel = one_of<const char*>({"gemm", "spgemm_row_hash", "spmv"}, random);
  if (request.kernel == "gemm") {
    for (const char* extent : {"M", "N", "K"})
      request.params.push_back(fmt::format("{}={}", extent, 16 * (1 + below(100, random))));
    request.params.emplace_back(random() % 2 == 0 ? "dtype=f16" : "dtype=f32");
    request.values = false;
  } else {
    request.inputs = {fmt::format("A=rmat:scale=9,edges={},seed={}", 512 * (1 + below(12, random)),
                                  1 + below(1000, random))};
    if (request.kernel != "spmv") request.inputs.emplace_back("B=A^T");
  }
  return request;
}

/// A request, and what became of it.
class Simulation {
 public:
  explicit Simulation(SimulateRequest request) : request_(std::move(request)) {}

  /// The time; not a number where the values are wrong or the run beats one of its floors. Writes
  /// the mapping where the simulation chose it.
  double time_s(const std::filesystem::path& chosen_mapping) const {
    return in_child([&] {
      try {
        const Json result = cli::simulate(request_);
        Json mapping = {{"mapping", 1}, {"kernel", request_.kernel}};
        mapping.update(result.at("mapping"));
        if (request_.mapping_file.empty()) std::ofstream(chosen_mapping) << mapping;
        const bool sound = result.at("verified").at("passed") != false && keeps_its_floors(result);
        return sound ? result.at("time_s").get<double>() : std::nan("");
      } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return std::nan("");
      }
    });
  }

  std::string words() const {
    return fmt::format("{} on {}, {} {} --set {}", request_.kernel, request_.machine,
                       fmt::join(request_.inputs, " "), fmt::join(request_.params, " "),
                       fmt::join(request_.settings, " --set "));
  }

 private:
  static bool keeps_its_floors(const Json& result) {
    const double most_s = result.at("time_s").get<double>() * (1 + 1e-9);
    for (const auto& [name, floor] : result.at("roofline").items()) {
      if (name.ends_with("floor_s") && floor.is_number() && floor > most_s) return false;
    }
    return true;
  }

  SimulateRequest request_;
};

/// How much longer a mapping takes with more of one resource, drawn with the rest of the machine.
/// The mapping is what the default takes for the machine with less.
double slowdown(SimulateRequest request, const std::vector<Resource>& resources, Random& random) {
  const size_t chosen = below(resources.size(), random);
  for (size_t i = 0; i < resources.size(); ++i) {
    if (i != chosen && random() % 4 == 0)
      request.settings.push_back(
          fmt::format("{}={}", resources[i].key, one_of(resources[i].values, random)));
  }
  const Resource& resource = resources[chosen];
  const size_t less = below(resource.values.size() - 1, random);
  const auto mapping =
      std::filesystem::path(testing::TempDir()) / fmt::format("weft_law_{}", getpid());
  SimulateRequest with_more = request;
  with_more.mapping_file = mapping.string();
  request.settings.push_back(fmt::format("{}={}", resource.key, resource.values[less]));
  with_more.settings.push_back(fmt::format("{}={}", resource.key, resource.values[less + 1]));
  const Simulation before(request);
  const Simulation after(with_more);
  const double before_s = before.time_s(mapping);
  const double after_s = after.time_s(mapping);
  std::filesystem::remove(mapping);
  EXPECT_TRUE(std::isfinite(before_s)) << before.words();
  EXPECT_TRUE(std::isfinite(after_s)) << after.words();
  if (after_s > before_s * kSlack)
    fmt::print("{:.4f} times as long: {}; not {}\n", after_s / before_s, after.words(),
               resource.values[less]);
  return after_s / before_s;
}

void check_law(SimulateRequest (*draw)(Random&), const std::vector<Resource>& resources) {
  Random random(20261123);
  int slower = 0;
  for (int i = 0; i < kCases; ++i) {
    const double ratio = slowdown(draw(random), resources, random);
    EXPECT_LE(ratio, kMostSlack);
    slower += ratio > kSlack ? 1 : 0;
  }
  EXPECT_LE(slower, kCases / 10);
}

TEST(MoreOfAResource, IsNotSlowerOnAFabric) {
  check_law(fabric_case, kFabric);
}

TEST(MoreOfAResource, IsNotSlowerOnAGpu) {
  check_law(gpu_case, kGpu);
}

}  // namespace
}  // namespace weft::tests
