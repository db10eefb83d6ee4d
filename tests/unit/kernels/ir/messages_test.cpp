// SPDX-License-Identifier: Apache-2.0
// What a defect of a document is told as: one defect, one exact message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/kernels/ir/documents.h"

namespace weft::ir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Defect {
  const char* name;
  const char* from;
  const char* to;
  const char* message;
};

class Messages : public ::testing::TestWithParam<Defect> {};

TEST_P(Messages, NameThePlaceAndTheDefect) {
  const std::string text = spoilt(kSpmm, GetParam().from, GetParam().to);
  EXPECT_THAT(messages_of(text), ElementsAre(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Document, Messages,
    ::testing::Values(
        Defect{"UnknownWord", "    order:", "    ordr:",
               "k.yaml:15:5: error: unknown key 'ordr' in schedule of mul; did you mean 'order'?"},
        Defect{"UnknownLevel", "compressed(k)", "compresed(k)",
               "k.yaml:6:52: error: unknown level type 'compresed' in tensor A; did you mean "
               "'compressed'?"},
        Defect{"IncompleteOrder", "[n1, m, k, n0]", "[n1, m, k]",
               "k.yaml:15:12: error: order of mul leaves out loop 'n0'"},
        Defect{"RepeatedLoop", "[n1, m, k, n0]", "[n1, m, k, m, n0]",
               "k.yaml:15:12: error: order of mul names loop 'm' twice"},
        Defect{
            "SharedSlots", "[dense(m), compressed(k)]", "[dense(m), compressed(k/2)]",
            "k.yaml:6:41: error: level map of A is not injective: two coordinates share one slot"},
        Defect{"OneLetterIndex", "A[m,k]", "A[m,q]",
               "k.yaml:10:24: error: unknown index 'q' in mul; known: m, k, n, M, K, N"},
        Defect{"UnknownTensor", "+= A[m,k]", "+= Ax[m,k]",
               "k.yaml:10:20: error: unknown tensor 'Ax' in mul; did you mean 'A'?"},
        Defect{"WrongRank", "X[k,n]", "X[k]",
               "k.yaml:10:29: error: tensor X has 2 dims, but mul gives 1 subscripts"},
        Defect{"Transposed", "A[m,k]", "A[k,m]",
               "k.yaml:10:24: error: subscript 'm' of A reaches 8, but dim k is 0 to 7"},
        Defect{"OpenBracket", "X[k,n]", "X[k,n",
               "k.yaml:10:34: error: expected ']', found the end of the text"},
        Defect{"WrongReduction", "+=", "-=",
               "k.yaml:10:17: error: expected one of =, +=, max=, min=, or=, found '-'"},
        Defect{"AssignedSum", "+=", "=",
               "k.yaml:10:10: error: '=' in mul keeps one value of index k; use '+=' or another "
               "reduction"},
        Defect{"UnknownDtype", "dtype: f32", "dtype: fp32",
               "k.yaml:6:28: error: unknown dtype 'fp32' in tensor A; did you mean 'f32'?"},
        Defect{"UnknownLoop", "m: cta.x", "mm: cta.x",
               "k.yaml:16:22: error: unknown loop 'mm' in par of mul; did you mean 'm'?"},
        Defect{
            "UnknownRole", "n0: lane", "n0: lan",
            "k.yaml:16:36: error: unknown parallel role 'lan' in par of mul; did you mean 'lane'?"},
        Defect{"UnknownHeldTensor", "hold: {A:", "hold: {Aq:",
               "k.yaml:17:12: error: unknown tensor 'Aq' in hold of mul; did you mean 'A'?"},
        Defect{"UnknownTransfer", "cp_async", "cp_asinc",
               "k.yaml:17:38: error: unknown transfer 'cp_asinc' in hold of A in mul; did you mean "
               "'cp_async'?"},
        Defect{"UnknownHoldKey", "buf: 2", "buff: 2",
               "k.yaml:17:48: error: unknown key 'buff' in hold of A in mul; did you mean 'buf'?"},
        Defect{"MissingKey", "at: m, kind", "kind",
               "k.yaml:18:16: error: missing key 'at' in accum of Y in mul"},
        Defect{
            "WordOfAnotherKind", "in: reg}", "in: reg, slots: 8}",
            "k.yaml:18:47: error: 'slots' says nothing about the accumulator 'scalar' in accum of "
            "Y in mul"},
        Defect{"AccumOfAnInput", "accum: {Y:", "accum: {X:",
               "k.yaml:18:13: error: accum of mul names tensor 'X', but the statement writes 'Y'"},
        Defect{"TileOfTheOutside", "{n0: [8, 16, 32]}", "{n0: 8, n1: 8}",
               "k.yaml:14:20: error: tiles of mul sizes 'n1', the outermost loop of a split, whose "
               "size follows from the others"},
        Defect{"TileOfNothing", "{n0: [8, 16, 32]}", "{m: 8}",
               "k.yaml:14:13: error: tiles of mul sizes 'm', which no split made"},
        Defect{"EmptyHole", "[8, 16, 32]", "[]",
               "k.yaml:14:17: error: expected a value, a list of choices, or any in tiles of mul, "
               "found a list"},
        Defect{"ZeroTile", "[8, 16, 32]", "0",
               "k.yaml:14:13: error: tile 'n0' of mul is 0; a tile has one iteration or more"},
        Defect{"UnknownPlaceIndex", "block(m)", "block(mm)",
               "k.yaml:22:49: error: unknown index 'mm' in place of Y in bind; did you mean 'm'?"},
        Defect{"SizeWithoutUnit", "96KiB", "96",
               "k.yaml:24:48: error: expected a size with its unit, such as 96KiB, found '96'"},
        Defect{"UnknownBindRole", "roles: {smem:", "roles: {smme:",
               "k.yaml:21:11: error: unknown role 'smme' in roles of bind; did you mean 'smem'?"},
        Defect{"MissingVersion", "kir: 1\n", "about: spmm\n",
               "k.yaml:1:1: error: expected 'kir: 1' or 'mapping: 1' as the first key"},
        Defect{"FutureVersion", "kir: 1", "kir: 2",
               "k.yaml:1:6: error: expected version 1 in 'kir', found '2'"},
        Defect{"UnknownBlock", "bind:", "binds:",
               "k.yaml:19:1: error: unknown key 'binds' in the document; did you mean 'bind'?"},
        Defect{"NoPositiveSize", "M: 9", "M: 0",
               "k.yaml:3:13: error: expected a positive integer in parameter M, found '0'"},
        Defect{"NoPositiveDim", "X: {dims: [k, n], dtype: f32, levels: [dense(k), dense(n)]",
               "X: {dims: [k, K-8], dtype: f32, levels: [dense(k), dense(i1)]",
               "k.yaml:7:17: error: extent 'K - 8' of a dim of tensor X is no positive integer"},
        Defect{"UnknownParam", "m: M,", "m: Mq,",
               "k.yaml:4:12: error: unknown parameter 'Mq' in index m; did you mean 'M'?"}),
    [](const auto& each) { return each.param.name; });

TEST(Document, WithoutDefectIsSilent) {
  EXPECT_THAT(messages_of(kSpmm), IsEmpty());
}

TEST(Document, ReportsEveryDefectAtOnce) {
  std::string text = spoilt(kSpmm, "dtype: f32", "dtype: f31");
  text = spoilt(text, "    order:", "    ordr:");
  text = spoilt(text, "n0: lane", "n0: lan");
  EXPECT_EQ(messages_of(text).size(), 3u);
}

TEST(Document, RefusesASplitInOne) {
  const auto messages = messages_of(spoilt(kSpmm, "[n1, n0]}\n", "[n0]}\n"));
  EXPECT_THAT(messages, testing::Contains("k.yaml:13:13: error: split of n in mul needs two loops "
                                          "or more"));
}

TEST(Document, RefusesADuplicateLoop) {
  EXPECT_THAT(messages_of(spoilt(kSpmm, "[n1, n0]}\n", "[n1, n0, k]}\n")),
              testing::Contains("k.yaml:13:25: error: split of mul names a loop 'k' that exists "
                                "already"));
}

TEST(Document, RefusesAWindowWithoutAnAccumulator) {
  EXPECT_THAT(messages_of(spoilt(kSpmm, "tiles: {n0: [8, 16, 32]}", "window: {n1: {pack: flops}}")),
              ElementsAre("k.yaml:14:14: error: window of mul fits the accumulator at 'n1', but "
                          "accum has none there"));
}

TEST(Document, RefusesDuplicateKeys) {
  const auto messages = messages_of(spoilt(kSpmm, "    par:", "    tiles: {n0: 8}\n    par:"));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].find("duplicate key 'tiles'"), std::string::npos);
}

/// Putting pieces of calls together must not grow with the square of the list.
TEST(Document, AListOfCallsThatNeverCloseIsRefused) {
  std::string list = "f(";
  for (int i = 0; i < 10'000; ++i) list += ", f(";
  EXPECT_FALSE(messages_of(spoilt(kSpmm, "[n1, m, k, n0]", "[" + list + "]")).empty());
}

TEST(Document, QuotedLevelsKeepTheirColumns) {
  const std::string text = spoilt(kSpmm, "compressed(k)]", "\"compresed(k)\"]");
  EXPECT_THAT(messages_of(text),
              ElementsAre("k.yaml:6:53: error: unknown level type 'compresed' in tensor A; did you "
                          "mean 'compressed'?"));
}

}  // namespace
}  // namespace weft::ir
