// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "kernels/dense/linear_access.h"
#include "kernels/ir/report.h"
#include "mapper/codegen/cuda_source.h"
#include "mapper/codegen/cuda_text.h"
#include "mapper/codegen/inline_headers.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

std::string_view cuda_type(ir::Dtype dtype) {
  switch (dtype) {
    case ir::Dtype::F64:
      return "double";
    case ir::Dtype::F32:
      return "float";
    case ir::Dtype::Tf32:
      return "weft_cuda::Tf32";
    case ir::Dtype::F16:
      return "__half";
    case ir::Dtype::Bf16:
      return "__nv_bfloat16";
    case ir::Dtype::F8e4m3:
      return "__nv_fp8_e4m3";
    case ir::Dtype::F8e5m2:
      return "__nv_fp8_e5m2";
    case ir::Dtype::I8:
      return "int8_t";
    case ir::Dtype::I32:
      return "int32_t";
    case ir::Dtype::I64:
      break;
  }
  return {};
}

std::string_view cuda_sum_type(ir::Dtype operand) {
  if (operand == ir::Dtype::F64) return "double";
  return operand == ir::Dtype::I8 ? "int32_t" : "float";
}

/// Elements from one index of a role to the next in a tensor, [batch, m, n, k].
using Steps = std::array<int64_t, kIndexRoles>;

/// A product as three strided tensors.
struct StridedProduct {
  Steps a{}, b{}, c{};
  int64_t base_a = 0, base_b = 0, base_c = 0;
};

class ProductWriter {
 public:
  ProductWriter(const ir::Kernel& kernel, const GpuMapping& mapping,
                const machine::GpuDescription& gpu, base::Diagnostics& diagnostics)
      : kernel_(kernel),
        mapping_(mapping),
        gpu_(gpu),
        diagnostics_(diagnostics),
        plan_(mapping.groups.front().statements.front()) {}

  /// The mapping as constants; nothing after a report.
  std::string constants() {
    const size_t before = diagnostics_.messages().size();
    refuse();
    if (diagnostics_.messages().size() != before) return {};
    read_steps();
    lay_warps();
    refuse_sizes();
    if (diagnostics_.messages().size() != before) return {};
    return fmt::format("/// {}\nstruct Product {{\n{}{}{}{}}};\n", plan_.tile.str(), types(),
                       extents(), tile(), place());
  }

 private:
  void tell(const std::string& message) {
    ir::report(diagnostics_, plan_.form.statement->where, message);
  }

  bool before(machine::ComputeCapability cc) const {
    return machine::parse_compute_capability(gpu_.compute_capability).value() < cc;
  }

  void refuse() {
    if (mapping_.groups.size() != 1 || mapping_.groups[0].statements.size() != 1) {
      tell("CUDA code is written for kernels of one statement (gemm, bmm, blockdiag, gemm24)");
      return;
    }
    for (const IndexRole role : {IndexRole::Batch, IndexRole::M, IndexRole::N, IndexRole::K}) {
      if (plan_.form.of(role).size() > 1)
        tell(fmt::format("CUDA code is written for one index each of batch, m, n and k, found {}",
                         fmt::join(plan_.form.of(role), ", ")));
      if (role != IndexRole::K && plan_.walk.serial_tiles(role) > 1)
        tell("CUDA code is written for CTAs that compute one tile of the result");
    }
    refuse_types();
  }

  void refuse_types() {
    const ir::Dtype operand = kernel_.find_tensor(plan_.form.a->name)->dtype;
    const ir::Dtype other = kernel_.find_tensor(plan_.form.b->name)->dtype;
    const ir::Dtype result = kernel_.find_tensor(plan_.form.c->name)->dtype;
    if (operand != other) tell("CUDA code is written for operands of one type");
    if (cuda_type(operand).empty() || cuda_type(result).empty())
      tell("CUDA code is not written for 64-bit integers");
    if (!plan_.shape.tensor_cores) return;
    if (operand == ir::Dtype::F64) tell("CUDA code has no matrix unit for f64; use: fma");
    const bool f8 = operand == ir::Dtype::F8e4m3 || operand == ir::Dtype::F8e5m2;
    const machine::ComputeCapability needed{8, f8 ? 9 : 0};
    if (before(needed))
      tell(fmt::format("CUDA code uses matrix instructions of compute capability {}, {} has {}",
                       needed.str(), gpu_.name, gpu_.compute_capability));
    if (plan_.shape.sparse_a && operand != ir::Dtype::F16 && operand != ir::Dtype::Bf16)
      tell("CUDA code of 2:4 products is written for f16 and bf16");
    if (plan_.shape.sparse_a && plan_.shape.k % 32 != 0)
      tell("CUDA code of 2:4 products is written for multiples of 32 of k");
  }

