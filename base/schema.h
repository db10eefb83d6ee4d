// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/schema_containers.h"
#include "base/schema_scalars.h"

namespace weft::base {

/// The schema document (draft 2020-12) around the record of a whole document, which may also have
/// `extends`.
nlohmann::ordered_json schema_document(const RecordType& record);

/// What a YAML map says about a plain struct T. Each parameter is declared once, with its key,
/// member, range and meaning; reading, writing, the JSON schema and the documentation follow from
/// that line. The default of a parameter is the member's value in a default-constructed T.
///
///   Schema<Mtc>("multi-threaded pipelines")
///       .integer("count", &Mtc::count, {1, 64}, "pipelines per core").required()
///       .quantity("latency_ns", &Mtc::latency_ns, Unit::Nanoseconds, at_least(0), "time of a
///       load");
template <class T>
class Schema {
 public:
  using Record = T;

  explicit Schema(std::string title) : record_(std::make_shared<RecordType>(std::move(title))) {}

  Schema& integer(std::string key, int T::*member, IntegerRange range, std::string meaning) {
    return add(std::move(key), member, std::make_shared<IntegerType>(range, Storage::Int32),
               std::move(meaning));
  }
  Schema& integer(std::string key, int64_t T::*member, IntegerRange range, std::string meaning) {
    return add(std::move(key), member, std::make_shared<IntegerType>(range, Storage::Int64),
               std::move(meaning));
  }
  Schema& real(std::string key, double T::*member, RealRange range, std::string meaning) {
    return add(std::move(key), member, std::make_shared<RealType>(range), std::move(meaning));
  }
  Schema& flag(std::string key, bool T::*member, std::string meaning) {
    return add(std::move(key), member, std::make_shared<BoolType>(), std::move(meaning));
  }
  Schema& text(std::string key, std::string T::*member, std::string meaning) {
    return add(std::move(key), member, std::make_shared<TextType>(), std::move(meaning));
  }

  /// `words[i]` spells the enumerator of value i.
  template <class E>
  Schema& choice(std::string key, E T::*member, std::vector<std::string> words,
                 std::string meaning) {
    check_enumeration<E>();
    return add(std::move(key), member, std::make_shared<ChoiceType>(std::move(words)),
               std::move(meaning));
  }

  /// A value in `unit`; a plain number is accepted where the key names the unit.
  Schema& quantity(std::string key, double T::*member, Unit unit, RealRange range,
                   std::string meaning) {
    return add_quantity(std::move(key), member, unit, range, Storage::Double, std::move(meaning));
  }
  Schema& quantity(std::string key, int64_t T::*member, Unit unit, RealRange range,
                   std::string meaning) {
    return add_quantity(std::move(key), member, unit, range, Storage::Int64, std::move(meaning));
  }

  template <class S>
  Schema& section(std::string key, S T::*member, const Schema<S>& schema) {
    return add(std::move(key), member, schema.record(), schema.record()->title());
  }
  template <class S>
  Schema& list(std::string key, std::vector<S> T::*member, const Schema<S>& schema,
               std::string meaning) {
    return add_list(std::move(key), member, schema.record(), std::move(meaning));
  }
  template <class E>
  Schema& choices(std::string key, std::vector<E> T::*member, std::vector<std::string> words,
                  std::string meaning) {
    check_enumeration<E>();
    return add_list(std::move(key), member, std::make_shared<ChoiceType>(std::move(words)),
                    std::move(meaning));
  }
  Schema& integers(std::string key, std::vector<int64_t> T::*member, IntegerRange range,
                   std::string meaning) {
    return add_list(std::move(key), member, std::make_shared<IntegerType>(range, Storage::Int64),
                    std::move(meaning));
  }
  Schema& texts(std::string key, std::vector<std::string> T::*member, std::string meaning) {
    return add_list(std::move(key), member, std::make_shared<TextType>(), std::move(meaning));
  }

  /// Numbers by name. Precondition: the default of the member has every one of `names`.
  Schema& table(std::string key, std::map<std::string, double> T::*member,
                std::vector<TableName> names, RealRange range, std::string meaning) {
    return add(std::move(key), member, std::make_shared<TableType>(std::move(names), range),
               std::move(meaning));
  }

  /// Makes the parameter declared last one that every document must have.
  Schema& required() {
    record_->require_last();
    return *this;
  }

  /// Reads a document over the defaults. Every defect goes to `diagnostics`; a value with a defect
  /// keeps its default.
  T read(const YamlNode& node, Diagnostics& diagnostics) const {
    T value{};
    record_->read(node, &value, record_->title(), diagnostics);
    return value;
  }

  /// The complete value, defaults included; read() gives it back.
  nlohmann::ordered_json write(const T& value) const { return record_->write(&value); }

  nlohmann::ordered_json json_schema() const { return schema_document(*record_); }

  /// One row for each parameter, sections unfolded.
  std::vector<ParameterRow> parameter_rows() const {
    const T initial{};
    std::vector<ParameterRow> rows;
    record_->append_rows({}, &initial, rows);
    return rows;
  }

  std::shared_ptr<const RecordType> record() const { return record_; }

 private:
  template <class E>
  static void check_enumeration() {
    static_assert(std::is_enum_v<E> && std::is_same_v<std::underlying_type_t<E>, int>);
  }

  template <class M>
  Schema& add(std::string key, M T::*member, std::shared_ptr<const ValueType> type,
              std::string meaning) {
    const T sample{};
    const auto* begin = reinterpret_cast<const std::byte*>(&sample);
    const auto* value = reinterpret_cast<const std::byte*>(&(sample.*member));
    record_->add({std::move(key), static_cast<size_t>(value - begin), std::move(type),
                  std::move(meaning), false});
    return *this;
  }

  template <class M>
  Schema& add_quantity(std::string key, M T::*member, Unit unit, RealRange range, Storage storage,
                       std::string meaning) {
    const bool plain_allowed = key_names_unit(key, unit);
    return add(std::move(key), member,
               std::make_shared<QuantityType>(unit, range, storage, plain_allowed),
               std::move(meaning));
  }

  template <class E>
  Schema& add_list(std::string key, std::vector<E> T::*member,
                   std::shared_ptr<const ValueType> element, std::string meaning) {
    using Vector = std::vector<E>;
    constexpr VectorAccess kAccess{
        [](void* list) { static_cast<Vector*>(list)->clear(); },
        [](void* list) -> void* { return &static_cast<Vector*>(list)->emplace_back(); },
        [](const void* list) { return static_cast<const Vector*>(list)->size(); },
        [](const void* list, size_t i) -> const void* {
          return &(*static_cast<const Vector*>(list))[i];
        },
    };
    return add(std::move(key), member, std::make_shared<ListType>(std::move(element), kAccess),
               std::move(meaning));
  }

  std::shared_ptr<RecordType> record_;
};

}  // namespace weft::base
