// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/choose.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::structure {

namespace {

constexpr int64_t kDefaultBlocks = 4;        // as in the papers' models
constexpr int64_t kDefaultArmorBlock = 128;  // ARMOR's, in every result
constexpr int64_t kMostGroup = 64;

/// "4 and 6": the divisors of `n` next below and above `size`.
std::string nearest_divisors(int64_t n, int64_t size) {
  int64_t below = 0;
  int64_t above = 0;
  for (int64_t d = 1; d <= n && above == 0; ++d) {
    if (n % d != 0) continue;
    if (d < size) below = d;
    if (d > size) above = d;
  }
  if (above == 0) return fmt::format("{}", below);
  return below == 0 ? fmt::format("{}", above) : fmt::format("{} and {}", below, above);
}

class Chooser {
 public:
  Chooser(int64_t rows, int64_t cols, const StructureRequest& request)
      : rows_(rows), cols_(cols), request_(request) {}

  Structure choose() {
    refuse_foreign_options();
    const Form form = form_of_name();
    errors_.throw_if_any();
    return {rows_, cols_, form};
  }

 private:
  void error(const std::string& option, const std::string& message) {
    errors_.error({option, 0, 0}, message);
  }

  bool is(std::string_view name) const { return request_.name == name; }

  void refuse_foreign_options() {
    const bool two = is("monarch") || is("mm*");
    const bool blocks = two || is("blockdense") || is("blockshuffle") || is("blockdiag");
    if (!request_.blocks.empty() && !blocks)
      error("--blocks", fmt::format("expected none: {} has no number of blocks{}", request_.name,
                                    is("armor") ? "; did you mean '--block-size'?" : ""));
    if (request_.blocks.size() > (two ? 2U : 1U) && blocks)
      error("--blocks", fmt::format("expected one number, found {}", request_.blocks.size()));
    if (request_.rank && !is("lowrank") && !is("monarch") && !is("blockdense"))
      error("--rank", fmt::format("expected none: {} has no rank", request_.name));
    if (request_.block_size && !is("armor"))
      error("--block-size",
            fmt::format("expected none: only armor has one, not {}", request_.name));
  }

  Form form_of_name() {
    if (is("dense")) return Dense{};
    if (is("lowrank")) return low_rank();
    if (is("monarch")) return monarch();
    if (is("mm*")) return mm_star();
    if (is("blockdense")) return block_dense();
    if (is("blockshuffle")) {
      const int64_t blocks = common_blocks();
      return block_shuffle(rows_, cols_, blocks);
    }
    if (is("blockdiag")) return BlockDiagonal{common_blocks()};
    if (is("armor")) return armor();
    if (is("butterfly")) return butterfly();
    return nm_sparse();
  }

  /// True where `size` divides `n`; says what does where not.
  bool check_divides(const std::string& option, int64_t size, int64_t n, std::string_view of_what) {
    if (size > 0 && n % size == 0) return true;
    error(fmt::format("{} {}", option, size),
          fmt::format("expected a divisor of {}, found {}; the nearest: {}", of_what, size,
                      nearest_divisors(n, size)));
    return false;
  }

  std::string both_sizes() const { return fmt::format("{} rows and {} columns", rows_, cols_); }

  /// A number of blocks for rows and columns alike; 1 where it is refused.
  int64_t common_blocks() {
    const int64_t blocks = request_.blocks.empty() ? kDefaultBlocks : request_.blocks.front();
    return check_divides("--blocks", blocks, std::gcd(rows_, cols_), both_sizes()) ? blocks : 1;
  }

  /// A rank in [1, most], `fallback` where none is given.
  int64_t rank_up_to(int64_t most, int64_t fallback) {
    const int64_t rank = request_.rank.value_or(std::clamp<int64_t>(fallback, 1, most));
    if (rank >= 1 && rank <= most) return rank;
    error(fmt::format("--rank {}", rank), fmt::format("expected 1 to {}, found {}", most, rank));
    return 1;
  }

  Form low_rank() {
    return LowRank{rank_up_to(std::min(rows_, cols_), rows_ * cols_ / 2 / (rows_ + cols_))};
  }

  Form block_dense() {
    const int64_t blocks = request_.blocks.empty() ? kDefaultBlocks : request_.blocks.front();
    if (!check_divides("--blocks", blocks, cols_, fmt::format("{} columns", cols_)))
      return BlockDense{};
    const int64_t half = rows_ * cols_ / 2 / (rows_ + cols_ / blocks) / blocks * blocks;
    const int64_t most = std::min(rows_, cols_ / blocks) * blocks;
    const int64_t rank = rank_up_to(most, std::max(half, blocks));
    if (rank % blocks != 0)
      error(fmt::format("--rank {}", rank),
            fmt::format("expected a multiple of {} blocks, found {}; the nearest: {} and {}",
                        blocks, rank, rank / blocks * blocks, (rank / blocks + 1) * blocks));
    return BlockDense{blocks, rank};
  }

