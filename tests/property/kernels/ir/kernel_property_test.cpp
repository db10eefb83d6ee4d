// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>

#include "kernels/ir/context.h"
#include "kernels/ir/holes.h"
#include "kernels/ir/library.h"
#include "kernels/ir/parser.h"
#include "kernels/ir/write_kernel.h"
#include "tests/support/sanitized.h"
#include "tests/unit/kernels/ir/documents.h"

namespace weft::ir {
namespace {

namespace fs = std::filesystem;
using Kind = Expression::Kind;

/// A text that makes the reader ask for gigabytes fails its own case, which tells the text and the
/// seed, and not the machine. Sanitizers reserve more than any limit.
class BoundedMemory : public testing::Environment {
 public:
  void SetUp() override {
    if (tests::kSanitized) return;
    constexpr rlim_t kBytes = rlim_t{1} << 30;
    rlimit limit{};
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = std::min(limit.rlim_max, kBytes);
    ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  }
};

const testing::Environment* const kBounded = testing::AddGlobalTestEnvironment(new BoundedMemory);

/// A kernel with a bind, and every kernel of the library.
const std::vector<std::string>& documents() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> loaded = {kSpmm};
    for (const KernelEntry& entry : list_kernels(fs::path(WEFT_SOURCE_DIR) / "kernels/library")) {
      base::Diagnostics diagnostics;
      loaded.push_back(write_kernel(load_kernel(entry.file.string(), {}, diagnostics)));
      diagnostics.throw_if_any();
    }
    return loaded;
  }();
  return texts;
}

rc::Gen<Expression> expression(int depth) {
  const auto number =
      rc::gen::map(rc::gen::inRange(0, 100), [](int value) { return number_expression(value); });
  const auto name =
      rc::gen::map(rc::gen::element<std::string>("m", "k1", "st"), [](const std::string& text) {
        Expression leaf;
        leaf.kind = Kind::Name;
        leaf.name = text;
        return leaf;
      });
  if (depth == 0) return rc::gen::oneOf(number, name);
  const auto kind =
      rc::gen::element(Kind::Add, Kind::Subtract, Kind::Multiply, Kind::Divide, Kind::Modulo,
                       Kind::Power, Kind::Negate, Kind::Less, Kind::Access, Kind::Call);
  const auto operand = rc::gen::lazy([depth] { return expression(depth - 1); });
  const auto node = rc::gen::map(rc::gen::tuple(kind, operand, operand), [](const auto& parts) {
    Expression inner;
    inner.kind = std::get<0>(parts);
    inner.operands.push_back(std::get<1>(parts));
    if (inner.kind != Kind::Negate) inner.operands.push_back(std::get<2>(parts));
    if (inner.kind == Kind::Access || inner.kind == Kind::Call) inner.name = "f";
    return inner;
  });
  return rc::gen::oneOf(number, name, node);
}

RC_GTEST_PROP(Expression, TextParsesBackEqual, ()) {
  const Expression tree = *expression(4);
  base::Diagnostics diagnostics;
  bool failed = false;
  const Expression back = parse_expression(tree.text(), {}, diagnostics, failed);
  RC_ASSERT(!failed);
  RC_ASSERT(back == tree);
}

/// Gives every word from a closed vocabulary and every count another value, a list of values, or
/// `any`.
void shuffle_choices(Kernel& kernel) {
  walk(kernel.schedule, {"schedule", {}, {}, "schedule"}, [](auto& value, const Context&) {
    if constexpr (ChoiceValue<std::remove_cvref_t<decltype(value)>>) {
      using Option = typename std::remove_cvref_t<decltype(value.options)>::value_type;
      constexpr bool count = std::same_as<Option, int64_t>;
      if constexpr (std::same_as<Option, AccumKind>) {
        value = value.all();
        return;
      }
      if constexpr (count || Keyword<Option>) {
        if (!value.given()) return;
        value.any = *rc::gen::weightedElement<bool>({{1, true}, {4, false}});
        value.options.clear();
        const int options = value.any ? 0 : *rc::gen::inRange(1, 4);
        for (int i = 0; i < options; ++i) {
          if constexpr (count) {
            value.options.push_back(*rc::gen::inRange<int64_t>(1, 1 << 20));
          } else {
            const auto& words = Vocabulary<Option>::kWords;
            value.options.push_back(words[*rc::gen::inRange<size_t>(0, std::size(words))].value);
          }
        }
      }
    }
  });
}

RC_GTEST_PROP(Kernel, WrittenTextReadsBackEqual, ()) {
  Kernel kernel = read_sound(*rc::gen::elementOf(documents()));
  shuffle_choices(kernel);
  const std::string text = write_kernel(kernel);
  RC_LOG() << text;
  RC_ASSERT(messages_of(text) == std::vector<std::string>{});
  RC_ASSERT(read_sound(text) == kernel);
}

/// Cuts, doubles, inserts and overwrites a few pieces of a text.
std::string mutated(std::string text) {
  const std::vector<std::string> pieces = {"",  " ", ",", ":",   "[",     "]", "{", "}",
                                           "(", ")", "*", "0",   "-",     "m", "%", "'",
                                           "=", "é", "#", "any", "dense", "\n"};
  const int edits = *rc::gen::inRange(1, 5);
  for (int i = 0; i < edits && !text.empty(); ++i) {
    const auto at = *rc::gen::inRange<size_t>(0, text.size());
    const auto cut = *rc::gen::inRange<size_t>(0, 4);
    text.replace(at, cut, *rc::gen::elementOf(pieces));
  }
  return text;
}

RC_GTEST_PROP(Document, AnyTextIsReadOrRefused, ()) {
  const std::string text = mutated(*rc::gen::elementOf(documents()));
  RC_LOG() << text;
  base::Diagnostics diagnostics;
  const Kernel kernel = read_text(text, diagnostics);
  if (diagnostics.empty()) {
    RC_ASSERT(read_sound(write_kernel(kernel)) == kernel);
    for (const Hole& hole : holes(kernel)) RC_ASSERT(!hole.path.empty());
  }
}

}  // namespace
}  // namespace weft::ir
