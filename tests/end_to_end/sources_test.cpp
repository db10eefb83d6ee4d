// SPDX-License-Identifier: Apache-2.0
// Operands from files and generators, on every route that runs a kernel.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

constexpr const char* kThreeByTwo =
    "%%MatrixMarket matrix coordinate real general\n3 2 3\n1 1 2.0\n2 2 3.0\n3 1 4.0\n";

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string npy(const std::string& shape, const std::vector<float>& values) {
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size());
  text += '\0';
  return text + header + bytes_of(values);
}

std::string safetensors(const std::vector<float>& values) {
  const std::string header = R"({"w":{"dtype":"F32","shape":[2,)" +
                             std::to_string(values.size() / 2) + R"(],"data_offsets":[0,)" +
                             std::to_string(values.size() * sizeof(float)) + "]}}";
  const uint64_t length = header.size();
  std::string text(sizeof length, '\0');
  std::memcpy(text.data(), &length, sizeof length);
  return text + header + bytes_of(values);
}

class Sources : public tests::Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("one.mtx", kThreeByTwo);
    write("one.npy", npy("3,2", {2, 0, 0, 3, 4, 0}));
    write("X.npy", npy("2,32", std::vector<float>(64, 0.5F)));
    write("X.safetensors", safetensors(std::vector<float>(64, 0.5F)));
  }

  Json simulate(const std::string& arguments) const {
    const tests::Outcome run = weft("simulate " + arguments + " --json -");
    EXPECT_EQ(run.status, 0) << arguments << run.err;
    return run.status == 0 ? Json::parse(run.out) : Json();
  }

  std::string error_of(const std::string& arguments) const {
    const tests::Outcome run = weft("simulate " + arguments);
    EXPECT_EQ(run.status, 2) << arguments;
    return run.err;
  }
};

TEST_F(Sources, DenseOperandsBesideASparseOneAreReadInAnyOrder) {
  for (const char* machine : {"h200", "piuma-smash"}) {
    for (const char* inputs : {"-i A=one.mtx -i X=X.npy", "-i X=X.safetensors:w -i A=one.npy",
                               "-i X=uniform:rows=2,cols=32,nnz=9 -i A=one.npy"}) {
      const Json result = simulate(std::string("-k spmm -m ") + machine + " " + inputs);
      EXPECT_EQ(result.at("verified").at("passed"), true);
      EXPECT_EQ(result.at("work").at("products"), 3 * 32) << inputs;
      ASSERT_EQ(result.at("inputs").size(), 2U);
      EXPECT_EQ(result.at("inputs").at(1).at("name"), "X");
      EXPECT_THAT(inputs, HasSubstr(result.at("inputs").at(1).at("source").get<std::string>()));
    }
  }
}

TEST_F(Sources, WhatDoesNotFitIsToldOnEveryMachine) {
  for (const char* machine : {"h200", "piuma-smash"}) {
    const std::string spmm = std::string("-k spmm -m ") + machine + " -i A=one.mtx";
    EXPECT_EQ(error_of(spmm + " -i X=nofile.npy"),
              "nofile.npy: cannot read: No such file or directory\n");
    EXPECT_EQ(error_of(spmm + " -i Q=nofile.npy -i A=one.mtx"),
              "--input Q=nofile.npy: expected one of the operands A, X, found 'Q'\n"
              "--input A=one.mtx: A was given before\n");
    EXPECT_THAT(error_of(spmm + " -i X=one.npy"),
                HasSubstr("K is 3 by the data of tensor X, but 2 elsewhere"));
  }
  EXPECT_THAT(error_of("-k gemm -m h200 -i A=rmat:scale=16,edges=9"),
              HasSubstr("expected at most 268435456 elements of a dense operand"));
}

TEST_F(Sources, ASecondSparseOperandFollowsFromTheFirst) {
  for (const char* machine : {"h200", "p100", "piuma-smash"}) {
    const std::string inner = std::string("-k spgemm_inner -m ") + machine;
    const std::string square = inner + " -i A=rmat:scale=6,edges=200,seed=1";
    EXPECT_EQ(simulate(square).at("work").at("nnz_out"), 773);
    EXPECT_EQ(simulate(square + " -i B=A").at("work").at("nnz_out"), 773);
    EXPECT_EQ(simulate(square + " -i B=A^T").at("work").at("nnz_out"), 763);
    const Json wide = simulate(inner + " -i A=one.mtx");
    EXPECT_EQ(wide.at("inputs").at(1).at("source"), "A^T");
    EXPECT_EQ(wide.at("work").at("products"), 5);
  }
}

TEST_F(Sources, AProductTakesTheElementsOfAFileThatAreNotZero) {
  for (const char* machine : {"h200", "piuma-smash"}) {
    const Json result = simulate(std::string("-k spgemm_row_hash -m ") + machine + " -i A=one.npy");
    EXPECT_EQ(result.at("inputs").at(0).at("nnz"), 3);
    EXPECT_EQ(result.at("work").at("products"), 5);
  }
}

TEST_F(Sources, TilesTakeMatricesAsDense) {
  const Json result = simulate("-k gemm -m h200 -i A=one.mtx -i B=X.safetensors");
  EXPECT_EQ(result.at("verified").at("passed"), true);
  EXPECT_EQ(result.at("work").at("products"), 3 * 2 * 32);
  EXPECT_EQ(result.at("inputs").at(0).at("source"), "one.mtx");
}

TEST_F(Sources, ConstantsOfADocumentReachEveryRoute) {
  write("spmv.yaml",
        "kir: 1\nkernel: spmv\nparams: {M: 3, K: 2}\nindex: {m: M, k: K}\ntensors:\n"
        "  A: {dims: [m, k], dtype: f32, levels: csr}\n"
        "  x: {dims: [k], dtype: f32, levels: [dense(k)], data: {const: [1, 2]}}\n"
        "  y: {dims: [m], dtype: f32, levels: [dense(m)]}\n"
        "compute:\n  - mul: y[m] += A[m,k] * x[k]\n");
  for (const char* machine : {"h200", "piuma-smash"}) {
    const Json result = simulate(std::string("-k spmv.yaml -i A=one.mtx -m ") + machine);
    EXPECT_EQ(result.at("inputs").at(1).at("source"), "document: x");
  }
}

}  // namespace
}  // namespace weft
