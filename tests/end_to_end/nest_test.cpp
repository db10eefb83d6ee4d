// SPDX-License-Identifier: Apache-2.0
// Kernels other than products of sparse matrices on the fabric, by the command.
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/source_sums.h"
#include "tests/support/weft_command.h"

namespace weft::tests {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class Nest : public Command {
 protected:
  Json json(const std::string& name) const { return Json::parse(text_of(folder_ / name)); }
};

TEST_F(Nest, ADenseProductRunsOnTheFabricAndItsLinesAddUp) {
  const Outcome run = weft("simulate -k gemm -m piuma-die -p M=96 -p N=64 -p K=48 --json r.json");
  ASSERT_EQ(run.status, 0) << run.err;
  const Json result = json("r.json");
  EXPECT_EQ(result["verified"]["passed"], true);
  EXPECT_EQ(result["work"]["products"], 96 * 64 * 48);
  double cycles = 0;
  double bytes = 0;
  for (const Json& source : result["by_source"]) {
    cycles += source["cycles"].get<double>();
    bytes += source["bytes"].get<double>();
  }
  EXPECT_EQ(cycles, result["cycles"].get<double>() * 512);
  tests::expect_lines_add_up_to_stalls(result);
  EXPECT_GE(bytes, (96 * 48 + 48 * 64 + 96 * 64) * 4);
  double stalls = 0;
  for (const Json& share : result["stalls"]) stalls += share.get<double>();
  EXPECT_NEAR(stalls, 1, 1e-9);
}

TEST_F(Nest, AWrittenMappingReplaysToTheSameCycles) {
  const std::string command = "simulate -k bmm -m piuma-die -p batch=2 -p M=32 -p N=32 -p K=16 ";
  ASSERT_EQ(weft(command + "--json a.json").status, 0);
  Json mapping = {{"mapping", 1}, {"kernel", "bmm"}};
  mapping.update(json("a.json")["mapping"]);
  write("mapping.yaml", mapping.dump());
  const Outcome again = weft(command + "--mapping mapping.yaml --json b.json");
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(json("b.json")["cycles"], json("a.json")["cycles"]);
}

TEST_F(Nest, ASparseOperandComesFromAGenerator) {
  const Outcome run = weft(
      "simulate -k spmm -m piuma-die -i A=uniform:rows=60,cols=50,nnz=400,seed=1 -p N=32 --json "
      "r.json");
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(json("r.json")["verified"]["passed"], true);
  EXPECT_EQ(json("r.json")["work"]["products"], 400 * 32);
}

TEST_F(Nest, AKernelNobodyPreparedRunsAndShowsItsPasses) {
  write("gram.yaml",
        "kir: 1\nkernel: gram\nparams: {M: 40, K: 30}\nindex: {i: M, j: M, k: K}\ntensors:\n"
        "  A: {dims: [i, k], dtype: f64, levels: csr}\n"
        "  S: {dims: [i, j], dtype: f64, levels: csr}\n"
        "  Y: {dims: [i, j], dtype: f64, levels: csr, pattern: S}\n"
        "compute:\n  - dot: Y[i,j] += A[i,k] * A[j,k]\n");
  const Outcome run = weft("simulate -k gram.yaml -m piuma-smash");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("verified      yes"));
  EXPECT_EQ(weft("show --stage meet gram.yaml").out,
            "dot: Y[i,j] += A[i,k]*A[j,k]\n"
            "  for i in 0..40\n"
            "    for j walks Y compressed(j)\n"
            "      for k walks in step A compressed(k), A compressed(k) where A&A stored\n"
            "        Y[i,j] += A[i,k]*A[j,k]\n");
  EXPECT_THAT(weft("show --stage program gram.yaml").out, HasSubstr("run        dot over k\n"));
}

