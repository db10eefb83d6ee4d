// SPDX-License-Identifier: Apache-2.0
#include "cli/show.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/documents.h"
#include "cli/run.h"
#include "cli/summary.h"
#include "cli/text.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/transpose.h"

namespace weft::cli {

namespace {

bool is_matrix(const std::string& file) {
  return file.ends_with(".mtx") || file.ends_with(".mtx.gz") || tensor::is_generator_spec(file);
}

std::string row_spread(const tensor::CsrMatrix& matrix) {
  if (matrix.rows == 0) return "none";
  int64_t most = 0;
  int64_t empty = 0;
  for (int64_t row = 0; row < matrix.rows; ++row) {
    most = std::max(most, matrix.row_nnz(row));
    empty += matrix.row_nnz(row) == 0 ? 1 : 0;
  }
  const double mean = static_cast<double>(matrix.nnz()) / static_cast<double>(matrix.rows);
  return fmt::format("mean {}, longest {}, empty {}", show_number(mean), most, empty);
}

}  // namespace

std::string describe(const tensor::NamedMatrix& matrix) {
  const tensor::CsrMatrix& a = matrix.matrix;
  const bool square = a.rows == a.cols;
  // Not one conditional expression: it would copy A, and B that is A itself counts once in the
  // traffic.
  const tensor::SpgemmWork work =
      square ? tensor::count_spgemm(a, a) : tensor::count_spgemm(a, tensor::transpose(a));
  return fmt::format(
      "{}\n"
      "  rows          {}\n"
      "  cols          {}\n"
      "  nnz           {}\n"
      "  entries/row   {}\n"
      "  product       {}: {} products, {} entries, {} at least\n",
      matrix.source, a.rows, a.cols, a.nnz(), row_spread(a), square ? "A * A" : "A * A^T",
      work.products, work.nnz_out, show_bytes(static_cast<double>(work.compulsory_bytes)));
}

std::string show(const std::string& file, bool colour) {
  if (is_matrix(file)) return describe(tensor::load_source(file));
  if (file.ends_with(".json") || std::filesystem::is_directory(file)) {
    const RunFile results = load_run_file(file);
    return results.runs.size() == 1 ? describe(results.runs.front())
                                    : summary_table(results.runs).str(colour);
  }
  return describe_document(file);
}

}  // namespace weft::cli
