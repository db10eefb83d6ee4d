// SPDX-License-Identifier: Apache-2.0
#include "base/yaml_parser.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text_file.h"

namespace weft::base {

namespace {

constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxKeyBytes = 256;

/// Lets yaml-cpp read text in place.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's get area is never written
    setg(begin, begin, begin + text.size());
  }
};

/// yaml-cpp counts columns in bytes; people and editors count characters.
class ColumnIndex {
 public:
  explicit ColumnIndex(std::string_view text) : text_(text) {
    line_begins_.push_back(0);
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') line_begins_.push_back(i + 1);
    }
  }

  int column(int line, int byte_column) const {
    const auto row = static_cast<size_t>(line);
    if (row >= line_begins_.size()) return byte_column + 1;
    const std::string_view rest = text_.substr(line_begins_[row]);
    const std::string_view before = rest.substr(0, static_cast<size_t>(byte_column));
    const auto continuations = std::count_if(before.begin(), before.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    });
    return byte_column + 1 - static_cast<int>(continuations);
  }

 private:
  std::string_view text_;
  std::vector<size_t> line_begins_;
};

bool has_leading_zero(const std::string& text) {
  const size_t sign = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  const bool digits = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(sign), text.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  return digits && text.size() > sign + 1 && text[sign] == '0';
}