TEST_F(Nest, ALinkUnderAHotSpotCarriesItsRateAndNoMore) {
  write("hot.yaml",
        "kir: 1\nkernel: hot\nparams: {I: 5, J: 32}\nindex: {i: I, j: J}\ntensors:\n"
        "  A: {dims: [i, j], dtype: f64, levels: csr}\n"
        "  B: {dims: [i], dtype: f64, levels: ['dense(i)']}\n"
        "  Z: {dims: [i, j], dtype: f64, levels: csr, pattern: A}\n"
        "compute:\n  - st: Z[i,j] = A[i,j] * B[i]\n"
        "schedule:\n  st: {order: [i, j], par: {j: thread}, "
        "hold: {B: {at: i, in: spad, via: dma}}}\n");
  // All 8,448 threads of a node read the same few bytes.
  const auto with_link = [&](const char* bytes_per_cycle) {
    const Outcome run = weft(std::string("simulate -k hot.yaml -m piuma-node --json r.json --set "
                                         "topology.mesh.link_bytes_per_cycle=") +
                             bytes_per_cycle);
    EXPECT_EQ(run.status, 0) << run.err;
    return json("r.json");
  };
  const Json wide = with_link("2"), narrow = with_link("1");
  for (const Json& result : {wide, narrow})
    EXPECT_LE(result["network"]["max_link_utilisation"].get<double>(), 1.01);
  EXPECT_GT(narrow["time_s"].get<double>(), 1.9 * wide["time_s"].get<double>());
}

TEST_F(Nest, ARoleThatTheFabricLacksIsNamed) {
  const Outcome run = weft("simulate -k gemm24 -m piuma-die");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("needs role 'mma.sp', for which piuma-die has no unit"));
}

TEST_F(Nest, APassThatIsNoneIsTold) {
  const Outcome run = weft("show --stage stages gemm -p M=32 -p N=32 -p K=32");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean 'stage'?"));
}

TEST_F(Nest, ProductsAndTilesShowTheirOwnPasses) {
  EXPECT_THAT(weft("show --stage plan smash_v2").out,
              HasSubstr("walk  row by row: for m, for k in row m of A, row k of B\n"
                        "rows  windows of rows to cores, rows to threads as these come free\n"));
  EXPECT_THAT(weft("show --stage program spgemm_row_hash").out,
              HasSubstr("load          r9 = A.pos[r6 + 1]"));
  EXPECT_THAT(weft("show --stage tiles -m h200 armor").out,
              HasSubstr("operands  S from memory, 2:4; U from memory\n"
                        "    result    V stays on the SM\n"));
  EXPECT_THAT(weft("show --stage launches -m a100-pcie-40gb gemm").out,
              HasSubstr("loads     A 2048 bytes, B 4096 bytes\n"));
  const Outcome rows = weft("show --stage tiles -m h200 spmv");
  EXPECT_EQ(rows.status, 2);
  EXPECT_THAT(rows.err, HasSubstr("spmv runs by rows on h200"));
}

TEST_F(Nest, AFileThatTheDocumentNamesIsReadWhateverRunsTheKernel) {
  write("A.mtx",
        "%%MatrixMarket matrix coordinate real general\n3 2 3\n1 1 2.0\n2 2 3.0\n3 1 4.0\n");
  const std::string sparse = "  A: {dims: [m, k], dtype: f32, levels: csr, data: {mtx: A.mtx}}\n";
  const std::string sizes = "params: {M: 3, K: 2}\nindex: {m: M, k: K}\ntensors:\n";
  write("spmv.yaml", "kir: 1\nkernel: spmv\n" + sizes + sparse +
                         "  x: {dims: [k], dtype: f32, levels: [dense(k)]}\n"
                         "  y: {dims: [m], dtype: f32, levels: [dense(m)]}\n"
                         "compute:\n  - mul: y[m] += A[m,k] * x[k]\n");
  write("product.yaml",
        "kir: 1\nkernel: product\nparams: {M: 3, K: 2, N: 3}\n"
        "index: {m: M, k: K, n: N}\ntensors:\n" +
            sparse +
            "  B: {dims: [k, n], dtype: f32, levels: csr}\n"
            "  Z: {dims: [m, n], dtype: f32, levels: csr}\n"
            "compute:\n  - mul: Z[m,n] += A[m,k] * B[k,n]\n");
  for (const char* kernel : {"spmv.yaml", "product.yaml"}) {
    for (const char* machine : {"piuma-smash", "h200"}) {
      const std::string command = std::string("simulate -k ") + kernel + " -m " + machine;
      const Outcome run = weft(command);
      EXPECT_EQ(run.status, 0) << command << run.err;
      EXPECT_THAT(run.out, HasSubstr("3 x 2, 3 entries (")) << command;
      EXPECT_THAT(run.out, HasSubstr("A.mtx")) << command;
      EXPECT_THAT(run.out, HasSubstr("verified      yes")) << command;
    }
  }
}

