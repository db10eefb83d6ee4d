// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/vector_kernels.h"

namespace weft::native {

namespace portable {
extern const VectorKernels<float> kKernels32;
extern const VectorKernels<double> kKernels64;
}  // namespace portable

#if WEFT_HAS_X86_64_V4
namespace x86_64_v4 {
extern const VectorKernels<float> kKernels32;
extern const VectorKernels<double> kKernels64;
}  // namespace x86_64_v4

namespace {
/// The parts of x86-64-v4; clang++ 14 does not know the level's own name here.
bool has_v4() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0;
}
}  // namespace

template <>
const VectorKernels<float>& vector_kernels<float>() {
  return has_v4() ? x86_64_v4::kKernels32 : portable::kKernels32;
}

template <>
const VectorKernels<double>& vector_kernels<double>() {
  return has_v4() ? x86_64_v4::kKernels64 : portable::kKernels64;
}
#else
template <>
const VectorKernels<float>& vector_kernels<float>() {
  return portable::kKernels32;
}

template <>
const VectorKernels<double>& vector_kernels<double>() {
  return portable::kKernels64;
}
#endif

}  // namespace weft::native