/// Builds the tree from yaml-cpp's events. The stack holds the collections that are open; in a map,
/// keys and values arrive in turn, and a pending key is what the next value belongs to.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::string name, std::string root_path,
              Diagnostics& diagnostics)
      : columns_(text),
        name_(std::move(name)),
        root_path_(std::move(root_path)),
        diagnostics_(diagnostics) {}

  /// The tree, or nothing where the text ended before its first value did.
  const std::optional<YamlNode>& root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw YAML::ParserException(mark, "expected one document, found a second one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (awaits_key()) {
      refuse_key(mark);
      return;
    }
    place(start(mark, YamlNode::Kind::Null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    report(mark, "expected a value, found an alias '*'; write the value out, or use extends");
    if (awaits_key()) {
      open_.back().key_pending = open_.back().key_refused = true;
    } else {
      place(start(mark, YamlNode::Kind::Null));
    }
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& anchor) override {
    report(mark, fmt::format("expected a value, found the anchor '&{}'; anchors are not supported",
                             anchor));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    if (awaits_key()) {
      take_key(mark, value);
      return;
    }
    refuse_tag(mark, tag);
    const auto node = start(mark, YamlNode::Kind::Scalar);
    node->scalar = value;
    node->quoted = tag != "?";
    if (!node->quoted && has_leading_zero(value)) {
      report(mark, fmt::format("expected an integer without leading zeros, found '{0}'; quote "
                               "\"{0}\" where it is text",
                               value));
    }
    place(node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, YamlNode::Kind::Sequence);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, YamlNode::Kind::Map);
  }
  void OnMapEnd() override { close(); }

  /// Reports collections that stand where a key belongs. To be called only where the text was
  /// valid: yaml-cpp takes an unclosed bracket for such a key before it finds the end missing.
  void report_collection_keys() {
    for (const auto& [where, path] : collection_keys_) {
      diagnostics_.error(where, with_path(path, "expected a word as the key, found a collection"));
    }
  }

  Location locate(const YAML::Mark& mark) const {
    if (mark.is_null()) return {name_, 1, 1};
    return {name_, mark.line + 1, columns_.column(mark.line, mark.column)};
  }

 private:
  struct Open {
    std::shared_ptr<YamlData> node;
    std::string key;
    Location key_where;
    bool key_pending = false;
    bool key_refused = false;  // the value is read, then dropped
    bool is_key = false;       // this collection stands where a key belongs
  };

  bool awaits_key() const {
    return !open_.empty() && open_.back().node->kind == YamlNode::Kind::Map &&
           !open_.back().key_pending;
  }

  void report(const YAML::Mark& mark, std::string_view message) {
    const std::string path = awaits_key() ? open_.back().node->path : next_path();
    diagnostics_.error(locate(mark), with_path(path, message));
  }

  std::string next_path() const {
    if (open_.empty()) return root_path_;
    const Open& parent = open_.back();
    if (parent.node->kind == YamlNode::Kind::Sequence) {
      return fmt::format("{}[{}]", parent.node->path, parent.node->items.size());
    }
    return parent.node->path.empty() ? parent.key
                                     : fmt::format("{}.{}", parent.node->path, parent.key);
  }

  std::shared_ptr<YamlData> start(const YAML::Mark& mark, YamlNode::Kind kind) const {
    auto node = std::make_shared<YamlData>();
    node->kind = kind;
    node->where = locate(mark);
    node->path = next_path();
    return node;
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    const bool is_plain = tag.empty() || tag == "?" || tag == "!";
    if (!is_plain) report(mark, fmt::format("expected a value without a tag, found '{}'", tag));
  }

  void refuse_key(const YAML::Mark& mark) {
    report(mark, "expected a word as the key");
    open_.back().key_pending = open_.back().key_refused = true;
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    if (key.empty() || key.size() > kMaxKeyBytes) {
      refuse_key(mark);
      return;
    }
    Open& map = open_.back();
    map.key = key;
    map.key_where = locate(mark);
    map.key_pending = true;
    const auto& entries = map.node->entries;
    const auto first = std::find_if(entries.begin(), entries.end(),
                                    [&](const YamlEntry& e) { return e.key == key; });
    map.key_refused = key == "<<" || first != entries.end();
    if (key == "<<")
      report(mark, "expected a key, found '<<'; merge keys are not supported, use extends");
    if (first != entries.end()) {
      report(mark, fmt::format("duplicate key '{}', first at {}:{}", key, first->key_where.line,
                               first->key_where.column));
    }
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
    if (open_.size() >= kMaxDepth) {
      throw YAML::ParserException(mark,
                                  fmt::format("expected at most {} levels of nesting", kMaxDepth));
    }
    const bool is_key = awaits_key();
    if (is_key) {
      collection_keys_.push_back({locate(mark), open_.back().node->path});
      open_.back().key.clear();
      open_.back().key_pending = open_.back().key_refused = true;
    }
    refuse_tag(mark, tag);
    open_.push_back({start(mark, kind), {}, {}, false, false, is_key});
  }

  void close() {
    const Open closed = std::move(open_.back());
    open_.pop_back();
    if (!closed.is_key) place(closed.node);
  }

  void place(std::shared_ptr<YamlData> node) {
    if (open_.empty()) {
      root_ = YamlNode(std::move(node));
      return;
    }
    Open& parent = open_.back();
    if (parent.node->kind == YamlNode::Kind::Sequence) {
      parent.node->items.emplace_back(std::move(node));
      return;
    }
    if (!parent.key_refused) {
      parent.node->entries.push_back({parent.key, parent.key_where, YamlNode(std::move(node))});
    }
    parent.key_pending = parent.key_refused = false;
  }

  ColumnIndex columns_;
  std::string name_;
  std::string root_path_;
  Diagnostics& diagnostics_;
  std::optional<YamlNode> root_;
  std::vector<Open> open_;
  std::vector<std::pair<Location, std::string>> collection_keys_;
  int documents_ = 0;
};

YamlNode empty_document(const std::string& name, const std::string& path) {
  auto data = std::make_shared<YamlData>();
  data->where = {name, 1, 1};
  data->path = path;
  return YamlNode(std::move(data));
}

}  // namespace

std::string with_path(const std::string& path, std::string_view message) {
  return path.empty() ? std::string(message) : fmt::format("{}: {}", path, message);
}

YamlNode parse_yaml(std::string_view text, const std::string& name, const std::string& root_path,
                    Diagnostics& diagnostics) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  YamlNode empty = empty_document(name, root_path);
  if (const auto defect = find_text_defect(text, name)) {
    diagnostics.error(defect->where, fmt::format("expected UTF-8 text, found {}", defect->what));
    return empty;
  }
  TreeBuilder builder(text, name, root_path, diagnostics);
  ViewBuffer buffer(text);
  std::istream in(&buffer);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.report_collection_keys();
  } catch (const YAML::Exception& defect) {
    diagnostics.error(builder.locate(defect.mark), fmt::format("invalid YAML: {}", defect.msg));
  }
  return builder.root().value_or(empty);
}

}  // namespace weft::base
