# weft_library(NAME SOURCES ... LINKS ...): one static library per folder. The LINKS of all libraries are
# the layering: tests/layering checks that no include goes around them.
function(weft_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(${NAME} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/weft>)
  target_compile_features(${NAME} PUBLIC cxx_std_20)
  target_link_libraries(${NAME} PUBLIC ${ARG_LINKS} PRIVATE $<BUILD_INTERFACE:weft_warnings>)
  string(REGEX REPLACE "^weft_" "" exported ${NAME})
  set_target_properties(${NAME} PROPERTIES EXPORT_NAME ${exported})
  install(TARGETS ${NAME} EXPORT weft DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
