// SPDX-License-Identifier: Apache-2.0
#include "base/schema_containers.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/scalar.h"

namespace weft::base {

namespace {

using Json = nlohmann::ordered_json;
using NumberTable = std::map<std::string, double>;

void* at_offset(void* record, size_t offset_bytes) {
  return static_cast<std::byte*>(record) + offset_bytes;
}

const void* at_offset(const void* record, size_t offset_bytes) {
  return static_cast<const std::byte*>(record) + offset_bytes;
}

std::string join_path(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

}  // namespace

void RecordType::add(RecordField field) {
  WEFT_CHECK(find(field.key) == nullptr, "parameter declared twice: " + field.key);
  fields_.push_back(std::move(field));
}

void RecordType::require_last() {
  fields_.back().required = true;
}

const RecordField* RecordType::find(const std::string& key) const {
  const auto match = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const RecordField& f) { return f.key == key; });
  return match == fields_.end() ? nullptr : &*match;
}

std::vector<std::string> RecordType::keys() const {
  std::vector<std::string> keys;
  for (const RecordField& field : fields_) keys.push_back(field.key);
  return keys;
}

void RecordType::read(const YamlNode& node, void* target, const std::string& meaning,
                      Diagnostics& diagnostics) const {
  if (!node.is_map()) {
    refuse(node, expectation(), meaning, diagnostics);
    return;
  }
  for (const YamlEntry& entry : node.entries()) {
    const RecordField* field = find(entry.key);
    if (field == nullptr) {
      refuse_key(node, entry, keys(), diagnostics);
    } else {
      field->type->read(entry.value, at_offset(target, field->offset_bytes), field->meaning,
                        diagnostics);
    }
  }
  for (const RecordField& field : fields_) {
    if (!field.required || node.find(field.key) != nullptr) continue;
    report(node, fmt::format("missing key '{}' ({})", field.key, field.meaning), diagnostics);
  }
}

Json RecordType::write(const void* source) const {
  Json record = Json::object();
  for (const RecordField& field : fields_) {
    record[field.key] = field.type->write(at_offset(source, field.offset_bytes));
  }
  return record;
}

Json RecordType::json_schema() const {
  Json properties = Json::object();
  Json required = Json::array();
  for (const RecordField& field : fields_) {
    properties[field.key] = field.type->json_schema();
    properties[field.key]["description"] = field.meaning;
    if (field.required) required.push_back(field.key);
  }
  Json schema{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

std::string RecordType::expectation() const {
  return fmt::format("a map with the keys {}", fmt::join(keys(), ", "));
}

void RecordType::append_rows(ParameterRow row, const void* initial,
                             std::vector<ParameterRow>& rows) const {
  for (const RecordField& field : fields_) {
    ParameterRow inner{join_path(row.path, field.key), "", field.required ? "required" : "",
                       field.meaning};
    field.type->append_rows(std::move(inner), at_offset(initial, field.offset_bytes), rows);
  }
}

void ListType::read(const YamlNode& node, void* target, const std::string& meaning,
                    Diagnostics& diagnostics) const {
  if (!node.is_sequence()) {
    refuse(node, expectation(), meaning, diagnostics);
    return;
  }
  access_.clear(target);
  for (const YamlNode& item : node.items())
    element_->read(item, access_.append(target), meaning, diagnostics);
}

Json ListType::write(const void* source) const {
  Json list = Json::array();
  for (size_t i = 0; i < access_.size(source); ++i)
    list.push_back(element_->write(access_.at(source, i)));
  return list;
}

Json ListType::json_schema() const {
  return {{"type", "array"}, {"items", element_->json_schema()}};
}

std::string ListType::expectation() const {
  return fmt::format("a list, each item {}", element_->expectation());
}

const TableName* TableType::find(const std::string& name) const {
  const auto match = std::find_if(names_.begin(), names_.end(),
                                  [&](const TableName& n) { return n.name == name; });
  return match == names_.end() ? nullptr : &*match;
}

void TableType::read(const YamlNode& node, void* target, const std::string& meaning,
                     Diagnostics& diagnostics) const {
  if (!node.is_map()) {
    refuse(node, expectation(), meaning, diagnostics);
    return;
  }
  std::vector<std::string> known;
  for (const TableName& name : names_) known.push_back(name.name);
  auto& table = *static_cast<NumberTable*>(target);
  for (const YamlEntry& entry : node.entries()) {
    const TableName* name = find(entry.key);
    if (name == nullptr) {
      refuse_key(node, entry, known, diagnostics);
    } else {
      number_.read(entry.value, &table[entry.key], name->meaning, diagnostics);
    }
  }
}

Json TableType::write(const void* source) const {
  Json table = Json::object();
  const auto& numbers = *static_cast<const NumberTable*>(source);
  for (const TableName& name : names_) table[name.name] = number_.write(&numbers.at(name.name));
  return table;
}

Json TableType::json_schema() const {
  Json properties = Json::object();
  for (const TableName& name : names_) {
    properties[name.name] = number_.json_schema();
    properties[name.name]["description"] = name.meaning;
  }
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

void TableType::append_rows(ParameterRow row, const void* initial,
                            std::vector<ParameterRow>& rows) const {
  const auto& numbers = *static_cast<const NumberTable*>(initial);
  for (const TableName& name : names_) {
    number_.append_rows({join_path(row.path, name.name), "", "", name.meaning},
                        &numbers.at(name.name), rows);
  }
}

}  // namespace weft::base
