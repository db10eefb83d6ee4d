// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include "kernels/ir/choice.h"
#include "kernels/ir/text_value.h"
#include "kernels/ir/words.h"

namespace weft::ir {

/// `hold`: a slice of an operand is kept near the workers while one iteration of a loop runs.
struct Hold {
  Choice<LoopName> at;
  Choice<Memory> in = Memory::Spad;
  Choice<Transfer> via = Transfer::Load;
  Choice<int64_t> buf = 1;
  std::optional<Transfer> fallback;

  static constexpr auto fields() {
    return std::tuple{
        required("at", &Hold::at, "loop whose iteration owns the slice"),
        field("in", &Hold::in, "memory role that keeps it"),
        field("via", &Hold::via, "who fetches it"),
        field("buf", &Hold::buf, "number of buffers; 2 or more fetch ahead"),
        field("fallback", &Hold::fallback, "transfer to use on a machine without the engine")};
  }
  bool operator==(const Hold&) const = default;
};

/// `accum`: where the partial results of a statement meet, and how they leave. `at` is the loop
/// whose iteration owns one accumulator: a row (m0), or a whole window of rows (m1).
struct Accum {
  Choice<LoopName> at;
  Choice<AccumKind> kind;
  Choice<Memory> in = Memory::Spad;
  Choice<int64_t> slots;
  Choice<Probe> probe = Probe::Linear;
  Choice<HashBits> bits = HashBits::Low;
  Choice<TableForm> table = TableForm::TagData;
  double load_factor = 1;
  std::optional<Formula> width;
  Choice<Track> track = Track::Bitmap;
  Choice<int64_t> ways;
  Choice<Spill> spill;
  Choice<SortOutput> sort = SortOutput::True;
  Choice<Sorter> sorter = Sorter::Radix;
  Choice<SizeRule> size = SizeRule::Symbolic;
  Choice<Emit> emit = Emit::All;
  Choice<Merge> merge = Merge::Private;
  Choice<Writeback> writeback = Writeback::Threads;
  Choice<int64_t> buf = 1;

  static constexpr auto fields() {
    return std::tuple{
        required("at", &Accum::at, "loop whose iteration owns one accumulator"),
        required("kind", &Accum::kind, "what it is made of"),
        field("in", &Accum::in, "memory role that keeps it"),
        field("slots", &Accum::slots, "slots of a hash table, entries of a sort buffer"),
        field("probe", &Accum::probe, "hash: where to look when a slot is taken"),
        field("bits", &Accum::bits, "hash: bits of the coordinate that choose the slot"),
        field("table", &Accum::table,
              "hash: values beside their tags, or in DRAM at an offset kept beside the tag"),
        field("load_factor", &Accum::load_factor, "hash: share of the slots that may be used"),
        field("width", &Accum::width, "dense: number of slots, an index or an expression"),
        field("track", &Accum::track, "dense: how used slots are remembered"),
        field("ways", &Accum::ways, "heap: number of lists merged at once"),
        field("spill", &Accum::spill, "what happens when it is full"),
        field("sort", &Accum::sort, "whether drained entries are put in order"),
        field("sorter", &Accum::sorter, "how they are put in order"),
        field("size", &Accum::size, "how the size of the result is known beforehand"),
        field("emit", &Accum::emit, "which values are written"),
        field("merge", &Accum::merge, "how threads that share it add into it"),
        field("writeback", &Accum::writeback, "who writes it back"),
        field("buf", &Accum::buf, "number of accumulators; 2 overlap write-back with filling")};
  }
  /// The kinds of accumulator that `key` says something about; empty for keys that suit all.
  static std::vector<AccumKind> kinds_of(std::string_view key);
  bool operator==(const Accum&) const = default;
};

/// `append`: entries are added at the end of a tensor in the order they are made.
struct Append {
  Choice<Alloc> alloc = Alloc::Atomic;
  Choice<Memory> in = Memory::Dram;

  static constexpr auto fields() {
    return std::tuple{field("alloc", &Append::alloc, "who decides where an entry goes"),
                      field("in", &Append::in, "memory role that keeps the entries")};
  }
  bool operator==(const Append&) const = default;
};

/// `coiter`: how the operands that share a sparse loop meet.
struct Coiter {
  Choice<Coiteration> mode;
  std::optional<TensorName> lead;

  static constexpr auto fields() {
    return std::tuple{
        required("mode", &Coiter::mode, "merge both, or walk one and look up the other"),
        field("lead", &Coiter::lead, "tensor that is walked by follow and gallop")};
  }
  bool operator==(const Coiter&) const = default;
};

/// `tensorize`: innermost loops that one matrix instruction executes.
struct Tensorize {
  Choice<MatrixUnit> use;
  std::vector<LoopName> over;

  static constexpr auto fields() {
    return std::tuple{required("use", &Tensorize::use, "matrix unit"),
                      required("over", &Tensorize::over, "loops of its rows, columns and depth")};
  }
  bool operator==(const Tensorize&) const = default;
};

/// `scan`: a recurrence over an index runs in parallel, carrying these values from chunk to chunk.
struct Scan {
  Choice<ScanKind> alg = ScanKind::Serial;
  std::vector<Formula> carry;

  static constexpr auto fields() {
    return std::tuple{field("alg", &Scan::alg, "how the recurrence runs"),
                      field("carry", &Scan::carry, "tensors, or prod(tensor), carried over")};
  }
  bool operator==(const Scan&) const = default;
};

/// `window`: consecutive iterations are packed into one iteration of the outer loop of a split
/// until their work fills a container. It takes the place of the tile of the inner loop; the
/// extents differ from window to window.
struct Window {
  Choice<PackBy> pack = PackBy::Flops;
  Choice<PackInto> fit = PackInto::Accum;

