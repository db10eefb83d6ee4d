// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/words.h"

namespace weft::ir {

std::optional<Dtype> find_dtype(std::string_view text) {
  static constexpr Word<Dtype> kSpellings[] = {
      {Dtype::F64, "fp64"},       {Dtype::F64, "float64"}, {Dtype::F64, "double"},
      {Dtype::F32, "fp32"},       {Dtype::F32, "float32"}, {Dtype::F32, "float"},
      {Dtype::F16, "fp16"},       {Dtype::F16, "float16"}, {Dtype::F16, "half"},
      {Dtype::Bf16, "bfloat16"},  {Dtype::F8e4m3, "f8"},   {Dtype::F8e4m3, "fp8"},
      {Dtype::F8e4m3, "e4m3"},    {Dtype::F8e5m2, "e5m2"}, {Dtype::F8e4m3, "fp8e4m3"},
      {Dtype::F8e5m2, "fp8e5m2"}, {Dtype::I64, "int64"},   {Dtype::I32, "int32"},
      {Dtype::I8, "int8"}};
  if (const auto word = find_word<Dtype>(text)) return word;
  for (const Word<Dtype>& spelling : kSpellings) {
    if (spelling.text == text) return spelling.value;
  }
  return std::nullopt;
}

Dtype sum_type(Dtype operand) {
  switch (operand) {
    case Dtype::Tf32:
      return Dtype::F32;
    case Dtype::F8e4m3:
    case Dtype::F8e5m2:
      return Dtype::F16;
    case Dtype::I8:
      return Dtype::I32;
    default:
      return operand;
  }
}

int bytes_of(Dtype dtype) {
  switch (dtype) {
    case Dtype::F64:
    case Dtype::I64:
      return 8;
    case Dtype::F32:
    case Dtype::Tf32:
    case Dtype::I32:
      return 4;
    case Dtype::F16:
    case Dtype::Bf16:
      return 2;
    default:
      return 1;
  }
}

}  // namespace weft::ir
