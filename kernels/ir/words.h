// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::ir {

/// One word of a closed vocabulary and what it stands for.
template <class E>
struct Word {
  E value;
  std::string_view text;
};

/// The vocabulary of an enumeration, declared once below: `kKind` names it in messages, `kWords`
/// lists it. The reader, the writer and the JSON schema all work from this one table.
template <class E>
struct Vocabulary;

/// An enumeration with a vocabulary.
template <class E>
concept Keyword = requires {
  Vocabulary<E>::kWords;
};

/// The word for a value.
template <Keyword E>
std::string_view text_of(E value) {
  for (const Word<E>& word : Vocabulary<E>::kWords) {
    if (word.value == value) return word.text;
  }
  return {};
}

/// The value that a word stands for, or nothing.
template <Keyword E>
std::optional<E> find_word(std::string_view text) {
  for (const Word<E>& word : Vocabulary<E>::kWords) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

/// Every word, in the order of the table.
template <Keyword E>
std::vector<std::string> all_words() {
  std::vector<std::string> words;
  for (const Word<E>& word : Vocabulary<E>::kWords) words.emplace_back(word.text);
  return words;
}

/// The type of a stored value.
enum class Dtype { F64, F32, Tf32, F16, Bf16, F8e4m3, F8e5m2, I64, I32, I8 };
template <>
struct Vocabulary<Dtype> {
  static constexpr std::string_view kKind = "dtype";
  static constexpr Word<Dtype> kWords[] = {{Dtype::F64, "f64"},       {Dtype::F32, "f32"},
                                           {Dtype::Tf32, "tf32"},     {Dtype::F16, "f16"},
                                           {Dtype::Bf16, "bf16"},     {Dtype::F8e4m3, "f8e4m3"},
                                           {Dtype::F8e5m2, "f8e5m2"}, {Dtype::I64, "i64"},
                                           {Dtype::I32, "i32"},       {Dtype::I8, "i8"}};
};

/// The dtype that a word says: one of the vocabulary, or a usual spelling of one (fp16, float32,
/// int8, fp8).
std::optional<Dtype> find_dtype(std::string_view text);

/// The type in which sums of products of `operand` are stored: the operands' own, but wider where
/// that could not hold them.
Dtype sum_type(Dtype operand);

/// Bytes of a stored element.
int bytes_of(Dtype dtype);

/// How one level of a tensor stores its coordinates.
enum class LevelType { Dense, Compressed, Singleton, Bitmap, Hash, Nm, Affine, Gen };
template <>
struct Vocabulary<LevelType> {
  static constexpr std::string_view kKind = "level type";
  static constexpr Word<LevelType> kWords[] = {
      {LevelType::Dense, "dense"},         {LevelType::Compressed, "compressed"},
      {LevelType::Singleton, "singleton"}, {LevelType::Bitmap, "bitmap"},
      {LevelType::Hash, "hash"},           {LevelType::Nm, "nm"},
      {LevelType::Affine, "affine"},       {LevelType::Gen, "gen"}};
};

/// How a statement combines a new value with the element it writes.
enum class Combine { Assign, Add, Max, Min, Or };
template <>
struct Vocabulary<Combine> {
  static constexpr std::string_view kKind = "reduction";
  static constexpr Word<Combine> kWords[] = {{Combine::Assign, "="},
                                             {Combine::Add, "+="},
                                             {Combine::Max, "max="},
                                             {Combine::Min, "min="},
                                             {Combine::Or, "or="}};
};

/// The role that runs the iterations of a loop side by side.
enum class Unit { Core, Thread, Lane, Warp, Cta, CtaX, CtaY, CtaZ, Serial };
template <>
struct Vocabulary<Unit> {
  static constexpr std::string_view kKind = "parallel role";
  static constexpr Word<Unit> kWords[] = {
      {Unit::Core, "core"},  {Unit::Thread, "thread"}, {Unit::Lane, "lane"},
      {Unit::Warp, "warp"},  {Unit::Cta, "cta"},       {Unit::CtaX, "cta.x"},
      {Unit::CtaY, "cta.y"}, {Unit::CtaZ, "cta.z"},    {Unit::Serial, "serial"}};
};

/// The role that keeps a slice of a tensor.
enum class Memory { Spad, Smem, Reg, Dram };
template <>
struct Vocabulary<Memory> {
  static constexpr std::string_view kKind = "memory role";
  static constexpr Word<Memory> kWords[] = {
      {Memory::Spad, "spad"}, {Memory::Smem, "smem"}, {Memory::Reg, "reg"}, {Memory::Dram, "dram"}};
};

/// Who moves a slice: the threads with their own loads, or an engine beside them.
enum class Transfer { Load, Dma, Tma, CpAsync };
template <>
struct Vocabulary<Transfer> {
  static constexpr std::string_view kKind = "transfer";
  static constexpr Word<Transfer> kWords[] = {{Transfer::Load, "load"},
                                              {Transfer::Dma, "dma"},
                                              {Transfer::Tma, "tma"},
                                              {Transfer::CpAsync, "cp_async"}};
};

/// The unit of a `tensorize`: the ordinary multiply-add pipes, which every machine has, or matrix
/// units for dense or 2:4 operands.
enum class MatrixUnit { Fma, Mma, MmaSparse };
template <>
struct Vocabulary<MatrixUnit> {
  static constexpr std::string_view kKind = "matrix unit";
  static constexpr Word<MatrixUnit> kWords[] = {
      {MatrixUnit::Fma, "fma"}, {MatrixUnit::Mma, "mma"}, {MatrixUnit::MmaSparse, "mma.sp"}};
};

/// How the iterations of a parallel loop reach their workers.
enum class BalanceKind { Static, Dynamic, Token };
template <>
struct Vocabulary<BalanceKind> {
  static constexpr std::string_view kKind = "balance";
  static constexpr Word<BalanceKind> kWords[] = {{BalanceKind::Static, "static"},
                                                 {BalanceKind::Dynamic, "dynamic"},
                                                 {BalanceKind::Token, "token"}};
};

/// What an accumulator is made of.
enum class AccumKind { Hash, Dense, Heap, Sort, Scalar };
template <>
struct Vocabulary<AccumKind> {
  static constexpr std::string_view kKind = "accumulator";
  static constexpr Word<AccumKind> kWords[] = {{AccumKind::Hash, "hash"},
                                               {AccumKind::Dense, "dense"},
                                               {AccumKind::Heap, "heap"},
                                               {AccumKind::Sort, "sort"},
                                               {AccumKind::Scalar, "scalar"}};
};

/// Where a hash table looks next when a slot is taken.
enum class Probe { Linear };
template <>
struct Vocabulary<Probe> {
  static constexpr std::string_view kKind = "probe";
  static constexpr Word<Probe> kWords[] = {{Probe::Linear, "linear"}};
};

/// Which bits of the coordinate choose the first slot of a hash table.
enum class HashBits { Low, High, Mixed };
template <>
struct Vocabulary<HashBits> {
  static constexpr std::string_view kKind = "hash bits";
  static constexpr Word<HashBits> kWords[] = {
      {HashBits::Low, "low"}, {HashBits::High, "high"}, {HashBits::Mixed, "mixed"}};
};

/// What happens when an accumulator is full.
enum class Spill { Heap, Multipass, Passes, Global };
template <>
struct Vocabulary<Spill> {
  static constexpr std::string_view kKind = "spill";
  static constexpr Word<Spill> kWords[] = {{Spill::Heap, "heap"},
                                           {Spill::Multipass, "multipass"},
                                           {Spill::Passes, "passes"},
                                           {Spill::Global, "global"}};
};

/// Whether the drained entries come in coordinate order: made so by a sort, not at all, or by
/// nature.
enum class SortOutput { True, False, Free };
template <>
struct Vocabulary<SortOutput> {
  static constexpr std::string_view kKind = "sort";
  static constexpr Word<SortOutput> kWords[] = {
      {SortOutput::True, "true"}, {SortOutput::False, "false"}, {SortOutput::Free, "free"}};
};

/// How drained entries are put in order: each counts how many are smaller, or by their digits.
enum class Sorter { Radix, Rank };
template <>
struct Vocabulary<Sorter> {
  static constexpr std::string_view kKind = "sorter";
  static constexpr Word<Sorter> kWords[] = {{Sorter::Radix, "radix"}, {Sorter::Rank, "rank"}};
};

/// How the size of a compressed result is known before it is written.
enum class SizeRule { Symbolic, UpperBound };
template <>
struct Vocabulary<SizeRule> {
  static constexpr std::string_view kKind = "size rule";
  static constexpr Word<SizeRule> kWords[] = {{SizeRule::Symbolic, "symbolic"},
                                              {SizeRule::UpperBound, "upper_bound"}};
};

/// Which accumulated values are written.
enum class Emit { All, Nonzero };
template <>
struct Vocabulary<Emit> {
  static constexpr std::string_view kKind = "emit";
  static constexpr Word<Emit> kWords[] = {{Emit::All, "all"}, {Emit::Nonzero, "nonzero"}};
};

/// How a dense accumulator remembers which slots are used.
enum class Track { Bitmap, List };
template <>
struct Vocabulary<Track> {
  static constexpr std::string_view kKind = "track";
  static constexpr Word<Track> kWords[] = {{Track::Bitmap, "bitmap"}, {Track::List, "list"}};
};

/// What a slot of a hash table holds beside its tag: the value, or where in DRAM the value is.
enum class TableForm { TagData, TagOffset };
template <>
struct Vocabulary<TableForm> {
  static constexpr std::string_view kKind = "table form";
  static constexpr Word<TableForm> kWords[] = {{TableForm::TagData, "tag_data"},
                                               {TableForm::TagOffset, "tag_offset"}};
};

/// Who writes an accumulator back.
enum class Writeback { Threads, Dma, DmaAsync };
template <>
struct Vocabulary<Writeback> {
  static constexpr std::string_view kKind = "writeback";
  static constexpr Word<Writeback> kWords[] = {
      {Writeback::Threads, "threads"}, {Writeback::Dma, "dma"}, {Writeback::DmaAsync, "dma_async"}};
};

/// How threads that share an accumulator add into it.
enum class Merge { Private, Atomic };
template <>
struct Vocabulary<Merge> {
  static constexpr std::string_view kKind = "merge";
  static constexpr Word<Merge> kWords[] = {{Merge::Private, "private"}, {Merge::Atomic, "atomic"}};
};

/// Who decides where an appended entry goes.
enum class Alloc { Atomic, Static };
template <>
struct Vocabulary<Alloc> {
  static constexpr std::string_view kKind = "alloc";
  static constexpr Word<Alloc> kWords[] = {{Alloc::Atomic, "atomic"}, {Alloc::Static, "static"}};
};

/// How operands that share a sparse loop meet.
enum class Coiteration { Merge, Follow, Gallop, Bitmap };
template <>
struct Vocabulary<Coiteration> {
  static constexpr std::string_view kKind = "coiteration mode";
  static constexpr Word<Coiteration> kWords[] = {{Coiteration::Merge, "merge"},
                                                 {Coiteration::Follow, "follow"},
                                                 {Coiteration::Gallop, "gallop"},
                                                 {Coiteration::Bitmap, "bitmap"}};
};

/// How partial results of a parallel reduction come together.
enum class ReduceKind { Serial, Tree, Shuffle, Atomic, SplitK };
template <>
struct Vocabulary<ReduceKind> {
  static constexpr std::string_view kKind = "reduction";
  static constexpr Word<ReduceKind> kWords[] = {{ReduceKind::Serial, "serial"},
                                                {ReduceKind::Tree, "tree"},
                                                {ReduceKind::Shuffle, "shuffle"},
                                                {ReduceKind::Atomic, "atomic"},
                                                {ReduceKind::SplitK, "split_k"}};
};

/// How a recurrence is run.
enum class ScanKind { Serial, Chunked };
template <>
struct Vocabulary<ScanKind> {
  static constexpr std::string_view kKind = "scan algorithm";
  static constexpr Word<ScanKind> kWords[] = {{ScanKind::Serial, "serial"},
                                              {ScanKind::Chunked, "chunked"}};
};

/// Where lanes swap the elements of a tensor.
enum class ExchangeVia { Shuffle, Smem, Spad, Dram };
template <>
struct Vocabulary<ExchangeVia> {
  static constexpr std::string_view kKind = "exchange";
  static constexpr Word<ExchangeVia> kWords[] = {{ExchangeVia::Shuffle, "shuffle"},
                                                 {ExchangeVia::Smem, "smem"},
                                                 {ExchangeVia::Spad, "spad"},
                                                 {ExchangeVia::Dram, "dram"}};
};

/// What a window counts while it packs consecutive iterations.
enum class PackBy { Flops, Nnz, Rows };
template <>
struct Vocabulary<PackBy> {
  static constexpr std::string_view kKind = "packing";
  static constexpr Word<PackBy> kWords[] = {
      {PackBy::Flops, "flops"}, {PackBy::Nnz, "nnz"}, {PackBy::Rows, "rows"}};
};

/// What a window must fit into.
enum class PackInto { Accum };
template <>
struct Vocabulary<PackInto> {
  static constexpr std::string_view kKind = "container";
  static constexpr Word<PackInto> kWords[] = {{PackInto::Accum, "accum"}};
};

/// How addresses of a fused tensor are scrambled against bank conflicts.
enum class Swizzle { None, Xor };
template <>
struct Vocabulary<Swizzle> {
  static constexpr std::string_view kKind = "swizzle";
  static constexpr Word<Swizzle> kWords[] = {{Swizzle::None, "none"}, {Swizzle::Xor, "xor"}};
};

/// Whether a fused tensor is computed again where it is needed twice.
enum class Recompute { Never, Always };
template <>
struct Vocabulary<Recompute> {
  static constexpr std::string_view kKind = "recompute";
  static constexpr std::string_view kHoleWord = "ask";  // another spelling of `any`
  static constexpr Word<Recompute> kWords[] = {{Recompute::Never, "never"},
                                               {Recompute::Always, "always"}};
};

}  // namespace weft::ir
