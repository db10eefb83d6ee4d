// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/sampled_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::native {

namespace {

/// Spread evenly, the first and the last among them.
std::vector<int64_t> spread(int64_t extent, int64_t count) {
  std::set<int64_t> values;
  for (int64_t i = 0; i < count; ++i)
    values.insert(count == 1 ? extent / 2 : i * (extent - 1) / (count - 1));
  return {values.begin(), values.end()};
}

/// Tensors that statements have written so far; only what the samples need is.
using Written = std::map<std::string, std::vector<double>>;

/// Walks all products of a statement with the sampled index at some values.
class SlowStatement {
 public:
  SlowStatement(const ProductForm& form, const std::string& sampled,
                const std::vector<int64_t>& samples, const dense::TensorValues& operands,
                Written& written)
      : form_(form),
        sampled_(sampled),
        samples_(samples),
        a_(values_of(form.a, operands, written)),
        b_(values_of(form.b, operands, written)),
        c_(written.at(form.c)) {}

  /// Adds up the statement and returns the places of its results.
  std::vector<int64_t> run() {
    std::vector<int64_t> places;
    for (const PerRole& at : form_.batch) {
      for (const int64_t m : steps_of(form_.m)) {
        for (const int64_t n : steps_of(form_.n)) places.push_back(add_up(at, m, n));
      }
    }
    return places;
  }

 private:
  static const std::vector<double>& values_of(const std::string& tensor,
                                              const dense::TensorValues& operands,
                                              const Written& written) {
    const auto operand = operands.find(tensor);
    return operand != operands.end() ? operand->second.values : written.at(tensor);
  }

  std::vector<int64_t> steps_of(const Axis& axis) const {
    if (axis.index == sampled_ && !sampled_.empty()) return samples_;
    std::vector<int64_t> all(static_cast<size_t>(axis.extent));
    std::iota(all.begin(), all.end(), int64_t{0});
    return all;
  }

  int64_t add_up(const PerRole& at, int64_t m, int64_t n) {
    const int64_t a = at.a + m * form_.m.step.a;
    const int64_t b = at.b + n * form_.n.step.b;
    double sum = 0;
    for (int64_t k = 0; k < form_.k.extent; ++k) {
      sum += a_[static_cast<size_t>(a + k * form_.k.step.a)] *
             b_[static_cast<size_t>(b + k * form_.k.step.b)];
    }
    const int64_t place = at.c + m * form_.m.step.c + n * form_.n.step.c;
    c_[static_cast<size_t>(place)] += sum;
    return place;
  }

  const ProductForm& form_;
  const std::string& sampled_;
  const std::vector<int64_t>& samples_;
  const std::vector<double>& a_;
  const std::vector<double>& b_;
  std::vector<double>& c_;
};

size_t elements_of(const ir::Kernel& kernel, const std::string& tensor) {
  size_t elements = 1;
  for (const int64_t extent : kernel.shape(*kernel.find_tensor(tensor)))
    elements *= static_cast<size_t>(extent);
  return elements;
}

}  // namespace

SampledCheck::SampledCheck(const ir::Kernel& kernel, const dense::TensorValues& operands,
                           double most_products) {
  std::vector<ProductForm> chain;
  for (const ir::Statement& statement : kernel.statements)
    chain.push_back(product_form(kernel, statement));
  double products = 0;
  for (const ProductForm& form : chain) {
    products += form.multiply_adds();
    roundings_ += 1 + std::sqrt(static_cast<double>(form.k.extent));
  }
  const std::string sampled = token_index(chain);
  int64_t extent = 1, count = 1;
  if (!sampled.empty()) {
    extent = *kernel.extent(sampled);
    const double each = products / static_cast<double>(extent);
    count =
        static_cast<int64_t>(std::clamp(most_products / each, 1.0, static_cast<double>(extent)));
  }
  const std::vector<int64_t> samples = spread(extent, count);
  Written written;
  for (const ProductForm& form : chain) written[form.c].resize(elements_of(kernel, form.c));
  std::vector<int64_t> places;
  for (const ProductForm& form : chain)
    places = SlowStatement(form, sampled, samples, operands, written).run();
  tensor_ = chain.back().c;
  for (const int64_t place : places) {
    const double value = written.at(tensor_)[static_cast<size_t>(place)];
    expected_.push_back({static_cast<size_t>(place), value});
    mean_magnitude_ += std::abs(value);
  }
  mean_magnitude_ /= static_cast<double>(std::max<size_t>(1, expected_.size()));
  method_ = "fp64 loops over the statements on the host";
  if (std::ssize(samples) < extent)
    method_ += fmt::format(", {} of {} values of {}", samples.size(), extent, sampled);
}

template <class T>
tensor::VerifyReport SampledCheck::compare(const TensorArrays<T>& results) const {
  const Array<T>& found = results.at(tensor_);
  const double tolerance = 4 * roundings_ * static_cast<double>(std::numeric_limits<T>::epsilon());
  tensor::VerifyReport report;
  for (const Element& expected : expected_) {
    const double scale = std::max({std::abs(expected.value), mean_magnitude_, 1e-300});
    const double value = static_cast<double>(found.at(expected.place));
    const double error = std::abs(value - expected.value) / scale;
    ++report.entries;
    // Written so that NaN fails.
    if (!(error <= tolerance) && report.first_mismatch.empty()) {
      report.first_mismatch = fmt::format("{}[{}]: expected {}, found {}", tensor_, expected.place,
                                          expected.value, value);
    }
    report.max_rel_error = std::max(report.max_rel_error, error);
  }
  report.passed = report.first_mismatch.empty() && report.entries > 0;
  return report;
}

template tensor::VerifyReport SampledCheck::compare(const TensorArrays<float>&) const;
template tensor::VerifyReport SampledCheck::compare(const TensorArrays<double>&) const;

}  // namespace weft::native
