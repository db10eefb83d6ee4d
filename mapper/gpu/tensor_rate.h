// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/program/grid_program.h"
#include "sim/machine/gpu_sm_description.h"

namespace weft::mapper {

/// Dense multiply-adds of an SM's tensor cores per cycle; 0 for a type that they do not have.
inline double tensor_rate(const machine::TensorRates& rates, program::MathType math) {
  switch (math) {
    case program::MathType::Fp64:
      return rates.fp64;
    case program::MathType::Tf32:
      return rates.tf32;
    case program::MathType::Fp16:
      return rates.fp16;
    case program::MathType::Fp16Acc16:
      return rates.fp16_acc16;
    case program::MathType::Bf16:
      return rates.bf16;
    case program::MathType::Fp8:
      return rates.fp8;
    case program::MathType::Int8:
      return rates.int8;
    default:
      return 0;
  }
}

}  // namespace weft::mapper
