# What `cmake --install` puts where; see sdk/README.md. The program looks for its runner, its plugins and the template
# relative to itself, so the folders below the prefix are fixed. Included by sdk/CMakeLists.txt.
include_guard(GLOBAL)
include(CMakePackageConfigHelpers)

set(sdk ${CMAKE_CURRENT_LIST_DIR}/..)
install(DIRECTORY ${sdk}/include/outrigger ${sdk}/testkit/include/outrigger
  DESTINATION include FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")

set(package lib/cmake/Outrigger)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/OutriggerConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/OutriggerConfig.cmake INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/OutriggerConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/OutriggerConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/OutriggerConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/OutriggerPlugin.cmake ${CMAKE_CURRENT_LIST_DIR}/plugin.map
  DESTINATION ${package})

# Beside the build's bin/, too: there `outrigger plugin new` finds it as in an installation.
file(GLOB template CONFIGURE_DEPENDS RELATIVE ${sdk}/template ${sdk}/template/*)
foreach(file ${template})
  configure_file(${sdk}/template/${file} ${CMAKE_BINARY_DIR}/share/outrigger/template/${file} COPYONLY)
endforeach()
install(DIRECTORY ${sdk}/template/ DESTINATION share/outrigger/template)
install(FILES ${sdk}/README.md ${sdk}/VERSIONING.md ${sdk}/../LICENSE DESTINATION share/doc/outrigger)
