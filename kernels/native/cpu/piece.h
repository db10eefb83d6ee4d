// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/native/cpu/compressed24.h"
#include "kernels/native/cpu/gemm_library.h"
#include "kernels/native/cpu/product_form.h"

namespace weft::native {

/// The tensors of a statement in memory.
template <class T>
struct Places {
  T* c = nullptr;
  const T* a = nullptr;
  const T* b = nullptr;
};

/// The part of a statement that one call computes: some products of its batch, some of their rows
/// and columns.
struct Piece {
  int64_t first_product = 0, products = 0;
  int64_t first_row = 0, rows = 0;
  int64_t first_col = 0, cols = 0;
};

/// All of a statement.
Piece whole(const ProductForm& form);

/// Working memory of one thread.
template <class T>
struct Scratch {
  Array<T> a, b, c;
  typename Compressed24<T>::Memory memory24;
};

/// A statement with all that it takes to compute pieces of it.
template <class T>
struct Step {
  ProductForm form;
  GemmLibrary library = GemmLibrary::OpenBlas;
  const Compressed24<T>* structured = nullptr;  // A, where it is multiplied in its 2:4 form
};

/// Computes a piece on this thread. What the library cannot read or write as it lies is copied to
/// `scratch`, with the rows outermost, so that a permutation of columns is a transposition of each
/// row within the L1 cache.
template <class T>
void compute(const Step<T>& step, const Places<T>& places, const Piece& piece, Scratch<T>& scratch);

/// Copies A or B of all products to `values`, product by product and by rows, and changes the steps
/// of `form` to those of the copy.
template <class T>
void repack(ProductForm& form, Role role, const T* from, Array<T>& values);

/// Whether the library reads the operand as it lies.
template <class T>
bool lies_well(const ProductForm& form, Role role, GemmLibrary library);

}  // namespace weft::native
