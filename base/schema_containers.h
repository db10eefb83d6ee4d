// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/schema_scalars.h"
#include "base/schema_value.h"

namespace weft::base {

/// One parameter of a record: its key, where its value lies in the record, and what it means.
struct RecordField {
  std::string key;
  size_t offset_bytes = 0;
  std::shared_ptr<const ValueType> type;
  std::string meaning;
  bool required = false;
};

/// A map with a closed set of keys, held in a plain struct whose present values are the defaults.
class RecordType : public ValueType {
 public:
  explicit RecordType(std::string title) : title_(std::move(title)) {}

  void add(RecordField field);
  void require_last();

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;
  void append_rows(ParameterRow row, const void* initial,
                   std::vector<ParameterRow>& rows) const override;

  const std::string& title() const { return title_; }

 private:
  const RecordField* find(const std::string& key) const;
  std::vector<std::string> keys() const;

  std::string title_;
  std::vector<RecordField> fields_;
};

/// How a std::vector of some type is filled and walked without naming the type.
struct VectorAccess {
  void (*clear)(void* vector);
  void* (*append)(void* vector);
  size_t (*size)(const void* vector);
  const void* (*at)(const void* vector, size_t index);
};

/// A list of values of one type; a list that is written replaces the default as a whole.
class ListType : public ValueType {
 public:
  ListType(std::shared_ptr<const ValueType> element, VectorAccess access)
      : element_(std::move(element)), access_(access) {}

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override;

 private:
  std::shared_ptr<const ValueType> element_;
  VectorAccess access_;
};

/// A name of a table and what its number means.
struct TableName {
  std::string name;
  std::string meaning;
};

/// Numbers by name with a closed set of names, held in a std::map<std::string, double> that has
/// them all.
class TableType : public ValueType {
 public:
  TableType(std::vector<TableName> names, RealRange range)
      : names_(std::move(names)), number_(range) {}

  void read(const YamlNode& node, void* target, const std::string& meaning,
            Diagnostics& diagnostics) const override;
  nlohmann::ordered_json write(const void* source) const override;
  nlohmann::ordered_json json_schema() const override;
  std::string expectation() const override { return "a map from names to numbers"; }
  void append_rows(ParameterRow row, const void* initial,
                   std::vector<ParameterRow>& rows) const override;

 private:
  const TableName* find(const std::string& name) const;

  std::vector<TableName> names_;
  RealType number_;
};

}  // namespace weft::base
