# weft_library(NAME SOURCES ... LINKS ...): one static library per folder. The LINKS of all libraries are
# the layering: tests/layering checks that no include goes around them.
function(weft_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(${NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${NAME} PUBLIC ${ARG_LINKS} PRIVATE weft_warnings)
endfunction()
