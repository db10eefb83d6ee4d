// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/product_chain.h"

#include <algorithm>

#include <unistd.h>

#include "base/error.h"
#include "kernels/dense/operands.h"
#include "kernels/native/cpu/timing.h"

// A statement by itself is spread over threads by the library, where it is one product, or by its
// products and rows, each computed by one thread. In a fused chain a thread takes some tokens
// through all statements, so that what lies between them stays in its L2 cache: such a tensor has
// memory for these tokens alone, and its strides are those of a tensor with so few.
namespace weft::native {

namespace {

int64_t l2_bytes() {
  constexpr int64_t kUsual = 1 << 20;
  const int64_t bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? bytes : kUsual;
}

const Axis& axis_of(const ProductForm& form, const std::string& index) {
  return form.n.index == index ? form.n : form.m;
}

bool is_columns(const ProductForm& form, const std::string& index) {
  return form.n.index == index;
}

int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// A step or offset in a tensor whose dim of tokens shrinks from `tokens` to `fewer`; `step` is
/// that of the tokens. What lies outside of that dim moves closer.
int64_t shrunk(int64_t offset, int64_t step, int64_t tokens, int64_t fewer) {
  const int64_t all = step * tokens;
  return offset / all * step * fewer + offset % all;
}

}  // namespace

template <class T>
ProductChain<T>::ProductChain(const ir::Kernel& kernel, const TensorArrays<T>& operands,
                              const std::map<std::string, Compressed24<T>>& structured,
                              const ChainPlan& plan)
    : operands_(operands), plan_(plan) {
  std::vector<ProductForm> forms;
  for (const ir::Statement& statement : kernel.statements) {
    forms.push_back(product_form(kernel, statement));
    Step<T> step{forms.back(), plan.library, nullptr};
    if (plan.structured && step.form.structured_a) {
      step.structured = &structured.at(step.form.a);
      step.library = GemmLibrary::Xsmm;  // reads and writes by rows, as the 2:4 kernel does
    }
    steps_.push_back(std::move(step));
  }
  token_ = token_index(forms);
  WEFT_CHECK(!plan.fused || !token_.empty(), "a fused chain has an index of tokens");
  const auto results = dense::results_of(kernel);
  for (const ProductForm& form : forms) {
    const ir::Tensor* const tensor = kernel.find_tensor(form.c);
    int64_t elements = 1;
    for (const int64_t extent : kernel.shape(*tensor)) elements *= extent;
    if (plan.fused && std::ranges::find(results, tensor) == results.end()) {
      between_.push_back(form.c);
      widths_[form.c] = elements / axis_of(form, token_).extent;
    } else {
      written_[form.c].resize(static_cast<size_t>(elements));
    }
  }
  if (plan.fused) plan_tokens();
}

template <class T>
bool ProductChain<T>::is_between(const std::string& tensor) const {
  return std::ranges::find(between_, tensor) != between_.end();
}

/// As many tokens as keep what lies between, and its copies, in half of the L2 cache; but enough to
/// fill the registers of a library's inner loop.
template <class T>
void ProductChain<T>::plan_tokens() {
  constexpr int64_t kUnit = 16, kLeast = 64, kLeastStructured = 128, kMost = 256, kCopies = 3;
  tokens_ = axis_of(steps_.front().form, token_).extent;
  int64_t bytes = 1;
  for (const auto& [tensor, width] : widths_) bytes += kCopies * width * int64_t{sizeof(T)};
  const int64_t least = plan_.structured ? kLeastStructured : kLeast;
  const int64_t fitting = std::clamp(l2_bytes() / 2 / bytes / kUnit * kUnit, least, kMost);
  tokens_at_a_time_ =
      std::min(fitting, round_up((tokens_ + plan_.threads - 1) / plan_.threads, kUnit));
  for (Step<T>& step : steps_) keep_between(step);
}

template <class T>
void ProductChain<T>::keep_between(Step<T>& step) {
  for (const Role role : kRoles) {
    if (!is_between(step.form.tensor(role))) continue;
    const int64_t token_step = axis_of(step.form, token_).step.of(role);
    const auto shrink = [&](int64_t& offset) {
      offset = shrunk(offset, token_step, tokens_, tokens_at_a_time_);
    };
    for (Axis* axis : {&step.form.m, &step.form.n, &step.form.k}) {
      if (axis->index != token_) shrink(axis->step.of(role));
    }
    for (PerRole& at : step.form.batch) shrink(at.of(role));
  }
}

template <class T>
Places<T> ProductChain<T>::places(size_t step) {
  const ProductForm& form = ready_[step].form;
  const auto reads = [&](Role role) -> const T* {
    if (const auto copy = repacked_.find({step, role}); copy != repacked_.end())
      return copy->second.data();
    const auto operand = operands_.find(form.tensor(role));
    if (operand != operands_.end()) return operand->second.data();
    const auto result = written_.find(form.tensor(role));
    return result != written_.end() ? result->second.data() : nullptr;
  };
  const auto result = written_.find(form.c);
  return {result != written_.end() ? result->second.data() : nullptr, reads(Role::A),
          reads(Role::B)};
}

/// Operands that every piece reads whole are copied once where the library cannot read them.
template <class T>
void ProductChain<T>::repack_constants() {
  ready_ = steps_;
  repacked_.clear();
  for (size_t i = 0; i < ready_.size(); ++i) {
    Step<T>& step = ready_[i];
    const bool columns_vary = plan_.fused && is_columns(step.form, token_);
    const Role constant = columns_vary ? Role::A : Role::B;
    const bool by_kernel = constant == Role::A && step.structured != nullptr;
    if (by_kernel || lies_well<T>(step.form, constant, step.library)) continue;
    const Places<T> from = places(i);
    Array<T> values;
    repack(step.form, constant, constant == Role::A ? from.a : from.b, values);
    repacked_[{i, constant}] = std::move(values);
  }
}

template <class T>
void ProductChain<T>::run_tokens(Lane& lane, int64_t first, int64_t tokens) {
  for (size_t i = 0; i < ready_.size(); ++i) {
    const Step<T>& step = ready_[i];
    const Axis& axis = axis_of(step.form, token_);
    Places<T> at = places(i);
    const auto kept = [&](Role role) { return lane.kept[step.form.tensor(role)].data(); };
    at.c = is_between(step.form.c) ? kept(Role::C) : at.c + first * axis.step.c;
    at.a = is_between(step.form.a) ? kept(Role::A) : at.a + first * axis.step.a;
    at.b = is_between(step.form.b) ? kept(Role::B) : at.b + first * axis.step.b;
    Piece piece = whole(step.form);
    (is_columns(step.form, token_) ? piece.cols : piece.rows) = tokens;
    compute(step, at, piece, lane.scratch);
  }
}

template <class T>
void ProductChain<T>::run_fused() {
  const int64_t pieces = (tokens_ + tokens_at_a_time_ - 1) / tokens_at_a_time_;
  double multiply_adds = 0;
  for (const Step<T>& step : steps_) multiply_adds += step.form.multiply_adds();
  const int threads = worthwhile_threads(multiply_adds, plan_.threads);
#pragma omp parallel num_threads(threads)
  {
    Lane lane;
    for (const auto& [tensor, width] : widths_)
      lane.kept[tensor].resize(static_cast<size_t>(width * tokens_at_a_time_));
#pragma omp for schedule(dynamic, 1)
    for (int64_t piece = 0; piece < pieces; ++piece) {
      const int64_t first = piece * tokens_at_a_time_;
      run_tokens(lane, first, std::min(tokens_at_a_time_, tokens_ - first));
    }
  }
}

/// Enough pieces for balance. A 2:4 product is cut along its columns too, so that the rows that are
/// selected from stay in the caches.
template <class T>
std::vector<Piece> ProductChain<T>::cut(const Step<T>& step) const {
  constexpr int64_t kPiecesPerThread = 8, kLeastRows = 32, kColumns = 128;
  const ProductForm& form = step.form;
  const auto products = static_cast<int64_t>(form.batch.size());
  const int64_t width = step.structured != nullptr ? kColumns : form.n.extent;
  const int64_t without_rows = products * ((form.n.extent + width - 1) / width);
  const int64_t wanted = std::max<int64_t>(1, kPiecesPerThread * plan_.threads / without_rows);
  const int64_t height = std::max(kLeastRows, (form.m.extent + wanted - 1) / wanted);
  std::vector<Piece> pieces;
  for (int64_t product = 0; product < products; ++product) {
    for (int64_t col = 0; col < form.n.extent; col += width) {
      for (int64_t row = 0; row < form.m.extent; row += height) {
        pieces.push_back({product, 1, row, std::min(height, form.m.extent - row), col,
                          std::min(width, form.n.extent - col)});
      }
    }
  }
  return pieces;
}

template <class T>
void ProductChain<T>::run_alone(size_t index) {
  const Step<T>& step = ready_[index];
  const Places<T> at = places(index);
  const bool by_library = plan_.library == GemmLibrary::OpenBlas && step.structured == nullptr &&
                          step.form.batch.size() == 1;
  if (by_library) {
    blas_threads(plan_.threads);
    Scratch<T> scratch;
    compute(step, at, whole(step.form), scratch);
    return;
  }
  blas_threads(1);
  const std::vector<Piece> pieces = cut(step);
  const int threads = worthwhile_threads(step.form.multiply_adds(), plan_.threads);
#pragma omp parallel num_threads(threads)
  {
    Scratch<T> scratch;
#pragma omp for schedule(dynamic, 1)
    for (size_t piece = 0; piece < pieces.size(); ++piece)
      compute(step, at, pieces[piece], scratch);
  }
}

template <class T>
void ProductChain<T>::run() {
  repack_constants();
  if (plan_.fused) {
    blas_threads(1);
    run_fused();
    return;
  }
  for (size_t step = 0; step < ready_.size(); ++step) run_alone(step);
}

template class ProductChain<float>;
template class ProductChain<double>;

}  // namespace weft::native
