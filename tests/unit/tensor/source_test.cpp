// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/source.h"

#include "kernels/tensor/generate.h"
#include "kernels/tensor/matrix_market.h"
#include "tests/unit/tensor/files.h"

namespace weft::tests {
namespace {

using tensor::is_generator_spec;
using tensor::load_product_operands;
using tensor::load_source;

class Source : public Files {};

TEST_F(Source, FileIsNamedWithoutItsExtensions) {
  tensor::write_matrix_market(path("web.mtx.gz"), tensor::generate("poisson2d:n=2"));
  const tensor::NamedMatrix loaded = load_source(path("web.mtx.gz").string());
  EXPECT_EQ(loaded.name, "web");
  EXPECT_EQ(loaded.source, path("web.mtx.gz").string());
  EXPECT_EQ(loaded.matrix.nnz(), 12);
}

TEST_F(Source, GeneratorIsNamedByItsSpec) {
  EXPECT_EQ(load_source("poisson2d:n=2").name, "poisson2d:n=2");
  EXPECT_TRUE(is_generator_spec("poisson2d"));
  EXPECT_TRUE(is_generator_spec("rmta:scale=3"));
  EXPECT_FALSE(is_generator_spec("dir/rmat:scale=3"));
  EXPECT_FALSE(is_generator_spec("matrix.mtx"));
  EXPECT_FALSE(is_generator_spec("matrix"));
}

TEST_F(Source, SecondOperandIsTheFirstOrItsTranspose) {
  const tensor::ProductOperands square = load_product_operands("poisson2d:n=3");
  EXPECT_EQ(square.a, square.b);
  const tensor::ProductOperands wide = load_product_operands("uniform:rows=3,cols=5,nnz=4");
  EXPECT_EQ(wide.b->name, "A^T");
  EXPECT_EQ(wide.b->matrix.rows, 5);
  EXPECT_EQ(wide.b->matrix.cols, 3);
  EXPECT_EQ(load_product_operands("poisson2d:n=3", "A^T").b->name, "A^T");
  EXPECT_EQ(load_product_operands("poisson2d:n=3", "poisson2d:n=3").a->source, "poisson2d:n=3");
}

TEST_F(Source, OperandsThatDoNotFitAreRefused) {
  EXPECT_EQ(user_error([] { load_product_operands("uniform:rows=3,cols=5,nnz=4", "A"); }),
            "B: expected 5 rows (A is 3 x 5), found 3 x 5 in 'uniform:rows=3,cols=5,nnz=4'; did "
            "you mean 'A^T'?");
  EXPECT_EQ(user_error([] { load_product_operands("poisson2d:n=2", "poisson2d:n=3"); }),
            "B: expected 4 rows (A is 4 x 4), found 9 x 9 in 'poisson2d:n=3'");
}

}  // namespace
}  // namespace weft::tests
