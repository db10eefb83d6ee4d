// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "cli/structure/eval.h"

namespace weft::cli {

namespace {

using Sizes = std::vector<std::pair<const char*, int64_t>>;

/// Says for each form which kernels of the library apply it.
class Requests {
 public:
  Requests(const structure::Structure& structure, int64_t tokens, const std::string& dtype)
      : m_(structure.rows), n_(structure.cols), tokens_(tokens), dtype_(dtype) {}

  std::vector<SimulateRequest> operator()(const structure::Dense&) const {
    return {request("gemm", {{"M", m_}, {"N", tokens_}, {"K", n_}})};
  }
  std::vector<SimulateRequest> operator()(const structure::LowRank& form) const {
    const Sizes sizes = {{"tokens", tokens_}, {"M", m_}, {"K", n_}, {"R", form.rank}};
    return {request("lowrank", sizes), request("lowrank_two", sizes)};
  }
  std::vector<SimulateRequest> operator()(const structure::BlockDense& form) const {
    return {request(
        "blockdense",
        {{"tokens", tokens_}, {"M", m_}, {"K", n_}, {"R", form.rank}, {"blocks", form.blocks}})};
  }
  std::vector<SimulateRequest> operator()(const structure::BlockDiagonal& form) const {
    return {
        request("blockdiag", {{"tokens", tokens_}, {"M", m_}, {"K", n_}, {"blocks", form.blocks}})};
  }
  std::vector<SimulateRequest> operator()(const structure::Monarch& form) const {
    const Sizes sizes = {{"tokens", tokens_}, {"Kb", form.k}, {"Q", form.q}, {"Pi", form.p},
                         {"Lb", form.l},      {"So", form.s}, {"R", form.r}};
    return {request("monarch", sizes), request("monarch_two", sizes)};
  }
  std::vector<SimulateRequest> operator()(const structure::MmStar& form) const {
    return {request("mm_star", {{"tokens", tokens_},
                                {"Kb", form.k},
                                {"Pi", form.p},
                                {"In", form.m},
                                {"Lb", form.l},
                                {"So", form.s}})};
  }
  std::vector<SimulateRequest> operator()(const structure::NmSparse& form) const {
    if (form.kept != 2 || form.group != 4) return {};
    return {request("gemm24", {{"M", m_}, {"N", tokens_}, {"K", n_}})};
  }
  std::vector<SimulateRequest> operator()(const structure::Armor& form) const {
    return {request("armor", {{"tokens", tokens_}, {"Do", m_}, {"Di", n_}, {"Bs", form.block}})};
  }
  /// The kernel of butterflies is of single precision.
  std::vector<SimulateRequest> operator()(const structure::Butterfly&) const {
    SimulateRequest result;
    result.kernel = "butterfly";
    result.params = {fmt::format("vectors={}", tokens_),
                     fmt::format("L={}", std::bit_width(static_cast<uint64_t>(n_)) - 1)};
    result.values = false;
    return {result};
  }

 private:
  SimulateRequest request(const char* kernel, const Sizes& sizes) const {
    SimulateRequest result;
    result.kernel = kernel;
    for (const auto& [name, size] : sizes)
      result.params.push_back(fmt::format("{}={}", name, size));
    result.params.push_back("dtype=" + dtype_);
    result.values = false;
    return result;
  }

  int64_t m_, n_, tokens_;
  const std::string& dtype_;
};

}  // namespace

std::vector<SimulateRequest> forward_requests(const structure::Structure& structure, int64_t tokens,
                                              const std::string& dtype) {
  return std::visit(Requests(structure, tokens, dtype), structure.form);
}

}  // namespace weft::cli
