// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "cli/validate/gpu_pool.h"
#include "cli/validate/suites.h"

namespace weft::cli::validate {

namespace {

constexpr int64_t kMostOfAnything = int64_t{1} << 40;
constexpr double kHalfBytes = 2;
/// A call into the framework of such studies, Python before a kernel: where the GPU is done sooner,
/// the host sets the pace. One number for all rows; fitted: docs/deviations.md.
constexpr double kHostPerCallS = 7e-5;
/// A copy that permutes halves spends its time on the index of each element and not on moving it:
/// its share of the bandwidth of a stream. One number for all rows; fitted: docs/deviations.md.
constexpr double kPermutingShare = 0.5;

enum class Form { Dense, LowRank, BlockDense, BlockShuffle };

/// The forward pass of a feed-forward block d -> 4d -> d as its launches: products, and passes over
/// memory, each as long as a stream of `pass_bytes`.
struct FeedForward {
  std::vector<mapper::ContractionShape> products;
  std::vector<double> pass_bytes;

  double calls() const { return static_cast<double>(products.size() + pass_bytes.size()); }
};

struct Sizes {
  int64_t d, tokens, rank, blocks;
};

/// One layer in a form; features lie block by block, and tokens are the columns of each product.
void add_layer(FeedForward& net, Form form, int64_t out, int64_t in, const Sizes& sizes) {
  const int64_t tokens = sizes.tokens, blocks = sizes.blocks, rank = sizes.rank;
  const auto product = [&](int64_t batch, int64_t m, int64_t k) {
    net.products.push_back(half_shape(batch, m, tokens, k));
    net.products.back().math = program::MathType::Bf16;
  };
  const auto copy = [&](int64_t features) {
    net.pass_bytes.push_back(2 * kHalfBytes * static_cast<double>(tokens * features) /
                             kPermutingShare);
  };
  switch (form) {
    case Form::Dense:
      return product(1, out, in);
    case Form::LowRank:
      product(1, rank, in);
      return product(1, out, rank);
    case Form::BlockDense:
      product(blocks, rank / blocks, in / blocks);
      return product(1, out, rank);
    case Form::BlockShuffle: {
      // The published code copies both results to shuffle their features.
      const int64_t middle = std::min(out, in);
      product(blocks, middle / blocks, in / blocks);
      copy(middle);
      product(blocks, out / blocks, middle / blocks);
      return copy(out);
    }
  }
}

FeedForward feed_forward(Form form, const Sizes& sizes) {
  FeedForward net;
  add_layer(net, form, 4 * sizes.d, sizes.d, sizes);
  // Bias and GeLU are one pass over the wide activations.
  net.pass_bytes.push_back(2 * kHalfBytes * static_cast<double>(sizes.tokens * 4 * sizes.d));
  add_layer(net, form, sizes.d, 4 * sizes.d, sizes);
  return net;
}

/// Feed-forward blocks with structured weights on tensor cores. Where a structure would be slower
/// than the dense block, the study takes the dense one, whose weight it keeps beside the factors.
class StructuredFfnSuite : public Suite {
 public:
  explicit StructuredFfnSuite(const SuiteContext& context) : pool_(context) {}

  std::vector<std::string> columns() const override {
    return {"gpu", "curve", "form", "d", "tokens", "rank", "blocks", "latency_ms"};
  }
  std::string group_column() const override { return "gpu"; }
  std::optional<std::string> curve_column() const override { return "curve"; }
  std::string curve_position_column() const override { return "d"; }
  std::string quantity() const override { return "latency_ms"; }

  Job read(const base::CsvRow& row) override {
    sim::GpuMachine* gpu = pool_.of_row(row);
    const Form form = row.choice<Form>("form", {{"dense", Form::Dense},
                                                {"lowrank", Form::LowRank},
                                                {"blockdense", Form::BlockDense},
                                                {"blockshuffle", Form::BlockShuffle}});
    const Sizes sizes{
        row.integer("d", 1, kMostOfAnything), row.integer("tokens", 1, kMostOfAnything),
        row.integer("rank", 0, kMostOfAnything), row.integer("blocks", 1, kMostOfAnything)};
    const bool ranked = form == Form::LowRank || form == Form::BlockDense;
    if (ranked && sizes.rank < sizes.blocks) row.report("rank", "expected one for each block");
    const double measured_ms = row.positive_number("latency_ms");
    return [=, this]() -> Outcome {
      const double dense_s = dense_seconds(*gpu, sizes);
      const double own_s = form == Form::Dense ? dense_s : seconds(*gpu, feed_forward(form, sizes));
      const GpuRates rates = fp16_rates(gpu->description());
      double roof_s = 0;
      for (const mapper::ContractionShape& shape : feed_forward(form, sizes).products) {
        const GemmWork work{shape.batch, shape.m, shape.n, shape.k, 2};
        roof_s += roofline_s(rates, work.flops(), work.compulsory_bytes());
      }
      return Prediction{.main = Comparison{measured_ms, 1e3 * std::min(own_s, dense_s)},
                        .error_percent = {},
                        .beside = {{Figure::Roofline, {measured_ms, 1e3 * roof_s}}}};
    };
  }

  bool configure(const std::string& gpu, const std::vector<std::string>& settings) override {
    pool_.configure(gpu, settings);
    dense_s_.clear();
    return true;
  }

 private:
  using DenseKey = std::tuple<const sim::GpuMachine*, int64_t, int64_t>;

  /// The dense block of a row, which the other forms of the same sizes ask for again.
  double dense_seconds(sim::GpuMachine& gpu, const Sizes& sizes) {
    const auto [slot, fresh] = dense_s_.try_emplace(DenseKey{&gpu, sizes.d, sizes.tokens});
    if (fresh) slot->second = seconds(gpu, feed_forward(Form::Dense, sizes));
    return slot->second;
  }

  static double seconds(sim::GpuMachine& gpu, const FeedForward& net) {
    const machine::GpuDescription& description = gpu.description();
    program::GridProgram program;
    for (const mapper::ContractionShape& shape : net.products)
      program.launches.push_back(
          mapper::tile_launch("product", shape, default_tile(description, shape)));
    double total_s = gpu.run(program).time_s;
    const double bytes_per_s = 1e9 * description.dram.peak_gb_s * description.dram.efficiency;
    for (const double bytes : net.pass_bytes) total_s += bytes / bytes_per_s;
    return std::max(total_s, kHostPerCallS * net.calls());
  }

  GpuPool pool_;
  std::map<DenseKey, double> dense_s_;
};

}  // namespace

std::unique_ptr<Suite> make_structured_ffn_suite(const SuiteContext& context) {
  return std::make_unique<StructuredFfnSuite>(context);
}

}  // namespace weft::cli::validate
