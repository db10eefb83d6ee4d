// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/unused_words.h"

#include <fmt/format.h>

namespace weft::mapper {

std::vector<std::string> unused_words(const ir::Kernel& kernel) {
  std::vector<std::string> notes;
  for (const auto& tensor : kernel.bind.place.entries) {
    for (const auto& role : tensor.value.entries) {
      const bool usual =
          !role.value.fixed() || role.value.value().kind == ir::Placement::Kind::Interleave;
      if (usual) continue;
      notes.push_back(
          fmt::format("{}: place of {} in {} does not change the time: loop nests find tensors in "
                      "all memories in turn",
                      role.key.where.str(), tensor.key.text, kernel.name));
    }
  }
  return notes;
}

}  // namespace weft::mapper
