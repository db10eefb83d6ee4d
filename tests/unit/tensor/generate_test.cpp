// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/generate.h"

#include <bit>
#include <cmath>
#include <functional>

#include <gmock/gmock.h>

#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/transpose.h"
#include "tests/unit/tensor/files.h"

namespace weft::tests {
namespace {

using tensor::CsrMatrix;
using tensor::generate;

/// FNV-1a over everything a matrix holds.
uint64_t fingerprint(const CsrMatrix& matrix) {
  uint64_t hash = 0xCBF29CE484222325u;
  const auto add = [&hash](uint64_t word) {
    for (int byte = 0; byte < 8; ++byte)
      hash = (hash ^ ((word >> (8 * byte)) & 0xFF)) * 0x100000001B3u;
  };
  add(static_cast<uint64_t>(matrix.rows));
  add(static_cast<uint64_t>(matrix.cols));
  for (const int64_t start : matrix.row_start) add(static_cast<uint64_t>(start));
  for (const int32_t column : matrix.column) add(static_cast<uint64_t>(column));
  for (const double value : matrix.value) add(std::bit_cast<uint64_t>(value));
  return hash;
}

std::string spec_error(const std::string& spec) {
  return user_error([&] { generate(spec); });
}

struct Golden {
  std::string spec;
  uint64_t expected;

