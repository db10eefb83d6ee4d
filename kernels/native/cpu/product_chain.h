// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/ir/kernel.h"
#include "kernels/native/cpu/piece.h"

namespace weft::native {

/// Values of tensors by name, row-major.
template <class T>
using TensorArrays = std::map<std::string, Array<T>>;

/// How a chain of products is run.
struct ChainPlan {
  GemmLibrary library = GemmLibrary::OpenBlas;
  bool fused = false;       // pieces of the tokens go through all statements; else one by one
  bool structured = false;  // 2:4 operands in their own form, by Weft's kernel; else as dense ones
  int threads = 1;
};

/// The statements of a kernel as batches of matrix products, run natively in their order. Operands
/// lie as the document's dims say when run() begins; whatever a library wants to have copied first
/// is part of run(). The 2:4 form of an operand is its stored form and is made before.
template <class T>
class ProductChain {
 public:
  /// Keeps a reference to `operands`. UserError where a statement is no batch of products.
  /// Precondition: token_index() of a fused chain is not empty.
  ProductChain(const ir::Kernel& kernel, const TensorArrays<T>& operands,
               const std::map<std::string, Compressed24<T>>& structured, const ChainPlan& plan);

  /// Computes every statement once.
  void run();

  /// The tensors that statements wrote, but for those that stayed in working memory.
  const TensorArrays<T>& results() const { return written_; }

 private:
  /// What a thread needs to take tokens through a fused chain.
  struct Lane {
    TensorArrays<T> kept;  // tensors between statements
    Scratch<T> scratch;
  };

  bool is_between(const std::string& tensor) const;
  void plan_tokens();
  void keep_between(Step<T>& step);
  void repack_constants();
  Places<T> places(size_t step);
  void run_fused();
  void run_tokens(Lane& lane, int64_t first, int64_t tokens);
  void run_alone(size_t step);
  std::vector<Piece> cut(const Step<T>& step) const;

  const TensorArrays<T>& operands_;
  ChainPlan plan_;
  std::vector<Step<T>> steps_;
  std::vector<Step<T>> ready_;                            // steps_ with repacked operands
  std::map<std::pair<size_t, Role>, Array<T>> repacked_;  // by step
  TensorArrays<T> written_;
  std::vector<std::string> between_;       // tensors that only pieces of exist, when fused
  std::map<std::string, int64_t> widths_;  // elements of those for one token
  std::string token_;
  int64_t tokens_ = 0;
  int64_t tokens_at_a_time_ = 0;
};

}  // namespace weft::native
