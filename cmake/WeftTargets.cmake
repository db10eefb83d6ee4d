# weft_library(NAME [COLD] SOURCES ... LINKS ...): one static library per folder. The LINKS of all libraries are
# the layering: tests/layering checks that no include goes around them. Sources are compiled sixteen at a time, in
# less than half of the time that they take one by one: names in unnamed namespaces are unique in a library.
# Nothing in a COLD library is repeated often enough to be worth the third of its time of compiling that -O3 takes.
function(weft_library NAME)
  cmake_parse_arguments(ARG "COLD" "" "SOURCES;LINKS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(${NAME} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/weft>)
  target_compile_features(${NAME} PUBLIC cxx_std_20)
  target_link_libraries(${NAME} PUBLIC ${ARG_LINKS} PRIVATE $<BUILD_INTERFACE:weft_warnings>)
  string(REGEX REPLACE "^weft_" "" exported ${NAME})
  set_target_properties(${NAME} PROPERTIES EXPORT_NAME ${exported} UNITY_BUILD ${WEFT_UNITY} UNITY_BUILD_BATCH_SIZE 16)
  if(ARG_COLD)
    target_compile_options(${NAME} PRIVATE ${WEFT_COLD_OPTIMIZATION})
  endif()
  if(WEFT_COVERAGE AND NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/cli")
    target_compile_options(${NAME} PRIVATE --coverage -fprofile-update=prefer-atomic -O1)
  endif()
  install(TARGETS ${NAME} EXPORT weft DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# weft_discover_properties(TARGET SEED s CASES n): the tests of an executable, whose properties are held for so many
# cases; under sanitizers, where each takes five to ten times as long, for a fifth of them. The cases are always the
# same ones: RC_PARAMS="" in the environment of a direct run draws others.
function(weft_discover_properties TARGET)
  cmake_parse_arguments(ARG "" "SEED;CASES" "" ${ARGN})
  if(WEFT_SANITIZE)
    math(EXPR ARG_CASES "(${ARG_CASES} + 4) / 5")
  endif()
  gtest_discover_tests(${TARGET} PROPERTIES ENVIRONMENT "RC_PARAMS=seed=${ARG_SEED} max_success=${ARG_CASES}")
endfunction()
