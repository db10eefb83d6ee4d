// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/quantity.h"
#include "base/yaml.h"

namespace weft::base {
namespace {

using Json = nlohmann::ordered_json;

/// A random document of maps, lists, texts and integers, at most `depth` deep. Keys are distinct by
/// construction.
rc::Gen<Json> document(int depth) {
  const std::vector<std::string> letters = {"a", "0",  " ", ":", "#",  "-",  "[",
                                            "}", "\"", "'", "é", "\\", "\n", "€"};
  const auto text =
      rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(letters)),
                   [](const std::vector<std::string>& drawn) {
                     std::string joined;
                     for (const std::string& letter : drawn) joined += letter;
                     return Json(joined);
                   });
  const auto number =
      rc::gen::map(rc::gen::arbitrary<int>(), [](int value) { return Json(value); });
  if (depth == 0) return rc::gen::oneOf(text, number);
  const auto child = rc::gen::lazy([depth] { return document(depth - 1); });
  const auto children = rc::gen::resize(4, rc::gen::container<std::vector<Json>>(child));
  const auto list =
      rc::gen::map(children, [](const std::vector<Json>& items) { return Json(items); });
  const auto map = rc::gen::map(children, [](const std::vector<Json>& items) {
    Json object = Json::object();
    for (size_t i = 0; i < items.size(); ++i) object["key" + std::to_string(i)] = items[i];
    return object;
  });
  return rc::gen::oneOf(text, number, list, map);
}

Json to_json(const YamlNode& node) {
  if (node.is_null()) return nullptr;
  if (node.is_scalar()) return node.quoted() ? Json(node.scalar()) : Json::parse(node.scalar());
  if (node.is_sequence()) {
    Json list = Json::array();
    for (const YamlNode& item : node.items()) list.push_back(to_json(item));
    return list;
  }
  Json map = Json::object();
  for (const YamlEntry& entry : node.entries()) map[entry.key] = to_json(entry.value);
  return map;
}

RC_GTEST_PROP(Yaml, JsonDocumentsRoundTrip, ()) {
  const Json json = *document(3);
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text(json.dump(), "t.yaml", diagnostics);
  RC_ASSERT(diagnostics.messages() == std::vector<std::string>{});
  RC_ASSERT(to_json(root) == json);
}

RC_GTEST_PROP(Yaml, RandomBytesNeverCrash, (const std::string& bytes)) {
  Diagnostics diagnostics;
  const YamlNode root = read_yaml_text(bytes, "t.yaml", diagnostics);
  const std::vector<std::string> settings = {"a.b[0]=" + bytes, bytes};
  with_overrides(root, settings, diagnostics);
}

RC_GTEST_PROP(Yaml, RandomPunctuationNeverCrashes, ()) {
  const auto bytes = *rc::gen::resize(
      400, rc::gen::container<std::string>(
               rc::gen::elementOf(std::string("ab01:: ,-[]{}&*!|>'\"%@`?#~<\n\n  \t"))));
  Diagnostics diagnostics;
  read_yaml_text(bytes, "t.yaml", diagnostics);
}

RC_GTEST_PROP(Quantity, ByteCountsRoundTrip, ()) {
  const auto bytes = *rc::gen::inRange<int64_t>(0, int64_t{1} << 53);
  const auto value = static_cast<double>(bytes);
  RC_ASSERT(parse_quantity(format_quantity(value, Unit::Bytes), Unit::Bytes) == value);
}

}  // namespace
}  // namespace weft::base