TEST_F(Nest, NoFloorIsAboveTheTimeHoweverEmptyAMatrixIs) {
  write("one.mtx", "%%MatrixMarket matrix coordinate real general\n4096 4096 1\n18 4000 2.5\n");
  for (const std::string machine : {"piuma-smash", "h200"}) {
    for (const std::string kernel : {"spmv -i A=", "spmm -p N=4 -i A=", "sddmm -p K=8 -i S="}) {
      for (const std::string matrix : {"one.mtx", "rmat:scale=7,edges=600,seed=1"}) {
        const std::string what = kernel + matrix + " -m " + machine;
        ASSERT_EQ(weft("simulate --json r.json -k " + what).status, 0) << what;
        const Json result = json("r.json");
        EXPECT_LE(result["roofline"]["floor_s"], result["time_s"]) << what;
        EXPECT_LE(result["work"]["compulsory_bytes"].get<double>(),
                  result["dram"]["read_bytes"].get<double>() +
                      result["dram"]["write_bytes"].get<double>())
            << what;
      }
    }
  }
  ASSERT_EQ(weft("simulate --json r.json -k fwht -p L=5 -p vectors=16 -m piuma-die").status, 0);
  // The first step comes from outside, the last one is wanted there.
  EXPECT_EQ(json("r.json")["work"]["compulsory_bytes"], 2 * 16 * 32 * 4 + 16);
}

/// A .npy file of a vector.
std::string vector_npy(const std::vector<double>& values) {
  std::string header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(values.size()) + ",)}";
  header.resize(118, ' ');
  std::string text("\x93NUMPY\x01\x00\x76\x00", 10);
  text += header;
  text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
  return text;
}

TEST_F(Nest, AnIndexArrayThatLeadsAstrayIsAUsersError) {
  const std::string head =
      "kir: 1\nkernel: pick\nparams: {M: 7}\nindex: {m: M}\ntensors:\n"
      "  A: {dims: [m], dtype: f64, levels: ['dense(m)']}\n"
      "  y: {dims: [m], dtype: f64, levels: ['dense(m)']}\n";
  const std::string compute = "compute:\n  - s: y[m] = A[P[m]]\n";
  write("const.yaml", head +
                          "  P: {dims: [m], dtype: i32, levels: ['dense(m)'], "
                          "data: {const: [0, 1, 2, 3, 4, 6, 900000000]}}\n" +
                          compute);
  write("file.yaml", head + "  P: {dims: [m], dtype: f64, levels: ['dense(m)']}\n" + compute);
  write("P.npy", vector_npy({0, 1, 2, 3, 4, 5, 7}));
  EXPECT_EQ(weft("check const.yaml").status, 2);
  for (const std::string machine : {"piuma-die", "piuma-smash", "h200"}) {
    const Outcome constant = weft("simulate -k const.yaml -m " + machine);
    EXPECT_EQ(constant.status, 2) << machine;
    EXPECT_THAT(constant.err, HasSubstr("const.yaml:10:17: error: subscript 'P[m]' of A reaches "
                                        "900000000, but dim m is 0 to 6: P[6] is 900000000"));
    const Outcome file = weft("simulate -k file.yaml -i P=P.npy -m " + machine);
    EXPECT_EQ(file.status, 2) << machine;
    EXPECT_THAT(file.err, HasSubstr("P[6] is 7"));
  }
}

TEST_F(Nest, AProductWithoutAScheduleRunsAsTheLibrarys) {
  write("product.yaml",
        "kir: 1\nkernel: product\nparams: {M: 40, K: 30, N: 20}\nindex: {m: M, k: K, n: N}\n"
        "tensors:\n  A: {dims: [m, k], dtype: f64, levels: csr}\n"
        "  B: {dims: [k, n], dtype: f64, levels: csr}\n"
        "  Z: {dims: [m, n], dtype: f64, levels: csr}\n"
        "compute:\n  - mul: Z[m,n] += A[m,k] * B[k,n]\n");
  for (const char* machine : {"piuma-smash", "h200"}) {
    const Outcome run = weft(std::string("simulate -k product.yaml -m ") + machine);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("verified      yes"));
  }
}

}  // namespace
}  // namespace weft::tests
