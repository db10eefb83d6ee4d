// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "kernels/ir/kernel.h"

namespace weft::ir {

namespace {

/// Gives a dtype parameter its value, and the tensors that follow it theirs.
void set_type(Kernel& kernel, TypeParam& param, const std::string& text,
              base::Diagnostics& diagnostics) {
  const std::optional<Dtype> type = find_dtype(text);
  if (!type) {
    const std::vector<std::string> known = all_words<Dtype>();
    diagnostics.error({fmt::format("-p {}={}", param.name, text), 0, 0},
                      fmt::format("expected a dtype ({}), found '{}'{}", fmt::join(known, ", "),
                                  text, base::did_you_mean(text, known)));
    return;
  }
  param.value = *type;
  for (Tensor& tensor : kernel.tensors) {
    if (tensor.dtype_rule && tensor.dtype_rule->param == param.name)
      tensor.dtype = tensor.dtype_rule->of(*type);
  }
}

std::optional<int64_t> size_of(const std::string& text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < 1) return std::nullopt;
  return value;
}

/// Reads every text: dtypes are taken up at once, sizes returned.
std::map<std::string, int64_t> read_texts(Kernel& kernel,
                                          const std::map<std::string, std::string>& values,
                                          base::Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const Param& param : kernel.params) known.push_back(param.name);
  for (const TypeParam& param : kernel.type_params) known.push_back(param.name);
  std::map<std::string, int64_t> sizes;
  for (const auto& [name, text] : values) {
    const base::Location where{fmt::format("-p {}={}", name, text), 0, 0};
    const auto type = std::ranges::find(kernel.type_params, name, &TypeParam::name);
    if (type != kernel.type_params.end()) {
      set_type(kernel, *type, text, diagnostics);
    } else if (kernel.find_param(name) == nullptr) {
      diagnostics.error(
          where, fmt::format("kernel {} has no parameter '{}'{} (it has {})", kernel.name, name,
                             base::did_you_mean(name, known), fmt::join(known, ", ")));
    } else if (const auto size = size_of(text)) {
      sizes[name] = *size;
    } else {
      diagnostics.error(where, fmt::format("expected a positive integer, found '{}'", text));
    }
  }
  return sizes;
}

}  // namespace

void set_params_from_text(Kernel& kernel, const std::map<std::string, std::string>& values,
                          base::Diagnostics& diagnostics) {
  const std::map<std::string, int64_t> sizes = read_texts(kernel, values, diagnostics);
  if (diagnostics.empty()) set_params(kernel, sizes, diagnostics);
}

void check_param_texts(const Kernel& kernel, const std::map<std::string, std::string>& values,
                       base::Diagnostics& diagnostics) {
  Kernel unused = kernel;
  read_texts(unused, values, diagnostics);
}

}  // namespace weft::ir