  /// The largest common divisor that is at most the root of the narrower side.
  int64_t balanced_blocks() const {
    const int64_t common = std::gcd(rows_, cols_);
    int64_t blocks = 1;
    for (int64_t d = 1; d <= common && d * d <= std::min(rows_, cols_); ++d) {
      if (common % d == 0) blocks = d;
    }
    return blocks;
  }

  Form monarch() {
    const int64_t first = request_.blocks.empty() ? balanced_blocks() : request_.blocks.front();
    if (!check_divides("--blocks", first, cols_, fmt::format("{} columns", cols_)))
      return Monarch{};
    // Few large blocks are as many in the second product; of many small ones, the second product
    // has as many as the first has columns in a block.
    const bool few = first * first <= std::min(rows_, cols_);
    const int64_t second =
        request_.blocks.size() == 2 ? request_.blocks.back() : (few ? first : cols_ / first);
    if (!check_divides(request_.blocks.size() == 2 ? "--blocks" : "second product: --blocks",
                       second, rows_, fmt::format("{} rows", rows_)))
      return Monarch{};
    if (!request_.rank && first == second) return block_shuffle(rows_, cols_, first);
    const int64_t rank = rank_up_to(std::min(rows_ / second, cols_ / first), 1);
    return Monarch{first, rank * second, cols_ / first, second, rows_ / second, rank * first};
  }

  Form mm_star() {
    const int64_t first = request_.blocks.empty() ? balanced_blocks() : request_.blocks.front();
    const int64_t second = request_.blocks.size() == 2 ? request_.blocks.back() : first;
    const bool columns_fit =
        check_divides("--blocks", first, cols_, fmt::format("{} columns", cols_));
    if (!check_divides("--blocks", second, rows_, fmt::format("{} rows", rows_)) || !columns_fit)
      return MmStar{};
    const int64_t p = cols_ / first, s = rows_ / second;
    return MmStar{first, p, std::min(p, s), second, s};
  }

  /// The largest multiple of 4 up to ARMOR's own that cuts the weight into whole blocks; 4, to be
  /// refused, where there is none.
  int64_t usual_armor_block() const {
    int64_t block = kDefaultArmorBlock;
    while (block > 4 && std::gcd(rows_, cols_) % block != 0) block -= 4;
    return block;
  }

  Form armor() {
    const int64_t block = request_.block_size.value_or(usual_armor_block());
    check_divides("--block-size", block, std::gcd(rows_, cols_), both_sizes());
    if (block % 4 != 0)
      error(fmt::format("--block-size {}", block), "expected a multiple of 4, for the 2:4 core");
    return Armor{block};
  }

  Form butterfly() {
    if (rows_ != cols_ || !std::has_single_bit(static_cast<uint64_t>(cols_)))
      error("--as butterfly", fmt::format("expected a square weight whose size is a power of two, "
                                          "found {} x {}",
                                          rows_, cols_));
    return Butterfly{};
  }

  Form nm_sparse() {
    const std::optional<NmSparse> form = parse_nm();
    if (!form) {
      const std::vector<std::string> names(structure_names().begin(), structure_names().end());
      error("--as " + request_.name,
            fmt::format("expected {} or N:M, found '{}'{}", fmt::join(names, ", "), request_.name,
                        base::did_you_mean(request_.name, names)));
      return Dense{};
    }
    if (form->kept < 1 || form->kept >= form->group || form->group > kMostGroup)
      error("--as " + request_.name, fmt::format("expected N:M with 1 <= N < M <= {}", kMostGroup));
    else if (cols_ % form->group != 0)
      error("--as " + request_.name,
            fmt::format("expected a multiple of {} columns, found {}; the nearest: {} and {}",
                        form->group, cols_, cols_ / form->group * form->group,
                        (cols_ / form->group + 1) * form->group));
    return *form;
  }

  std::optional<NmSparse> parse_nm() const {
    NmSparse form;
    const char* end = request_.name.data() + request_.name.size();
    const auto kept = std::from_chars(request_.name.data(), end, form.kept);
    if (kept.ec != std::errc{} || kept.ptr == end || *kept.ptr != ':') return {};
    const auto group = std::from_chars(kept.ptr + 1, end, form.group);
    if (group.ec != std::errc{} || group.ptr != end) return {};
    return form;
  }

  int64_t rows_;
  int64_t cols_;
  const StructureRequest& request_;
  base::Diagnostics errors_;
};

}  // namespace

std::span<const std::string> structure_names() {
  static const std::vector<std::string> names = {"dense",      "lowrank",      "monarch",   "mm*",
                                                 "blockdense", "blockshuffle", "blockdiag", "2:4",
                                                 "armor",      "butterfly"};
  return names;
}

Structure choose_structure(int64_t rows, int64_t cols, const StructureRequest& request) {
  return Chooser(rows, cols, request).choose();
}

}  // namespace weft::structure
