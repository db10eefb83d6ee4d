// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/piece.h"

#include "base/error.h"

namespace weft::native {

namespace {

/// The axes of a tensor's rows and columns.
const Axis& row_axis(const ProductForm& form, Role role) {
  return role == Role::B ? form.k : form.m;
}
const Axis& col_axis(const ProductForm& form, Role role) {
  return role == Role::A ? form.k : form.n;
}

/// The part of one tensor that a piece touches, in all of its products at once: neighbours in the
/// batch need not be equally far apart.
template <class T>
struct Block {
  T* data;               // of the first row and column, without the product's own offset
  const PerRole* batch;  // [products]
  Role role;
  int64_t products, rows, cols;
  int64_t row_step, col_step;

  MatrixView<T> view(int64_t product) const {
    return {data + batch[product].of(role), rows, cols, row_step, col_step};
  }
};

template <class T>
Block<T> block_of(const ProductForm& form, Role role, T* data, const Piece& piece) {
  const Axis& row = row_axis(form, role);
  const Axis& col = col_axis(form, role);
  const int64_t first_row = role == Role::B ? 0 : piece.first_row;
  const int64_t first_col = role == Role::A ? 0 : piece.first_col;
  return {data + first_row * row.step.of(role) + first_col * col.step.of(role),
          form.batch.data() + piece.first_product,
          role,
          piece.products,
          role == Role::B ? form.k.extent : piece.rows,
          role == Role::A ? form.k.extent : piece.cols,
          row.step.of(role),
          col.step.of(role)};
}

/// A copy as [row][product][column].
template <class T>
void gather(const Block<const T>& block, Array<T>& copy) {
  copy.resize(static_cast<size_t>(block.rows * block.products * block.cols));
  T* to = copy.data();
  for (int64_t row = 0; row < block.rows; ++row) {
    for (int64_t product = 0; product < block.products; ++product) {
      const T* const from = block.data + block.batch[product].of(block.role) + row * block.row_step;
      for (int64_t col = 0; col < block.cols; ++col) *to++ = from[col * block.col_step];
    }
  }
}

/// The other way round: [row][product][column] to where it belongs.
template <class T>
void scatter(const Array<T>& copy, const Block<T>& block) {
  const T* from = copy.data();
  for (int64_t row = 0; row < block.rows; ++row) {
    for (int64_t product = 0; product < block.products; ++product) {
      T* const to = block.data + block.batch[product].of(block.role) + row * block.row_step;
      for (int64_t col = 0; col < block.cols; ++col) to[col * block.col_step] = *from++;
    }
  }
}

/// One product of a copy as [row][product][column].
template <class T, class U>
MatrixView<T> copied(Array<U>& copy, const Block<T>& block, int64_t product) {
  return {copy.data() + product * block.cols, block.rows, block.cols, block.products * block.cols,
          1};
}

template <class T>
bool readable(const Block<const T>& block, GemmLibrary library) {
  return accepts(library, block.view(0));
}

}  // namespace

Piece whole(const ProductForm& form) {
  return {0, static_cast<int64_t>(form.batch.size()), 0, form.m.extent, 0, form.n.extent};
}

template <class T>
void compute(const Step<T>& step, const Places<T>& places, const Piece& piece,
             Scratch<T>& scratch) {
  const Block<const T> a = block_of(step.form, Role::A, places.a, piece);
  const Block<const T> b = block_of(step.form, Role::B, places.b, piece);
  const Block<T> c = block_of(step.form, Role::C, places.c, piece);
  const bool a_lies = step.structured != nullptr || readable(a, step.library);
  const bool b_lies = readable(b, step.library);
  const bool c_lies = c.view(0).by_rows();
  if (!a_lies) gather(a, scratch.a);
  if (!b_lies) gather(b, scratch.b);
  if (!c_lies) scratch.c.resize(static_cast<size_t>(c.rows * c.products * c.cols));
  for (int64_t product = 0; product < piece.products; ++product) {
    const auto right = b_lies ? b.view(product) : copied(scratch.b, b, product);
    const auto result = c_lies ? c.view(product) : copied(scratch.c, c, product);
    if (step.structured != nullptr) {
      step.structured->multiply(piece.first_row, right, result, scratch.memory24);
    } else {
      const auto left = a_lies ? a.view(product) : copied(scratch.a, a, product);
      multiply<T>(step.library, left, right, result);
    }
  }
  if (!c_lies) scatter(scratch.c, c);
}

template <class T>
void repack(ProductForm& form, Role role, const T* from, Array<T>& values) {
  WEFT_CHECK(role != Role::C, "results are not repacked");
  const Piece all = whole(form);
  const int64_t rows = row_axis(form, role).extent, cols = col_axis(form, role).extent;
  Array<T> copy;
  values.clear();
  for (int64_t product = 0; product < all.products; ++product) {
    Piece one = all;
    one.first_product = product;
    one.products = 1;
    gather(block_of(form, role, from, one), copy);
    values.insert(values.end(), copy.begin(), copy.end());
    form.batch[static_cast<size_t>(product)].of(role) = product * rows * cols;
  }
  (role == Role::B ? form.k : form.m).step.of(role) = cols;
  (role == Role::A ? form.k : form.n).step.of(role) = 1;
}

template <class T>
bool lies_well(const ProductForm& form, Role role, GemmLibrary library) {
  const T* const nowhere = nullptr;
  return readable(block_of(form, role, nowhere, whole(form)), library);
}

template void compute(const Step<float>&, const Places<float>&, const Piece&, Scratch<float>&);
template void compute(const Step<double>&, const Places<double>&, const Piece&, Scratch<double>&);
template void repack(ProductForm&, Role, const float*, Array<float>&);
template void repack(ProductForm&, Role, const double*, Array<double>&);
template bool lies_well<float>(const ProductForm&, Role, GemmLibrary);
template bool lies_well<double>(const ProductForm&, Role, GemmLibrary);

}  // namespace weft::native
