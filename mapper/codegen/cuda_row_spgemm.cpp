// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "kernels/ir/report.h"
#include "mapper/codegen/cuda_source.h"
#include "mapper/codegen/cuda_text.h"
#include "mapper/codegen/inline_headers.h"
#include "sim/machine/sm_limits.h"

namespace weft::mapper {

namespace {

std::string_view bits_name(program::HashBits bits) {
  if (bits == program::HashBits::Low) return "Low";
  return bits == program::HashBits::High ? "High" : "Mixed";
}

/// As RowTable of hash_rows.cuh lays it out.
int64_t table_bytes(int64_t slots) {
  return slots * static_cast<int64_t>(sizeof(double) + 2 * sizeof(int32_t)) + 8;
}

void refuse(const ir::Kernel& kernel, const RowSpgemmPlan& plan, const machine::GpuDescription& gpu,
            base::Diagnostics& diagnostics) {
  const auto tell = [&](const std::string& message) {
    ir::report(diagnostics, kernel.statements.front().where, message);
  };
  if (plan.dense) tell("CUDA code of sparse products is written for hash tables, accum kind: hash");
  if (!plan.binned)
    tell("CUDA code of sparse products is written for rows in bins, balance: dynamic");
  if (!plan.symbolic) tell("CUDA code of sparse products is written for size: symbolic");
  if (plan.long_rows != LongRows::Windows)
    tell("CUDA code of sparse products is written for spill: passes");
  const int64_t most =
      machine::sm_limits(*machine::parse_compute_capability(gpu.compute_capability))
          .shared_bytes_opt_in;
  if (table_bytes(plan.largest_slots) > most)
    tell(fmt::format("a table of {} slots needs {} bytes of shared memory, {} has {}",
                     plan.largest_slots, table_bytes(plan.largest_slots), gpu.name, most));
}

}  // namespace

std::string cuda_row_spgemm_source(const ir::Kernel& kernel, const RowSpgemmPlan& plan,
                                   const machine::GpuDescription& gpu,
                                   const std::filesystem::path& sources,
                                   base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.messages().size();
  refuse(kernel, plan, gpu, diagnostics);
  if (diagnostics.messages().size() != before) return {};
  return file_head(kernel, gpu) +
         inline_headers(sources, "kernels/native/cuda/device/matrix_market.cuh") +
         fmt::format(
             "\n/// Rows by size to tables of up to {} slots; longer ones range by range of "
             "columns.\n"
             "struct Product {{\n"
             "  static constexpr int slots = {};\n"
             "  static constexpr weft_cuda::HashBits bits = weft_cuda::HashBits::{};\n"
             "}};\n\n"
             "/// [REPETITIONS [A.mtx [B.mtx]]]; B is A where it is not given, A a power law.\n"
             "int main(int argc, char** argv) {{\n"
             "  const int repetitions = weft_cuda::repetitions_of(argc, argv);\n"
             "  const weft_cuda::HostCsr a = argc > 2 ? weft_cuda::read_matrix_market(argv[2])\n"
             "                                        : weft_cuda::power_law(14, 250000);\n"
             "  const weft_cuda::HostCsr b = argc > 3 ? weft_cuda::read_matrix_market(argv[3]) : "
             "a;\n"
             "  if (a.cols != b.rows) weft_cuda::fail(weft_cuda::kNoDevice, \"A and B do not "
             "meet\");\n"
             "  const std::string shape = std::to_string(a.rows) + \" rows, \" +\n"
             "                            std::to_string(a.column.size()) + \" entries\";\n"
             "  return weft_cuda::print(weft_cuda::run_hash_rows<Product>(a, b, repetitions), "
             "\"{}\", \"weft\",\n"
             "                          shape.c_str());\n"
             "}}\n",
             plan.largest_slots, plan.largest_slots, bits_name(plan.bits), kernel.name);
}

}  // namespace weft::mapper
