// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/scalar.h"
#include "kernels/ir/parser.h"
#include "kernels/ir/read_blocks.h"

namespace weft::ir {

namespace {

// Constants are for small factors such as [[1, 1], [1, -1]]; anything larger belongs into a file.
constexpr size_t kMaxConstants = 4096;
constexpr size_t kMaxRank = 10;

class TensorReader {
 public:
  TensorReader(const base::YamlEntry& entry, const Kernel& kernel, base::Diagnostics& diagnostics)
      : entry_(entry), kernel_(kernel), diagnostics_(diagnostics) {}

  Tensor read() {
    tensor_.name = entry_.key;
    tensor_.where = Origin{entry_.key_where};
    if (!expect_map(entry_.value, context(), diagnostics_)) return tensor_;
    static const std::vector<std::string> keys = {"dims", "dtype", "levels", "data", "pattern"};
    for (const base::YamlEntry& each : entry_.value.entries()) {
      if (std::ranges::count(keys, each.key) > 0) continue;
      report_unknown(diagnostics_, each.key_where, "key", each.key, context(), keys);
    }
    dims();
    dtype();
    levels();
    data();
    if (const base::YamlNode* pattern = value("pattern"); pattern != nullptr && scalar(*pattern)) {
      tensor_.pattern = TensorName{{pattern->scalar(), Origin{pattern->where()}}};
    }
    return tensor_;
  }

 private:
  std::string context() const { return fmt::format("tensor {}", entry_.key); }
  const base::YamlNode* value(const char* key) const { return entry_.value.find(key); }

  const base::YamlNode* needed(const char* key) {
    const base::YamlNode* node = value(key);
    if (node == nullptr) {
      report(diagnostics_, entry_.key_where, fmt::format("missing key '{}' in {}", key, context()));
    }
    return node;
  }

  void expected(const base::YamlNode& node, std::string_view what) {
    report(diagnostics_, node.where(),
           fmt::format("expected {} in {}, found {}", what, context(), base::describe(node)));
  }

  bool scalar(const base::YamlNode& node) {
    if (!node.is_scalar()) expected(node, "a text");
    return node.is_scalar();
  }

  void dims() {
    const base::YamlNode* node = needed("dims");
    if (node == nullptr) return;
    if (!node->is_sequence() || node->items().empty()) return expected(*node, "a list of dims");
    if (node->items().size() > kMaxRank) {
      return expected(*node, fmt::format("at most {} dims", kMaxRank));
    }
    for (const base::YamlNode& item : node->items()) dim(item);
  }

  /// An index gives the dim its name and extent; any other expression is an extent, and the dim is
  /// i<position>.
  void dim(const base::YamlNode& item) {
    Dim dim{fmt::format("i{}", tensor_.dims.size()), number_expression(1), false,
            Origin{item.where()}};
    if (!scalar(item)) return;
    if (const Index* index = kernel_.find_index(item.scalar())) {
      dim.name = index->name;
      dim.extent = index->extent;
      dim.from_index = true;
    } else {
      bool failed = false;
      Expression extent = parse_expression(item.scalar(), text_begin(item), diagnostics_, failed);
      if (!failed && check_names(extent, "dim", known_params())) dim.extent = std::move(extent);
    }
    tensor_.dims.push_back(std::move(dim));
  }

  std::vector<std::string> known_params() const {
    std::vector<std::string> names;
    for (const Param& param : kernel_.params) names.push_back(param.name);
    return names;
  }

  bool check_names(const Expression& expression, std::string_view kind,
                   const std::vector<std::string>& known) {
    bool valid = true;
    for_each_expression(expression, [&](const Expression& each) {
      const bool found = each.name.empty() || (each.kind == Expression::Kind::Name &&
                                               std::ranges::count(known, each.name) > 0);
      valid = valid && found;
      if (!found) report_unknown(diagnostics_, each.where, kind, each.name, context(), known);
    });
    return valid;
  }

  void dtype() {
    const base::YamlNode* node = needed("dtype");
    if (node == nullptr || !scalar(*node)) return;
    if (const auto word = find_word<Dtype>(node->scalar())) {
      tensor_.dtype = *word;
      return;
    }
    std::vector<std::string> known = all_words<Dtype>();
    for (const TypeParam& param : kernel_.type_params) {
      for (const bool sum : {false, true}) {
        const TypeRule rule{param.name, sum};
        known.push_back(rule.text());
        if (rule.text() != node->scalar()) continue;
        tensor_.dtype_rule = rule;
        tensor_.dtype = rule.of(param.value);
        return;
      }
    }
    report_unknown(diagnostics_, node->where(), "dtype", node->scalar(), context(), known);
  }