  /// What only the steps and the warps' layout tell.
  void refuse_sizes() {
    if (strides_.base_a != 0 || strides_.base_b != 0 || strides_.base_c != 0)
      tell("CUDA code is written for subscripts without a constant");
    if (plan_.shape.tensor_cores && warp_m_ == 0)
      tell(fmt::format("no layout of {} warps over {} x {} elements suits matrix instructions",
                       threads() / machine::kThreadsPerWarp, plan_.tile.m, plan_.tile.n));
    const int64_t most =
        machine::sm_limits(*machine::parse_compute_capability(gpu_.compute_capability))
            .shared_bytes_opt_in;
    if (shared_bytes() > most)
      tell(fmt::format(
          "{} blocks need {} bytes of shared memory with the padding that CUDA code adds, "
          "{} has {}; try buf: {}",
          plan_.tile.stages, shared_bytes(), gpu_.name, most,
          std::max<int64_t>(1, most / (shared_bytes() / plan_.tile.stages))));
  }

  /// As Block of copy_block.cuh pads its lines: by 16 bytes.
  static int64_t block_bytes(int64_t rows, int64_t depth, bool along_k, int64_t element_bytes) {
    const int64_t wide = 16 / element_bytes;
    const int64_t length = along_k ? depth : rows;
    return (along_k ? rows : depth) * ((length + wide - 1) / wide * wide + wide) * element_bytes;
  }

  int64_t shared_bytes() const {
    const auto k = static_cast<size_t>(IndexRole::K);
    const auto bytes =
        static_cast<int64_t>(ir::bytes_of(kernel_.find_tensor(plan_.form.a->name)->dtype));
    return plan_.tile.stages *
           (block_bytes(plan_.tile.m, plan_.tile.k / (plan_.shape.sparse_a ? 2 : 1),
                        strides_.a[k] == 1, bytes) +
            block_bytes(plan_.tile.n, plan_.tile.k, strides_.b[k] == 1, bytes));
  }

