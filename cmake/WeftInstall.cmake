# `cmake --install build --prefix DIR`: the program with its documents, manual page and completions, and the libraries
# with their headers as a CMake package: find_package(weft), weft::tensor, weft::machine, weft::cli ...
include(CMakePackageConfigHelpers)

install(TARGETS weft DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION share/weft)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kernels/library DESTINATION share/weft/kernels)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kernels/native/cuda/device DESTINATION share/weft/kernels/native/cuda)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/traces DESTINATION share/weft)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(help_pages ${PROJECT_BINARY_DIR}/cli/help)
install(FILES ${help_pages}/weft.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${help_pages}/weft.bash DESTINATION share/bash-completion/completions RENAME weft)
install(FILES ${help_pages}/_weft DESTINATION share/zsh/site-functions)
install(FILES ${help_pages}/weft.fish DESTINATION share/fish/vendor_completions.d)

foreach(floor base kernels sim mapper cli)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${floor} DESTINATION include/weft FILES_MATCHING PATTERN *.h)
endforeach()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/weft)
install(EXPORT weft NAMESPACE weft:: DESTINATION ${package} FILE weft-targets.cmake)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/WeftDependencies.cmake DESTINATION ${package})
file(WRITE ${PROJECT_BINARY_DIR}/weft-config.cmake
"include(\${CMAKE_CURRENT_LIST_DIR}/WeftDependencies.cmake)
include(\${CMAKE_CURRENT_LIST_DIR}/weft-targets.cmake)
")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/weft-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/weft-config.cmake ${PROJECT_BINARY_DIR}/weft-config-version.cmake
  DESTINATION ${package})