  void levels() {
    const base::YamlNode* node = needed("levels");
    if (node == nullptr) return;
    tensor_.levels_where = Origin{node->where()};
    const bool one = node->is_sequence() && node->items().size() == 1;
    const base::YamlNode& first = one ? node->items().front() : *node;
    if (node->is_scalar() || (one && first.is_scalar() && is_short_format(first.scalar()))) {
      short_format(first);
    } else if (!node->is_sequence() || node->items().empty()) {
      expected(*node, "a list of levels or the name of a format");
    } else {
      for (const base::YamlNode& item : node->items()) level(item);
    }
    std::vector<std::string> known = dim_names();
    for (const std::string& param : known_params()) known.push_back(param);
    for (const Level& level : tensor_.levels) {
      check_names(level.coordinate, "dim", known);
      if (level.equals) check_names(*level.equals, "dim", known);
      if (level.slots) check_names(*level.slots, "parameter", known_params());
    }
  }

  std::vector<std::string> dim_names() const {
    std::vector<std::string> names;
    for (const Dim& dim : tensor_.dims) names.push_back(dim.name);
    return names;
  }

  void short_format(const base::YamlNode& node) {
    tensor_.levels = expand_short_format(node.scalar(), text_begin(node), tensor_.name, dim_names(),
                                         diagnostics_);
  }

  void level(const base::YamlNode& item) {
    if (!scalar(item)) return;
    auto parsed = parse_level(item.scalar(), text_begin(item), tensor_.name, diagnostics_);
    if (parsed) tensor_.levels.push_back(std::move(*parsed));
  }

  void data() {
    const base::YamlNode* node = value("data");
    if (node == nullptr) return;
    static const std::vector<std::string> kinds = {"mtx", "file", "const"};
    if (!node->is_map() || node->entries().empty()) {
      return expected(*node, "one of {mtx: FILE}, {file: FILE}, {const: VALUES}");
    }
    // A document that extends another may give its data in another form, which then counts.
    const base::YamlEntry& entry = node->entries().back();
    const auto beside = std::ranges::count_if(node->entries(), [&](const base::YamlEntry& each) {
      return each.key_where.file == entry.key_where.file;
    });
    if (beside > 1) return expected(*node, "one of mtx, file and const");
    TensorData data;
    data.where = Origin{entry.value.where()};
    if (entry.key == "const") {
      data.kind = TensorData::Kind::Constant;
      constants(entry.value, 0, data);
    } else if (std::ranges::count(kinds, entry.key) == 0) {
      return report_unknown(diagnostics_, entry.key_where, "key", entry.key,
                            fmt::format("data of {}", tensor_.name), kinds);
    } else if (scalar(entry.value)) {
      data.kind = entry.key == "mtx" ? TensorData::Kind::MatrixMarket : TensorData::Kind::File;
      data.path = entry.value.scalar();
    }
    tensor_.data = std::move(data);
  }

  /// Nested lists of numbers, all lists of a depth equally long.
  void constants(const base::YamlNode& node, size_t depth, TensorData& data) {
    if (node.is_sequence()) {
      const auto size = static_cast<int64_t>(node.items().size());
      if (depth == data.shape.size() && data.values.empty()) data.shape.push_back(size);
      if (depth >= data.shape.size() || data.shape[depth] != size) {
        return expected(node, "nested lists of equal lengths");
      }
      for (const base::YamlNode& item : node.items()) constants(item, depth + 1, data);
      return;
    }
    const auto number = base::as_real(node);
    if (!number || depth != data.shape.size() || data.values.size() == kMaxConstants) {
      return expected(node, "a number in regular nested lists");
    }
    data.values.push_back(*number);
  }

  const base::YamlEntry& entry_;
  const Kernel& kernel_;
  base::Diagnostics& diagnostics_;
  Tensor tensor_;
};

void check_patterns(const Kernel& kernel, base::Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const Tensor& tensor : kernel.tensors) known.push_back(tensor.name);
  for (const Tensor& tensor : kernel.tensors) {
    if (!tensor.pattern || kernel.find_tensor(tensor.pattern->text) != nullptr) continue;
    report_unknown(diagnostics, tensor.pattern->where, "tensor", tensor.pattern->text,
                   fmt::format("pattern of {}", tensor.name), known);
  }
}

}  // namespace

void read_tensors(const base::YamlNode& document, Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const base::YamlEntry& entry : entries_of(document, "tensors", diagnostics)) {
    if (!expect_identifier(entry, "tensor", diagnostics)) continue;
    kernel.tensors.push_back(TensorReader(entry, kernel, diagnostics).read());
  }
  check_patterns(kernel, diagnostics);
}

}  // namespace weft::ir