  friend void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.spec; }
};

class GeneratedMatrix : public testing::TestWithParam<Golden> {};

TEST_P(GeneratedMatrix, KeepsItsBitsForASeed) {
  EXPECT_EQ(fingerprint(generate(GetParam().spec)), GetParam().expected) << GetParam().spec;
}

TEST_P(GeneratedMatrix, RowsAreSortedWithoutDuplicates) {
  const CsrMatrix matrix = generate(GetParam().spec);
  ASSERT_EQ(matrix.row_start.size(), static_cast<size_t>(matrix.rows) + 1);
  ASSERT_EQ(matrix.row_start.back(), matrix.nnz());
  ASSERT_EQ(matrix.value.size(), matrix.column.size());
  for (int64_t row = 0; row < matrix.rows; ++row) {
    for (int64_t entry = matrix.row_start[row]; entry < matrix.row_start[row + 1]; ++entry) {
      ASSERT_GE(matrix.column[entry], 0);
      ASSERT_LT(matrix.column[entry], matrix.cols);
      if (entry == matrix.row_start[row]) continue;
      ASSERT_LT(matrix.column[entry - 1], matrix.column[entry]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    EveryGenerator, GeneratedMatrix,
    testing::Values(
        Golden{"rmat:scale=10,edges=8000,a=.50,b=.07,c=.15,d=.28,seed=1", 14608447929978603678u},
        Golden{"rmat:scale=10,edges=8000,a=.50,b=.07,c=.15,d=.28,seed=2", 14484352711130722648u},
        Golden{"uniform:rows=300,cols=200,nnz=5000,seed=1", 18272186404019169616u},
        Golden{"uniform:rows=30,cols=20,density=0.9", 8687027829314502079u},
        Golden{"banded:n=50,half_bandwidth=3,seed=1", 13694860742258997725u},
        Golden{"poisson2d:n=7", 17059252547200879612u},
        Golden{"poisson3d:n=4", 13091771865204087170u},
        Golden{"blockdiag:blocks=5,block=4,seed=1", 15255925255912844685u},
        Golden{"directed:nodes=500,edges=4000,exponent=2.1,seed=1", 16208552424074371191u}));

TEST(GeneratedMatrix, EveryGeneratorHasGoldenBits) {
  EXPECT_EQ(tensor::generators().size(), 7u) << "add the new generator to the golden list above";
}

TEST(Rmat, ReproducesTheSmashWorkload) {
  const std::string spec = "rmat:scale=14,edges=266000,a=.50,b=.07,c=.15,d=.28,seed=";
  const CsrMatrix a = generate(spec + "1");
  const CsrMatrix b = generate(spec + "2");
  EXPECT_GE(a.nnz(), 252000);
  EXPECT_LE(a.nnz(), 253000);
  EXPECT_GE(b.nnz(), 252000);
  EXPECT_LE(b.nnz(), 253000);
  EXPECT_GE(tensor::count_products(a, b), 6310000);
  EXPECT_LE(tensor::count_products(a, b), 6350000);
}

TEST(Uniform, HasExactlyTheEntriesAskedFor) {
  EXPECT_EQ(generate("uniform:rows=100,cols=50,nnz=1234").nnz(), 1234);
  EXPECT_EQ(generate("uniform:rows=100,cols=50,density=0.75").nnz(), 3750);
  EXPECT_EQ(generate("uniform:rows=10,cols=5,density=1").nnz(), 50);
  EXPECT_EQ(generate("uniform:rows=10,cols=5,nnz=0").nnz(), 0);
}

TEST(Banded, FillsItsBand) {
  EXPECT_EQ(generate("banded:n=10,half_bandwidth=2").nnz(), 5 * 10 - 2 * (1 + 2));
  EXPECT_EQ(generate("banded:n=3,half_bandwidth=100").nnz(), 9);
}

TEST(Poisson, RowsOfInnerPointsAddUpToZero) {
  const CsrMatrix plane = generate("poisson2d:n=3");
  EXPECT_EQ(plane.nnz(), 9 + 2 * 12);  // points, and both directions of the 12 edges of the grid
  EXPECT_THAT(std::vector<int32_t>(plane.column.begin() + plane.row_start[4],
                                   plane.column.begin() + plane.row_start[5]),
              testing::ElementsAre(1, 3, 4, 5, 7));
  const CsrMatrix cube = generate("poisson3d:n=3");
  EXPECT_EQ(cube.nnz(), 27 + 2 * 54);
  double sum = 0;
  for (int64_t entry = cube.row_start[13]; entry < cube.row_start[14]; ++entry)
    sum += cube.value[entry];
  EXPECT_EQ(sum, 0);
  EXPECT_EQ(cube.row_nnz(13), 7);
}

TEST(Poisson, IsSymmetric) {
  const CsrMatrix matrix = generate("poisson3d:n=4");
  const CsrMatrix mirrored = transpose(matrix);
  EXPECT_EQ(mirrored.column, matrix.column);
  EXPECT_EQ(mirrored.value, matrix.value);
}

TEST(Poisson, OnePointHasNoNeighbours) {
  EXPECT_EQ(generate("poisson3d:n=1").nnz(), 1);
}

TEST(Blockdiag, HasDenseBlocksOnly) {
  const CsrMatrix matrix = generate("blockdiag:blocks=3,block=4");
  EXPECT_EQ(matrix.rows, 12);
  EXPECT_EQ(matrix.nnz(), 48);
  EXPECT_EQ(matrix.column[matrix.row_start[5]], 4);
}

TEST(Directed, DegreesFollowThePowerLaw) {
  const CsrMatrix matrix = generate("directed:nodes=2000,edges=40000,exponent=2.5,seed=4");
  const CsrMatrix reversed = transpose(matrix);
  EXPECT_GT(matrix.nnz(), 30000);  // most edges are different
  EXPECT_LE(matrix.nnz(), 40000);
  const auto largest = [](const CsrMatrix& graph) {
    int64_t most = 0;
    for (int64_t node = 0; node < graph.rows; ++node) most = std::max(most, graph.row_nnz(node));
    return most;
  };
  EXPECT_GT(largest(matrix), 10 * 20);  // hubs far above the mean of 20, in both directions
  EXPECT_GT(largest(reversed), 10 * 20);
}

TEST(Directed, CorrelationOfDegreesDecidesTheProducts) {
  const std::string spec = "directed:nodes=2000,edges=20000,exponent=2.5,correlation=";
  const CsrMatrix independent = generate(spec + "0");
  const CsrMatrix correlated = generate(spec + "1");
  EXPECT_GT(tensor::count_products(correlated, correlated),
            3 * tensor::count_products(independent, independent));
}

TEST(GeneratorSpec, UnknownKeySuggestsTheNearest) {
  EXPECT_EQ(spec_error("rmat:scale=4,edge=10,edges=10"),
            "rmat: unknown key 'edge'; did you mean 'edges'?");
  EXPECT_EQ(spec_error("poisson2d:n=4,colour=3"), "poisson2d: unknown key 'colour' (known: n)");
}

TEST(GeneratorSpec, UnknownGeneratorListsTheKnownOnes) {
  EXPECT_EQ(spec_error("rmta:scale=4"),
            "rmta:scale=4: expected one of the generators rmat, uniform, banded, poisson2d, "
            "poisson3d, blockdiag, "
            "directed; found 'rmta'; did you mean 'rmat'?");
}

TEST(GeneratorSpec, EveryDefectIsReportedAtOnce) {
  EXPECT_EQ(
      spec_error("rmat:scale=99,a=2,a=.5,seed=x,fast"),
      "rmat: scale: expected an integer in [1, 30], found '99' (log2 of the number of nodes)\n"
      "rmat: a: expected a number in [0, 1], found '2' (probability of the upper left quadrant)\n"
      "rmat: key 'a' is given twice\n"
      "rmat: seed: expected an integer in [0, 9007199254740992], found 'x' (selects the random "
      "numbers)\n"
      "rmat: expected key=value, found 'fast'\n"
      "rmat: missing key 'edges' (edges drawn, before duplicates merge)");
}

TEST(GeneratorSpec, IntegersAreWhole) {
  EXPECT_EQ(spec_error("poisson2d:n=2.5"),
            "poisson2d: n: expected an integer in [1, 46340], found '2.5' (points along a side of "
            "the grid)");
  EXPECT_EQ(spec_error("poisson2d:n=-1"),
            "poisson2d: n: expected an integer in [1, 46340], found '-1' (points along a side of "
            "the grid)");
}

TEST(GeneratorSpec, ProbabilitiesAddUpToOne) {
  EXPECT_EQ(spec_error("rmat:scale=4,edges=10,a=.5,b=.25,c=.25,d=.25"),
            "rmat: expected a + b + c + d = 1, found 1.25");
}

TEST(GeneratorSpec, UniformNeedsOneMeasureOfItsEntries) {
  EXPECT_EQ(spec_error("uniform:rows=2,cols=2"),
            "uniform: expected either nnz or density, found neither");
  EXPECT_EQ(spec_error("uniform:rows=2,cols=2,nnz=1,density=0.5"),
            "uniform: expected either nnz or density, found both");
  EXPECT_EQ(spec_error("uniform:rows=2,cols=2,nnz=5"),
            "uniform: nnz: expected at most rows x cols = 4, found 5");
}

TEST(GeneratorSpec, SizesBeyondTheIndexTypeAreRefused) {
  EXPECT_EQ(spec_error("blockdiag:blocks=100000,block=100000"),
            "blockdiag: expected blocks x block within 2147483647, found 10000000000");
}

TEST(GeneratorSpec, SizesBeyondMemoryAreRefused) {
  EXPECT_THAT(spec_error("banded:n=2147483647,half_bandwidth=2147483647"),
              testing::HasSubstr("banded: expected a matrix within half of this machine's memory"));
}

}  // namespace
}  // namespace weft::tests
