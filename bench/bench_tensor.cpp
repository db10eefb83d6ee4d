// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "kernels/native/cpu/spgemm_graphblas.h"
#include "kernels/native/cpu/spgemm_hash.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/matrix_market.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify.h"

namespace {

using namespace weft;

// The workload of the SMASH comparison: 252 thousand entries, 6.3 million products.
const std::string kSmash = "rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=";

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / (std::to_string(getpid()) + "-" + name);
}

/// Bytes per second are those of the text, also where the file is compressed.
void read_matrix_market(benchmark::State& state, const std::string& extension) {
  const tensor::CsrMatrix matrix =
      tensor::generate("uniform:rows=300000,cols=300000,nnz=3000000,seed=1");
  const std::filesystem::path plain = temporary("bench.mtx");
  const std::filesystem::path file = temporary("bench" + extension);
  tensor::write_matrix_market(plain, matrix);
  const auto text_bytes = static_cast<int64_t>(std::filesystem::file_size(plain));
  if (file != plain) tensor::write_matrix_market(file, matrix);
  for (auto _ : state) benchmark::DoNotOptimize(tensor::read_matrix_market(file));
  state.SetBytesProcessed(state.iterations() * text_bytes);
  std::filesystem::remove(plain);
  std::filesystem::remove(file);
}
BENCHMARK_CAPTURE(read_matrix_market, plain, std::string(".mtx"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_matrix_market, gzip, std::string(".mtx.gz"))->Unit(benchmark::kMillisecond);

void write_matrix_market(benchmark::State& state) {
  const tensor::CsrMatrix matrix =
      tensor::generate("uniform:rows=300000,cols=300000,nnz=3000000,seed=1");
  const std::filesystem::path file = temporary("bench-write.mtx");
  for (auto _ : state) tensor::write_matrix_market(file, matrix);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(std::filesystem::file_size(file)));
  std::filesystem::remove(file);
}
BENCHMARK(write_matrix_market)->Unit(benchmark::kMillisecond);

void generate(benchmark::State& state, const std::string& spec) {
  int64_t entries = 0;
  for (auto _ : state) entries += tensor::generate(spec).nnz();
  state.SetItemsProcessed(entries);
}
BENCHMARK_CAPTURE(generate, rmat, kSmash + "1")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generate, uniform, std::string("uniform:rows=100000,cols=100000,nnz=1000000"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generate, directed, std::string("directed:nodes=100000,edges=1000000"))
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(generate, poisson3d, std::string("poisson3d:n=64"))
    ->Unit(benchmark::kMillisecond);

/// The two operands and their products, which are the items of every benchmark below.
struct SmashOperands {
  tensor::CsrMatrix a = tensor::generate(kSmash + "1");
  tensor::CsrMatrix b = tensor::generate(kSmash + "2");
  int64_t products = tensor::count_products(a, b);
};

const SmashOperands& smash_operands() {
  static const SmashOperands operands;
  return operands;
}

void spgemm_hash(benchmark::State& state, native::RowOrder order) {
  const SmashOperands& operands = smash_operands();
  for (auto _ : state)
    benchmark::DoNotOptimize(native::spgemm_hash(operands.a, operands.b, 1, order));
  state.SetItemsProcessed(state.iterations() * operands.products);
}
BENCHMARK_CAPTURE(spgemm_hash, unsorted, native::RowOrder::Unsorted)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(spgemm_hash, sorted, native::RowOrder::Sorted)->Unit(benchmark::kMillisecond);

void spgemm_graphblas(benchmark::State& state, native::RowOrder order) {
  const SmashOperands& operands = smash_operands();
  native::GraphBlasSpgemm graphblas(operands.a, operands.b, 1);
  for (auto _ : state) graphblas.multiply(order);
  state.SetItemsProcessed(state.iterations() * operands.products);
}
BENCHMARK_CAPTURE(spgemm_graphblas, unsorted, native::RowOrder::Unsorted)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(spgemm_graphblas, sorted, native::RowOrder::Sorted)
    ->Unit(benchmark::kMillisecond);

void verify_product(benchmark::State& state) {
  const SmashOperands& operands = smash_operands();
  const native::CpuProduct c =
      native::spgemm_hash(operands.a, operands.b, 1, native::RowOrder::Unsorted);
  for (auto _ : state) {
    const auto rows = [&](int64_t row) { return c.row(row); };
    benchmark::DoNotOptimize(tensor::verify_product(operands.a, operands.b, rows));
  }
  state.SetItemsProcessed(state.iterations() * operands.products);
}
BENCHMARK(verify_product)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
