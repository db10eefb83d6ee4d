// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <vector>

#include "kernels/ir/choice.h"

namespace weft::ir {

/// What a member of a record is, for the templates that walk records.
template <class T, template <class...> class Form>
inline constexpr bool kIs = false;
template <class... Args, template <class...> class Form>
inline constexpr bool kIs<Form<Args...>, Form> = true;

/// The kinds of members.
template <class T>
concept ChoiceValue = kIs<T, Choice>;
template <class T>
concept TableValue = kIs<T, Table>;
template <class T>
concept OptionalValue = kIs<T, std::optional>;
template <class T>
concept VectorValue = kIs<T, std::vector>;
template <class T>
concept NameValue = std::derived_from<T, Name>;

}  // namespace weft::ir