  /// The mapping's warps, or where groups of four share a product (wgmma) as many single ones, laid
  /// over the tile so that each reads least: as square as 16 x 8 pieces allow.
  void lay_warps() {
    if (!plan_.shape.tensor_cores) return;
    if (!plan_.tile.wgmma) {
      warp_m_ = plan_.tile.warp_m;
      warp_n_ = plan_.tile.warp_n;
      return;
    }
    const int64_t warps = threads() / machine::kThreadsPerWarp;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int64_t down = 1; down <= warps; ++down) {
      const int64_t across = warps / down;
      if (down * across != warps || plan_.tile.m % (16 * down) != 0 ||
          plan_.tile.n % (8 * across) != 0)
        continue;
      const int64_t m = plan_.tile.m / down, n = plan_.tile.n / across;
      if (m + n >= least) continue;
      least = m + n;
      warp_m_ = m;
      warp_n_ = n;
    }
  }

  void read_steps() {
    std::vector<std::string> names;
    std::vector<IndexRole> roles;
    for (const IndexRole role : {IndexRole::Batch, IndexRole::M, IndexRole::N, IndexRole::K}) {
      for (const std::string& index : plan_.form.of(role)) {
        names.push_back(index);
        roles.push_back(role);
      }
    }
    const auto read = [&](const ir::Expression& access, Steps& steps, int64_t& base) {
      const dense::LinearAccess linear = dense::linear_access(kernel_, access, names);
      base = linear.base;
      for (size_t i = 0; i < names.size(); ++i)
        steps[static_cast<size_t>(roles[i])] = linear.strides[i];
    };
    read(*plan_.form.a, strides_.a, strides_.base_a);
    read(*plan_.form.b, strides_.b, strides_.base_b);
    read(*plan_.form.c, strides_.c, strides_.base_c);
    if (!plan_.shape.sparse_a) return;
    for (const IndexRole role : {IndexRole::Batch, IndexRole::M})  // half of every line is stored
      strides_.a[static_cast<size_t>(role)] /= 2;
  }

  int64_t elements(const ir::Expression& access) const {
    int64_t count = 1;
    for (const int64_t extent : kernel_.shape(*kernel_.find_tensor(access.name))) count *= extent;
    return count;
  }

  std::string types() const {
    const ir::Dtype operand = kernel_.find_tensor(plan_.form.a->name)->dtype;
    const char* unit = plan_.shape.sparse_a       ? "MmaSparse"
                       : plan_.shape.tensor_cores ? "Mma"
                                                  : "Fma";
    return fmt::format(
        "  using In = {};\n  using Sum = {};\n  using Out = {};\n"
        "  static constexpr weft_cuda::Unit unit = weft_cuda::Unit::{};\n",
        cuda_type(operand), cuda_sum_type(operand),
        cuda_type(kernel_.find_tensor(plan_.form.c->name)->dtype), unit);
  }

  std::string extents() const {
    const ContractionShape& s = plan_.shape;
    const auto step = [](const Steps& steps, IndexRole role) {
      return steps[static_cast<size_t>(role)];
    };
    return fmt::format(
        "  static constexpr int64_t batch = {}, m = {}, n = {}, k = {};\n"
        "  static constexpr int64_t a_elements = {}, b_elements = {}, c_elements = {};\n"
        "  static constexpr int64_t a_batch = {}, a_m = {}, a_k = {};\n"
        "  static constexpr int64_t b_batch = {}, b_n = {}, b_k = {};\n"
        "  static constexpr int64_t c_batch = {}, c_m = {}, c_n = {};\n",
        s.batch, s.m, s.n, s.k, elements(*plan_.form.a) / (s.sparse_a ? 2 : 1),
        elements(*plan_.form.b), elements(*plan_.form.c), step(strides_.a, IndexRole::Batch),
        step(strides_.a, IndexRole::M), step(strides_.a, IndexRole::K),
        step(strides_.b, IndexRole::Batch), step(strides_.b, IndexRole::N),
        step(strides_.b, IndexRole::K), step(strides_.c, IndexRole::Batch),
        step(strides_.c, IndexRole::M), step(strides_.c, IndexRole::N));
  }

  /// Threads that share a tile; groups that divide its k between them are one group here.
  int threads() const { return plan_.tile.threads / std::max(1, plan_.tile.slices); }

  std::string tile() const {
    const TileChoice& t = plan_.tile;
    std::string text = fmt::format(
        "  static constexpr int tile_m = {}, tile_n = {}, tile_k = {};\n"
        "  static constexpr int stages = {}, split_k = {}, threads = {};\n",
        t.m, t.n, t.k, t.stages, t.split_k, threads());
    if (plan_.shape.tensor_cores)
      text += fmt::format("  static constexpr int warp_m = {}, warp_n = {};\n", warp_m_, warp_n_);
    return text;
  }

  std::string_view axis_of(IndexRole role) const {
    for (const AxisOfRole& axis : mapping_.groups[0].axes[0]) {
      if (axis.role != role) continue;
      return axis.axis == GridAxis::Batch ? "batch_at" : axis.axis == GridAxis::M ? "m_at" : "n_at";
    }
    return "0";
  }

  /// The order of CTAs as sim/gpu/cta_order.cpp walks it.
  std::string place() const {
    const program::Grid& grid = mapping_.groups[0].grid;
    const int64_t fast = grid.n_fastest ? grid.n_tiles : grid.m_tiles;
    const int64_t slow = grid.n_fastest ? grid.m_tiles : grid.n_tiles;
    return fmt::format(
        "  static constexpr int64_t ctas = {};\n"
        "  /// CTAs walk {} tiles of {} in bands of {}, across a band first.\n"
        "  static __device__ weft_cuda::TilePlace place(int64_t id) {{\n"
        "    constexpr int64_t fast_tiles = {}, slow_tiles = {}, band = {};\n"
        "    constexpr int64_t plane = fast_tiles * slow_tiles;\n"
        "    [[maybe_unused]] const int64_t part = id / plane % split_k, batch_at = id / (plane * "
        "split_k);\n"
        "    const int64_t in_plane = id % plane, first = in_plane / (band * fast_tiles) * band;\n"
        "    const int64_t height = band < slow_tiles - first ? band : slow_tiles - first;\n"
        "    const int64_t in_band = in_plane - first * fast_tiles;\n"
        "    const int64_t {} = in_band / height, {} = first + in_band % height;\n"
        "    return {{{}, {}, {}, part}};\n"
        "  }}\n",
        grid.ctas(), slow, grid.n_fastest ? "m" : "n", grid.swizzle, fast, slow, grid.swizzle,
        grid.n_fastest ? "n_at" : "m_at", grid.n_fastest ? "m_at" : "n_at",
        axis_of(IndexRole::Batch), axis_of(IndexRole::M), axis_of(IndexRole::N));
  }

  const ir::Kernel& kernel_;
  const GpuMapping& mapping_;
  const machine::GpuDescription& gpu_;
  base::Diagnostics& diagnostics_;
  const StatementPlan& plan_;
  StridedProduct strides_;
  int64_t warp_m_ = 0, warp_n_ = 0;
};

}  // namespace

std::string cuda_product_source(const ir::Kernel& kernel, const GpuMapping& mapping,
                                const machine::GpuDescription& gpu,
                                const std::filesystem::path& sources,
                                base::Diagnostics& diagnostics) {
  const std::string constants = ProductWriter(kernel, mapping, gpu, diagnostics).constants();
  if (constants.empty()) return {};
  const ContractionShape& shape = mapping.groups[0].statements[0].shape;
  return file_head(kernel, gpu) +
         inline_headers(sources, "kernels/native/cuda/device/run_product.cuh") + "\n" + constants +
         fmt::format(
             "\nint main(int argc, char** argv) {{\n"
             "  const int repetitions = weft_cuda::repetitions_of(argc, argv);\n"
             "  return weft_cuda::print(weft_cuda::run_product<Product>(repetitions), \"{}\", "
             "\"weft\",\n"
             "                          \"batch={} m={} n={} k={}\");\n}}\n",
             kernel.name, shape.batch, shape.m, shape.n, shape.k);
}

}  // namespace weft::mapper
