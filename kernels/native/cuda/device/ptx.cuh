// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

namespace weft_cuda {

/// 16 bytes from global to shared memory past the registers; zeros where `inside` is false.
inline __device__ void copy_16(void* to, const void* from, bool inside) {
#if __CUDA_ARCH__ >= 800
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(to));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(address), "l"(from),
               "r"(inside ? 16 : 0));
#else
  *static_cast<int4*>(to) = inside ? *static_cast<const int4*>(from) : int4{0, 0, 0, 0};
#endif
}

/// Copies so far are a group; waiting leaves the last `Ahead` groups in flight.
inline __device__ void copies_end_group() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;\n");
#endif
}
template <int Ahead>
__device__ void copies_wait() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;\n" ::"n"(Ahead));
#endif
}

/// Two 8 x 8 pieces of 16-bit elements, transposed (PTX ldmatrix.trans): lanes 0 to 7 name the
/// lines of the first and 8 to 15 those of the second; lane l gets column l / 4 of lines 2(l % 4)
/// and the next.
inline __device__ void load_transposed(uint32_t& first, uint32_t& second, const void* line) {
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(line));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];\n"
               : "=r"(first), "=r"(second)
               : "r"(address));
}

/// tf32 operands are stored as fp32; the matrix unit drops the last 13 bits of the fraction.
struct Tf32 {
  float value;
};

/// One step of a warp on its matrix unit, PTX mma.sync.m16n8k(32 bytes): D = A B + D, with A 16
/// rows by 32 bytes of k and B 32 bytes of k by 8 columns. Lane l holds, with g = l / 4 and t = l %
/// 4, in each 32-bit register as many neighbours along k as fit (PTX ISA, "Matrix fragments for
/// mma"):
///   A: rows g, g + 8, g, g + 8 at byte 4t, 4t, 16 + 4t, 16 + 4t of k
///   B: column g at byte 4t, 16 + 4t of k
///   D: (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1)
template <class In>
struct MatrixStep;

#define WEFT_MATRIX_STEP(IN, SUM, CONSTRAINT, INSTRUCTION)                                    \
  template <>                                                                                 \
  struct MatrixStep<IN> {                                                                     \
    using Sum = SUM;                                                                          \
    static __device__ void run(Sum (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) { \
      asm volatile(INSTRUCTION " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};\n"     \
                   : "+" CONSTRAINT(d[0]), "+" CONSTRAINT(d[1]), "+" CONSTRAINT(d[2]),        \
                     "+" CONSTRAINT(d[3])                                                     \
                   : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));       \
    }                                                                                         \
  };
WEFT_MATRIX_STEP(__half, float, "f", "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32")
WEFT_MATRIX_STEP(__nv_bfloat16, float, "f", "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32")
WEFT_MATRIX_STEP(Tf32, float, "f", "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32")
WEFT_MATRIX_STEP(int8_t, int32_t, "r", "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32")
WEFT_MATRIX_STEP(__nv_fp8_e4m3, float, "f", "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32")
WEFT_MATRIX_STEP(__nv_fp8_e5m2, float, "f", "mma.sync.aligned.m16n8k32.row.col.f32.e5m2.e5m2.f32")
#undef WEFT_MATRIX_STEP

/// The same with a 2:4 operand A, PTX mma.sp.m16n8k32: 16 rows by 16 stored values (32 of k), B 32
/// of k by 8 columns: registers hold k = 8r + 2t and its neighbour. Lanes with t = 0 and 1 give the
/// positions: 16 bits of row g and 16 of row g + 8, two bits a value, for the first and the second
/// 16 of k.
template <class In>
struct SparseMatrixStep;

#define WEFT_SPARSE_MATRIX_STEP(IN, INSTRUCTION)                                                  \
  template <>                                                                                     \
  struct SparseMatrixStep<IN> {                                                                   \
    using Sum = float;                                                                            \
    static __device__ void run(Sum (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[4],       \
                               uint32_t positions) {                                              \
      asm volatile(INSTRUCTION                                                                    \
                   " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9,%10,%11}, {%0,%1,%2,%3}, %12, 0x0;\n"   \
                   : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                               \
                   : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(b[2]), \
                     "r"(b[3]), "r"(positions));                                                  \
    }                                                                                             \
  };
WEFT_SPARSE_MATRIX_STEP(__half,
                        "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32")
WEFT_SPARSE_MATRIX_STEP(__nv_bfloat16,
                        "mma.sp::ordered_metadata.sync.aligned.m16n8k32.row.col.f32.bf16.bf16.f32")
#undef WEFT_SPARSE_MATRIX_STEP

}  // namespace weft_cuda