  static constexpr auto fields() {
    return std::tuple{
        field("pack", &Window::pack,
              "what is added up: an upper bound on the entries, nonzeros, rows"),
        field("fit", &Window::fit, "what it must fit into: the accumulator at this loop")};
  }
  bool operator==(const Window&) const = default;
};

/// `balance`: how iterations reach their workers, and the work of one iteration.
struct Balance {
  std::optional<Formula> weight;
  Choice<int64_t> grain;  // not given: an iteration is never shared
  Table<LoopName, Choice<BalanceKind>> loops;

  static constexpr auto fields() {
    return std::tuple{
        field("weight", &Balance::weight, "work of one iteration, such as flops(A,B)"),
        field("grain", &Balance::grain,
              "most work of one token; heavier iterations are shared by several workers"),
        field("", &Balance::loops, "static: round robin; dynamic, token: from a queue")};
  }
  bool operator==(const Balance&) const = default;
};

/// How one statement is walked. Words that are not given do nothing; an order that is not given is
/// a hole.
struct StatementSchedule {
  Table<FreshName, std::vector<IndexName>> fuse;
  Table<SplitName, std::vector<FreshName>> split;
  Table<LoopName, Choice<Formula>> tiles;
  Table<LoopName, Window> window;
  Choice<std::vector<LoopName>> order = Choice<std::vector<LoopName>>::all();
  Table<LoopName, Choice<Unit>> par;
  Balance balance;
  Table<TensorName, Hold> hold;
  Table<TensorName, Accum> accum;
  Table<TensorName, Append> append;
  Table<IndexName, Coiter> coiter;
  Table<IndexName, Choice<Reduction>> reduce;
  std::optional<Tensorize> tensorize;
  Table<IndexName, Scan> scan;
  Table<TensorName, Choice<Exchange>> exchange;
  Table<IndexName, Choice<int64_t>> radix;

  static constexpr auto fields() {
    using S = StatementSchedule;
    return std::tuple{field("fuse", &S::fuse, "indices walked as one, over the stored positions"),
                      field("split", &S::split, "an index taken apart into loops, outermost first"),
                      field("tiles", &S::tiles, "sizes of the inner loops of a split"),
                      field("window", &S::window, "tiles of varying size, packed by work"),
                      field("order", &S::order, "the loops, outermost first"),
                      field("par", &S::par, "loops that run side by side, and on what"),
                      field("balance", &S::balance, "how iterations reach their workers"),
                      field("hold", &S::hold, "operands kept near the workers"),
                      field("accum", &S::accum, "where partial results meet"),
                      field("append", &S::append, "results added at the end of a tensor"),
                      field("coiter", &S::coiter, "how sparse operands meet"),
                      field("reduce", &S::reduce, "how parallel partial results come together"),
                      field("tensorize", &S::tensorize, "loops executed by a matrix unit"),
                      field("scan", &S::scan, "recurrences run in parallel"),
                      field("exchange", &S::exchange, "where lanes swap elements"),
                      field("radix", &S::radix, "recurrence steps done at once")};
  }
  bool operator==(const StatementSchedule&) const = default;
};

/// `fuse_at`: an intermediate tensor lives only within one iteration of a loop.
struct FuseAt {
  Choice<LoopName> loop;
  Choice<Memory> in = Memory::Spad;
  Choice<Recompute> recompute = Recompute::Never;
  Choice<Swizzle> swizzle = Swizzle::None;

  static constexpr auto fields() {
    return std::tuple{
        required("loop", &FuseAt::loop, "loop whose iteration owns the slice"),
        field("in", &FuseAt::in, "memory role that keeps it"),
        field("recompute", &FuseAt::recompute,
              "computed again where needed twice; 'ask' is a hole"),
        field("swizzle", &FuseAt::swizzle, "scrambling of addresses against bank conflicts")};
  }
  bool operator==(const FuseAt&) const = default;
};

/// `wy`: a product of Householder reflections rewritten as two matrix products per block.
struct WyRewrite {
  Choice<int64_t> block;

  static constexpr auto fields() {
    return std::tuple{required("block", &WyRewrite::block, "reflections per block")};
  }
  bool operator==(const WyRewrite&) const = default;
};

/// `rewrite`: claims of an equivalent cascade.
struct Rewrite {
  std::optional<WyRewrite> wy;

  static constexpr auto fields() {
    return std::tuple{field("wy", &Rewrite::wy, "blocked reflections")};
  }
  bool operator==(const Rewrite&) const = default;
};

/// The `schedule` block. Words under `all` hold for every statement that has the loops they name; a
/// statement's own words win.
struct Schedule {
  StatementSchedule all;
  Table<StatementName, StatementSchedule> statements;
  Table<TensorName, FuseAt> fuse_at;
  Rewrite rewrite;

  static constexpr auto fields() {
    return std::tuple{field("all", &Schedule::all, "words for every statement"),
                      field("", &Schedule::statements, "words for one statement"),
                      field("fuse_at", &Schedule::fuse_at, "intermediates that stay inside a loop"),
                      field("rewrite", &Schedule::rewrite, "claims of an equivalent cascade")};
  }
  bool operator==(const Schedule&) const = default;
};

}  // namespace weft::ir
