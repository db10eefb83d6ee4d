// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kernels/einsum/stored_tensor.h"
#include "kernels/einsum/touched.h"
#include "kernels/program/nest.h"
#include "mapper/nest/expansion.h"

namespace weft::mapper {

/// The tensors of a kernel as its levels store them: operands with their values, results and
/// intermediates with what they hold before anything is combined into them. A result that grows has
/// the positions that its statements will write.
class NestTensors {
 public:
  /// `initial`: the tensors that come from outside. Reports values that levels have no place for,
  /// and index arrays that lead out of a tensor; nothing else can then be asked for.
  NestTensors(const ir::Kernel& kernel, const einsum::Operands& initial,
              base::Diagnostics& diagnostics);

  std::map<std::string, einsum::StoredTensor>& stored() { return stored_; }

  /// Adds the intermediates that writing out a schedule has brought, or makes them anew.
  void add_intermediates(const Expansion& expansion);

  /// Gives every tensor its place in the global address space from `top` on; returns the new top.
  uint64_t place(program::Nest& nest, std::map<std::string, int32_t>& ids, uint64_t top);

  /// The kernel's own tensors after a run, rounded to their dtypes.
  einsum::Operands results() const;
  /// What every mapping moves: bytes of the elements that come from outside and are read, and of
  /// those of results that are written, each once.
  uint64_t compulsory_bytes() const;

 private:
  /// Whether a tensor comes from outside, and whether it is wanted outside.
  struct Role {
    bool initial = false;
    bool result = false;
  };

  void add(const ir::Tensor& tensor, bool given, base::Diagnostics& diagnostics);
  /// The part of one tensor in the bytes that every mapping moves.
  uint64_t moved_bytes(const ir::Tensor& tensor, const einsum::StoredTensor& stored,
                       const Role& role, einsum::Touched& touched) const;

  const ir::Kernel& kernel_;
  std::map<std::string, einsum::StoredTensor> stored_;
  einsum::Operands patterns_;                         // what every tensor stores
  std::map<std::string, double> identities_;          // what extremes begin with, which is infinite
  mutable std::optional<uint64_t> compulsory_bytes_;  // once it was asked for
};

}  // namespace weft::mapper
